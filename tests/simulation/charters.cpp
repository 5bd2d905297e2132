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

CharterNode& listed(CharterBody& body, const PublicKey& key) {
  return *std::find_if(body.nodes.begin(), body.nodes.end(),
                       [&](const CharterNode& node) { return node.key == key; });
}

CharterPartner& listed(CharterBody& body, const PartnerId& id) {
  return *std::find_if(body.partners.begin(), body.partners.end(),
                       [&](const CharterPartner& partner) { return partner.id == id; });
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

/// Node 0 coordinates: its heads are the cuts. `deep`: somewhere before them.
void World::cut_all(CharterNode& node, bool deep) {
  node.cuts.clear();
  const auto snapshot = members_[0]->store().snapshot();
  for (const auto& log : snapshot->logs()) {
    if (log.author != node.key) continue;
    const auto at = deep ? chance_.between(1, log.sequence) : log.sequence;
    const auto header = snapshot->headers(log.log, at, 1, header_bytes_max);
    node.cuts.push_back({log.log, at, entry_hash(header.front())});
  }
}

/// Retired, revoked from somewhere on, or replaced by a new key, which the member takes up when it hears of
/// it.
bool World::narrow_node(CharterBody& body, Member& member) {
  auto& node = listed(body, member.key->public_key());
  if (node.status != NodeStatus::active || member.next_key) return false;
  const auto partner = node.partner;
  const auto choice = chance_.below(6);
  node.status = choice == 0 ? NodeStatus::retired : choice == 1 ? NodeStatus::revoked : NodeStatus::rotated;
  cut_all(node, node.status == NodeStatus::revoked);
  if (node.status != NodeStatus::rotated) return true;
  member.next_key = std::make_unique<SecretKey>(SecretKey::generate(chance_.entropy()));
  CharterNode next;
  next.key = member.next_key->public_key();
  next.partner = partner;
  body.nodes.push_back(next);
  return true;
}

/// To observer with cuts, and back without any.
bool World::change_role(CharterBody& body, Member& member) {
  auto& node = listed(body, member.key->public_key());
  if (node.status != NodeStatus::active) return false;
  auto& partner = listed(body, node.partner);
  const bool narrow = partner.role != PartnerRole::observer;
  partner.role = narrow ? PartnerRole::observer : PartnerRole::member;
  if (narrow)
    cut_all(node, chance_.below(3) == 0);
  else
    node.cuts.clear();
  return true;
}

/// Down to somewhere in what there is, or up again; or an active node's logs end where they are, so that it
/// goes on in another.
bool World::change_limits(CharterBody& body, Member& member) {
  auto& node = listed(body, member.key->public_key());
  if (node.status != NodeStatus::active) return false;
  switch (chance_.below(5)) {
    case 0:
      node.limits.entries_per_log = chance_.between(1, 60);
      return true;
    case 1:
      node.limits.payload_bytes_per_log = chance_.between(1, 60) * payload_block_bytes;
      return true;
    case 2:
      node.limits.logs = static_cast<std::uint32_t>(chance_.between(1, 3));
      return true;
    case 3:
      cut_all(node, chance_.below(2) == 0);
      return true;
    default:
      node.limits = {};
      return true;
  }
}

/// In the order of the members, so that nobody succeeds itself.
bool World::change_successor(CharterBody& body, Member& member) {
  auto& partner = listed(body, listed(body, member.key->public_key()).partner);
  if (!partner.successor_of.empty()) {
    partner.successor_of.clear();
    return true;
  }
  const auto& before = *members_[chance_.below(member.number)];
  partner.successor_of.push_back(listed(body, before.key->public_key()).partner);
  return true;
}

bool World::change(CharterBody& body) {
  auto& member = *members_[1 + chance_.below(plan_.nodes - 1)];  // no copies: they have others' keys
  switch (chance_.below(8)) {
    case 0:
      return narrow_node(body, member);
    case 1:
      return change_successor(body, member);
    case 2:
    case 3:
    case 4:
      return change_role(body, member);
    default:
      return change_limits(body, member);
  }
}

void World::change_charter() {
  if (!members_[0]->node) return;  // its coordinator's machine is down
  auto body = next_body(*charter_, chance_.entropy());
  if (change(body)) enact(body);
}

void World::enact(const CharterBody& body) {
  const auto bytes = encode_charter_body(body);
  if (!bytes) throw std::runtime_error("charter: " + bytes.error().field);
  const std::vector<SignedBy> signatures{
      {signer_->public_key(), sign_charter(charter_hash(body.version, *bytes), *signer_)}};
  auto next = read_charter(assemble_charter(*bytes, signatures), charter_.get());
  if (!next) throw std::runtime_error("charter: " + next.error().field);
  charter_ = std::make_unique<Charter>(std::move(*next));
  charters_.push_back(std::make_shared<const Charter>(*charter_));
  for (auto& member : members_)
    member->charter_at_ms[charters_.size() - 1] =
        member->number == 0 ? now_ms_ : now_ms_ + chance_.between(0, 40'000);
}

void World::close_gaps() {
  std::optional<std::size_t> before;
  for (const auto& member : members_) {
    if (!belongs(*member) && !member->next_key) continue;
    if (before) edges_.emplace_back(*before, member->number);
    before = member->number;
  }
}

void World::hear_of_charters() {
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

/// Its operator starts it again with the new key, which the charter lists by now.
void World::take_up_key(Member& member) {
  if (!member.next_key || member.charters.get()->node(member.next_key->public_key()) == nullptr) return;
  member.node.reset();
  member.real.reset();
  network_.node_gone(member.number, now_ms_);
  member.key = std::move(member.next_key);
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
