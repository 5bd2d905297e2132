// From an invitation to a place in the federation, and every way in which that is refused.
#include <doctest/doctest.h>

#include <algorithm>

#include "joining_bench.h"
#include "protocol/guest_messages.h"
#include "protocol/wire.h"

using namespace hansa;
using namespace hansa::protocol;
using core::Application;
using core::JoinRefused;
using test::JoiningParty;
using test::JoiningWorld;
using wire::Join;
using wire::JoinAnswer;
using wire::JoinState;

namespace {

Join question_of(const core::MadeInvitation& made, const JoiningParty& party) {
  return {made.invitation.id, made.invitation.secret, party.card(), 0, {}};
}

std::string answer_to(JoiningWorld& world, const JoiningParty& party, const Join& join) {
  const auto state =
      world.inviter->reception().answer(party.key.public_key(), "192.0.2.7", join, world.clock);
  return state.state == JoinAnswer::refused   ? state.reason
         : state.state == JoinAnswer::pending ? "pending"
                                              : "approved";
}

/// Asks, and is told to wait.
void apply(JoiningWorld& world, JoiningParty& joiner, const core::MadeInvitation& made) {
  REQUIRE(joiner->join(made.line));
  world.meet(joiner);
  REQUIRE(joiner.application()->state == Application::State::pending);
}

}  // namespace

TEST_CASE("invited, asked, approved, in") {
  JoiningWorld world(501);
  CHECK_FALSE(world.inviter->doorway().open());
  const auto made = world.invite();
  CHECK(world.inviter->doorway().open());

  auto joiner = world.stranger("Cēsis", {"ws://cesis.example/link"});
  REQUIRE(joiner->join("  " + made.line + "\n"));
  CHECK(joiner->to_dial() == std::vector<std::string>{"ws://inviter.example/link"});
  CHECK(joiner.application()->state == Application::State::waiting);
  world.meet(joiner);
  CHECK(joiner.application()->state == Application::State::pending);

  const auto kept = core::made_invitations(*world.inviter.store->snapshot());
  REQUIRE(kept.size() == 1);
  CHECK(core::state_of(kept[0], world.clock) == "used");
  REQUIRE(kept[0].request);
  CHECK(kept[0].request->key == joiner.key.public_key());
  CHECK(kept[0].request->address == "192.0.2.7");
  // Both ends show the same words.
  CHECK(kept[0].request->nonce == joiner.application()->nonce);
  CHECK(kept[0].request->nonce != JoinNonce{});
  CHECK(read_card(kept[0].request->card_line)->name == "Cēsis");

  world.approve(joiner);
  world.meet(joiner);
  REQUIRE(joiner.charters.get());
  CHECK(joiner.charters.get()->hash() == world.inviter.charters.get()->hash());
  CHECK_FALSE(joiner.application());
  CHECK_FALSE(joiner->doorway().target());
  CHECK(joiner->to_dial() == std::vector<std::string>{"ws://inviter.example/link"});

  // The inviter's own announcement comes by the ordinary link, and so does the joiner's.
  world.link(joiner, world.inviter);
  CHECK(world.inviter->to_dial() == std::vector<std::string>{"ws://cesis.example/link"});
  CHECK(joiner->status().digest == world.inviter->status().digest);
}

TEST_CASE("an application and an invitation outlive the processes that keep them") {
  JoiningWorld world(502);
  const auto made = world.invite();
  auto joiner = world.stranger("Cēsis");
  REQUIRE(joiner->join(made.line));
  joiner.restart();
  world.inviter.restart();
  CHECK(world.inviter->doorway().open());
  REQUIRE(joiner->doorway().target());
  world.meet(joiner);
  CHECK(joiner.application()->state == Application::State::pending);
  joiner.restart();
  world.inviter.restart();
  REQUIRE(joiner->join(made.line));  // the same again changes nothing
  CHECK(joiner.application()->state == Application::State::pending);
  world.approve(joiner);
  world.meet(joiner);
  CHECK(joiner.charters.get());
  joiner.restart();
  CHECK(joiner.charters.get()->version() == 2);
}

TEST_CASE("more versions of the charter than one message holds") {
  JoiningWorld world(503);
  world.age(70);
  const auto made = world.invite();
  CHECK(made.invitation.charter_version == 70);  // The newest may still give way to a sibling.
  auto joiner = world.stranger("Cēsis");
  apply(world, joiner, made);
  world.age(70);
  world.approve(joiner);
  world.meet(joiner);
  REQUIRE(joiner.charters.get());
  CHECK(joiner.charters.get()->version() == 142);
}

