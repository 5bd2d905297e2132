#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "core/charter_keeper.h"
#include "core/counting.h"

/// What a charter that is proposed would do to the catalogue, and to the federation's means to change it
/// again.
namespace hansa::core {

inline constexpr std::size_t records_named_max = 20;

/// Entries of one log that count under only one of two charters.
struct LogEffect {
  protocol::Hash log{};
  protocol::PublicKey node;
  std::uint64_t from = 0;  ///< the first of them
  std::uint64_t entries = 0;
  std::uint64_t records = 0;  ///< that they are revisions of
};

/// One entry that is a revision, by author time.
struct RevisionPlace {
  std::uint64_t author_time_ms = 0;
  protocol::Hash log{};
  store::EntryPlace place;
  protocol::PublicKey author;  ///< of the log
  friend auto operator<=>(const RevisionPlace&, const RevisionPlace&) = default;
};

/// The entries of all logs that count under only one of two charters.
struct EntriesEffect {
  std::vector<LogEffect> logs;  ///< ascending by log
  std::uint64_t entries = 0;
  std::uint64_t records = 0;  ///< that they are revisions of, each counted once
  /// The first of these records by id, and the latest of these entries that each has; at most
  /// records_named_max.
  std::map<protocol::RecordId, RevisionPlace> named{};
};

/// Of one log there may be both, if a cut names the branch that lies aside. What a succession makes revisions
/// of, or a partner's leaving takes that from, is not told.
struct CharterEffect {
  EntriesEffect stops;  ///< what is held, counts, and would not
  EntriesEffect again;  ///< what lies aside and would count
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

inline constexpr std::uint64_t effect_lives_ms = 10'000;

/// The effects of proposals, which take reading every header concerned: each is worked out once and then told
/// for effect_lives_ms, whatever comes meanwhile; it is shown to people, and nothing is judged by it.
/// Remembers at most open_proposals_max. Any thread; two that ask at once may both work it out.
class CharterEffects {
 public:
  using Effect = std::shared_ptr<const CharterEffect>;

  /// Null if the proposal is not open, or does not follow what is held.
  Effect of(const ShownProposal& shown, const store::Snapshot& snapshot, const Forks& forks,
            std::uint64_t now_ms);
  /// Of a body by its hash, whether or not it is proposed yet. Null if it does not follow `before`.
  Effect of(const protocol::Hash& hash, protocol::ByteView body, const protocol::Charter& before,
            const store::Snapshot& snapshot, const Forks& forks, std::uint64_t now_ms);

 private:
  struct Known {
    Effect effect;
    std::uint64_t made_ms = 0;
  };

  std::mutex mutex_;
  std::map<protocol::Hash, Known> known_;  ///< by proposal: it names the charter that it follows
};

}  // namespace hansa::core
