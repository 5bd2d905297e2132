#pragma once
// What counts: how far the entries of each log count, by the newest charter and what is known of forks. Pure
// functions of these and of the bytes held; never of clocks, settings, or the order in which things came. Any
// thread. Rules: design §4, "Charter" and "Forks"; docs/protocol.md, "What counts".

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "protocol/charter.h"
#include "store/store.h"

namespace hansa::core {

/// What is known of forks.
struct Forks {
  /// By log: the lowest sequence at which two validly signed entries of it are known.
  std::map<protocol::Hash, std::uint64_t> at;
  /// Keys with more forked logs than are kept: none of their logs counts unless the charter names its end.
  std::set<protocol::PublicKey> overrun;
  friend bool operator==(const Forks&, const Forks&) = default;
};

/// A log as its declaration names it.
struct DeclaredLog {
  protocol::Hash log{};
  protocol::PublicKey author;
  std::uint64_t epoch = 0;
};

/// What ends a log, if anything does.
enum class LogEnd : std::uint8_t {
  open,           ///< nothing does
  unknown_key,    ///< the charter does not list its author
  observer,       ///< its partner reads only
  left,           ///< its partner has left
  retired,        ///< its author's key was retired,
  rotated,        ///< replaced by another,
  revoked,        ///< or taken away
  cut,            ///< the charter names its last entry
  forked,         ///< it has two branches, or too many logs of its key have, and the charter names none
  too_many_logs,  ///< its author may not have as many logs
};
/// The stable snake_case name.
std::string_view name(LogEnd end);

/// How far one log counts.
struct Reach {
  LogEnd end = LogEnd::open;
  std::uint64_t through = UINT64_MAX;     ///< no entry behind it counts; 0: none at all
  std::uint64_t blocks_max = UINT64_MAX;  ///< of the payloads of all counting entries together
  /// The entry through which the log must pass: of a log that reaches as far and has another one there,
  /// nothing counts that may be of the wrong branch.
  std::optional<protocol::Cut> passes;
  /// With `passes`: two branches are known from here on. What stands here counts only with what `passes`
  /// names.
  std::uint64_t disputed_from = UINT64_MAX;
};

/// `forks`: at most one entry of it matters. `rank`: see rank_of(); 0 for a log that is within the limit.
Reach reach_of(const protocol::Charter& charter, const Forks& forks, const DeclaredLog& log,
               std::size_t rank);

/// By epoch number and then by id: the order in which the logs of one key rank.
bool ranks_before(const DeclaredLog& a, const DeclaredLog& b);

/// How many of the author's other logs rank before this one: of a key's logs only the first NodeLimits::logs
/// count. Logs of which the charter or a fork leaves nothing take no place. `logs`: all that are held, of any
/// author.
std::size_t rank_of(const protocol::Charter& charter, const Forks& forks, const DeclaredLog& log,
                    std::span<const DeclaredLog> logs);

std::vector<DeclaredLog> declared_logs(const store::Snapshot& snapshot);

/// The first held entry that does not count; one behind the log's end if all do. Reads at most the entry that
/// the log must pass through, and all headers if the payloads are too large.
std::uint64_t first_not_counting(const store::Snapshot& snapshot, const store::LogState& log,
                                 const Reach& reach);

}  // namespace hansa::core