TEST_CASE("invitations that are no good are refused with the reason before anybody is asked") {
  JoiningWorld world(504);
  const auto made = world.invite(2);
  auto joiner = world.stranger("Cēsis");
  CHECK(joiner->join("hello").error() == JoinRefused::malformed_line);
  CHECK(joiner->join(made.line.substr(0, made.line.size() - 5)).error() == JoinRefused::malformed_line);
  auto tampered = made.line;
  tampered[40] = tampered[40] == 'A' ? 'B' : 'A';  // inside the federation's id
  CHECK(joiner->join(tampered).error() == JoinRefused::tampered_line);
  CHECK(joiner->join("hansa-join-2:" + made.line.substr(13)).error() == JoinRefused::unsupported_version);
  CHECK_FALSE(joiner.application());
  world.clock = made.invitation.expires_ms;
  CHECK(joiner->join(made.line).error() == JoinRefused::expired);
  world.clock = made.invitation.expires_ms - 1;
  CHECK(joiner->join(made.line));
  CHECK(world.inviter->join(made.line).error() == JoinRefused::in_a_federation);
  CHECK(joiner->give_up_joining());
  CHECK(joiner->give_up_joining().error() == JoinRefused::not_joining);
  CHECK_FALSE(joiner->doorway().target());
}

TEST_CASE("the inviter refuses with the reason, and the asker keeps it") {
  JoiningWorld world(505);
  const auto made = world.invite(2);
  auto joiner = world.stranger("Cēsis");
  auto question = question_of(made, joiner);

  auto forged = question;
  forged.invitation[0] ^= 1;
  CHECK(answer_to(world, joiner, forged) == "unknown_invitation");
  forged = question;
  forged.secret[15] ^= 1;
  CHECK(answer_to(world, joiner, forged) == "wrong_secret");
  forged = question;
  forged.card = world.inviter.card();  // a good card, of another key
  CHECK(answer_to(world, joiner, forged) == "bad_card");
  forged.card = "no card";
  CHECK(answer_to(world, joiner, forged) == "bad_card");
  CHECK_FALSE(core::made_invitations(*world.inviter.store->snapshot())[0].request);

  CHECK(answer_to(world, joiner, question) == "pending");
  auto thief = world.stranger("Nowhere");
  CHECK(answer_to(world, thief, question_of(made, thief)) == "used");
  REQUIRE(thief->join(made.line));
  world.meet(thief);
  CHECK(thief.refusal() == "used");
  CHECK_FALSE(thief->doorway().target());  // it asks no more

  // Who asked in time waits as long as it takes.
  world.clock = made.invitation.expires_ms + 1;
  CHECK(answer_to(world, joiner, question) == "pending");
  REQUIRE(joiner->join(made.line).error() == JoinRefused::expired);
}

TEST_CASE("expired and withdrawn invitations are refused by the inviter, too") {
  JoiningWorld world(506);
  const auto late = world.invite(1);
  const auto withdrawn = world.invite(5);
  auto joiner = world.stranger("Cēsis");
  REQUIRE(world.inviter->reception().withdraw(withdrawn.invitation.id, world.clock));
  REQUIRE(joiner->join(withdrawn.line));
  world.meet(joiner);
  CHECK(joiner.refusal() == "withdrawn");
  REQUIRE(joiner->join(late.line));
  world.clock = late.invitation.expires_ms;
  world.meet(joiner);
  CHECK(joiner.refusal() == "expired");
  CHECK(world.inviter->reception().withdraw(late.invitation.id, world.clock).error() == JoinRefused::expired);
  InvitationId nobody{};
  CHECK(world.inviter->reception().withdraw(nobody, world.clock).error() == JoinRefused::not_found);
}

TEST_CASE("a coordinator says no") {
  JoiningWorld world(507);
  const auto made = world.invite();
  auto joiner = world.stranger("Cēsis");
  apply(world, joiner, made);
  CHECK(world.inviter->reception().withdraw(made.invitation.id, world.clock).error() == JoinRefused::used);
  REQUIRE(world.inviter->reception().refuse(joiner.key.public_key()));
  world.meet(joiner);
  CHECK(joiner.refusal() == "refused_by_coordinator");
  CHECK(world.inviter->reception().refuse(world.signer.public_key()).error() == JoinRefused::not_found);
  // It may be asked again, with another invitation.
  REQUIRE(joiner->join(world.invite().line));
  world.meet(joiner);
  CHECK(joiner.application()->state == Application::State::pending);
  world.approve(joiner);
  CHECK(world.inviter->reception().refuse(joiner.key.public_key()).error() == JoinRefused::already_member);
}

