// The next version of the charter, made of changes; and what it would take away.

#include "core/charter_draft.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "drafting.h"

using namespace hansa;
using namespace hansa::test;
using namespace hansa::protocol;
using core::CharterDraft;
using core::DraftRefused;

namespace {

const CharterNode& node_of(const CharterDraft& draft, const PublicKey& key) {
  const auto* node = draft.find_node(key);
  REQUIRE(node);
  return *node;
}

}  // namespace

TEST_CASE("retiring and rotating cut a node's logs where they are held") {
  Drafting f(61);
  auto draft = f.draft();
  REQUIRE(draft.end_node(f.key(1), NodeStatus::retired, {}));
  CHECK(node_of(draft, f.key(1)).status == NodeStatus::retired);
  REQUIRE(node_of(draft, f.key(1)).cuts.size() == 1);
  CHECK(node_of(draft, f.key(1)).cuts[0] == Cut{f.written.log, 4, f.written.head});
  CHECK(f.lost(draft).empty());

  auto rotated = f.draft();
  const auto fresh = SecretKey::generate(f.entropy);
  REQUIRE(rotated.rotate_node(f.key(1), f.card(fresh), {}));
  CHECK(node_of(rotated, f.key(1)).status == NodeStatus::rotated);
  CHECK(node_of(rotated, fresh.public_key()).partner == f.partner(1));
  CHECK(f.lost(rotated).empty());
}

TEST_CASE("a key is revoked from an entry on, and what is lost is counted") {
  Drafting f(62);
  auto draft = f.draft();
  const std::vector<core::CutFrom> from{{f.written.log, 3, {}}};
  REQUIRE(draft.end_node(f.key(1), NodeStatus::revoked, from));
  CHECK(node_of(draft, f.key(1)).cuts[0] == Cut{f.written.log, 2, f.hash_at(2)});
  const auto lost = f.lost(draft);
  REQUIRE(lost.size() == 1);
  CHECK(lost[0].from == 3);
  CHECK(lost[0].entries == 2);
  CHECK(lost[0].records == 2);
  CHECK(lost[0].node == f.key(1));

  auto whole = f.draft();
  REQUIRE(whole.end_node(f.key(1), NodeStatus::revoked, std::vector<core::CutFrom>{{f.written.log, 1, {}}}));
  CHECK(node_of(whole, f.key(1)).cuts[0] == Cut{f.written.log, 0, {}});
  CHECK(f.lost(whole)[0].entries == 4);
}

TEST_CASE("a retired key may be revoked later, but not get back what was cut") {
  Drafting f(63);
  auto draft = f.draft();
  REQUIRE(draft.end_node(f.key(1), NodeStatus::retired, std::vector<core::CutFrom>{{f.written.log, 3, {}}}));
  CHECK(draft.end_node(f.key(1), NodeStatus::retired, {}).error() == DraftRefused::already_so);
  CHECK(draft.end_node(f.key(1), NodeStatus::rotated, {}).error() == DraftRefused::not_active);
  REQUIRE(draft.end_node(f.key(1), NodeStatus::revoked, {}));
  CHECK(node_of(draft, f.key(1)).cuts[0].sequence == 2);
}

TEST_CASE("a cut names what lies aside, by its hash where there are branches") {
  Drafting f(71);
  auto& store = *f[0].store;
  // Another branch from the third entry on, and both behind a fork.
  const auto third = f.hash_at(3);
  store.set_aside(f.written.log, 3, 1);
  const auto other = f.hold_other_third();
  store.set_aside(f.written.log, 3, 1);
  f.snapshot = store.snapshot();

  auto draft = f.draft();
  const auto end = [&](std::uint64_t sequence, std::optional<Hash> last) {
    return draft.cut_node(f.key(1), std::vector<core::CutFrom>{{f.written.log, sequence, last}});
  };
  CHECK(end(4, {}).error() == DraftRefused::several_branches);
  CHECK(end(4, Hash{1}).error() == DraftRefused::not_held);
  CHECK(end(6, {}).error() == DraftRefused::not_held);
  REQUIRE(end(4, other));
  CHECK(node_of(draft, f.key(1)).cuts == std::vector<Cut>{{f.written.log, 3, other}});
  // It may also be widened, and to the other branch.
  REQUIRE(end(5, f.written.head));
  CHECK(node_of(draft, f.key(1)).cuts == std::vector<Cut>{{f.written.log, 4, f.written.head}});
  REQUIRE(end(4, third));
  // Without a name the log ends before the fork.
  auto plain = f.draft();
  REQUIRE(plain.end_node(f.key(1), NodeStatus::revoked, {}));
  CHECK(node_of(plain, f.key(1)).cuts[0].sequence == 2);
}

