#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>
#include <tuple>
#include <vector>

#include "core/charter_keeper.h"
#include "core/counting.h"

/// What a charter that is proposed would do to the catalogue, and to the federation's means to change it
/// again.
namespace hansa::core {

inline constexpr std::size_t records_named_max = 20;

/// What of one log counts under only one of two charters.
struct LogEffect {
  protocol::Hash log{};
  protocol::PublicKey node;
  std::uint64_t from = 0;  ///< the first of these entries
  std::uint64_t entries = 0;
  std::uint64_t records = 0;  ///< records that these entries are revisions of
  /// The first of these records by id, and the last of these entries that each has; at most
  /// records_named_max.
  std::map<protocol::RecordId, store::EntryPlace> named{};
};

/// Ascending by log. Of one log there may be both, if a cut names the branch that lies aside.
struct CharterEffect {
  std::vector<LogEffect> stops;  ///< what is held, counts, and would not
  std::vector<LogEffect> again;  ///< what lies aside and would count
};

/// When `proposed` follows the charter in force: by position, by what is known of forks, and by its limits.
/// Reads the headers concerned. What no store here holds or has aside is not told.
CharterEffect effect_of(const store::Snapshot& snapshot, const Forks& forks,
                        const protocol::Charter& proposed);

/// What whoever proposes or approves should be warned of, because it could not be mended afterwards; only
/// what is not so already. Codes: last_coordinator (no partner that is present would be a coordinator),
/// every_signer_needed (there were signers to spare, and none would be: one key lost, and the charter can
/// never change again), signers_have_left (too few signers would be of partners that are present).
std::vector<std::string_view> charter_warnings(const protocol::CharterBody& before,
                                               const protocol::CharterBody& after);

/// The effects of proposals, worked out once for each as long as the store holds the same entries: that reads
/// every header concerned. Remembers at most open_proposals_max. Any thread; two that ask at once may both
/// work it out.
class CharterEffects {
 public:
  using Effect = std::shared_ptr<const CharterEffect>;

  /// Null if the proposal is not open, or does not follow what is held.
  Effect of(const ShownProposal& shown, const store::Snapshot& snapshot, const Forks& forks);
  /// Of a body by its hash, whether or not it is proposed yet. Null if it does not follow `before`.
  Effect of(const protocol::Hash& hash, protocol::ByteView body, const protocol::Charter& before,
            const store::Snapshot& snapshot, const Forks& forks);

 private:
  /// Arrivals, entries and entries aside tell of every change but of entries that come and go unchecked.
  using Held = std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>;

  std::mutex mutex_;
  Held held_;
  Forks forks_;
  std::map<protocol::Hash, Effect> known_;  ///< by proposal: it names the charter that it follows
};

}  // namespace hansa::core