TEST_CASE("who may invite, and for how long") {
  JoiningWorld world(508);
  const auto refusal = [&](std::uint64_t expires) {
    const auto made = world.inviter->invite(expires, "anna");
    return made ? std::string() : std::string(core::name(made.error()));
  };
  CHECK(refusal(world.clock) == "bad_expiry");
  CHECK(refusal(world.clock + core::invitation_days_max * core::ms_per_day + 1) == "bad_expiry");
  auto joiner = world.stranger("Cēsis");
  apply(world, joiner, world.invite());
  CHECK(joiner->invite(world.clock + 1, "b").error() == JoinRefused::no_charter);
  world.approve(joiner);
  world.meet(joiner);
  CHECK(joiner->invite(world.clock + 1, "b").error() == JoinRefused::not_a_coordinator);
  world.inviter.restart_at({});
  CHECK(refusal(world.clock + 1000) == "no_address");
}

TEST_CASE("so many invitations are kept; those that are over make room") {
  JoiningWorld world(509);
  const auto first = world.invite(1);
  for (std::size_t i = 1; i < core::invitations_max; ++i) world.invite(30);
  CHECK(world.inviter->invite(world.clock + 1000, "anna").error() == JoinRefused::too_many_invitations);
  world.clock = first.invitation.expires_ms;
  world.invite(30);
  const auto kept = core::made_invitations(*world.inviter.store->snapshot());
  CHECK(kept.size() == core::invitations_max);
  CHECK(std::ranges::none_of(kept, [&](const auto& one) { return one.line == first.line; }));
  world.clock += 30 * core::ms_per_day + core::invitation_kept_ms;
  world.inviter->tick();
  CHECK(core::made_invitations(*world.inviter.store->snapshot()).empty());
  CHECK_FALSE(world.inviter->doorway().open());
}

TEST_CASE("a charter that is not the invitation's is not taken") {
  JoiningWorld world(510);
  const auto joined = [&world](JoinState answer, auto change) {
    const auto made = world.invite();
    auto invitation = made.invitation;
    change(invitation);
    auto joiner = world.stranger("Cēsis");
    REQUIRE(joiner->join(*write_invitation(invitation, world.inviter.key)));
    const core::LinkId link = 1;
    joiner->guest_up(link, world.inviter.key.public_key(), core::LinkRole::dialled, "test");
    joiner->message(link, wire::encode(answer));
    joiner->after_batch();
    CHECK_FALSE(joiner.charters.get());
    return joiner.refusal();
  };
  const auto nothing = [](Invitation&) {};
  const auto founding = world.inviter.charters.get()->bytes();
  const Bytes charter(founding.begin(), founding.end());
  JoinState answer{JoinAnswer::approved, "", 1, {charter}};
  CHECK(joined(answer, nothing) == "not_listed");
  CHECK(joined(answer, [](Invitation& i) { i.charter_hash[3] ^= 1; }) == "charter_differs");
  CHECK(joined(answer, [](Invitation& i) { i.charter_version = 2; }) == "charter_differs");
  CHECK(joined(answer, [](Invitation& i) { i.federation[3] ^= 1; }) == "charter_differs");
  JoiningWorld other(511);
  const auto foreign = other.inviter.charters.get()->bytes();
  CHECK(joined({JoinAnswer::approved, "", 1, {Bytes(foreign.begin(), foreign.end())}}, nothing) ==
        "charter_differs");
  auto damaged = charter;
  damaged.back() ^= 1;
  CHECK(joined({JoinAnswer::approved, "", 1, {damaged}}, nothing) == "charter_invalid");
  CHECK(joined({JoinAnswer::approved, "", 5, {}}, nothing) == "charter_invalid");
  CHECK(joined({JoinAnswer::approved, "", 2, {charter, charter}}, nothing) == "charter_invalid");
  // A reason that this program does not know is kept as it is.
  CHECK(joined({JoinAnswer::refused, "some_newer_reason", 0, {}}, nothing) == "some_newer_reason");
}

