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
  std::optional<std::uint64_t> received_ms;  ///< none while unchecked
};

struct HeldLog {
  protocol::PublicKey author;
  std::uint64_t epoch = 0;
  std::uint64_t checked = 0;
  std::vector<HeldEntry> entries;   ///< the first is sequence 1
  std::set<std::uint64_t> missing;  ///< sequences whose payload is not held
  std::uint64_t payload_blocks = 0;
};

class MemoryState {
 public:
  explicit MemoryState(store::PartnerOf partner_of) : partner_of_(std::move(partner_of)) {}

  // The writing half of store::Store, with its preconditions.
  store::Committed commit(const store::Batch& batch, std::uint64_t now_ms);
  store::Committed mark_checked(const protocol::Hash& log, std::uint64_t through, std::uint64_t now_ms);
  void retract(const protocol::Hash& log, std::uint64_t from);

  store::LogState state_of(const protocol::Hash& log) const;
  store::Totals totals() const;
  std::vector<store::MissingRange> missing(std::size_t ranges_max) const;

  std::map<protocol::Hash, HeldLog> logs;
  std::map<store::RecordId, store::RecordState> records;
  std::uint64_t listed_records = 0;
  std::vector<store::Arrival> arrivals;  ///< number n at index n - 1
  std::map<std::string, protocol::Bytes, std::less<>> settings;

 private:
  protocol::HeaderView view_of(const HeldEntry& entry) const;
  std::optional<store::Revision> revision_of(const HeldLog& log, const HeldEntry& entry) const;
  void set_revisions(const store::RecordId& id, std::vector<store::Revision> revisions);
  void append(const protocol::ChainedRun& run);
  bool put(const protocol::VerifiedPayload& payload);
  std::vector<store::Arrival> check(const protocol::Hash& log, std::uint64_t through, std::uint64_t now_ms);
  bool has_arrived(const store::Revision& revision) const;

  store::PartnerOf partner_of_;
};

/// Whether the entry's header commits to a payload that this version can fetch.
bool has_payload(const protocol::HeaderView& header);

}  // namespace hansa::test
