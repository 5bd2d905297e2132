// What a proposal would do to the catalogue, and to the federation's means to change its charter again.

#include "core/charter_effects.h"
#include "drafting.h"

using namespace hansa;
using namespace hansa::test;
using namespace hansa::protocol;

TEST_CASE("what a proposal would do: records are named; what lies aside comes back, also of another branch") {
  Drafting f(73);
  auto draft = f.draft();
  REQUIRE(draft.cut_node(f.key(1), std::vector<core::CutFrom>{{f.written.log, 4, {}}}));
  auto effect = core::effect_of(*f.snapshot, {}, f.imagined(draft));
  REQUIRE(effect.stops.logs.size() == 1);
  CHECK(effect.stops.logs[0].from == 4);
  CHECK(effect.stops.records == 1);
  REQUIRE(effect.stops.named.size() == 1);
  const auto& [record, revision] = *effect.stops.named.begin();
  CHECK(record == f.record_at(4));
  CHECK(revision.log == f.written.log);
  CHECK(revision.place == store::EntryPlace{4, f.written.head});
  CHECK(revision.author == f.key(1));
  CHECK(effect.again.logs.empty());

  // Two of the log lie aside: as it is they count again with whatever version comes.
  auto& store = *f[0].store;
  store.set_aside(f.written.log, 3, 1);
  f.snapshot = store.snapshot();
  effect = core::effect_of(*f.snapshot, {}, f.imagined(f.draft()));
  CHECK(effect.stops.logs.empty());
  REQUIRE(effect.again.logs.size() == 1);
  CHECK(effect.again.logs[0].from == 3);
  CHECK(effect.again.entries == 2);
  CHECK(effect.again.named.size() == 2);
  // Not if a fork is known there, or the version ends the log before them.
  core::Forks forks;
  forks.at.emplace(f.written.log, 3);
  CHECK(core::effect_of(*f.snapshot, forks, f.imagined(f.draft())).again.logs.empty());
  auto shorter = f.draft();
  REQUIRE(shorter.cut_node(f.key(1), std::vector<core::CutFrom>{{f.written.log, 3, {}}}));
  CHECK(core::effect_of(*f.snapshot, {}, f.imagined(shorter)).again.logs.empty());

  // Another branch is held: the version that names the one aside takes the one and gives the other.
  f.hold_other_third();
  f.snapshot = store.snapshot();
  auto named = f.draft();
  REQUIRE(named.cut_node(f.key(1), std::vector<core::CutFrom>{{f.written.log, 5, f.written.head}}));
  effect = core::effect_of(*f.snapshot, forks, f.imagined(named));
  REQUIRE(effect.stops.logs.size() == 1);
  CHECK(effect.stops.logs[0].from == 3);
  CHECK(effect.stops.entries == 1);
  REQUIRE(effect.again.logs.size() == 1);
  CHECK(effect.again.logs[0].from == 3);
  CHECK(effect.again.entries == 2);
}

TEST_CASE("a record that several logs revise is counted and named once, by its latest entry") {
  Drafting f(74);
  const auto second = f.hold_second_log({f.record_at(2), f.record_at(3)});
  auto draft = f.draft();
  REQUIRE(draft.leave(f.partner(1), RecordsLeft::hidden));
  const auto stops = core::effect_of(*f.snapshot, {}, f.imagined(draft)).stops;
  REQUIRE(stops.logs.size() == 2);
  CHECK(stops.logs[0].log < stops.logs[1].log);
  const auto& of_second = stops.logs[stops.logs[0].log == second ? 0 : 1];
  CHECK(of_second.entries == 3);
  CHECK(of_second.records == 2);
  CHECK(stops.entries == 7);
  CHECK(stops.records == 3);
  REQUIRE(stops.named.size() == 3);
  CHECK(stops.named.at(f.record_at(2)).log == second);
  CHECK(stops.named.at(f.record_at(4)).log == f.written.log);
}