TEST_CASE("logs that lie aside since there were too many are named, or all but the named are left out") {
  Drafting f(72);
  f[0].store->set_aside(f.written.log, 1, 1);
  f.snapshot = f[0].store->snapshot();
  auto draft = f.draft();
  REQUIRE(draft.end_node(f.key(1), NodeStatus::retired, {}));
  CHECK(node_of(draft, f.key(1)).cuts == std::vector<Cut>{{f.written.log, 4, f.written.head}});
  auto without = f.draft();
  REQUIRE(without.end_node(f.key(1), NodeStatus::revoked, {}, core::Unnamed::count_as_empty));
  CHECK(node_of(without, f.key(1)).cuts.empty());
  auto alone = f.draft();
  const std::vector<core::CutFrom> from{{f.written.log, 3, {}}};
  REQUIRE(alone.end_node(f.key(1), NodeStatus::revoked, from, core::Unnamed::count_as_empty));
  CHECK(node_of(alone, f.key(1)).cuts.at(0).sequence == 2);
}

TEST_CASE("what a draft refuses") {
  Drafting f(64);
  auto draft = f.draft();
  const auto fresh = SecretKey::generate(f.entropy);
  const PublicKey& stranger = fresh.public_key();
  CHECK(draft.end_node(stranger, NodeStatus::revoked, {}).error() == DraftRefused::unknown_node);
  CHECK(draft.end_node(f.key(1), NodeStatus::revoked, std::vector<core::CutFrom>{{Hash{1}, 1, {}}}).error() ==
        DraftRefused::not_of_node);
  CHECK(draft.end_node(f.key(1), NodeStatus::revoked, std::vector<core::CutFrom>{{f.written.log, 6, {}}})
            .error() == DraftRefused::not_held);
  auto known = f.card(fresh);
  known.node_key = f.key(1);
  CHECK(draft.add_partner(known, PartnerRole::member).error() == DraftRefused::already_listed);
  CHECK(draft.add_node(f.card(fresh), PartnerId{}).error() == DraftRefused::unknown_partner);
  CHECK(draft.set_role(f.partner(1), PartnerRole::member).error() == DraftRefused::already_so);
  CHECK(draft.set_limits(stranger, {}).error() == DraftRefused::unknown_node);
  CHECK(draft.remove_signer(stranger).error() == DraftRefused::unknown_signer);
  CHECK(draft.add_signer({f.key(0), "A node", {}}).error() == DraftRefused::already_listed);
  CHECK(draft.come_back(f.partner(1)).error() == DraftRefused::already_so);
  CHECK(draft.add_predecessor(f.partner(0), PartnerId{}).error() == DraftRefused::unknown_partner);
}

TEST_CASE("a new partner comes with its node, and its country may hold personal data") {
  Drafting f(65);
  auto draft = f.draft();
  const auto fresh = SecretKey::generate(f.entropy);
  const auto card = f.card(fresh);
  REQUIRE(draft.add_partner(card, PartnerRole::observer));
  const auto made = f.imagined(draft);
  REQUIRE(made.partner(card.partner));
  CHECK(made.partner(card.partner)->role == PartnerRole::observer);
  CHECK(made.node(card.node_key)->partner == card.partner);
  CHECK(made.may_hold_personal_data(card.partner));
  CHECK(f.lost(draft).empty());
}

TEST_CASE("an observer keeps what it published, and writes on when it is a member again") {
  Drafting f(66);
  auto draft = f.draft();
  REQUIRE(draft.set_role(f.partner(1), PartnerRole::observer));
  CHECK(node_of(draft, f.key(1)).cuts.size() == 1);
  CHECK(f.lost(draft).empty());
  REQUIRE(draft.set_role(f.partner(1), PartnerRole::member));
  CHECK(node_of(draft, f.key(1)).cuts.empty());
}

