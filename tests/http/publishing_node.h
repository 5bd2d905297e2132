#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "core/charter_holder.h"
#include "core/node.h"
#include "core/node_port.h"
#include "memory_store.h"
#include "protocol/card.h"
#include "protocol/charter.h"

namespace hansa::test {

/// A node without peers in a federation of its own, over a store without a disk. One mutex stands in for the
/// core thread.
class PublishingNode final : public core::NodePort {
 public:
  explicit PublishingNode(bool in_a_federation = true)
      : store_(partners_of()), node_(store_, key_, charters_, options()) {
    if (in_a_federation) {
      const auto founded = charter();
      const protocol::Bytes bytes(founded.bytes().begin(), founded.bytes().end());
      node_.take_charters({&bytes, 1});
    }
    node_.after_batch();
  }

  void publish(core::PublishRequest request, core::PublishDone done) override {
    const std::lock_guard lock(core_);
    std::optional<core::PublishOutcome> answer;
    node_.publish(std::move(request),
                  [&answer](core::PublishOutcome outcome) { answer = std::move(outcome); });
    node_.after_batch();
    done(std::move(*answer));
  }
  void take_charters(std::vector<protocol::Bytes> charters, core::TakeDone done) override {
    const std::lock_guard lock(core_);
    const auto taken = node_.take_charters(charters);
    node_.after_batch();
    done(taken);
  }
  void follow_charter(const protocol::Hash& version, core::FollowDone done) override {
    const std::lock_guard lock(core_);
    const auto outcome = node_.follow_charter(version);
    node_.after_batch();
    done(outcome);
  }
  void hold(protocol::Bytes bytes, core::HoldDone done) override {
    const std::lock_guard lock(core_);
    const auto outcome = node_.hold(bytes);
    node_.after_batch();
    done(outcome);
  }
  /// The key of the one signer of its charter.
  const protocol::SecretKey& signer() const { return signer_; }
  void put_setting(std::string key, std::optional<protocol::Bytes> value,
                   std::function<void()> done) override {
    const std::lock_guard lock(core_);
    node_.put_setting(key, std::move(value));
    done();
  }
  void in_core(std::function<void(core::Node&)> work) override {
    const std::lock_guard lock(core_);
    work(node_);
    node_.after_batch();
  }
  std::shared_ptr<const core::NodeStatus> status() const override {
    const std::lock_guard lock(core_);
    return std::make_shared<core::NodeStatus>(node_.status());
  }
  std::unique_ptr<store::Snapshot> snapshot() const override { return store_.snapshot(); }
  std::uint64_t now_ms() const override { return now; }

  /// The line of its card.
  std::string card() const {
    protocol::Card card{{}, {}, "Cēsis", "lv", "LV", "municipality", "ws://cesis.example/link"};
    card.partner.bytes.fill(7);
    return *protocol::write_card(card, key_);
  }
  /// For what comes past the node.
  store::Store& store() { return store_; }
  /// What happened since the last call.
  core::NodeEvents take_events() {
    const std::lock_guard lock(core_);
    return node_.take_events();
  }

  std::uint64_t now = 1'795'300'000'000;  // 2026-11-21

 private:
  store::PartnersOf partners_of() {
    return [this](const protocol::PublicKey& key) { return charters_.partners_of(key); };
  }
  core::Node::Options options() {
    core::Node::Options options;
    options.now_ms = [this] { return now; };
    options.entropy = protocol::system_entropy();
    options.software = "tests";
    options.addresses = {"ws://cesis.example/link"};
    options.card = [this] { return card(); };
    return options;
  }
  protocol::Charter charter() const {
    protocol::CharterBody body;
    body.names.push_back({"en", "A federation of one"});
    protocol::CharterPartner partner;
    partner.id.bytes.fill(7);
    partner.names.push_back({"lv", "Cēsis"});
    partner.country = "LV";
    partner.role = protocol::PartnerRole::coordinator;
    body.partners.push_back(partner);
    protocol::CharterNode node;
    node.key = key_.public_key();
    node.partner = partner.id;
    body.nodes.push_back(node);
    body.signers.push_back({signer_.public_key(), "A signer", partner.id});
    body.personal_data_countries.push_back("LV");
    const protocol::SecretKey* const signers[] = {&signer_};
    auto made = protocol::found_charter(std::move(body), signers, protocol::system_entropy());
    if (!made) throw std::runtime_error("the test's charter is not valid at " + made.error().field);
    return std::move(*made);
  }

  mutable std::recursive_mutex core_;  ///< recursive: a published record is read back where it was published
  protocol::SecretKey signer_ = protocol::SecretKey::generate(protocol::system_entropy());
  protocol::SecretKey key_ = protocol::SecretKey::generate(protocol::system_entropy());
  core::CharterHolder charters_;
  MemoryStore store_;
  core::Node node_;
};

}  // namespace hansa::test
