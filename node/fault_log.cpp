#include "fault_log.h"

#include <algorithm>

namespace hansa {
namespace {

const protocol::PeerView* find(const core::NodeStatus& status, const protocol::PublicKey& node) {
  const auto found = std::find_if(status.peers.begin(), status.peers.end(),
                                  [&](const protocol::PeerView& view) { return view.node == node; });
  return found == status.peers.end() ? nullptr : &*found;
}

bool is_new(const protocol::PeerError& error, const protocol::PeerView* before) {
  if (before == nullptr || !before->last_error) return true;
  return before->last_error->at_ms != error.at_ms || before->last_error->code != error.code;
}

/// Two nodes dialled each other at once, and one link is enough; or this node is being stopped: nobody need
/// act.
bool is_normal(core::LinkEnd reason) {
  return reason == core::LinkEnd::duplicate || reason == core::LinkEnd::stopped;
}

}  // namespace

void FaultLog::look_at_peers(const core::NodeStatus& before, const core::NodeStatus& now) const {
  for (const auto& view : now.peers) {
    if (!view.last_error || !is_new(*view.last_error, find(before, view.node))) continue;
    std::string about;
    for (const auto& [name, value] : view.last_error->params)
      about += (about.empty() ? "" : " ") + name + ":" + value;
    log_.warning("peer_fault", {{"peer", protocol::to_text(view.node)},
                                {"reason", std::string(protocol::name(view.last_error->code))},
                                {"about", about}});
  }
}

void FaultLog::link_event(const links::LinkEvent& event) {
  using Kind = links::LinkEvent::Kind;
  if (event.kind == Kind::dial_failed) return dial_failed(event);
  const std::string peer = event.peer ? protocol::to_text(*event.peer) : "";
  const std::string reason(name(event.reason));
  if (event.kind == Kind::up) {
    failing_.erase(event.address);
    return log_.info(event.guest ? "guest_up" : "link_up", {{"peer", peer}, {"address", event.address}});
  }
  if (event.kind == Kind::down)
    return log_.info(event.guest ? "guest_down" : "link_down",
                     {{"peer", peer}, {"address", event.address}, {"reason", reason}});
  const auto write = is_normal(event.reason) ? &Log::info : &Log::warning;
  (log_.*write)("link_refused", {{"peer", peer}, {"address", event.address}, {"reason", reason}});
}

void FaultLog::dial_failed(const links::LinkEvent& event) {
  const auto known = failing_.find(event.address);
  const bool told = known != failing_.end() && known->second == event.reason;
  failing_[event.address] = event.reason;
  const auto write = told ? &Log::debug : is_normal(event.reason) ? &Log::info : &Log::warning;
  (log_.*write)("dial_failed", {{"address", event.address}, {"reason", std::string(name(event.reason))}});
}

}  // namespace hansa