TEST_CASE("a cut against a thief outlives the time as an observer, and one that is set meanwhile stays") {
  Drafting f(69);
  const auto adopt = [&](const CharterDraft& draft) {
    const auto bytes = CharterWorld::encode(draft.body());
    const auto hash = charter_hash(draft.body().version, bytes);
    std::vector<SignedBy> signatures;
    for (const std::size_t signer : {0, 1})
      signatures.emplace_back(f.signers[signer].public_key(), sign_charter(hash, f.signers[signer]));
    const auto next = assemble_charter(bytes, signatures);
    REQUIRE(f[0].node->take_charters({&next, 1}).changed);
    f[0].node->after_batch();
    f.snapshot = f[0].store->snapshot();
  };
  const auto cuts = [&](CharterDraft& draft) { return node_of(draft, f.key(1)).cuts; };
  const core::CutFrom thiefs[] = {{f.written.log, 4}};
  const Cut before{f.written.log, 3, f.hash_at(3)};
  const Cut deeper{f.written.log, 2, f.hash_at(2)};
  auto draft = f.draft();
  REQUIRE(draft.cut_node(f.key(1), thiefs));
  adopt(draft);
  auto observer = f.draft();
  REQUIRE(observer.set_role(f.partner(1), PartnerRole::observer));
  CHECK(cuts(observer) == std::vector{before});
  adopt(observer);
  // Something else in between, so that it is not the version before.
  auto other = f.draft();
  REQUIRE(other.rename(f.partner(0), {"lv", "Pilsēta"}));
  adopt(other);
  auto member = f.draft();
  REQUIRE(member.set_role(f.partner(1), PartnerRole::member));
  CHECK(cuts(member) == std::vector{before});
  // The same when it leaves and comes back as a member.
  auto leaving = f.draft();
  REQUIRE(leaving.leave(f.partner(1), RecordsLeft::stay));
  REQUIRE(leaving.set_role(f.partner(1), PartnerRole::member));
  CHECK(cuts(leaving) == std::vector{before});
  adopt(leaving);
  auto back = f.draft();
  REQUIRE(back.come_back(f.partner(1)));
  CHECK(cuts(back) == std::vector{before});
  // A deeper one that was decided while it was away.
  const core::CutFrom earlier[] = {{f.written.log, 3}};
  auto deeper_cut = f.draft();
  REQUIRE(deeper_cut.cut_node(f.key(1), earlier));
  adopt(deeper_cut);
  auto again = f.draft();
  REQUIRE(again.come_back(f.partner(1)));
  CHECK(cuts(again) == std::vector{deeper});
}

TEST_CASE("the federation's name, and where personal data may lie") {
  Drafting f(75);
  auto draft = f.draft();
  const auto before = f.draft().body();
  REQUIRE(draft.rename_federation({"fi", "Verkosto"}));
  CHECK(draft.body().names.size() == before.names.size() + 1);
  CHECK(draft.rename_federation({"fi", "Verkosto"}).error() == DraftRefused::already_so);
  REQUIRE(draft.rename_federation({"fi", "Toinen"}));
  CHECK(draft.body().names.back() == LocalText{"fi", "Toinen"});
  REQUIRE(draft.set_personal_data("IS", true));
  CHECK(draft.set_personal_data("IS", true).error() == DraftRefused::already_so);
  REQUIRE(encode_charter_body(draft.body()));
  REQUIRE(draft.set_personal_data("IS", false));
  CHECK(draft.body().personal_data_countries == before.personal_data_countries);
}

TEST_CASE("formats that this program cannot write are not proposed") {
  Drafting f(70);
  auto draft = f.draft();
  CHECK(draft.set_formats({header_version, content_version}).error() == DraftRefused::already_so);
  for (const auto& formats :
       {Formats{0, 1}, Formats{1, 0}, Formats{header_version + 1, 1}, Formats{1, content_version + 1}})
    CHECK(draft.set_formats(formats).error() == DraftRefused::unknown_format);
  CHECK(draft.body().header_version_max == header_version);
  // A newer program has raised them: they can be lowered again, each alone.
  auto raised = f.next_body();
  raised.header_version_max = 7;
  raised.content_version_max = 9;
  const auto next = f.CharterWorld::charter(raised, {0, 1});
  REQUIRE(f[0].node->take_charters({&next, 1}).changed);
  f[0].node->after_batch();
  CHECK(f[0].publish("still written, in the format that it knows"));
  auto lowered = f.draft();
  REQUIRE(lowered.set_formats({1, 9}));
  CHECK(lowered.body().header_version_max == 1);
  CHECK(lowered.body().content_version_max == 9);
  CHECK(lowered.set_formats({6, 9}).error() == DraftRefused::unknown_format);
}