TEST_CASE("what lies aside beyond a limit does not count again with every version") {
  Drafting f(75);
  auto smaller = f.draft();
  REQUIRE(smaller.set_limits(f.key(1), {64, 10, 512}));
  const auto next = f.CharterWorld::charter(smaller.body(), {0, 1});
  REQUIRE(f[0].node->take_charters({&next, 1}).changed);
  f[0].node->after_batch();
  f.snapshot = f[0].store->snapshot();
  REQUIRE(f.snapshot->log(f.written.log)->sequence == 3);
  const auto effect = [&](const NodeLimits& limits) {
    auto draft = f.draft();
    REQUIRE(draft.set_limits(f.key(1), limits));
    return core::effect_of(*f.snapshot, {}, f.imagined(draft));
  };
  CHECK(effect({64, 11, 512}).again.logs.empty());
  CHECK(effect({64, 10, 768}).again.entries == 1);
  // Three blocks lie aside then, of which one and of which two would come back.
  f[0].store->set_aside(f.written.log, 2, 1);
  f.snapshot = f[0].store->snapshot();
  CHECK(effect({64, 11, 256}).again.entries == 1);
  CHECK(effect({64, 11, 512}).again.entries == 2);
}

TEST_CASE("of a key's logs only so many come back as may count, and those that rank behind them make room") {
  Drafting f(76);
  const auto second = f.hold_second_log({});
  auto& store = *f[0].store;
  auto draft = f.draft();
  REQUIRE(draft.set_limits(f.key(1), {1, 10, 1 << 20}));
  const auto effect = [&] {
    f.snapshot = store.snapshot();
    return core::effect_of(*f.snapshot, {}, f.imagined(draft));
  };
  store.set_aside(f.written.log, 1, 1);
  auto told = effect();
  REQUIRE(told.again.logs.size() == 1);
  CHECK(told.again.logs[0].log == f.written.log);
  REQUIRE(told.stops.logs.size() == 1);
  CHECK(told.stops.logs[0].log == second);
  CHECK(told.stops.logs[0].entries == 1);
  // With both aside: the first alone.
  store.set_aside(second, 1, 1);
  told = effect();
  CHECK(told.stops.logs.empty());
  REQUIRE(told.again.logs.size() == 1);
  CHECK(told.again.logs[0].log == f.written.log);
}

TEST_CASE("warnings come before nobody could change the charter any more, and only if that is new") {
  CharterBody body;
  for (std::uint8_t i = 0; i < 3; ++i) {
    CharterPartner partner;
    partner.id.bytes.fill(i);
    partner.role = i == 0 ? PartnerRole::coordinator : PartnerRole::member;
    body.partners.push_back(partner);
    CharterSigner signer{{}, "Signer", partner.id};
    signer.key.bytes.fill(i);
    body.signers.push_back(signer);
  }
  using Codes = std::vector<std::string_view>;
  CHECK(core::charter_warnings(body, body).empty());
  auto none = body;
  none.partners[0].role = PartnerRole::member;
  CHECK(core::charter_warnings(body, none) == Codes{"last_coordinator"});
  CHECK(core::charter_warnings(none, none).empty());
  auto two = body;
  two.signers.pop_back();
  CHECK(core::charter_warnings(body, two) == Codes{"every_signer_needed"});
  auto one = two;
  one.signers.pop_back();
  CHECK(core::charter_warnings(two, one).empty());
  auto left = body;
  left.partners[1].status = left.partners[2].status = PartnerStatus::left;
  CHECK(core::charter_warnings(body, left) == Codes{"signers_have_left"});
  left.partners[2].status = PartnerStatus::present;
  CHECK(core::charter_warnings(body, left).empty());
  left.partners[0].status = PartnerStatus::left;
  left.signers[2].partner.reset();
  CHECK(core::charter_warnings(body, left) == Codes{"last_coordinator", "signers_have_left"});
}
