#include "known_records.h"

#include "../catalogue_check.h"
#include "../exports/fields.h"
#include "search/said_last.h"

namespace hansa::http {
namespace {

constexpr std::size_t records_at_once = 500;
constexpr std::size_t arrivals_at_once = 1000;

std::string text_of(capnp::Text::Reader text) { return {text.cStr(), text.size()}; }

}  // namespace

std::string import_key(const boost::json::object& record) {
  const auto& from = fields::inner(record, "importedFrom");
  const auto id = fields::text(from, "id");
  const auto system = fields::text(from, "system");
  return id.empty() || system.empty() ? std::string() : system + "/" + id;
}

void KnownRecords::learn(const RecordReading& reading, const store::RecordState& record) {
  const auto* last = &record.revisions[record.live];
  const bool withdrawn = last->kind == protocol::EntryKind::withdraw;
  if (withdrawn) last = search::said_last(reading.snapshot(), record);
  if (last == nullptr) return;
  const auto content = reading.content(*last);
  if (!content.reader) return;
  const auto from = content.reader->root().getImportedFrom();
  if (const auto id = text_of(from.getId()); !id.empty()) {
    const auto [known, is_new] = by_key_.emplace(text_of(from.getSystem()) + "/" + id, record.id);
    if (!is_new && !may_revise(reading, known->second)) known->second = record.id;
  }
  const auto body = content.reader->root().getBody();
  if (withdrawn || !body.isOrganisation()) return;
  for (const auto entry : body.getOrganisation().getName().getEntries()) {
    const auto [known, is_new] = organisations_.emplace(text_of(entry.getText()), record.id);
    if (!is_new && known->second != record.id) known->second.reset();
  }
}

void KnownRecords::learn_all(const RecordReading& reading) {
  by_key_.clear();
  organisations_.clear();
  std::optional<protocol::RecordId> after;
  for (auto page = reading.snapshot().records(after, records_at_once); !page.empty();
       page = reading.snapshot().records(after, records_at_once)) {
    after = page.back().id;
    for (const auto& record : page) learn(reading, record);
  }
}

void KnownRecords::follow(const RecordReading& reading) {
  const auto now = reading.snapshot().totals().last_arrival;
  if (!last_arrival_) {
    learn_all(reading);
    last_arrival_ = now;
  }
  while (*last_arrival_ < now) {
    const auto arrivals = reading.snapshot().arrivals(*last_arrival_, arrivals_at_once);
    if (arrivals.empty()) break;
    for (const auto& arrival : arrivals) {
      // What ceased to count may have taken anything with it.
      if (arrival.ceased) learn_all(reading);
      const auto record = reading.snapshot().record(arrival.record);
      if (record) learn(reading, *record);
    }
    last_arrival_ = arrivals.back().number;
  }
  last_arrival_ = now;
}

std::optional<protocol::RecordId> KnownRecords::with_key(const std::string& key) const {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<protocol::RecordId> KnownRecords::organisation(const std::string& name) const {
  const auto found = organisations_.find(name);
  return found == organisations_.end() ? std::nullopt : found->second;
}

}  // namespace hansa::http
