#include "core_bench.h"

#include <doctest/doctest.h>

#include "sync_bench.h"

namespace hansa::test {
namespace {

constexpr std::uint64_t entropy_seed = 20261121;

}  // namespace

protocol::Charter charter_of(const std::vector<protocol::PublicKey>& keys,
                             const std::function<void(protocol::CharterBody&)>& adjust) {
  const auto entropy = repeatable_entropy(entropy_seed);
  protocol::CharterBody body;
  body.names.push_back({"en", "Test federation"});
  for (const auto& key : keys) {
    protocol::CharterPartner partner;
    entropy(partner.id.bytes);
    partner.names.push_back({"en", "Partner"});
    partner.country = "LV";
    body.partners.push_back(partner);
    protocol::CharterNode node;
    node.key = key;
    node.partner = partner.id;
    body.nodes.push_back(node);
  }
  const auto signer = protocol::SecretKey::generate(entropy);
  body.signers.push_back({signer.public_key(), "Signer", std::nullopt});
  if (adjust) adjust(body);
  const protocol::SecretKey* const signers[] = {&signer};
  auto charter = protocol::found_charter(body, signers, entropy);
  REQUIRE(charter);
  return *charter;
}

CoreNode::CoreNode(protocol::SecretKey node_key, const protocol::Charter& charter, const MakeStore& make,
                   std::uint64_t* clock)
    : key(std::move(node_key)),
      clock_(clock),
      entropy_(repeatable_entropy(entropy_seed + key.public_key().bytes[0])) {
  charters.set(std::make_shared<const protocol::Charter>(charter));
  store = make([this](const protocol::PublicKey& of) { return charters.partners_of(of); });
  restart();
}

void CoreNode::restart() {
  core::Node::Options options;
  options.now_ms = [clock = clock_] { return *clock; };
  options.entropy = entropy_;
  options.software = "test";
  options.epoch_guard = guard;
  node.reset();
  node = std::make_unique<core::Node>(*store, key, charters, std::move(options));
  node->attach(*this);
}

core::PublishOutcome CoreNode::publish(const std::string& content, core::PublishRequest request) {
  std::optional<core::PublishOutcome> outcome;
  if (request.kind == protocol::EntryKind::content) request.record_kind = protocol::RecordKind::practice;
  request.content.assign(content.begin(), content.end());
  node->publish(std::move(request), [&](core::PublishOutcome result) { outcome = std::move(result); });
  node->after_batch();
  REQUIRE(outcome);
  return *outcome;
}

void CoreNode::check_everything() {
  while (auto job = node->next_check()) {
    node->check_done(core::run_check(*job));
    node->after_batch();
  }
}

void link_up(CoreNode& dialling, CoreNode& accepting, core::LinkId link) {
  dialling.node->link_up(link, accepting.key.public_key(), core::LinkRole::dialled,
                         protocol::link_version_newest, "test");
  accepting.node->link_up(link, dialling.key.public_key(), core::LinkRole::accepted,
                          protocol::link_version_newest, "test");
  dialling.node->after_batch();
  accepting.node->after_batch();
}

void carry(const std::vector<CoreNode*>& nodes, std::uint64_t* clock) {
  // Two nodes a link: what one sends on it is for the other one.
  constexpr int silent_rounds = 20;
  for (int silent = 0; silent < silent_rounds; ++silent) {
    for (std::size_t from = 0; from < nodes.size(); ++from)
      for (auto sent = std::exchange(nodes[from]->sent, {}); !sent.empty(); sent.pop_front()) {
        silent = 0;
        auto& to = *nodes[1 - from];
        to.node->message(sent.front().link, std::move(sent.front().bytes));
        to.node->after_batch();
      }
    *clock += 50;
    for (auto* node : nodes) {
      node->node->tick();
      node->node->after_batch();
    }
  }
}

}  // namespace hansa::test
