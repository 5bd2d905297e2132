#include "joining_bench.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "protocol/card.h"
#include "sync_bench.h"

namespace hansa::test {

using namespace protocol;

JoiningParty::JoiningParty(std::string name_, SecretKey key_, std::vector<std::string> addresses_,
                           std::uint64_t* clock)
    : name(std::move(name_)), key(std::move(key_)), addresses(std::move(addresses_)), clock_(clock) {
  std::copy_n(key.public_key().bytes.begin(), partner.bytes.size(), partner.bytes.begin());
  store = std::make_unique<MemoryStore>([this](const PublicKey& of) { return charters.partners_of(of); });
  restart();
}

void JoiningParty::restart() {
  node.reset();
  sent.clear();
  core::Node::Options options;
  options.now_ms = [this] { return *clock_; };
  options.entropy = repeatable_entropy(*clock_ + key.public_key().bytes[0]);
  options.software = "test";
  options.addresses = addresses;
  options.card = [this] { return card(); };
  node = std::make_unique<core::Node>(*store, key, charters, std::move(options));
  node->attach(*this);
  node->after_batch();
}

void JoiningParty::restart_at(std::vector<std::string> at) {
  addresses = std::move(at);
  restart();
}

void JoiningParty::found(const Charter& charter) {
  const Bytes founding(charter.bytes().begin(), charter.bytes().end());
  REQUIRE_FALSE(node->take_charters({&founding, 1}).refused());
  node->after_batch();
}

std::string JoiningParty::card() const {
  const auto line = write_card(
      {{}, partner, name, "lv", "LV", "municipality", addresses.empty() ? std::string() : addresses.front()},
      key);
  REQUIRE(line);
  return *line;
}

std::string JoiningParty::refusal() const {
  const auto now = application();
  return now && now->state == core::Application::State::refused ? now->reason : std::string();
}

JoiningWorld::JoiningWorld(std::uint64_t seed)
    : entropy(repeatable_entropy(seed)),
      signer(new_key()),
      inviter("Rīga", new_key(), {"ws://inviter.example/link"}, &clock) {
  CharterBody body;
  body.names = {{"en", "Baltic towns"}};
  CharterPartner partner;
  partner.id = inviter.partner;
  partner.names = {{"lv", inviter.name}};
  partner.country = "LV";
  partner.role = PartnerRole::coordinator;
  body.partners.push_back(partner);
  CharterNode node;
  node.key = inviter.key.public_key();
  node.partner = partner.id;
  body.nodes.push_back(node);
  body.signers.push_back({signer.public_key(), "Signer", std::nullopt});
  const SecretKey* const signers[] = {&signer};
  const auto charter = found_charter(std::move(body), signers, entropy);
  REQUIRE(charter);
  inviter.found(*charter);
}

JoiningParty JoiningWorld::stranger(const std::string& name, std::vector<std::string> addresses) {
  return {name, new_key(), std::move(addresses), &clock};
}

core::MadeInvitation JoiningWorld::invite(std::uint64_t days) {
  auto made = inviter->invite(clock + days * core::ms_per_day, "anna");
  REQUIRE(made);
  return *made;
}

void JoiningWorld::take(CharterBody body) {
  const auto bytes = encode_charter_body(body);
  REQUIRE(bytes);
  const SignedBy signature{signer.public_key(), sign_charter(charter_hash(body.version, *bytes), signer)};
  const auto charter = assemble_charter(*bytes, {&signature, 1});
  REQUIRE_FALSE(inviter->take_charters({&charter, 1}).refused());
  inviter->after_batch();
}

void JoiningWorld::approve(const JoiningParty& party, PartnerRole role) {
  auto body = next_body(*inviter.charters.get(), entropy);
  CharterPartner partner;
  partner.id = party.partner;
  partner.names = {{"lv", party.name}};
  partner.country = "LV";
  partner.role = role;
  body.partners.push_back(partner);
  CharterNode node;
  node.key = party.key.public_key();
  node.partner = partner.id;
  body.nodes.push_back(node);
  take(std::move(body));
}

void JoiningWorld::age(std::size_t versions) {
  for (std::size_t i = 0; i < versions; ++i) take(next_body(*inviter.charters.get(), entropy));
}

void JoiningWorld::meet(JoiningParty& joiner) {
  const auto target = joiner->doorway().target();
  REQUIRE(target);
  REQUIRE(target->inviter == inviter.key.public_key());
  const auto link = ++last_link_;
  // What the links of the inviter decide by charter and doorway.
  const auto& key = joiner.key.public_key();
  if (inviter.charters.get()->node(key) != nullptr) {
    inviter->link_up(link, key, core::LinkRole::accepted, protocol::link_version_newest, "192.0.2.7");
  } else {
    REQUIRE(inviter->doorway().open());
    inviter->guest_up(link, key, core::LinkRole::accepted, "192.0.2.7");
  }
  joiner->guest_up(link, inviter.key.public_key(), core::LinkRole::dialled, target->address);
  carry(joiner, inviter, link);
}

void JoiningWorld::link(JoiningParty& dialling, JoiningParty& accepting) {
  const auto link = ++last_link_;
  dialling->link_up(link, accepting.key.public_key(), core::LinkRole::dialled, protocol::link_version_newest,
                    "test");
  accepting->link_up(link, dialling.key.public_key(), core::LinkRole::accepted, protocol::link_version_newest,
                     "test");
  carry(dialling, accepting, link);
}

void JoiningWorld::carry(JoiningParty& one, JoiningParty& other, core::LinkId link) {
  constexpr int silent_rounds = 20;
  const auto deliver = [&](JoiningParty& from, JoiningParty& to) {
    bool any = false;
    for (auto sent = std::exchange(from.sent, {}); !sent.empty(); sent.pop_front()) {
      if (sent.front().first != link) continue;
      any = true;
      to->message(link, std::move(sent.front().second));
      to->after_batch();
    }
    return any;
  };
  one->after_batch();
  other->after_batch();
  for (int silent = 0; silent < silent_rounds; ++silent) {
    if (deliver(one, other) || deliver(other, one)) silent = 0;
    clock += 50;
    for (auto* party : {&one, &other}) {
      (*party)->tick();
      (*party)->after_batch();
    }
  }
  for (auto* party : {&one, &other}) {
    (*party)->link_down(link, core::LinkEnd::peer_closed);
    (*party)->after_batch();
  }
}

}  // namespace hansa::test
