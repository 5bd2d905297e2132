#pragma once
// Where two branches of a log part. A peer whose head conflicts with ours is asked for single headers until
// the lowest place is known where the two differ; two good signatures there are evidence of a fork, a bad one
// of the peer's condemns its branch. docs/protocol.md, "Evidence of forks".

#include <map>
#include <optional>
#include <set>
#include <utility>

#include "sync/own_gate.h"
#include "sync/state.h"

namespace hansa::protocol {

class Bisect {
 public:
  static constexpr std::size_t searches_max = 4;

  Bisect(SyncState& state, OwnGate& gate) : s_(state), gate_(gate) {}

  /// Takes up the disputes that can be searched now.
  void schedule();
  /// True if the answer was to a question of this search.
  bool batch(Session& session, const wire::Batch& batch, std::uint64_t bytes);
  bool deny(Session& session, const wire::Deny& deny);
  bool headers_read(StoreTicket ticket, const std::vector<Bytes>& headers);
  /// Gives up questions that nobody answered in time.
  void tick();

 private:
  struct Search {
    LinkId link = 0;
    std::uint64_t low = 0;   ///< The two are equal here; 0: before the first entry.
    std::uint64_t high = 0;  ///< They differ here, once `theirs` is there.
    std::uint64_t step = 1;  ///< Most branches are short: first back from the end, doubling.
    bool has_low = false;
    Bytes theirs;  ///< The peer's header at `high`,
    Bytes ours;    ///< and ours.
    std::uint64_t probe = 0;
    Bytes probed;  ///< The peer's header at `probe`.
    std::uint32_t ticket = 0;
    std::optional<StoreTicket> reading;
    std::uint64_t asked_ms = 0;
  };
  using Dispute = std::pair<LinkId, Hash>;

  /// Whether the dispute stays.
  bool take_up(const Dispute& dispute);
  void ask(const Hash& log, Search& search);
  void compared(const Hash& log, Search& search, const Bytes& ours);
  void conclude(const Hash& log, const Search& search);
  void rest(const Hash& log);
  std::map<Hash, Search>::iterator asked(const Session& session, std::uint32_t ticket);

  SyncState& s_;
  OwnGate& gate_;
  std::map<Hash, Search> searches_;
  std::map<Dispute, Backoff> rests_;
  std::set<StoreTicket> stale_reads_;  ///< Asked for a search that has ended.
};

}  // namespace hansa::protocol
