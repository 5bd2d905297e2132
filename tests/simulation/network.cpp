#include "network.h"

#include <algorithm>

#include "protocol/sync_limits.h"
#include "protocol/wire.h"

namespace hansa::simulation {

namespace wire = protocol::wire;

void Network::connect(std::size_t dialler, std::size_t listener, std::uint64_t) {
  const LinkId link = ++last_link_;
  Pipe& pipe = pipes_[link];
  pipe.ends[0].node = dialler;
  pipe.ends[1].node = listener;
  ears_.up(listener, link, dialler, core::LinkRole::accepted);
  ears_.up(dialler, link, listener, core::LinkRole::dialled);
}

bool Network::connected(std::size_t a, std::size_t b) const {
  return std::any_of(pipes_.begin(), pipes_.end(), [&](const auto& entry) {
    const Pipe& pipe = entry.second;
    const bool same = (pipe.ends[0].node == a && pipe.ends[1].node == b) ||
                      (pipe.ends[0].node == b && pipe.ends[1].node == a);
    return same && !pipe.dead;
  });
}

void Network::kill(LinkId link, Pipe& pipe, std::uint64_t now_ms) {
  if (pipe.dead) return;
  pipe.dead = true;
  flights_.link_gone(link);
  for (End& end : pipe.ends) {
    end.inbox.clear();
    end.down_at_ms = now_ms + chance_.between(1, weather.hear_of_cut_ms_max);
  }
}

void Network::close(std::size_t node, LinkId link) {
  const auto at = pipes_.find(link);
  if (at == pipes_.end()) return;
  for (End& end : at->second.ends)
    if (end.node == node) end.has_closed = true;
}

void Network::send(std::size_t node, LinkId link, protocol::Bytes bytes, std::uint64_t now_ms) {
  const auto at = pipes_.find(link);
  if (at == pipes_.end() || at->second.dead) return;  // into the void
  Pipe& pipe = at->second;
  End& to = pipe.ends[0].node == node ? pipe.ends[1] : pipe.ends[0];
  const auto message = wire::decode(bytes);
  const bool bulk = message && wire::is_bulk(*message);
  ++messages_;
  bytes_ += bytes.size();
  if (message &&
      (std::holds_alternative<wire::Ping>(*message) || std::holds_alternative<wire::Pong>(*message)))
    ++pings_;
  else
    ++said_by_[node];
  std::uint64_t due = now_ms + chance_.between(weather.latency_min_ms, weather.latency_max_ms);
  if (!to.inbox.empty()) due = std::max(due, to.inbox.back().at_ms);
  if (bulk) {
    to.bulk_bytes += bytes.size();
    bulk_max_ = std::max(bulk_max_, to.bulk_bytes);
  }
  if (message) flights_.sent(node, link, *message);
  to.inbox.push_back({due, std::move(bytes), bulk, message ? Flights::answered(*message) : 0});
}

void Network::node_gone(std::size_t node, std::uint64_t now_ms) {
  for (auto& [link, pipe] : pipes_)
    for (End& end : pipe.ends)
      if (end.node == node) {
        kill(link, pipe, now_ms);
        end.down_at_ms = 0;
      }
}

void Network::cut_all_between(const std::set<std::size_t>& side, std::uint64_t now_ms) {
  for (auto& [link, pipe] : pipes_)
    if (side.contains(pipe.ends[0].node) != side.contains(pipe.ends[1].node)) kill(link, pipe, now_ms);
}

void Network::calm(std::uint64_t now_ms) {
  weather.cuts_per_million = weather.stalls_per_million = weather.debtor_stalls_every_ms = 0;
  for (auto& [link, pipe] : pipes_)
    for (End& end : pipe.ends) end.stalled_until_ms = std::min(end.stalled_until_ms, now_ms);
}

void Network::deliver(LinkId link, std::uint64_t now_ms) {
  for (const int side : {0, 1}) {
    while (true) {
      const auto at = pipes_.find(link);
      if (at == pipes_.end()) return;
      Pipe& pipe = at->second;
      End& end = pipe.ends[side];
      if (pipe.dead || end.inbox.empty() || end.inbox.front().at_ms > now_ms || end.stalled_until_ms > now_ms)
        break;
      Item item = std::move(end.inbox.front());
      end.inbox.pop_front();
      if (item.bulk) end.bulk_bytes -= item.bytes.size();
      if (item.answers != 0) flights_.heard(end.node, link, item.answers);
      if (!end.has_closed) ears_.message(end.node, link, std::move(item.bytes));
    }
  }
  Pipe& pipe = pipes_.at(link);
  for (const int side : {0, 1})
    if (pipe.ends[side].has_closed && pipe.ends[1 - side].inbox.empty()) kill(link, pipe, now_ms);
}

void Network::stall_debtor(std::uint64_t now_ms) {
  if (weather.debtor_stalls_every_ms == 0 || now_ms < debtor_stalled_ms_ + weather.debtor_stalls_every_ms)
    return;
  const auto owed = flights_.owed_by_several();
  if (owed.empty()) return;
  debtor_stalled_ms_ = now_ms;
  const auto& [node, link] = owed[chance_.below(owed.size())];
  for (End& end : pipes_.at(link).ends)
    if (end.node == node) end.stalled_until_ms = now_ms + 2 * protocol::answer_wait_ms;
}

void Network::step(std::uint64_t now_ms) {
  stall_debtor(now_ms);
  std::vector<LinkId> links;
  for (const auto& [link, pipe] : pipes_) links.push_back(link);
  chance_.shuffle(links);
  for (const LinkId link : links) {
    Pipe& pipe = pipes_.at(link);
    if (!pipe.dead && weather.cuts_per_million > 0 && chance_.rarely(weather.cuts_per_million))
      kill(link, pipe, now_ms);
    for (End& end : pipe.ends)
      if (weather.stalls_per_million > 0 && chance_.rarely(weather.stalls_per_million))
        end.stalled_until_ms = now_ms + chance_.between(1000, 40'000);
    deliver(link, now_ms);
    if (!pipe.dead) continue;
    for (End& end : pipe.ends)
      if (end.down_at_ms != 0 && end.down_at_ms <= now_ms) {
        end.down_at_ms = 0;
        ears_.down(end.node, link);
      }
    if (pipe.ends[0].down_at_ms == 0 && pipe.ends[1].down_at_ms == 0) pipes_.erase(link);
  }
}

}  // namespace hansa::simulation
