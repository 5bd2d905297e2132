// The intruder goes about. Whatever it says, nodes stay with what they have.

#include <numeric>

#include "world.h"

namespace hansa::simulation {

using namespace protocol;

namespace {

std::uint64_t refusals(const core::Node& node) {
  const auto counted = node.status().refusals;
  return std::accumulate(counted.begin(), counted.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const auto& entry) { return sum + entry.second; });
}

}  // namespace

void World::list_intruder(CharterBody& body) {
  intruder_ = std::make_unique<Intruder>(SecretKey::generate(chance_.entropy()));
  CharterPartner partner;
  chance_.fill(partner.id.bytes);
  partner.names = {{"en", "Town without rules"}};
  partner.country = "LV";
  CharterNode node;
  node.key = intruder_->key();
  node.partner = partner.id;
  body.nodes.push_back(node);
  body.partners.push_back(partner);
}

const PublicKey& World::key_of(std::size_t node) const {
  return node == intruder_number ? intruder_->key() : members_[node]->key->public_key();
}

void World::intrude() {
  Member& member = *members_[chance_.below(members_.size())];
  if (!member.node || network_.connected(intruder_number, member.number)) return;
  if (!protocol::may_link(*member.charters.get(), intruder_->key())) return;
  ++intrusions_;
  network_.connect(intruder_number, member.number, now_ms_);
}

/// It has dialled, and chooses what to do.
void World::meet_intruder(core::LinkId link, Member& member) {
  const auto charter = member.charters.get();
  const auto key = member.key->public_key();
  if (plan_.thieves && chance_.below(2) == 0) {
    const auto loot = loot_of(*members_[chance_.below(plan_.nodes)]);
    return intruder_->link_up(link, key, *charter, loot);
  }
  if (!members_[0]->node) return;
  const auto& truth = *members_[0]->node->charter_keeper().chain();
  std::optional<Lie> lie;
  // Newcomers are who it hopes for.
  const bool rewrites = !plan_.forges || member.number >= plan_.nodes || chance_.below(2) == 0;
  if (plan_.rewrites && rewrites) lie = forger_.rewrite(truth);
  if (lie) ++rewrites_;
  if (!lie && plan_.forges) lie = forger_.forge(truth);
  if (lie) intruder_->link_up(link, key, *charter, std::move(*lie));
}

void World::carry_intruders_words() {
  for (auto& [link, bytes] : intruder_->take_said())
    network_.send(intruder_number, link, std::move(bytes), now_ms_);
}

void World::hear_intruder(Member& member, core::LinkId link, Bytes bytes) {
  const bool is_forgery = intruder_->is_forgery(bytes);
  if (is_forgery) member.node->after_batch();  // what it heard before
  const auto before = member.node->charter_keeper().chain()->newest().hash();
  const auto counted = is_forgery ? refusals(*member.node) : 0;
  member.node->message(link, std::move(bytes));
  if (!is_forgery) return end_batch(member);
  member.node->after_batch();
  ++forgeries_;
  if (refusals(*member.node) == counted) ++unheard_;
  if (member.node->charter_keeper().chain()->newest().hash() != before)
    found_.push_back("node " + std::to_string(member.number) + " took a forged charter");
}

}  // namespace hansa::simulation
