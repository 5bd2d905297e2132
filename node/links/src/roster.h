#pragma once
// The connections there are: all of them by id, and the authenticated ones by peer, one each. io thread only.

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "core/link_port.h"
#include "protocol/keys.h"
#include "web_stream.h"

namespace hansa::links {

class Link;

class Roster {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// `own`: this node's key, which decides between two links to one peer that cross. `crossing`: how much
  /// later than the first the second of them can come. `most`: authenticated links.
  Roster(boost::asio::io_context& io, const protocol::PublicKey& own, std::chrono::milliseconds crossing,
         std::size_t most);

  core::LinkId next_id() { return ++last_id_; }
  void add(const std::shared_ptr<Link>& link);
  void remove(core::LinkId id);
  /// Null if it is gone.
  std::shared_ptr<Link> find(core::LinkId id) const;

  /// Gives an authenticated link its peer's place. Of two links dialled by different ends at one time, the
  /// one dialled by the lower key stays, so that both ends choose alike; of any other two the newer, because
  /// whoever dials again has lost the older, or is a copy of that node that has something to say, too.
  /// Failures: duplicate, too_many_links.
  std::optional<core::LinkEnd> seat(const std::shared_ptr<Link>& link, TimePoint now);
  /// Frees the place if this link has it.
  void unseat(const Link& link);
  bool seated(const protocol::PublicKey& peer) const { return by_peer_.contains(peer); }

  std::vector<std::shared_ptr<Link>> seated_links() const;

  /// Returns after the next unseat() or wake().
  Task<void> change();
  /// Ends every wait for a change.
  void wake() { change_.cancel(); }

  /// Closes all with `reason`; strangers are dropped.
  void close_all(core::LinkEnd reason);

 private:
  struct Seat {
    std::shared_ptr<Link> link;
    TimePoint since;
  };

  protocol::PublicKey own_;
  std::chrono::milliseconds crossing_;
  std::size_t links_max_;
  core::LinkId last_id_ = 0;
  std::unordered_map<core::LinkId, std::weak_ptr<Link>> all_;
  std::unordered_map<protocol::PublicKey, Seat> by_peer_;
  boost::asio::steady_timer change_;  // never expires
};

}  // namespace hansa::links
