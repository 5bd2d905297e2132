#pragma once
// Everything a store shows, computed again from the bytes it keeps: for `hansa verify`. Reads one snapshot
// from the beginning to the end and changes nothing. Any thread. Memory: a few bytes for each log, each range
// of missing payloads and each record that others are about. Cost: a signature check (57 us) an entry, and
// reading every payload.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "store/catalogue.h"
#include "store/store.h"

namespace hansa::store {

/// The report keeps this many differences and counts the others.
inline constexpr std::size_t differences_max = 1000;

/// What differs; the names are stable (see name()).
enum class Difference {
  header_missing,    ///< a log's state says there are more headers than there are, or fewer
  chain_broken,      ///< a header is malformed or does not continue the one before
  signature_bad,     ///< of an entry that is marked as checked
  unchecked_bad,     ///< the same of one that is not; the background check will retract it
  log_state_wrong,   ///< author, epoch, head or sums do not follow from the headers
  payload_damaged,   ///< cannot be read, or does not match its commitment
  payload_unlisted,  ///< neither held nor listed as missing, or both, or of an entry that has none
  record_wrong,      ///< the view does not show what the headers say
  arrival_wrong,     ///< an arrival of no checked entry, a checked entry without one, or numbers that fall
  totals_wrong,
  aside_wrong,  ///< an entry set aside is malformed, not the one it is listed as, or counts as well
};
/// The stable snake_case name.
std::string_view name(Difference difference);

struct Found {
  Difference difference{};
  Hash log{};                  ///< zeros: no log in particular
  std::uint64_t sequence = 0;  ///< 0: no entry in particular
  RecordId record{};           ///< zeros: no record in particular
};

struct Verification {
  std::vector<Found> found;  ///< at most differences_max
  std::uint64_t differences = 0;
  std::uint64_t logs = 0;
  std::uint64_t entries = 0;
  std::uint64_t signatures = 0;  ///< verified and good
  std::uint64_t payloads = 0;    ///< read and matching
  std::uint64_t records = 0;
  std::uint64_t aside = 0;  ///< entries set aside, whose payloads were read, too
  bool complete = false;    ///< not stopped before the end
};

/// Called between pieces of work: entries done and in all. False: stop here.
using VerifyProgress = std::function<bool(std::uint64_t done, std::uint64_t total)>;

/// `federation`: the one whose logs these are. Throws StoreBroken only if the snapshot cannot be read at all;
/// a payload that cannot be is a difference.
Verification verify_store(const Snapshot& snapshot, const Hash& federation, const PartnersOf& partners_of,
                          const VerifyProgress& progress);

}  // namespace hansa::store
