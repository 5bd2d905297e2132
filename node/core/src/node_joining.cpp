// The node's part in joining and addresses: what must happen to the whole node.

#include <algorithm>
#include <span>
#include <utility>

#include "core/node.h"
#include "node_parts.h"

namespace hansa::core {
namespace {

constexpr std::uint64_t announce_again_ms = 10'000;

}  // namespace

Reception& Node::reception() { return parts_->reception; }
AddressBook& Node::addresses() { return parts_->addresses; }
const Doorway& Node::doorway() const { return parts_->doorway; }

void Node::guest_up(LinkId link, const protocol::PublicKey& peer, LinkRole role, std::string address) {
  parts_->guests.up(link, peer, role, std::move(address), *links_);
}

void Node::knock(const protocol::PublicKey& peer, std::string address) {
  parts_->reception.knock(peer, address, now_ms());
}

protocol::Outcome<MadeInvitation, JoinRefused> Node::invite(std::uint64_t expires_ms, std::string_view by) {
  const auto& own = options_.addresses;
  return parts_->reception.invite(expires_ms, own.empty() ? std::string() : own.front(), by, now_ms());
}

protocol::Outcome<protocol::Done, JoinRefused> Node::join(std::string_view line) {
  events_.addresses_changed = true;
  return parts_->applicant.start(line, now_ms());
}

protocol::Outcome<protocol::Done, JoinRefused> Node::give_up_joining() {
  events_.addresses_changed = true;
  return parts_->applicant.give_up();
}

std::vector<std::string> Node::to_dial() const {
  if (const auto target = parts_->doorway.target()) return {target->address};
  return parts_->addresses.to_dial();
}

/// The applicant has found the chain good. In force at the end of after_batch().
void Node::enter_federation(const std::vector<protocol::Bytes>& charters) {
  if (charters.empty()) return;
  const auto invitation = parts_->applicant.application()->invitation;
  parts_->addresses.note(invitation.inviter, invitation.address);
  for (std::span<const protocol::Bytes> rest = charters; !rest.empty();) {
    const auto some = rest.first(std::min(rest.size(), charters_at_once_max));
    if (take_charters(some).refused())
      return;  // It was judged by the same rules: a charter of another came first.
    rest = rest.subspan(some.size());
  }
  parts_->keeper.pin({invitation.charter_version, invitation.charter_hash});
}

/// Until it is in the log. An observer, or a node whose log is being fetched back, cannot yet.
void Node::announce_addresses() {
  if (announcing_ || !parts_->sync || now_ms() < announced_ms_ + announce_again_ms) return;
  const auto& current = parts_->epochs.current();
  if (!current) return;
  auto content = parts_->addresses.due(options_.addresses, *current);
  if (!content) return;
  announcing_ = true;
  announced_ms_ = now_ms();
  PublishRequest request;
  request.kind = protocol::EntryKind::announcement;
  request.content = std::move(*content);
  publish(std::move(request), [this](const PublishOutcome&) { announcing_ = false; });
}

}  // namespace hansa::core
