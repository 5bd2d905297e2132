#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "store/catalogue.h"
#include "store/store.h"

/// What the model of the store holds: the plainest structures that answer every question, what is
/// derived is recomputed rather than maintained wherever that is quick enough. One thread.
namespace hansa::test {

struct HeldEntry {
  std::shared_ptr<const protocol::Bytes> header;
  protocol::Hash hash{};
  std::shared_ptr<const store::HeldPayload> payload;
  std::optional<std::uint64_t> received_ms;     ///< none while unchecked
  std::optional<std::uint64_t> arrival_number;  ///< none while unchecked
};

struct HeldLog {
  protocol::PublicKey author;
  std::uint64_t epoch = 0;
  std::vector<protocol::PartnerId> owners;  ///< whose records the author may revise
  std::uint64_t checked = 0;
  std::vector<HeldEntry> entries;   ///< the first is sequence 1
  std::set<std::uint64_t> missing;  ///< sequences whose payload is not held
  std::uint64_t payload_blocks = 0;
};

class MemoryState {
 public:
  // The writing half of store::Store, with its preconditions.
  store::Committed commit(const store::Batch& batch, std::uint64_t now_ms,
                          const store::PartnersOf& partners_of);
  store::Committed mark_checked(const protocol::Hash& log, std::uint64_t through, std::uint64_t now_ms);
  void retract(const protocol::Hash& log, std::uint64_t from);
  store::Committed set_aside(const protocol::Hash& log, std::uint64_t from, std::uint64_t now_ms);
  void drop_aside(const protocol::Hash& log, const std::vector<store::EntryPlace>& entries);
  store::Committed authorship_changed(std::uint64_t now_ms, const store::PartnersOf& partners_of);

  store::LogState state_of(const protocol::Hash& log) const;
  store::Totals totals() const;
  std::vector<store::MissingRange> missing(std::size_t ranges_max) const;

  std::map<protocol::Hash, HeldLog> logs;
  std::map<store::RecordId, store::RecordState> records;
  std::uint64_t listed_records = 0;
  /// Entries set aside; without times of receipt.
  std::map<protocol::Hash, std::map<store::EntryPlace, HeldEntry>> aside;
  std::vector<store::Arrival> arrivals;  ///< ascending by number
  std::uint64_t last_arrival = 0;
  std::map<std::string, protocol::Bytes, std::less<>> settings;

 private:
  protocol::HeaderView view_of(const HeldEntry& entry) const;
  std::optional<store::Revision> revision_of(const HeldLog& log, const HeldEntry& entry) const;
  void set_revisions(const store::RecordId& id, std::vector<store::Revision> revisions);
  void append(const protocol::ChainedRun& run, const store::PartnersOf& partners_of);
  bool put(const protocol::VerifiedPayload& payload);
  std::vector<store::Arrival> check(const protocol::Hash& log, std::uint64_t through, std::uint64_t now_ms);
  bool has_arrived(const store::Revision& revision) const;
  /// Takes the last entry out of log and view.
  HeldEntry remove_last(const protocol::Hash& log);
  std::vector<store::Revision> revisions_of(const store::RecordId& record) const;
  std::vector<store::Arrival> tell_ceased(const std::map<store::RecordId, protocol::RecordKind>& ceased,
                                          const protocol::Hash& log, std::uint64_t from,
                                          std::uint64_t now_ms);
};

}  // namespace hansa::test