TEST_CASE("a guest may ask, and nothing else") {
  JoiningWorld world(512);
  const auto made = world.invite();
  auto joiner = world.stranger("Cēsis");
  const auto& key = joiner.key.public_key();
  const auto says = [&](const auto& message) {
    static core::LinkId link = 100;
    world.inviter->guest_up(++link, key, core::LinkRole::accepted, "192.0.2.7");
    world.inviter->message(link, wire::encode(message));
    const auto& closed = world.inviter.closed;
    return std::ranges::find(closed, link, &test::JoiningParty::Closed::first) == closed.end() ? "heard"
                                                                                               : "closed";
  };
  CHECK(says(question_of(made, joiner)) == std::string("heard"));
  CHECK(says(wire::Message(wire::Ping{1, 2})) == std::string("closed"));
  CHECK(says(JoinState{JoinAnswer::approved, "", 1, {}}) == std::string("closed"));
  CHECK(says(wire::Message(wire::Pull{1, wire::LogName{}, 1, 1, std::nullopt})) == std::string("closed"));
  world.inviter->guest_up(7, key, core::LinkRole::accepted, "192.0.2.7");
  world.inviter->message(7, Bytes(64, 9));
  CHECK(std::ranges::find(world.inviter.closed, core::LinkId{7}, &test::JoiningParty::Closed::first) !=
        world.inviter.closed.end());
}

TEST_CASE(
    "a node with a charter of its own that finds the door open is a knock, and told that it is unknown") {
  JoiningWorld world(515);
  world.invite();
  const auto key = world.new_key().public_key();
  world.inviter->guest_up(9, key, core::LinkRole::accepted, "192.0.2.8");
  world.inviter->message(9, wire::encode(wire::Message(wire::Ping{1, 2})));
  REQUIRE(world.inviter.closed.size() == 1);
  CHECK(world.inviter.closed[0] == std::pair(core::LinkId{9}, core::LinkEnd::unknown_key));
  world.inviter->link_down(9, core::LinkEnd::unknown_key);
  REQUIRE(world.inviter->status().knocks.size() == 1);
  CHECK(world.inviter->status().knocks[0].key == key);
}

TEST_CASE("an answer to the line before says nothing about the present one") {
  JoiningWorld world(516);
  const auto first = world.invite();
  const auto second = world.invite();
  auto joiner = world.stranger("Cēsis");
  REQUIRE(joiner->join(first.line));
  joiner->guest_up(7, world.inviter.key.public_key(), core::LinkRole::dialled, "ws://inviter.example/link");
  REQUIRE(joiner->join(second.line));
  joiner->message(7, wire::encode(wire::JoinState{wire::JoinAnswer::refused, "used", 0, {}}));
  CHECK(joiner.application()->state == Application::State::waiting);
  world.meet(joiner);
  CHECK(joiner.application()->state == Application::State::pending);
}

TEST_CASE("who comes without an invitation is remembered as a knock, the newest first, so many") {
  JoiningWorld world(513);
  world.invite();
  std::vector<PublicKey> keys;
  for (core::LinkId link = 1; link <= core::knocks_max + 2; ++link) {
    keys.push_back(world.new_key().public_key());
    world.clock += 1000;
    world.inviter->guest_up(link, keys.back(), core::LinkRole::accepted, "192.0.2.9");
    world.inviter->link_down(link, core::LinkEnd::guest_timeout);
  }
  world.inviter->knock(keys[10], "192.0.2.10");
  const auto knocks = world.inviter->status().knocks;
  REQUIRE(knocks.size() == core::knocks_max);
  CHECK(knocks[0].key == keys[10]);
  CHECK(knocks[0].count == 2);
  CHECK(knocks[0].address == "192.0.2.10");
  CHECK(knocks[0].first_ms < knocks[0].last_ms);
  CHECK(knocks[1].key == keys.back());
  CHECK(std::ranges::find(knocks, keys.front(), &core::Knock::key) == knocks.end());
}

TEST_CASE("a key that the charter retired is told so") {
  JoiningWorld world(514);
  const auto made = world.invite();
  auto joiner = world.stranger("Cēsis");
  apply(world, joiner, made);
  world.approve(joiner);
  auto body = next_body(*world.inviter.charters.get(), world.entropy);
  body.nodes.back().status = NodeStatus::revoked;
  world.take(body);
  world.meet(joiner);
  CHECK(joiner.refusal() == "key_not_active");
}
