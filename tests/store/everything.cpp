#include <sstream>

#include "protocol/ids.h"
#include "workload.h"

namespace hansa::test {

using protocol::to_hex;
using store::Snapshot;

namespace {

/// Says something only if payloads read together are not those that are read one by one.
void compare_payloads(std::ostream& out, const Snapshot& snapshot, const store::LogState& log) {
  const auto from = log.sequence / 4 + 1;
  const auto to = log.sequence - log.sequence / 4;
  auto next = from;
  snapshot.payloads(log.log, from, to, [&](std::uint64_t sequence, const store::HeldPayload& payload) {
    for (; next < sequence; ++next)
      if (snapshot.payload(log.log, next)) out << " payload " << next << " is left out\n";
    const auto alone = snapshot.payload(log.log, next++);
    if (!alone || alone->salt != payload.salt || alone->content != payload.content)
      out << " payload " << sequence << " is another\n";
    return true;
  });
  for (; next <= to; ++next)
    if (snapshot.payload(log.log, next)) out << " payload " << next << " is not reached\n";
  std::size_t seen = 0;
  snapshot.payloads(log.log, 1, log.sequence, [&](std::uint64_t, const store::HeldPayload&) {
    ++seen;
    return false;
  });
  if (seen > 1) out << " reading payloads does not stop\n";
}

void write_log(std::ostream& out, const Snapshot& snapshot, const store::LogState& log) {
  out << "log " << to_hex(log.log) << " author " << to_text(log.author) << " epoch " << log.epoch << " at "
      << log.sequence << ' ' << to_hex(log.head) << " checked " << log.checked_sequence << " payloads "
      << log.payloads_through << " blocks " << log.payload_blocks << '\n';
  const auto headers = snapshot.headers(log.log, 1, 1'000'000, 1'000'000'000);
  out << " headers " << headers.size() << '\n';
  for (std::uint64_t sequence = 1; sequence <= headers.size(); ++sequence) {
    out << "  " << to_hex(protocol::entry_hash(headers[sequence - 1]));
    if (const auto received = snapshot.received_ms(log.log, sequence)) out << " received " << *received;
    if (const auto number = snapshot.arrival_number(log.log, sequence);
        number.has_value() != snapshot.received_ms(log.log, sequence).has_value() ||
        (number && snapshot.arrivals(*number - 1, 1).front().sequence != sequence))
      out << " but numbered " << number.value_or(0);
    if (const auto payload = snapshot.payload(log.log, sequence))
      out << " payload " << to_hex(payload->salt) << ' '
          << to_hex(protocol::hash(protocol::Tag::words, payload->content));
    out << '\n';
  }
  compare_payloads(out, snapshot, log);
  const auto behind = log.sequence + 1;
  out << " behind " << snapshot.headers(log.log, behind, 9, 9).size()
      << snapshot.payload(log.log, behind).has_value() << snapshot.received_ms(log.log, behind).has_value()
      << '\n';
}

void write_record(std::ostream& out, const store::RecordState& record) {
  out << "record " << to_text(record.id) << " kind " << name(record.kind) << " live " << record.live
      << " tips";
  for (const auto tip : record.tips) out << ' ' << tip;
  out << '\n';
  for (const auto& revision : record.revisions) {
    out << "  " << to_hex(revision.hash) << ' ' << to_hex(revision.log) << ' ' << revision.sequence << ' '
        << revision.author_time_ms << ' ' << name(revision.kind) << ' ' << name(revision.record_kind) << ' '
        << name(revision.visibility) << ' ' << revision.personal << revision.has_payload;
    if (revision.subject) out << " about " << to_text(*revision.subject);
    for (const auto& parent : revision.parents) out << " parent " << to_hex(parent);
    out << '\n';
  }
}

// Pages of three, so that paging is compared too.
void write_arrivals(std::ostream& out, const Snapshot& snapshot) {
  std::uint64_t since = 0;
  for (auto page = snapshot.arrivals(since, 3); !page.empty(); page = snapshot.arrivals(since, 3)) {
    for (const auto& arrival : page)
      out << "arrival " << arrival.number << ' ' << to_hex(arrival.log) << ' ' << arrival.sequence << ' '
          << to_text(arrival.record) << ' ' << name(arrival.record_kind) << ' ' << name(arrival.kind) << ' '
          << arrival.first_of_record << ' ' << arrival.received_ms << (arrival.ceased ? " ceased\n" : "\n");
    since = page.back().number;
  }
}

// Pages of three here, too.
void write_aside(std::ostream& out, const Snapshot& snapshot, const protocol::Hash& log) {
  std::uint64_t from = 1;
  for (auto page = snapshot.aside(log, from, 3); !page.empty(); page = snapshot.aside(log, from, 3)) {
    for (const auto& entry : page) {
      out << "aside " << to_hex(log) << ' ' << entry.place.sequence << ' ' << to_hex(entry.place.hash) << ' '
          << to_hex(protocol::entry_hash(entry.header));
      const auto payload = snapshot.aside_payload(log, entry.place);
      if (payload.has_value() != entry.has_payload) out << " but payload";
      if (payload)
        out << " payload " << to_hex(payload->salt) << ' '
            << to_hex(protocol::hash(protocol::Tag::words, payload->content));
      out << '\n';
    }
    from = page.back().place.sequence + 1;
  }
}

void write_records(std::ostream& out, const Snapshot& snapshot) {
  std::optional<store::RecordId> after;
  for (auto page = snapshot.records(after, 3); !page.empty(); page = snapshot.records(after, 3)) {
    for (const auto& record : page) write_record(out, record);
    after = page.back().id;
  }
}

}  // namespace

std::string everything(const Snapshot& snapshot, const std::vector<store::RecordId>& records) {
  std::ostringstream out;
  for (const auto& log : snapshot.logs()) write_log(out, snapshot, log);
  for (const auto& range : snapshot.missing(1'000'000))
    out << "missing " << to_hex(range.log) << ' ' << range.from << '-' << range.to << '\n';
  write_records(out, snapshot);
  for (const auto& id : records) {
    out << "about " << to_text(id);
    for (const auto& about : snapshot.about(id, 1000)) out << ' ' << to_text(about);
    out << (snapshot.record(id) ? " held\n" : "\n");
  }
  write_arrivals(out, snapshot);
  for (const auto& log : snapshot.aside_logs()) write_aside(out, snapshot, log);
  const auto totals = snapshot.totals();
  if (totals.entries_aside > 0) out << "aside " << totals.entries_aside << '\n';
  out << "totals " << totals.records << ' ' << totals.entries << ' ' << totals.unchecked_entries << ' '
      << totals.missing_payloads << ' ' << totals.last_arrival << '\n';
  for (const auto& [key, value] : snapshot.settings("user/"))
    out << "setting " << key << ' ' << to_hex(value) << '\n';
  return out.str();
}

}  // namespace hansa::test
