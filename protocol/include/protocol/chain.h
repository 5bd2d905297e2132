#pragma once
// Runs of consecutive entries of one log, checked against what was known before. The only door by which
// headers from anywhere become something a store takes.
//
// Because every header commits to the header before it and to its signature, the last signature of a
// contiguous run vouches for the whole run: the entries before it are `unchecked` until check_signatures()
// has seen each of them. Entries that act (everything but content) are checked here at once. Pure; any
// thread. Cost: one hash an entry, one signature check (57 us) a run and an acting entry.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "protocol/bytes.h"
#include "protocol/entry.h"
#include "protocol/keys.h"
#include "protocol/outcome.h"

namespace hansa::protocol {

inline constexpr std::size_t run_bytes_max = 4 * 1024 * 1024;

/// Why a run was not taken, and where.
struct ChainFault {
  Refusal refusal{};
  std::size_t index = 0;   ///< Into the run: the entries before it were not at fault.
  std::size_t offset = 0;  ///< Where that entry's bytes start.
  Hash hash{};             ///< Its hash, if it is a well-formed header; zeros otherwise.
};

/// A checked, non-empty run: consecutive in one log, continuing a tip (or starting with the declaration).
/// Owns its bytes. Only chain() makes one.
class ChainedRun {
 public:
  std::size_t size() const { return entries_.size(); }
  /// In place; valid as long as the run is neither moved nor destroyed.
  HeaderView header(std::size_t index) const;
  const Hash& hash(std::size_t index) const { return entries_[index].hash; }
  /// This entry's own signature was verified here.
  bool is_checked(std::size_t index) const { return entries_[index].checked; }
  std::uint64_t first_sequence() const { return tip_.sequence - entries_.size() + 1; }
  /// All headers, verbatim, one after the other.
  ByteView bytes() const { return bytes_; }
  /// The log with this run at its end.
  const LogTip& tip() const { return tip_; }

 private:
  friend Outcome<ChainedRun, ChainFault> chain(const Hash&, const std::optional<LogTip>&, Bytes);
  struct Entry {
    std::size_t offset;
    Hash hash;
    bool checked;
  };
  ChainedRun() = default;
  Bytes bytes_;
  std::vector<Entry> entries_;
  LogTip tip_;
};

/// Checks headers that stand one after the other. Without a tip the first must be the log's declaration.
/// Faults: malformed (structure), too_large (a header, or more than run_bytes_max), wrong_federation,
/// bad_chain (another log, a gap, another previous hash, a second declaration), bad_signature (the last
/// entry, a declaration, or one that acts). An empty run is malformed.
Outcome<ChainedRun, ChainFault> chain(const Hash& federation, const std::optional<LogTip>& tip,
                                      Bytes headers);

/// Every signature in headers that stand one after the other (from a ChainedRun or a store): the index of the
/// first that does not verify or does not parse.
std::optional<std::size_t> check_signatures(ByteView headers, const PublicKey& author);

}  // namespace hansa::protocol
