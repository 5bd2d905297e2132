#include "store/verify.h"

#include <algorithm>
#include <map>

#include "protocol/chain.h"
#include "store/broken.h"

namespace hansa::store {

using protocol::HeaderView;

namespace {

constexpr std::size_t piece_entries = 256;
constexpr std::size_t piece_bytes = 1024 * 1024;
constexpr std::size_t page_records = 1024;

bool same(const Revision& a, const Revision& b) {
  return a.hash == b.hash && a.log == b.log && a.sequence == b.sequence &&
         a.author_time_ms == b.author_time_ms && a.kind == b.kind && a.record_kind == b.record_kind &&
         a.visibility == b.visibility && a.personal == b.personal && a.has_payload == b.has_payload &&
         a.subject == b.subject && a.parents == b.parents;
}

// One pass over the logs, one over the records, one over the arrivals.
class Verifier {
 public:
  Verifier(const Snapshot& snapshot, const Hash& federation, const PartnersOf& partners_of,
           const VerifyProgress& progress)
      : snapshot_(snapshot),
        federation_(federation),
        partners_of_(partners_of),
        progress_(progress),
        totals_(snapshot.totals()),
        missing_(snapshot.missing(SIZE_MAX)) {}

  Verification run() {
    const auto logs = snapshot_.logs();
    result_.complete =
        std::all_of(logs.begin(), logs.end(), [&](const LogState& log) { return verify_log(log); }) &&
        verify_records() && verify_arrivals() && verify_aside();
    if (result_.complete) verify_totals();
    return std::move(result_);
  }

 private:
  // What one pass over a log's headers comes to.
  struct Walk {
    LogState state;
    std::optional<std::uint64_t> first_missing;
    std::vector<protocol::PartnerId> owners;
  };

  bool verify_log(const LogState& log);
  bool verify_header(const HeaderView& header, const LogState& log, Walk& walk);
  void verify_signature(const HeaderView& header, const LogState& log);
  void verify_payload(const HeaderView& header, const LogState& log, Walk& walk);
  void verify_revision(const HeaderView& header, const Hash& hash, const Walk& walk);
  void verify_state(const LogState& log, const Walk& walk);
  bool verify_records();
  bool verify_about();
  bool is_checked(const Revision& revision) const;
  bool verify_arrivals();
  void verify_line(const Arrival& arrival);
  bool verify_aside();
  void verify_aside(const Hash& log, const AsideEntry& entry);
  void verify_totals();
  bool is_missing(const Hash& log, std::uint64_t sequence) const;
  bool go_on() { return progress_(result_.entries, totals_.entries); }
  void report(Difference difference, const Hash& log, std::uint64_t sequence, const RecordId& record = {});

