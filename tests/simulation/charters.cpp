// Charters that change while everything goes on. Nodes tell each other, and each is given a version by its
// operator after a while, if it runs: some speak the older protocol, which carries no charters, and those
// whose key was taken out of use have no links.

#include <algorithm>
#include <stdexcept>

#include "core/counting.h"
#include "world.h"

namespace hansa::simulation {

using namespace protocol;

namespace {

/// Null: somebody behind drafts this, who has not heard of the key.
CharterNode* listed(CharterBody& body, const PublicKey& key) {
  const auto found = std::ranges::find(body.nodes, key, &CharterNode::key);
  return found == body.nodes.end() ? nullptr : &*found;
}

CharterPartner& listed(CharterBody& body, const PartnerId& id) {
  return *std::ranges::find(body.partners, id, &CharterPartner::id);
}

}  // namespace

bool World::may_link(const Member& a, const Member& b) const {
  return protocol::may_link(*a.charters.get(), b.key->public_key()) &&
         protocol::may_link(*b.charters.get(), a.key->public_key());
}

bool World::belongs(const Member& member) const {
  return !member.gone && protocol::may_link(*charter_, member.key->public_key());
}

bool World::still_counts(const Acknowledged& acknowledged) {
  const auto& entry = acknowledged.entry;
  if (plan_.charters_per_minute == 0) return true;
  const auto snapshot = members_[0]->store().snapshot();
  const auto held = snapshot->log(entry.log);
  const auto& key = authors_of_logs_.at(entry.log);
  const auto reach = core::reach_of(*charter_, {}, {entry.log, key, 1}, 0);
  if (entry.sequence > reach.through) return false;
  // Where a limit on bytes or on the number of logs ends them is for the nodes to agree on, and they do.
  const auto& limits = charter_->node(key)->limits;
  const bool limited =
      limits.payload_bytes_per_log != NodeLimits{}.payload_bytes_per_log || limits.logs != NodeLimits{}.logs;
  return !limited || (held && entry.sequence <= held->sequence);
}

/// The heads where the change is drafted are the cuts. `deep`: somewhere before them.
void World::cut_all(CharterNode& node, Member& at_member, bool deep) {
  node.cuts.clear();
  const auto snapshot = at_member.store().snapshot();
  for (const auto& log : snapshot->logs()) {
    if (log.author != node.key) continue;
    const auto at = deep ? chance_.between(1, log.sequence) : log.sequence;
    const auto header = snapshot->headers(log.log, at, 1, header_bytes_max);
    node.cuts.push_back({log.log, at, entry_hash(header.front())});
  }
}

/// Retired, revoked from somewhere on, or replaced by a new key, which the member takes up when it hears of
/// it.
bool World::narrow_node(CharterBody& body, Member& member, Member& at) {
  auto* const node = listed(body, member.key->public_key());
  if (node == nullptr || node->status != NodeStatus::active) return false;
  const auto partner = node->partner;
  const auto choice = chance_.below(6);
  node->status = choice == 0 ? NodeStatus::retired : choice == 1 ? NodeStatus::revoked : NodeStatus::rotated;
  cut_all(*node, at, node->status == NodeStatus::revoked);
  // A partner whose key was revoked gets another one, sometimes at once.
  const bool goes_on = node->status == NodeStatus::rotated ||
                       (has_council() && node->status == NodeStatus::revoked && chance_.below(3) != 0);
  if (!goes_on) return true;
  give_key(body, member, partner);
  return true;
}

/// To observer with cuts, and back without any.
bool World::change_role(CharterBody& body, Member& member, Member& at) {
  auto* const node = listed(body, member.key->public_key());
  if (node == nullptr || node->status != NodeStatus::active) return false;
  auto& partner = listed(body, node->partner);
  const bool narrow = partner.role != PartnerRole::observer;
  partner.role = narrow ? PartnerRole::observer : PartnerRole::member;
  if (narrow)
    cut_all(*node, at, chance_.below(3) == 0);
  else
    node->cuts.clear();
  return true;
}

/// Down to somewhere in what there is, or up again; or an active node's logs end where they are, so that it
/// goes on in another.
bool World::change_limits(CharterBody& body, Member& member, Member& at) {
  auto* const node = listed(body, member.key->public_key());
  if (node == nullptr || node->status != NodeStatus::active) return false;
  switch (chance_.below(5)) {
    case 0:
      node->limits.entries_per_log = chance_.between(1, 60);
      return true;
    case 1:
      node->limits.payload_bytes_per_log = chance_.between(1, 60) * payload_block_bytes;
      return true;
    case 2:
      node->limits.logs = static_cast<std::uint32_t>(chance_.between(1, 3));
      return true;
    case 3:
      cut_all(*node, at, chance_.below(2) == 0);
      return true;
    default:
      node->limits = {};
      return true;
  }
}

/// In the order of the members, so that nobody succeeds itself.
bool World::change_successor(CharterBody& body, Member& member) {
  const auto* const node = listed(body, member.key->public_key());
  if (node == nullptr) return false;
  auto& partner = listed(body, node->partner);
  if (!partner.successor_of.empty()) {
    partner.successor_of.clear();
    return true;
  }
  const auto* before = listed(body, members_[chance_.below(member.number)]->key->public_key());
  if (before == nullptr) return false;
  partner.successor_of.push_back(before->partner);
  return true;
}

/// `at`: where it is drafted.
bool World::change(CharterBody& body, Member& at) {
  auto& member = *members_[1 + chance_.below(plan_.nodes - 1)];  // no copies: they have others' keys
  if (plan_.keys_change && chance_.below(4) != 0) return change_key(body, member, at);
  if (plan_.newcomers > 0 && chance_.below(3) == 0 && add_newcomer(body)) return true;
  if (plan_.rewrites && chance_.below(2) == 0) return replace_signers(body);
  switch (chance_.below(8)) {
    case 0:
      return narrow_node(body, member, at);
    case 1:
      return change_successor(body, member);
    case 2:
    case 3:
    case 4:
      return change_role(body, member, at);
    default:
      return change_limits(body, member, at);
  }
}

void World::change_charter() {
  if (has_council()) return propose();
  if (!members_[0]->node) return;  // its coordinator's machine is down
  auto body = next_body(*charter_, chance_.entropy());
  if (change(body, *members_[0])) enact(body);
}

void World::enact(const CharterBody& body) {
  const auto bytes = encode_charter_body(body);
  if (!bytes) throw std::runtime_error("charter: " + bytes.error().field);
  const std::vector<SignedBy> signatures{
      Council::sign(council_.at(0), body.version, charter_hash(body.version, *bytes), now_ms_)};
  auto next = read_charter(assemble_charter(*bytes, signatures), charter_.get());
  if (!next) throw std::runtime_error("charter: " + next.error().field);
  charter_ = std::make_unique<Charter>(std::move(*next));
  charters_.push_back(std::make_shared<const Charter>(*charter_));
  for (auto& member : members_)
    member->charter_at_ms[charters_.size() - 1] =
        member->number == 0 ? now_ms_ : now_ms_ + chance_.between(0, 40'000);
}

/// With several signers each dials all: a node that is behind does not know the new key of its neighbour, and
/// hears nothing from that one alone.
void World::close_gaps() {
  std::vector<std::size_t> there;
  for (const auto& member : members_) {
    if (!belongs(*member) && !spare_for(*member)) continue;
    const auto first = has_council() || there.empty() ? 0 : there.size() - 1;
    for (auto at = first; at < there.size(); ++at)
      if (const std::pair edge(there[at], member->number); std::ranges::find(edges_, edge) == edges_.end())
        edges_.push_back(edge);
    there.push_back(member->number);
  }
}

void World::hear_of_charters() {
  if (plan_.newcomers > 0) welcome_newcomers();
  for (auto& member : members_) {
    if (!member->node) continue;
    std::optional<std::size_t> newest;
    std::erase_if(member->charter_at_ms, [&](const auto& entry) {
      if (entry.second > now_ms_) return false;
      newest = std::max(newest.value_or(0), entry.first);
      return true;
    });
    if (newest && charters_[*newest]->version() > member->charters.get()->version()) hear(*member, *newest);
    take_up_key(*member);
  }
}

/// Its key may not be used any more, and this one may.
std::optional<std::size_t> World::spare_for(const Member& member) const {
  // Over the telephone, where charters travel over links alone: links are what the old key has no more.
  const Charter told = has_council() ? *charter_ : *member.charters.get();
  if (protocol::may_link(told, member.key->public_key())) return std::nullopt;
  const auto spare = std::ranges::find_if(
      member.spare_keys, [&](const auto& key) { return protocol::may_link(told, key->public_key()); });
  if (spare == member.spare_keys.end()) return std::nullopt;
  return static_cast<std::size_t>(spare - member.spare_keys.begin());
}

/// Its operator starts it again with the other key.
void World::take_up_key(Member& member) {
  const auto spare = spare_for(member);
  if (!spare) return;
  member.node.reset();
  member.real.reset();
  network_.node_gone(member.number, now_ms_);
  std::swap(member.key, member.spare_keys[*spare]);
  start(member);
}

void World::hear(Member& member, std::size_t version) {
  std::vector<Bytes> versions;
  for (auto next = member.charters.get()->version(); next <= version; ++next)
    versions.emplace_back(charters_[next]->bytes().begin(), charters_[next]->bytes().end());
  member.node->take_charters(versions);
  member.node->after_batch();
}

}  // namespace hansa::simulation
