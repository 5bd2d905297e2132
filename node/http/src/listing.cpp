#include "listing.h"

#include <algorithm>

#include "protocol/fold.h"
#include "protocol/kinds.h"

namespace hansa::http {
namespace {

using protocol::EntryKind;

constexpr std::size_t records_at_once = 500;
constexpr std::size_t words_max = 20;

/// A match, with what the order needs. The id makes the order total, so that pages never repeat or skip.
struct Row {
  std::string key;
  protocol::RecordId id;
  bool operator<(const Row& other) const { return std::tie(key, id) < std::tie(other.key, other.id); }
};

std::vector<std::string> words_of(const std::string& q) {
  const auto folded = protocol::fold(q);
  std::vector<std::string> words;
  for (std::size_t start = 0; start < folded.size() && words.size() < words_max;) {
    const auto end = std::min(folded.find(' ', start), folded.size());
    if (end > start) words.push_back(folded.substr(start, end - start));
    start = end + 1;
  }
  return words;
}

template <class Values>
bool any_of(const std::set<std::string>& wanted, const Values& values) {
  return wanted.empty() ||
         std::any_of(values.begin(), values.end(), [&](const auto& value) { return wanted.contains(value); });
}

std::set<std::string> one(std::string value) { return {std::move(value)}; }

/// Newest first: the complement of the time, in digits of fixed width, ascends.
std::string updated_key(const store::Revision& revision) {
  auto digits = std::to_string(UINT64_MAX - revision.author_time_ms);
  return std::string(20 - digits.size(), '0') + digits;
}

std::string title_key(const protocol::ContentSummary& summary) {
  return summary.title.empty() ? std::string("\xff") : protocol::fold(summary.title.front().text);
}

std::string cursor_of(const Row& row) {
  return protocol::to_hex(protocol::view_of(row.key)) + "." + protocol::to_text(row.id);
}

std::optional<Row> row_of(const std::string& cursor) {
  const auto dot = cursor.find('.');
  if (dot == std::string::npos) return std::nullopt;
  const auto key = protocol::from_hex(cursor.substr(0, dot));
  const auto id = protocol::parse_record_id(cursor.substr(dot + 1));
  if (!key || !id) return std::nullopt;
  return Row{std::string(protocol::text_of(*key)), *id};
}

bool status_matches(const std::string& wanted, const store::Revision& live) {
  const bool withdrawn = live.kind == EntryKind::withdraw;
  return wanted == "any" || (wanted == "withdrawn") == withdrawn;
}

bool summary_matches(const ListQuery& query, const std::vector<std::string>& words,
                     const protocol::ContentSummary& summary) {
  return any_of(query.themes, summary.themes) && any_of(query.countries, summary.countries) &&
         any_of(query.languages, summary.languages) &&
         std::all_of(words.begin(), words.end(),
                     [&](const std::string& word) { return summary.folded.find(word) != std::string::npos; });
}

void count(ListPage& page, const std::string& kind, const std::string& partner,
           const protocol::ContentSummary& summary) {
  ++page.facets["kind"][kind];
  ++page.facets["partner"][partner];
  for (const auto& country : summary.countries) ++page.facets["country"][country];
  for (const auto& theme : summary.themes) ++page.facets["theme"][theme];
  for (const auto& language : summary.languages) ++page.facets["language"][language];
}

template <class Visit>
void each_candidate(const RecordReading& reading, const ListQuery& query, const Visit& visit) {
  const auto& snapshot = reading.snapshot();
  if (query.about) {
    for (const auto& id : snapshot.about(*query.about, SIZE_MAX))
      if (const auto record = snapshot.record(id)) visit(*record);
    return;
  }
  std::optional<protocol::RecordId> after;
  for (auto page = snapshot.records(after, records_at_once); !page.empty();
       page = snapshot.records(after, records_at_once)) {
    for (const auto& record : page) visit(record);
    after = page.back().id;
  }
}

}  // namespace

std::shared_ptr<const protocol::ContentSummary> SummaryCache::get(const RecordReading& reading,
                                                                  const store::Revision& revision) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = kept_.find(revision.hash); found != kept_.end()) {
      uses_.splice(uses_.begin(), uses_, found->second.use);
      return found->second.summary;
    }
  }
  const auto content = reading.content(revision);
  const auto summary = std::make_shared<const protocol::ContentSummary>(
      content.reader ? protocol::summarise(*content.reader) : protocol::ContentSummary{});
  // A payload may still arrive: what is missing is not remembered.
  if (!content.reader) return summary;
  const std::lock_guard lock(mutex_);
  if (kept_.contains(revision.hash)) return summary;
  const std::size_t bytes = summary->folded.size() + 1024;
  uses_.push_front(revision.hash);
  kept_[revision.hash] = {summary, bytes, uses_.begin()};
  for (bytes_ += bytes; bytes_ > bytes_max_; uses_.pop_back()) {
    const auto oldest = kept_.find(uses_.back());
    bytes_ -= oldest->second.bytes;
    kept_.erase(oldest);
  }
  return summary;
}

std::optional<ListPage> list_records(const RecordReading& reading, SummaryCache& cache,
                                     const ListQuery& query) {
  std::optional<Row> after;
  if (!query.cursor.empty()) {
    after = row_of(query.cursor);
    if (!after) return std::nullopt;
  }
  const auto words = words_of(query.q);
  ListPage page;
  std::vector<Row> rows;
  each_candidate(reading, query, [&](const store::RecordState& record) {
    const auto& live = record.revisions[record.live];
    const std::string kind(protocol::name(record.kind));
    const auto partner = protocol::to_text(record.id.owner);
    if (!status_matches(query.status, live) || live.author_time_ms < query.updated_since_ms ||
        !any_of(query.kinds, one(kind)) || !any_of(query.partners, one(partner)))
      return;
    // A withdrawn record is found by what it last said, so that feeds of a search tell that it went.
    const auto* said = live.kind == EntryKind::withdraw ? reading.last_content(record) : &live;
    const auto summary = cache.get(reading, said != nullptr ? *said : live);
    if (!summary_matches(query, words, *summary)) return;
    count(page, kind, partner, *summary);
    rows.push_back({query.sort == "title" ? title_key(*summary) : updated_key(live), record.id});
  });
  page.total = rows.size();
  std::sort(rows.begin(), rows.end());
  auto row = after ? std::upper_bound(rows.begin(), rows.end(), *after) : rows.begin();
  for (; row != rows.end() && page.records.size() < query.limit; ++row)
    if (auto record = reading.snapshot().record(row->id)) page.records.push_back(std::move(*record));
  if (row != rows.end() && row != rows.begin()) page.next = cursor_of(*(row - 1));
  return page;
}

}  // namespace hansa::http
