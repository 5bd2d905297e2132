#include "store/catalogue.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "seed.h"

using namespace hansa;
using protocol::EntryKind;
using protocol::RecordKind;
using protocol::Visibility;
using store::Hash;
using store::RecordState;
using store::Revision;

namespace {

Hash hash_of(std::uint8_t number) {
  Hash hash{};
  hash[0] = number;
  return hash;
}

Revision content(std::uint8_t hash, std::vector<std::uint8_t> parents = {}) {
  Revision revision;
  revision.hash = hash_of(hash);
  revision.kind = EntryKind::content;
  revision.record_kind = RecordKind::practice;
  revision.visibility = Visibility::everyone;
  for (const auto parent : parents) revision.parents.push_back(hash_of(parent));
  return revision;
}

Revision with_kind(Revision revision, EntryKind kind) {
  revision.kind = kind;
  return revision;
}

RecordState state(std::vector<Revision> revisions) { return store::record_state({}, std::move(revisions)); }

std::uint8_t live(const RecordState& record) { return store::live_revision(record).hash[0]; }

bool same(const RecordState& a, const RecordState& b) {
  return a.kind == b.kind && a.tips == b.tips && a.live == b.live &&
         std::equal(a.revisions.begin(), a.revisions.end(), b.revisions.begin(), b.revisions.end(),
                    [](const Revision& x, const Revision& y) { return x.hash == y.hash; });
}

// A history as concurrent authors make it: each revision names up to four earlier ones, or hashes of nothing
// here.
std::vector<Revision> random_history(std::mt19937_64& random) {
  std::vector<Revision> revisions;
  const auto count = 1 + random() % 12;
  for (std::size_t i = 0; i < count; ++i) {
    Revision revision;
    for (auto& byte : revision.hash) byte = static_cast<std::uint8_t>(random());
    revision.author_time_ms = random() % 3;
    revision.kind =
        std::array{EntryKind::content, EntryKind::withdraw, EntryKind::restrict_visibility}[random() % 3];
    revision.record_kind = random() % 8 ? RecordKind::practice : RecordKind::event;
    revision.visibility = static_cast<Visibility>(1 + random() % 3);
    for (std::size_t parent = random() % 3; parent > 0; --parent)
      revision.parents.push_back(
          revisions.empty() || random() % 8 == 0 ? hash_of(1) : revisions[random() % revisions.size()].hash);
    revisions.push_back(revision);
  }
  return revisions;
}

}  // namespace

TEST_CASE("a chain of revisions has one tip, the last") {
  const auto record = state({content(9), content(3, {9}), content(5, {3})});
  CHECK(live(record) == 5);
  CHECK_FALSE(store::in_conflict(record));
  CHECK(store::is_listed(record));
}

TEST_CASE("concurrent revisions conflict until one names both") {
  CHECK(store::in_conflict(state({content(1), content(2, {1}), content(3, {1})})));
  const auto merged = state({content(1), content(2, {1}), content(3, {1}), content(4, {2, 3})});
  CHECK(live(merged) == 4);
  CHECK_FALSE(store::in_conflict(merged));
}

TEST_CASE("among tips: withdraw, restrict, narrower, later, greater hash, in this order") {
  auto later = content(2, {1});
  later.author_time_ms = 7;
  CHECK(live(state({content(1), later, content(3, {1})})) == 2);
  CHECK(live(state({content(1), content(2, {1}), content(3, {1})})) == 3);
  auto narrow = content(2, {1});
  narrow.visibility = Visibility::network;
  auto late = content(3, {1});
  late.author_time_ms = 99;
  CHECK(live(state({content(1), narrow, late})) == 2);
  const auto restriction = with_kind(content(4, {1}), EntryKind::restrict_visibility);
  CHECK(live(state({content(1), narrow, late, restriction})) == 4);
  const auto withdrawal = with_kind(content(5, {1}), EntryKind::withdraw);
  const auto record = state({content(1), narrow, late, restriction, withdrawal});
  CHECK(live(record) == 5);
  CHECK(record.tips.size() == 4);
  CHECK_FALSE(store::is_listed(record));
}

TEST_CASE("a visibility this version does not know counts as narrower") {
  auto unknown = content(2, {1});
  unknown.visibility = static_cast<Visibility>(77);
  auto network = content(3, {1});
  network.visibility = Visibility::network;
  CHECK(live(state({content(1), unknown, network})) == 2);
}

TEST_CASE("a parent that is no revision of the record is ignored") {
  const auto record = state({content(4, {200}), content(6, {4, 201})});
  CHECK(live(record) == 6);
  CHECK_FALSE(store::in_conflict(record));
}

TEST_CASE("the root with the lowest hash fixes the kind; others take no part") {
  auto event = content(1, {});
  event.record_kind = RecordKind::event;
  const auto record = state({content(2), content(8, {2}), event});
  CHECK(record.kind == RecordKind::event);
  CHECK(record.revisions.size() == 3);
  REQUIRE(record.tips.size() == 1);
  CHECK(live(record) == 1);
  // A later change of kind is no root, even with a lower hash: it neither shows nor supersedes.
  event.parents = {hash_of(2)};
  const auto kept = state({content(2), event});
  CHECK(kept.kind == RecordKind::practice);
  CHECK(live(kept) == 2);
}

TEST_CASE("what a record said last is the newest content of its kind that has a payload") {
  const auto said = [](Revision revision, std::uint64_t time_ms) {
    revision.has_payload = true;
    revision.author_time_ms = time_ms;
    return revision;
  };
  const auto last = [](const RecordState& record, const std::function<bool(const Revision&)>& counts = {}) {
    const auto* revision = store::last_content(record, counts);
    return revision == nullptr ? 0 : revision->hash[0];
  };
  auto event = said(content(6, {1}), 99);
  event.record_kind = RecordKind::event;
  auto empty = said(content(7, {1}), 99);
  empty.has_payload = false;
  const auto withdrawal = with_kind(said(content(8, {1}), 99), EntryKind::withdraw);
  auto record = state({said(content(1), 1), said(content(2, {1}), 5), said(content(3, {2}), 4)});
  CHECK(last(record) == 2);
  CHECK(last(record, [](const Revision& one) { return one.author_time_ms < 5; }) == 3);
  record = state(
      {said(content(1), 1), said(content(2, {1}), 5), said(content(3, {2}), 5), event, empty, withdrawal});
  CHECK(last(record) == 3);
  CHECK(last(state({withdrawal})) == 0);
}

TEST_CASE("the order of arrival never changes the view") {
  auto random = test::seeded("catalogue order");
  for (int round = 0; round < 2000; ++round) {
    auto history = random_history(random);
    const auto expected = state(history);
    for (int order = 0; order < 4; ++order) {
      std::shuffle(history.begin(), history.end(), random);
      REQUIRE(same(state(history), expected));
    }
    for (const auto tip : expected.tips)
      if (tip != expected.live)
        REQUIRE(store::outranks(expected.revisions[expected.live], expected.revisions[tip]));
  }
}
