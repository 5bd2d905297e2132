// Nodes that are switched off for long, while the keys of others change: when they come back, they do not
// know who calls them, and catch up by those whom they know.

#include <algorithm>

#include "world.h"

namespace hansa::simulation {

using namespace protocol;

namespace {

constexpr std::uint64_t absence_ms_min = 20'000;
constexpr std::uint64_t absence_ms_max = 60'000;

}  // namespace

/// Never the first: whoever is back finds one that it knows.
void World::switch_off() {
  Member& member = *members_[chance_.between(1, members_.size() - 1)];
  if (!member.node) return;
  crash(member);
  member.restart_at_ms = now_ms_ + chance_.between(absence_ms_min, absence_ms_max);
}

/// Another key for the member's partner, which the member takes up when it hears of it.
void World::give_key(CharterBody& body, Member& member, const PartnerId& partner) {
  // One that was made before may not be in any charter yet.
  const auto is_new = [&](const auto& key) {
    return std::ranges::find(body.nodes, key->public_key(), &CharterNode::key) == body.nodes.end();
  };
  auto& spares = member.spare_keys;
  auto spare = std::ranges::find_if(spares, is_new);
  if (spare == spares.end()) {
    spares.push_back(std::make_unique<SecretKey>(SecretKey::generate(chance_.entropy())));
    spare = std::prev(spares.end());
  }
  CharterNode next;
  next.key = (*spare)->public_key();
  next.partner = partner;
  body.nodes.push_back(next);
}

/// A new key for the old one; or one for a partner that was left without any.
bool World::change_key(CharterBody& body, Member& member, Member& at) {
  const auto node = std::ranges::find(body.nodes, member.key->public_key(), &CharterNode::key);
  if (node == body.nodes.end()) return false;
  if (node->status == NodeStatus::active) return narrow_node(body, member, at);
  const auto partner = node->partner;
  const auto is_there = [&](const CharterNode& one) {
    return one.partner == partner && one.status == NodeStatus::active;
  };
  if (std::ranges::any_of(body.nodes, is_there)) return false;
  give_key(body, member, partner);
  return true;
}

/// One runs under a key that the other has not heard of.
void World::note_stranger(const Member& member, const Member& other) {
  const auto& key = other.key->public_key();
  if (member.charters.get()->node(key) == nullptr && charter_->node(key) != nullptr)
    strangers_met_.insert({member.number, key});
}

}  // namespace hansa::simulation
