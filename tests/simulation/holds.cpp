// Holds: the signer says now and then, at some node, that a key is held or is not any more. In the end every
// node knows the same, and the last word of all has reached it.

#include <algorithm>
#include <stdexcept>

#include "protocol/hold.h"
#include "world.h"

namespace hansa::simulation {

using namespace protocol;

namespace {

bool knows(core::Node& node, const Hold& hold) {
  const auto held = node.status().held_nodes;
  return std::any_of(held->begin(), held->end(), [&](const core::HeldNode& one) { return one.hold == hold; });
}

}  // namespace

/// About some node of the charter that the member has, from somewhere on in what it holds of it.
Hold World::some_hold(Member& member) {
  const auto charter = member.charters.get();
  const auto& nodes = charter->body().nodes;
  Hold hold;
  hold.federation = charter->federation();
  hold.charter = charter->hash();
  hold.node = nodes[chance_.below(nodes.size())].key;
  hold.signer = council_.at(0).key.public_key();
  hold.signed_ms = now_ms_ + chance_.below(60'000);  // the clocks of the machines that sign differ
  for (const auto& log : member.store().snapshot()->logs())
    if (log.author == hold.node && hold.from.size() < hold_positions_max && chance_.below(2) == 0)
      hold.from.push_back({log.log, chance_.between(1, log.sequence)});
  std::ranges::sort(hold.from);
  return hold;
}

void World::give_hold(Member& member, const Hold& hold) {
  const auto sealed = seal_hold(hold, council_.at(0).key);
  if (!sealed) throw std::runtime_error("a hold cannot be sealed");
  const auto taken = member.node->hold(*sealed);
  if (!taken) throw std::runtime_error("a hold is refused: " + std::string(name(taken.error())));
  member.node->after_batch();
  if (*taken == core::HoldTaken::taken) ++holds_;
}

void World::hold_somebody() {
  auto& member = *members_[chance_.below(members_.size())];
  if (!member.node) return;
  auto hold = some_hold(member);
  hold.is_release = chance_.below(3) == 0;
  if (hold.is_release) hold.from.clear();
  give_hold(member, hold);
}

std::uint64_t World::links_over_a_limit() const {
  std::uint64_t count = 0;
  for (const auto& member : members_) {
    if (!member->node) continue;
    const auto refusals = member->node->status().refusals;
    const auto found = refusals.find(std::string(name(Refusal::limit_exceeded)));
    if (found != refusals.end()) count += found->second;
  }
  return count;
}

/// When nothing goes wrong any more: the signer has more to say at one node than any peer of it takes. The
/// last word, later than all before it, must be on every node, and nobody is refused for passing it on.
void World::hold_at_last(std::vector<std::string>& faults) {
  auto last = some_hold(*members_[0]);
  last.signed_ms += 60'000;
  const auto refused = links_over_a_limit();
  for (std::size_t i = 0; i <= proofs_taken_per_minute; ++i) {
    if (i > 0) ++last.signed_ms;
    give_hold(*members_[0], last);
  }
  const auto everybody_knows = [&] {
    return std::all_of(members_.begin(), members_.end(), [&](const auto& member) {
      return !belongs(*member) || (member->node && knows(*member->node, last));
    });
  };
  // Each node on the way may have passed on an earlier word a moment before.
  const std::uint64_t patience_ms = (members_.size() + 1) * proof_pace_ms;
  const auto end = now_ms_ + patience_ms;
  while (now_ms_ < end && !(everybody_knows() && all_equal())) step();
  if (links_over_a_limit() > refused) faults.push_back("a signer's words made links exceed a limit");
  const auto of_first = members_[0]->node->status().held_nodes;
  for (const auto& member : members_) {
    if (!belongs(*member)) continue;
    if (!knows(*member->node, last))
      faults.push_back("node " + std::to_string(member->number) + ": does not know the last hold");
    const auto held = member->node->status().held_nodes;
    const auto same = [](const core::HeldNode& a, const core::HeldNode& b) { return a.hold == b.hold; };
    if (!std::equal(held->begin(), held->end(), of_first->begin(), of_first->end(), same))
      faults.push_back("node " + std::to_string(member->number) + ": its holds are not those of node 0");
    for (const auto& one : *held)
      if (!may_act(one.hold, *charter_))
        faults.push_back("node " + std::to_string(member->number) + ": a hold acts that is over");
  }
}

}  // namespace hansa::simulation
