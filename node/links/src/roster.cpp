#include "roster.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <vector>

#include "link.h"

namespace hansa::links {

Roster::Roster(boost::asio::io_context& io, const protocol::PublicKey& own,
               std::chrono::milliseconds crossing, std::size_t most)
    : own_(own), crossing_(crossing), links_max_(most), change_(io, asio::steady_timer::time_point::max()) {}

void Roster::add(const std::shared_ptr<Link>& link) { all_[link->id()] = link; }

void Roster::remove(core::LinkId id) { all_.erase(id); }

std::shared_ptr<Link> Roster::find(core::LinkId id) const {
  const auto found = all_.find(id);
  return found == all_.end() ? nullptr : found->second.lock();
}

std::optional<core::LinkEnd> Roster::seat(const std::shared_ptr<Link>& link, TimePoint now) {
  const auto found = by_peer_.find(link->peer());
  if (found == by_peer_.end()) {
    if (by_peer_.size() >= links_max_) return core::LinkEnd::too_many_links;
    by_peer_.emplace(link->peer(), Seat{link, now});
    return std::nullopt;
  }
  const auto dialled_by_lower = [this](const Link& candidate) {
    return (candidate.role() == core::LinkRole::dialled) == (own_ < candidate.peer());
  };
  const auto [older, since] = found->second;
  if (now - since < crossing_ && older->role() != link->role() && dialled_by_lower(*older))
    return core::LinkEnd::duplicate;
  found->second = {link, now};
  older->retire(core::LinkEnd::duplicate);
  return std::nullopt;
}

std::vector<std::shared_ptr<Link>> Roster::seated_links() const {
  std::vector<std::shared_ptr<Link>> links;
  for (const auto& [peer, seat] : by_peer_) links.push_back(seat.link);
  return links;
}

void Roster::unseat(const Link& link) {
  const auto found = by_peer_.find(link.peer());
  if (found == by_peer_.end() || found->second.link.get() != &link) return;
  by_peer_.erase(found);
  wake();
}

Task<void> Roster::change() {
  const auto [error] = co_await change_.async_wait(asio::as_tuple(asio::use_awaitable));
  static_cast<void>(error);  // Always aborted: the timer never expires.
}

void Roster::close_all(core::LinkEnd reason) {
  std::vector<std::shared_ptr<Link>> links;  // Closing changes the map.
  for (const auto& [id, link] : all_) {
    if (auto alive = link.lock()) links.push_back(std::move(alive));
  }
  for (const auto& link : links) link->close(reason);
  wake();
}

}  // namespace hansa::links