TEST_CASE("a partner leaves: its records stay, or are hidden, until it comes back") {
  Drafting f(67);
  auto draft = f.draft();
  REQUIRE(draft.leave(f.partner(1), RecordsLeft::stay));
  CHECK(f.lost(draft).empty());
  CHECK_FALSE(may_link(f.imagined(draft), f.key(1)));
  REQUIRE(draft.leave(f.partner(1), RecordsLeft::hidden));
  CHECK(f.lost(draft)[0].records == 3);
  CHECK(draft.leave(f.partner(1), RecordsLeft::hidden).error() == DraftRefused::already_so);
  REQUIRE(draft.come_back(f.partner(1)));
  CHECK(f.lost(draft).empty());
  CHECK(may_write(f.imagined(draft), f.key(1)));
}

TEST_CASE("what a proposal would take away is worked out once, and told for some seconds") {
  Drafting f(71);
  auto draft = f.draft();
  REQUIRE(draft.leave(f.partner(1), RecordsLeft::hidden));
  REQUIRE(f.propose(0, CharterWorld::encode(draft.body())));
  auto closing = f.draft();
  REQUIRE(closing.rename(f.partner(0), {"lv", "Pilsēta"}));
  REQUIRE(f.propose(0, CharterWorld::encode(closing.body())));
  core::CharterEffects effects;
  const auto shown = [&](std::size_t number) {
    return f[0].node->status().charter_life->proposals.at(number);
  };
  std::uint64_t now = 1000;
  const auto asked = [&](std::size_t number) {
    return effects.of(shown(number), *f[0].store->snapshot(), {}, now);
  };
  const std::size_t leaving = shown(0).proposal->body_bytes == CharterWorld::encode(draft.body()) ? 0 : 1;
  const auto first = asked(leaving);
  REQUIRE(first);
  CHECK(first->stops.records == 3);
  CHECK(asked(1 - leaving)->stops.logs.empty());
  REQUIRE(f[1].publish("a fourth record"));
  f.settle();
  now += core::effect_lives_ms - 1;
  CHECK(asked(leaving) == first);
  ++now;
  const auto second = asked(leaving);
  CHECK(second != first);
  CHECK(second->stops.records == 4);
  now = 1;  // the clock was set back
  CHECK(asked(leaving) != second);
  // It is adopted: nothing is asked any more.
  const auto next = f.CharterWorld::charter(draft.body(), {0, 1});
  REQUIRE(f[0].node->take_charters({&next, 1}).changed);
  f[0].node->after_batch();
  CHECK_FALSE(asked(0));
  CHECK_FALSE(asked(1));
}

TEST_CASE("as many effects are remembered as proposals are open; one more takes nothing from them") {
  Drafting f(77);
  const auto body = CharterWorld::encode(f.draft().body());
  core::CharterEffects effects;
  const auto asked = [&](std::size_t number) {
    Hash hash{};
    hash[0] = static_cast<std::uint8_t>(number);
    return effects.of(hash, body, f.charter(), *f.snapshot, {}, 1000);
  };
  std::vector<core::CharterEffects::Effect> first;
  for (std::size_t i = 0; i < core::open_proposals_max; ++i) first.push_back(asked(i));
  CHECK(asked(core::open_proposals_max) != asked(core::open_proposals_max));
  for (std::size_t i = 0; i < core::open_proposals_max; ++i) CHECK(asked(i) == first[i]);
}

TEST_CASE("limits that are lowered are counted as lost") {
  Drafting f(68);
  const auto lost_under = [&](const NodeLimits& limits) {
    auto draft = f.draft();
    REQUIRE(draft.set_limits(f.key(1), limits));
    const auto lost = f.lost(draft);
    return lost.empty() ? std::uint64_t{0} : lost[0].entries;
  };
  CHECK(lost_under({64, 3, 1 << 20}) == 1);
  CHECK(lost_under({64, 10, 512}) == 1);
  CHECK(lost_under({64, 10, 0}) == 3);
  CHECK(lost_under({1, 10, 1 << 20}) == 0);
}
