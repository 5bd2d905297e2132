#pragma once
// Asking for headers: which log from which peer, several ranges in flight, and what is done when a peer does
// not deliver. Each log comes from one peer at a time.

#include <map>
#include <optional>
#include <vector>

#include "sync/own_gate.h"
#include "sync/state.h"

namespace hansa::protocol {

class HeaderPulls {
 public:
  HeaderPulls(SyncState& state, OwnGate& gate) : s_(state), gate_(gate) {}

  /// Sends what may be asked now.
  void schedule();
  /// Headers that answer a pull of this session, to be admitted; nothing if they are not wanted (any more).
  /// `bytes`: of the message; finish_bulk() was called for it unless headers are returned.
  struct Arrived {
    Hash log{};
    std::uint64_t from = 0;
    std::uint64_t count = 0;
    Bytes headers;
  };
  std::optional<Arrived> batch(Session& session, wire::Batch batch, std::uint64_t bytes);
  /// False if the ticket is not one of ours.
  bool deny(Session& session, const wire::Deny& deny);
  /// All headers that the peer claims of this log are here or were asked of it: an answer to what is asked of
  /// it now comes behind them.
  bool all_asked(const Session& session, const Hash& key) const;
  /// The peer did not deliver this log as it said: asks others, later.
  void fail(Session& session, const Hash& key, Refusal why);
  /// What the peer sent of this log was refused: not again until it says something else.
  void block(Session& session, const Hash& key, Refusal why);
  /// The peer has another entry than we.
  void conflict(Session& session, const Hash& key);
  /// Drops all pulls of a log, from whomever.
  void abandon(const Hash& key);
  /// Drops all pulls of a session; how many there were.
  std::size_t abandon(Session& session);

 private:
  struct Course {
    LinkId link = 0;
    std::uint64_t asked_through = 0;
    std::size_t in_flight = 0;
  };

  std::uint64_t tip(const Hash& key) const;
  bool pullable(const Session& session, const Claim& claim, std::uint64_t tip) const;
  Session* choose(const Hash& key, std::uint64_t tip, bool& claimed);
  void ask(Session& session, const Hash& key, Course& course);
  bool advance(const Hash& key);
  void abandon(Session& session, const Hash& key);
  std::optional<Arrived> arrived(Session& session, const HeaderPull& pull, Bytes headers);
  std::optional<Arrived> trim(Session& session, Arrived arrived, const std::vector<std::size_t>& offsets);

  SyncState& s_;
  OwnGate& gate_;
  std::map<Hash, Course> courses_;
};

}  // namespace hansa::protocol
