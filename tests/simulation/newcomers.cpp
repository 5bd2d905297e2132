// Partners who are invited while everything goes on. A newcomer is pinned to a version that was final for
// whoever invited it; it gets the chain with the invitation, or has it from whom it meets first.

#include <algorithm>

#include "world.h"

namespace hansa::simulation {

using namespace protocol;

namespace {

constexpr std::size_t first_neighbours = 3;
constexpr std::uint64_t others_come_ms = 30'000;

}  // namespace

/// A body that lists one more, who may have been proposed before.
bool World::add_newcomer(CharterBody& body) {
  auto waiting = std::ranges::find_if(members_, [](const auto& member) { return member->is_invited; });
  if (waiting == members_.end()) {
    if (newcomers_ >= plan_.newcomers) return false;
    ++newcomers_;
    Member& made = add_member(SecretKey::generate(chance_.entropy()));
    made.gone = made.is_invited = true;
    chance_.fill(made.invited_as.bytes);
    waiting = std::prev(members_.end());
  }
  const Member& member = **waiting;
  if (std::ranges::find(body.nodes, member.key->public_key(), &CharterNode::key) != body.nodes.end())
    return false;
  CharterPartner partner;
  partner.id = member.invited_as;
  partner.names = {{"en", "Newcomer " + std::to_string(member.number)}};
  partner.country = "EE";
  CharterNode node;
  node.key = member.key->public_key();
  node.partner = partner.id;
  body.nodes.push_back(node);
  body.partners.push_back(partner);
  return true;
}

/// Those whom the charter lists by now start.
void World::welcome_newcomers() {
  for (auto& member : members_) {
    if (!member->is_invited || charter_->node(member->key->public_key()) == nullptr) continue;
    const auto& inviter = *members_[0];
    if (!inviter.node) return;
    const auto& keeper = inviter.node->charter_keeper();
    const auto pin = keeper.chain()->final();
    member->is_invited = member->gone = false;
    member->host.bind({charter_->federation(), {}, 0, 0, pin.version, pin.hash});
    member->charters.set(charters_.front());
    start(*member);
    const bool has_chain = chance_.below(2) == 0;
    for (std::size_t i = 0; i < first_neighbours; ++i) {
      const std::pair edge(chance_.below(plan_.nodes), member->number);
      edges_.push_back(edge);
      if (!has_chain) dial_at_ms_[edge] = now_ms_ + chance_.between(0, others_come_ms);
    }
    if (has_chain) {
      member->node->take_charters(keeper.from(2, core::charters_at_once_max, SIZE_MAX));
      member->node->after_batch();
    } else if (intruder_) {
      network_.connect(intruder_number, member->number, now_ms_);
    }
  }
}

}  // namespace hansa::simulation
