#pragma once
// What this node holds: every log's head, and the payloads that are due and missing. Owned by the engine.

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <unordered_map>
#include <vector>

#include "protocol/heads.h"
#include "protocol/sync.h"
#include "protocol/wire.h"
#include "sync/ranges.h"

namespace hansa::protocol {

struct HashBits {
  std::size_t operator()(const Hash& hash) const noexcept {
    std::size_t bits;
    std::memcpy(&bits, hash.data(), sizeof bits);
    return bits;
  }
};

struct KnownLog {
  HeldHead held;                     ///< Sequence 0: known by name, nothing held.
  std::optional<PartnerId> partner;  ///< Of the author; none if the charter does not list it.
  std::uint64_t tip = 0;             ///< held.sequence, or behind it what is being admitted.
  std::size_t admitting = 0;         ///< Runs and live entries that the store has not answered for.
  bool run_failed = false;           ///< One of them failed; those behind it fail for no reason of their own.
  RangeSet missing;                  ///< Payloads due here and not held.
  RangeSet asked;                    ///< On their way; also of entries whose headers are.
  std::vector<Hash> refused;         ///< Entries with bad signatures; the newest few.

  bool is_refused(const Hash& entry) const;
};

/// The heads at one instant, as a hello states them.
struct HeadSnapshot {
  std::vector<Head> heads;  ///< Ascending by log.
  BucketDigests buckets{};
  Hash digest{};
  std::vector<Hash> proofs;  ///< Ascending.
};

class LogTable {
 public:
  static constexpr std::size_t refused_per_log = 8;

  KnownLog* find(const Hash& log);
  const KnownLog* find(const Hash& log) const;
  /// Knows the log by name at least.
  KnownLog& know(const Hash& log);
  /// Sets the head; drops missing payloads behind it. Never an older author than before.
  KnownLog& put(const HeldHead& held, const SyncTerms& terms);
  void refuse(const Hash& log, const Hash& entry);

  void add_missing(const EntryRange& range);
  void payload_held(const Hash& log, std::uint64_t sequence);
  /// Logs with payloads missing here.
  const std::set<Hash>& hungry() const { return hungry_; }
  std::size_t missing_ranges() const;
  std::uint64_t missing_total() const;
  std::uint64_t entries_total() const;

  /// All known logs with this prefix, held or not.
  std::vector<Hash> with_prefix(const wire::Prefix& prefix) const;
  /// The shortest name that is not ambiguous here.
  wire::LogName name_of(const Hash& log) const;

  /// `proofs`: of the proof set, ascending.
  std::shared_ptr<const HeadSnapshot> snapshot(const Hash& charter, std::vector<Hash> proofs) const;
  const std::map<Hash, KnownLog>& all() const { return logs_; }

 private:
  std::map<Hash, KnownLog> logs_;
  std::set<Hash> hungry_;
};

}  // namespace hansa::protocol
