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
  REQUIRE(effect.stops.size() == 1);
  CHECK(effect.stops[0].from == 4);
  CHECK(effect.stops[0].records == 1);
  REQUIRE(effect.stops[0].named.size() == 1);
  CHECK(effect.stops[0].named.begin()->second == store::EntryPlace{4, f.written.head});
  CHECK(effect.again.empty());

  // Two of the log lie aside: as it is they count again with whatever version comes.
  auto& store = *f[0].store;
  store.set_aside(f.written.log, 3, 1);
  f.snapshot = store.snapshot();
  effect = core::effect_of(*f.snapshot, {}, f.imagined(f.draft()));
  CHECK(effect.stops.empty());
  REQUIRE(effect.again.size() == 1);
  CHECK(effect.again[0].from == 3);
  CHECK(effect.again[0].entries == 2);
  CHECK(effect.again[0].named.size() == 2);
  // Not if a fork is known there, or the version ends the log before them.
  core::Forks forks;
  forks.at.emplace(f.written.log, 3);
  CHECK(core::effect_of(*f.snapshot, forks, f.imagined(f.draft())).again.empty());
  auto shorter = f.draft();
  REQUIRE(shorter.cut_node(f.key(1), std::vector<core::CutFrom>{{f.written.log, 3, {}}}));
  CHECK(core::effect_of(*f.snapshot, {}, f.imagined(shorter)).again.empty());

  // Another branch is held: the version that names the one aside takes the one and gives the other.
  f.hold_other_third();
  f.snapshot = store.snapshot();
  auto named = f.draft();
  REQUIRE(named.cut_node(f.key(1), std::vector<core::CutFrom>{{f.written.log, 5, f.written.head}}));
  effect = core::effect_of(*f.snapshot, forks, f.imagined(named));
  REQUIRE(effect.stops.size() == 1);
  CHECK(effect.stops[0].from == 3);
  CHECK(effect.stops[0].entries == 1);
  REQUIRE(effect.again.size() == 1);
  CHECK(effect.again[0].from == 3);
  CHECK(effect.again[0].entries == 2);
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