  const Snapshot& snapshot_;
  const Hash federation_;
  const PartnersOf& partners_of_;
  const VerifyProgress& progress_;
  const Totals totals_;
  const std::vector<MissingRange> missing_;  // ascending by log, then sequence
  Verification result_;
  Totals counted_;
  std::uint64_t revisions_ = 0;
  std::uint64_t arrived_records_ = 0;        // with a checked revision
  std::uint64_t lines_of_entries_ = 0;       // of the feed
  std::uint64_t lines_of_first_ = 0;         // with the first of a record
  std::map<Hash, std::uint64_t> checked_;    // per log, as its state says
  std::map<RecordId, std::uint64_t> about_;  // how many records are about a subject
};

void Verifier::report(Difference difference, const Hash& log, std::uint64_t sequence,
                      const RecordId& record) {
  ++result_.differences;
  if (result_.found.size() < differences_max) result_.found.push_back({difference, log, sequence, record});
}

bool Verifier::verify_log(const LogState& log) {
  ++result_.logs;
  checked_[log.log] = log.checked_sequence;
  Walk walk;
  walk.owners = partners_of_(log.author);
  while (true) {
    const auto headers = snapshot_.headers(log.log, walk.state.sequence + 1, piece_entries, piece_bytes);
    if (headers.empty()) break;
    for (const auto& bytes : headers) {
      const auto header = HeaderView::parse(bytes);
      if (!header || !verify_header(*header, log, walk)) {
        report(Difference::chain_broken, log.log, walk.state.sequence + 1);
        return go_on();  // nothing behind it can be judged
      }
    }
    if (!go_on()) return false;
  }
  verify_state(log, walk);
  return true;
}

bool Verifier::verify_header(const HeaderView& header, const LogState& log, Walk& walk) {
  auto& state = walk.state;
  const bool continues = header.federation() == federation_ && header.log() == log.log &&
                         header.sequence() == state.sequence + 1 && header.previous_hash() == state.head;
  if (!continues) return false;
  if (header.is_declaration()) {
    state.author = header.node_key();
    state.epoch = header.epoch_number();
  }
  state.sequence = header.sequence();
  state.head = header.hash();
  ++result_.entries;
  ++counted_.entries;
  counted_.unchecked_entries += state.sequence > log.checked_sequence ? 1 : 0;
  verify_signature(header, log);
  verify_payload(header, log, walk);
  verify_revision(header, state.head, walk);
  const auto received = snapshot_.received_ms(log.log, state.sequence);
  if (received.has_value() != (state.sequence <= log.checked_sequence))
    report(Difference::arrival_wrong, log.log, state.sequence);
  return true;
}

void Verifier::verify_signature(const HeaderView& header, const LogState& log) {
  if (protocol::verify_signature(header, log.author)) {
    ++result_.signatures;
    return;
  }
  report(header.sequence() <= log.checked_sequence ? Difference::signature_bad : Difference::unchecked_bad,
         log.log, header.sequence());
}

bool Verifier::is_missing(const Hash& log, std::uint64_t sequence) const {
  const auto after =
      std::upper_bound(missing_.begin(), missing_.end(), std::make_pair(log, sequence),
                       [](const std::pair<Hash, std::uint64_t>& place, const MissingRange& range) {
                         return place < std::make_pair(range.log, range.from);
                       });
  return after != missing_.begin() && std::prev(after)->log == log && std::prev(after)->to >= sequence;
}

void Verifier::verify_payload(const HeaderView& header, const LogState& log, Walk& walk) {
  const auto sequence = header.sequence();
  const bool missing = is_missing(log.log, sequence);
  if (missing) {
    ++counted_.missing_payloads;
    walk.first_missing = walk.first_missing.value_or(sequence);
  }
  if (has_payload(header)) walk.state.payload_blocks += header.payload_blocks();
  try {
    auto payload = snapshot_.payload(log.log, sequence);
    const bool held = payload.has_value();
    if (has_payload(header) ? held == missing : held || missing) {
      report(Difference::payload_unlisted, log.log, sequence);
    } else if (payload) {
      const protocol::Salt salt{payload->salt};
      if (protocol::check_payload(header, salt, std::move(payload->content)))
        ++result_.payloads;
      else
        report(Difference::payload_damaged, log.log, sequence);
    }
  } catch (const StoreBroken&) {
    report(Difference::payload_damaged, log.log, sequence);
  }
}

void Verifier::verify_revision(const HeaderView& header, const Hash& hash, const Walk& walk) {
  const auto revision = revision_of(header, hash, walk.owners);
  if (!revision) return;
  ++revisions_;
  const auto id = *header.record();
  const auto record = snapshot_.record(id);
  const bool shown = record && std::any_of(record->revisions.begin(), record->revisions.end(),
                                           [&](const Revision& held) { return same(held, *revision); });
  if (!shown) report(Difference::record_wrong, header.log(), header.sequence(), id);
}

void Verifier::verify_state(const LogState& log, const Walk& walk) {
  const auto& state = walk.state;
  if (state.sequence != log.sequence) report(Difference::header_missing, log.log, state.sequence + 1);
  const auto payloads_through = walk.first_missing ? *walk.first_missing - 1 : state.sequence;
  if (state.author != log.author || state.epoch != log.epoch || state.head != log.head ||
      state.payload_blocks != log.payload_blocks || payloads_through != log.payloads_through ||
      log.checked_sequence > log.sequence)
    report(Difference::log_state_wrong, log.log, 0);
}

// Every revision that the headers make is in its record; if the records hold as many, they hold no others.
bool Verifier::verify_records() {
  std::uint64_t shown = 0;
  std::optional<RecordId> after;
  for (auto page = snapshot_.records(after, page_records); !page.empty();
       page = snapshot_.records(after, page_records)) {
    for (const auto& record : page) {
      ++result_.records;
      shown += record.revisions.size();
      counted_.records += is_listed(record) ? 1 : 0;
      arrived_records_ += std::any_of(record.revisions.begin(), record.revisions.end(),
                                      [&](const Revision& revision) { return is_checked(revision); })
                              ? 1
                              : 0;
      const auto computed = record_state(record.id, record.revisions);
      if (computed.kind != record.kind || computed.tips != record.tips || computed.live != record.live)
        report(Difference::record_wrong, {}, 0, record.id);
      if (const auto& subject = live_revision(computed).subject) ++about_[*subject];
    }
    after = page.back().id;
    if (!go_on()) return false;
  }
  if (shown != revisions_) report(Difference::record_wrong, {}, 0);
  return verify_about();
}

// As many records as are about a subject are listed under it, and each of those is.
bool Verifier::verify_about() {
  for (const auto& [subject, count] : about_) {
    const auto listed = snapshot_.about(subject, SIZE_MAX);
    const bool right = listed.size() == count &&
                       std::all_of(listed.begin(), listed.end(), [&, &wanted = subject](const RecordId& id) {
                         const auto record = snapshot_.record(id);
                         return record && live_revision(*record).subject == wanted;
                       });
    if (!right) report(Difference::record_wrong, {}, 0, subject);
    if (!go_on()) return false;
  }
  return true;
}

bool Verifier::is_checked(const Revision& revision) const {
  const auto checked = checked_.find(revision.log);
  return checked != checked_.end() && revision.sequence <= checked->second;
}

bool Verifier::verify_arrivals() {
  std::uint64_t last = 0;
  for (auto page = snapshot_.arrivals(0, page_records); !page.empty();
       page = snapshot_.arrivals(last, page_records)) {
    for (const auto& arrival : page) {
      if (arrival.number <= last) report(Difference::arrival_wrong, arrival.log, arrival.sequence);
      last = arrival.number;
      verify_line(arrival);
    }
    if (!go_on()) return false;
  }
  if (lines_of_first_ != arrived_records_) report(Difference::arrival_wrong, {}, 0);
  counted_.last_arrival = last;
  return true;
}

// What ceased to count is history: there is nothing left to compute its lines from.
void Verifier::verify_line(const Arrival& arrival) {
  if (arrival.ceased) return;
  ++lines_of_entries_;
  lines_of_first_ += arrival.first_of_record ? 1 : 0;
  const auto checked = checked_.find(arrival.log);
  if (checked == checked_.end() || arrival.sequence > checked->second ||
      snapshot_.received_ms(arrival.log, arrival.sequence) != arrival.received_ms ||
      snapshot_.arrival_number(arrival.log, arrival.sequence) != arrival.number)
    report(Difference::arrival_wrong, arrival.log, arrival.sequence);
}

bool Verifier::verify_aside() {
  for (const auto& log : snapshot_.aside_logs()) {
    std::uint64_t from = 1;
    for (auto page = snapshot_.aside(log, from, piece_entries); !page.empty();
         page = snapshot_.aside(log, from, piece_entries)) {
      for (const auto& entry : page) verify_aside(log, entry);
      from = page.back().place.sequence + 1;
      if (!go_on()) return false;
    }
  }
  return true;
}

void Verifier::verify_aside(const Hash& log, const AsideEntry& entry) {
  ++result_.aside;
  ++counted_.entries_aside;
  const auto& [sequence, hash] = entry.place;
  const auto header = HeaderView::parse(entry.header);
  const auto counting = snapshot_.headers(log, sequence, 1, 1);
  if (!header || header->log() != log || header->sequence() != sequence || header->hash() != hash ||
      (!counting.empty() && protocol::entry_hash(counting.front()) == hash))
    return report(Difference::aside_wrong, log, sequence);
  try {
    auto payload = snapshot_.aside_payload(log, entry.place);
    if (payload.has_value() != entry.has_payload) return report(Difference::payload_unlisted, log, sequence);
    if (!payload) return;
    const protocol::Salt salt{payload->salt};
    if (!protocol::check_payload(*header, salt, std::move(payload->content)))
      report(Difference::payload_damaged, log, sequence);
  } catch (const StoreBroken&) {
    report(Difference::payload_damaged, log, sequence);
  }
}

void Verifier::verify_totals() {
  std::uint64_t checked = 0;
  for (const auto& [log, through] : checked_) checked += through;
  if (checked != lines_of_entries_) report(Difference::arrival_wrong, {}, 0);
  // Ranges that overlap, or go on behind their log's end, list more than the entries that are missing.
  std::uint64_t listed = 0;
  for (const auto& range : missing_) listed += range.to - range.from + 1;
  if (listed != counted_.missing_payloads) report(Difference::payload_unlisted, {}, 0);
  if (counted_.records != totals_.records || counted_.entries != totals_.entries ||
      counted_.unchecked_entries != totals_.unchecked_entries ||
      counted_.missing_payloads != totals_.missing_payloads ||
      counted_.last_arrival != totals_.last_arrival || counted_.entries_aside != totals_.entries_aside)
    report(Difference::totals_wrong, {}, 0);
}

}  // namespace

std::string_view name(Difference difference) {
  switch (difference) {
    case Difference::header_missing:
      return "header_missing";
    case Difference::chain_broken:
      return "chain_broken";
    case Difference::signature_bad:
      return "signature_bad";
    case Difference::unchecked_bad:
      return "unchecked_bad";
    case Difference::log_state_wrong:
      return "log_state_wrong";
    case Difference::payload_damaged:
      return "payload_damaged";
    case Difference::payload_unlisted:
      return "payload_unlisted";
    case Difference::record_wrong:
      return "record_wrong";
    case Difference::arrival_wrong:
      return "arrival_wrong";
    case Difference::totals_wrong:
      return "totals_wrong";
    case Difference::aside_wrong:
      return "aside_wrong";
  }
  return "unknown";
}

Verification verify_store(const Snapshot& snapshot, const Hash& federation, const PartnersOf& partners_of,
                          const VerifyProgress& progress) {
  return Verifier(snapshot, federation, partners_of, progress).run();
}

}  // namespace hansa::store
