#include "charter_bench.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "protocol/control_body.h"
#include "sync_bench.h"

namespace hansa::test {

using namespace protocol;

std::string said(const core::ChartersTaken& taken) {
  if (taken.offers.empty()) return "nothing";
  const auto& last = taken.offers.back();
  if (last.taken != CharterTaken::refused) return std::string(name(last.taken));
  return std::string(name(last.fault->refusal)) + ' ' + last.fault->field;
}

CharterBody next_of(CharterBody body) {
  body.previous = charter_hash(body.version, CharterWorld::encode(body));
  ++body.version;
  return body;
}

CharterWorld::CharterWorld(std::uint64_t seed, std::size_t nodes) : entropy(repeatable_entropy(seed)) {
  CharterBody body;
  body.names = {{"en", "Test federation"}};
  std::vector<SecretKey> keys;
  for (std::size_t i = 0; i < nodes; ++i) {
    keys.push_back(SecretKey::generate(entropy));
    CharterPartner partner;
    entropy(partner.id.bytes);
    partner.names = {{"en", "Town " + std::to_string(i)}};
    partner.country = "LV";
    CharterNode node;
    node.key = keys.back().public_key();
    node.partner = partner.id;
    body.partners.push_back(partner);
    body.nodes.push_back(node);
  }
  std::vector<const SecretKey*> pointers;
  for (std::size_t i = 0; i < 3; ++i) signers.push_back(SecretKey::generate(entropy));
  for (const auto& signer : signers) {
    body.signers.push_back({signer.public_key(), "Signer", std::nullopt});
    pointers.push_back(&signer);
  }
  const auto founded = found_charter(body, pointers, entropy);
  REQUIRE(founded);
  for (auto& key : keys)
    nodes_.push_back(std::make_unique<CoreNode>(
        std::move(key), *founded,
        [](store::PartnersOf partners_of) { return std::make_unique<MemoryStore>(std::move(partners_of)); },
        &clock));
}

CharterBody CharterWorld::next_body() const {
  return protocol::next_body(*nodes_[0]->charters.get(), entropy);
}

Bytes CharterWorld::encode(const CharterBody& body) {
  auto bytes = encode_charter_body(body);
  REQUIRE(bytes);
  return *bytes;
}

SignedBy CharterWorld::sign(const Bytes& body, std::size_t signer) const {
  return {signers[signer].public_key(), sign_charter(charter_hash(2, body), signers[signer])};
}

Bytes CharterWorld::charter(const CharterBody& body, const std::vector<std::size_t>& by) const {
  const auto bytes = encode(body);
  std::vector<SignedBy> signatures;
  for (const auto signer : by) signatures.push_back(sign(bytes, signer));
  return assemble_charter(bytes, signatures);
}

core::PublishOutcome CharterWorld::publish(std::size_t node, EntryKind kind, Bytes content) {
  core::PublishRequest request;
  request.kind = kind;
  request.content = std::move(content);
  std::optional<core::PublishOutcome> outcome;
  auto& core = *nodes_[node]->node;
  core.publish(std::move(request), [&](core::PublishOutcome result) { outcome = std::move(result); });
  core.after_batch();
  REQUIRE(outcome);
  return *outcome;
}

core::PublishOutcome CharterWorld::propose(std::size_t node, const Bytes& body) {
  return publish(node, EntryKind::charter_proposal, body);
}

core::PublishOutcome CharterWorld::approve(std::size_t node, const Bytes& body, std::size_t signer) {
  return publish(node, EntryKind::charter_approval,
                 write_approval({charter_hash(2, body), {sign(body, signer)}}));
}

void CharterWorld::link(std::size_t a, std::size_t b) {
  const auto id = ++last_link_;
  links_[id] = {a, b};
  nodes_[a]->node->link_up(id, nodes_[b]->key.public_key(), core::LinkRole::dialled, link_version_newest,
                           "test");
  nodes_[b]->node->link_up(id, nodes_[a]->key.public_key(), core::LinkRole::accepted, link_version_newest,
                           "test");
  nodes_[a]->node->after_batch();
  nodes_[b]->node->after_batch();
}

void CharterWorld::settle() {
  // A charter that changes ends the links under the old one.
  constexpr int rounds = 4;
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t a = 0; a < nodes_.size(); ++a)
      for (std::size_t b = a + 1; b < nodes_.size(); ++b)
        if (!is_linked(a, b)) link(a, b);
    carry();
  }
}

void CharterWorld::settle(std::size_t a, std::size_t b) {
  unlink_all_but(std::pair(a, b));
  if (!is_linked(a, b)) link(a, b);
  carry();
}

void CharterWorld::unlink_all() { unlink_all_but(std::nullopt); }

bool CharterWorld::is_linked(std::size_t a, std::size_t b) const {
  return std::ranges::any_of(links_, [&](const auto& link) { return link.second == std::pair(a, b); });
}

void CharterWorld::unlink_all_but(std::optional<std::pair<std::size_t, std::size_t>> kept) {
  for (const auto& [id, ends] : std::map(links_)) {
    if (ends == kept) continue;
    links_.erase(id);
    for (const auto end : {ends.first, ends.second}) {
      nodes_[end]->node->link_down(id, core::LinkEnd::cut);
      nodes_[end]->node->after_batch();
    }
  }
}

void CharterWorld::restart(std::size_t number) {
  unlink_all();
  auto& node = *nodes_[number];
  node.node.reset();
  node.charters.set(nullptr);
  core::Node::Options options;
  options.now_ms = [this] { return clock; };
  options.entropy = entropy;
  options.software = "test";
  options.epoch_guard = node.guard;
  node.node = std::make_unique<core::Node>(*node.store, node.key, node.charters, std::move(options));
  node.node->attach(node);
}

bool CharterWorld::carry_once() {
  bool carried = false;
  for (std::size_t from = 0; from < nodes_.size(); ++from)
    for (auto sent = std::exchange(nodes_[from]->sent, {}); !sent.empty(); sent.pop_front()) {
      const auto ends = links_.find(sent.front().link);
      if (ends == links_.end()) continue;
      carried = true;
      const auto to = ends->second.first == from ? ends->second.second : ends->second.first;
      nodes_[to]->node->message(sent.front().link, std::move(sent.front().bytes));
      nodes_[to]->node->after_batch();
    }
  return carried;
}

/// What was sent before a close has arrived by now.
void CharterWorld::end_closed() {
  for (auto& node : nodes_)
    for (const auto& [id, reason] : std::exchange(node->closed, {})) {
      const auto ends = links_.find(id);
      if (ends == links_.end()) continue;
      const auto [a, b] = ends->second;
      links_.erase(ends);
      for (const auto end : {a, b}) {
        nodes_[end]->node->link_down(id, reason);
        nodes_[end]->node->after_batch();
      }
    }
}

void CharterWorld::carry() {
  constexpr int silent_rounds = 20;
  for (int silent = 0; silent < silent_rounds; ++silent) {
    while (carry_once()) silent = 0;
    end_closed();
    clock += 50;
    for (auto& node : nodes_) {
      node->node->tick();
      node->node->after_batch();
      node->check_everything();
    }
  }
}

}  // namespace hansa::test
