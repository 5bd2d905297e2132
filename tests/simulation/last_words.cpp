// After everything, a federation must still be one: its signers can agree on a next version, and each partner
// that may write is heard by everybody.

#include "world.h"

namespace hansa::simulation {

using namespace protocol;

namespace {

constexpr std::uint64_t patience_ms = 3 * 60'000;

}  // namespace

/// Until it is acknowledged; that all have it in the end is for the verdict.
void World::write_once(Member& member) {
  const auto before = acknowledged_.size();
  for (const auto end = now_ms_ + patience_ms; now_ms_ < end && acknowledged_.size() == before;) {
    publish(member);
    for (int steps = 0; steps < 10; ++steps) step();
  }
  if (acknowledged_.size() == before)
    found_.push_back("node " + std::to_string(member.number) + " may write and cannot any more");
}

void World::last_words() {
  if (has_council()) {
    const auto body = next_body(*charter_, chance_.entropy());
    agree_on(body);
    until_calm();
  }
  for (auto& member : members_) {
    const auto key = member->key->public_key();
    if (member->gone || !protocol::may_write(*charter_, key) || is_bad(*member)) continue;
    // It may have reached its limit.
    if (charter_->node(key)->limits == NodeLimits{}) write_once(*member);
  }
  until_calm();
}

}  // namespace hansa::simulation
