// Several signers: changes of the charter are proposed at any node, by entries, and approved at others, as
// people do who look at what there is now and then. Nodes are told of charters by each other alone.

#include <algorithm>
#include <stdexcept>

#include "protocol/control_body.h"
#include "world.h"

namespace hansa::simulation {

using namespace protocol;

namespace {

/// A signer whose choice has no majority asks to be released then.
constexpr std::uint64_t stuck_ms = 30'000;
constexpr std::uint64_t agreement_ms = 10 * 60'000;
constexpr std::uint64_t until_conflict_ms = 3 * 60'000;

using State = core::CharterProposal::State;

bool lists(const CharterBody& body, const PublicKey& signer) {
  return std::ranges::find(body.signers, signer, &CharterSigner::key) != body.signers.end();
}

}  // namespace

/// Most of them, by others.
bool World::replace_signers(CharterBody& body) {
  chance_.shuffle(body.signers);
  for (std::size_t i = 0; i < signatures_needed(body.signers.size()); ++i)
    body.signers[i].key = council_.add(chance_, true).key.public_key();
  return true;
}

void World::propose() {
  Member& at = *members_[chance_.below(members_.size())];
  if (!at.node) return;
  auto body = next_body(*at.charters.get(), chance_.entropy());
  if (change(body, at)) say_proposal(at, body);
}

/// Whether this signer would sign here, were it not for what it signed before.
bool World::is_due(const Signer& signer, const core::ShownProposal& shown) const {
  const auto& proposal = *shown.proposal;
  const auto key = signer.key.public_key();
  if (proposal.state != State::open || !shown.before || is_approved_by(proposal, key)) return false;
  if (signer.is_honest && council_.condemns(proposal.hash)) return false;
  return lists(shown.before->body(), key) || lists(proposal.body, key);
}

/// Nobody's choice has a majority, and nothing has happened for a while.
bool World::release(Signer& signer, const core::ShownProposal& shown) {
  const auto vote = signer.votes.find(shown.proposal->body.version);
  if (now_ms_ < vote->second.at_ms + stuck_ms) return false;
  ++releases_;
  return true;
}

/// Somebody who signs comes by at some node.
void World::approve() {
  Member& at = *members_[chance_.below(members_.size())];
  if (!at.node) return;
  auto signers = council_.of(at.charters.get()->body());
  for (const auto life = at.node->charter_keeper().life(); const auto& shown : life->proposals)
    for (auto* signer : council_.of(shown.proposal->body)) signers.push_back(signer);
  if (signers.empty()) return;
  Signer& signer = *signers[chance_.below(signers.size())];
  if (!signer.is_honest && chance_.below(4) == 0) return misbehave(signer, at);
  auto proposals = at.node->charter_keeper().life()->proposals;
  chance_.shuffle(proposals);
  for (const auto& shown : proposals) {
    const auto& proposal = *shown.proposal;
    if (!is_due(signer, shown) || has_said(signer, proposal.hash)) continue;
    const auto vote = signer.votes.find(proposal.body.version);
    const bool is_other = vote != signer.votes.end() && vote->second.body != proposal.hash;
    const bool keeps_to_one = signer.is_honest && !plan_.sign_twice;
    if (is_other && keeps_to_one && !release(signer, shown)) continue;
    return say_approval(signer, proposal, at);
  }
}

/// A body that no other signer wants, and signatures that are not worth anything.
void World::misbehave(Signer& signer, Member& at) {
  const auto charter = at.charters.get();
  auto body = next_body(*charter, chance_.entropy());
  if (chance_.below(2) == 0)
    std::erase_if(body.signers, [&](const auto& one) { return one.key != signer.key.public_key(); });
  else
    body.names = {{"en", "Towns of the signer " + std::to_string(chance_.below(1000))}};
  if (body.signers.empty()) return;
  const auto bytes = encode_charter_body(body);
  if (!bytes) throw std::runtime_error("proposal: " + bytes.error().field);
  const auto hash = charter_hash(body.version, *bytes);
  council_.condemn(hash);
  const auto own = Council::sign(signer, body.version, hash, now_ms_);
  std::vector<SignedBy> signatures{own};
  // Others' names with its signature, and its signature over another body.
  for (const auto& other : charter->body().signers)
    if (other.key != own.first) signatures.emplace_back(other.key, own.second);
  for (const auto& [key, signature] : charter->signatures())
    if (chance_.below(2) == 0) std::erase_if(signatures, [&](const auto& one) { return one.first == key; });
  if (std::ranges::find(signatures, own) == signatures.end()) signatures.push_back(own);
  std::ranges::sort(signatures, {}, &SignedBy::first);
  say(at, EntryKind::charter_proposal, *bytes);
  say(at, EntryKind::charter_approval, write_approval({hash, signatures}));
  // And a quorum of its own alone, which a file brings.
  const std::vector<SignedBy> twice(signatures_needed(charter->body().signers.size()), own);
  const std::vector<Bytes> forged{assemble_charter(*bytes, chance_.below(2) == 0 ? twice : signatures)};
  if (at.node->take_charters(forged).changed) found_.push_back("a forged quorum was taken");
}

/// On the way to its pin, and not on that which leads there.
bool World::is_misled(const CharterChain& chain) const {
  if (chain.reached_pin() || history_.settled(chain.pinned().version) != chain.pinned().hash) return false;
  return history_.settled(chain.newest().version()) != chain.newest().hash();
}

void World::look_at_charter(Member& member) {
  const auto* chain = member.node->charter_keeper().chain();
  if (chain == nullptr || chain->newest().hash() == member.seen.hash) return;
  if (chain->newest().version() > member.seen.version && is_misled(*chain))
    found_.push_back("node " + std::to_string(member.number) + " took versions that do not lead to its pin");
  member.seen = {chain->newest().version(), chain->newest().hash()};
  for (const auto& hash : history_.seen(*chain))
    if (council_.condemns(hash))
      found_.push_back("node " + std::to_string(member.number) + " took a charter that only some signed");
  const auto* settled = chain->at(member.settled.version);
  if (settled != nullptr && settled->hash() != member.settled.hash)
    found_.push_back("node " + std::to_string(member.number) + " left a charter that was final for it");
  if (chain->final().version >= member.settled.version) member.settled = chain->final();
  if (member.number != 0) return;
  charter_ = std::make_unique<Charter>(chain->newest());
  charters_.push_back(std::make_shared<const Charter>(*charter_));
}

void World::look_at_charters() {
  for (auto& member : members_)
    if (member->node) look_at_charter(*member);
  if (operators_wait_ || (storm_ && chance_.below(1000) != 0)) return;
  decide_conflicts();
  if (!storm_ && !plan_.entries_alone && now_ms_ % 10'000 == 0) hand_over_charters();
}

/// A node that is down may hold any.
bool World::may_be_held(const CharterPin& pin) const {
  return std::ranges::any_of(members_, [&](const auto& member) {
    if (member->gone) return false;
    const auto* held = member->node ? member->node->charter_keeper().chain()->at(pin.version) : nullptr;
    return !member->node || (held != nullptr && held->hash() == pin.hash);
  });
}

/// Its pin is of a side that the others left, and those who held that version may hold it no more, or it was
/// lost with the only store that held it: its operator lets go of it.
void World::let_go_of_pin(Member& member) {
  const auto* chain = member.node->charter_keeper().chain();
  if (chain->reached_pin()) return;
  if (history_.settled(chain->pinned().version) == chain->pinned().hash && may_be_held(chain->pinned()))
    return;
  member.settled = {};
  if (!member.node->follow_charter(chain->newest().hash()))
    found_.push_back("node " + std::to_string(member.number) + " cannot let go of its pin");
  member.node->after_batch();
  ++decisions_;
}

/// Operators talk to each other, and those whose charter is not the one that was final first follow it.
void World::decide_conflicts() {
  for (auto& member : members_) {
    if (!member->node) continue;
    let_go_of_pin(*member);
    const auto life = member->node->charter_keeper().life();
    for (const auto& sibling : life->siblings) {
      const auto right = history_.settled(sibling.version);
      const auto* held = member->node->charter_keeper().chain()->at(sibling.version);
      if (right != sibling.hash || held == nullptr || held->hash() == *right) continue;
      member->settled = {};
      if (!member->node->follow_charter(sibling.hash))
        found_.push_back("node " + std::to_string(member->number) + " cannot follow the other side");
      member->node->after_batch();
      ++decisions_;
      break;
    }
  }
}

/// To a node whose charter shuts out all others, or that all others shut out: its operator gets the charter
/// in a file.
void World::hand_over_charters() {
  const auto& truth = members_[0]->node->charter_keeper();
  for (auto& member : members_) {
    if (!member->node || !belongs(*member) || member->charters.get()->hash() == charter_->hash()) continue;
    const bool has_link = std::ranges::any_of(members_, [&](const auto& other) {
      return belongs(*other) && other->charters.get()->hash() == charter_->hash() &&
             may_link(*member, *other);
    });
    if (has_link) continue;
    for (std::uint32_t from = 1; from <= charter_->version();
         from += static_cast<std::uint32_t>(core::charters_at_once_max))
      member->node->take_charters(truth.from(from, core::charters_at_once_max, SIZE_MAX));
    member->node->after_batch();
    ++files_;
  }
}

/// It has evidence of the other side, and says so unless its operator has decided against that one already.
void World::look_at_conflict(Member& member, const Member& other) {
  const auto status = member.node->status();
  const auto& theirs = *other.node->charter_keeper().chain();
  bool has_evidence = false;
  for (const auto& sibling : status.charter_life->siblings) {
    const auto* held = theirs.at(sibling.version);
    if (held == nullptr || held->hash() != sibling.hash) continue;
    has_evidence = true;
    const bool says_so = std::ranges::any_of(status.alarms, [&](const core::Alarm& alarm) {
      return alarm.code == "charter_conflict" && alarm.params.at("hash") == to_hex(sibling.hash);
    });
    if (says_so == sibling.decided())
      found_.push_back("node " + std::to_string(member.number) +
                       " does not say that charters are in conflict");
  }
  if (!has_evidence)
    found_.push_back("node " + std::to_string(member.number) + " has no evidence of a charter in conflict");
  for (const auto& view : status.peers)
    if (view.node == other.key->public_key() && view.state == PeerState::live)
      found_.push_back("node " + std::to_string(member.number) + " is linked with the other side");
}

/// Where nodes have come to final charters that differ, no link carries anything, and both ends say so.
void World::look_for_conflicts() {
  operators_wait_ = true;
  calm_down();
  for (const auto end = now_ms_ + until_conflict_ms; now_ms_ < end;) step();
  for (const auto& [a, b] : edges_) {
    Member& one = *members_[a];
    Member& other = *members_[b];
    if (one.gone || other.gone || !may_link(one, other)) continue;
    if (one.charters.get()->hash() == other.charters.get()->hash()) continue;
    look_at_conflict(one, other);
    look_at_conflict(other, one);
    ++conflicts_;
  }
  operators_wait_ = false;
}

/// All signers want this, and sign it wherever they see it. False: nodes agreed on another one.
bool World::agree_on(const CharterBody& body) {
  const auto bytes = encode_charter_body(body);
  if (!bytes) throw std::runtime_error("proposal: " + bytes.error().field);
  const auto hash = charter_hash(body.version, *bytes);
  const auto agreed = [&] { return members_[0]->node->charter_keeper().chain()->at(body.version); };
  bool proposed = false;
  for (const auto end = now_ms_ + agreement_ms; now_ms_ < end && agreed() == nullptr;) {
    for (int steps = 0; steps < 100; ++steps) step();
    if (!proposed) proposed = !say(*members_[0], EntryKind::charter_proposal, *bytes);
    for (auto* signer : council_.of(charter_->body())) {
      Member& at = *members_[chance_.below(members_.size())];
      if (!at.node) continue;
      const auto life = at.node->charter_keeper().life();
      for (const auto& shown : life->proposals)
        if (shown.proposal->hash == hash && is_due(*signer, shown))
          say_approval(*signer, *shown.proposal, at);
    }
  }
  if (agreed() == nullptr) found_.push_back("the signers could not agree on a next version any more");
  return agreed() != nullptr && agreed()->hash() == hash;
}

/// Its author's key was taken out of use where it wrote the entry, before anybody else had it; the author's
/// store, in which it counts, is linked with nobody until the partner gets another key.
bool World::stayed_with_author(const Acknowledged& one) {
  if (protocol::may_link(*charter_, authors_of_logs_.at(one.entry.log))) return false;
  return std::ranges::none_of(members_, [&](const auto& member) {
    return member->number != one.node && !member->gone && holds(*member->store().snapshot(), one.entry);
  });
}

}  // namespace hansa::simulation
