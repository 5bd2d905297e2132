#include <doctest/doctest.h>

#include "charters.h"

using namespace hansa::protocol;
using namespace hansa::protocol::testing;

namespace {

struct Narrowed : Federation {
  Cut cut{dice.hash(), 40, dice.hash()};
  Cut nothing{dice.hash(), 0, {}};

  explicit Narrowed(std::uint64_t seed) : Federation(seed) {}
  template <class Change>
  void change(Change change) {
    CharterBody body = next();
    change(body);
    auto read = read_next(body);
    REQUIRE(read);
    charter = *read;
  }
  Rights of(std::size_t node, const Hash& log) const {
    return rights(*charter, nodes[node].public_key(), log);
  }
};

}  // namespace

TEST_CASE("an active node's logs count whole, a stranger's not at all") {
  Narrowed f(111);
  const Rights all = f.of(0, f.cut.log);
  CHECK(all.reach == Rights::Reach::all);
  CHECK(all.why == Rights::Why::active);
  CHECK(all.partner == f.charter->body().partners[0].id);
  CHECK(all.covers(UINT64_MAX));
  CHECK(may_write(*f.charter, f.nodes[0].public_key()));
  const PublicKey stranger = f.dice.key().public_key();
  const Rights none = rights(*f.charter, stranger, f.cut.log);
  CHECK(none.reach == Rights::Reach::none);
  CHECK(none.why == Rights::Why::unknown_key);
  CHECK_FALSE(none.covers(1));
  CHECK_FALSE(may_write(*f.charter, stranger));
}

TEST_CASE("a cut of an active node cuts the logs it names, and no other") {
  Narrowed f(112);
  f.change([&](CharterBody& body) { body.nodes[0].cuts = {f.cut, f.nothing}; });
  const Rights cut = f.of(0, f.cut.log);
  CHECK(cut.reach == Rights::Reach::up_to);
  CHECK(cut.why == Rights::Why::cut);
  CHECK(cut.last == f.cut);
  CHECK(cut.covers(40));
  CHECK_FALSE(cut.covers(41));
  CHECK(f.of(0, f.nothing.log).reach == Rights::Reach::none);
  CHECK(f.of(0, f.dice.hash()).reach == Rights::Reach::all);
  CHECK(may_write(*f.charter, f.nodes[0].public_key()));
}

TEST_CASE("a retired, rotated or revoked node counts up to its cuts; what they do not name is empty") {
  const std::pair<NodeStatus, Rights::Why> cases[] = {{NodeStatus::retired, Rights::Why::retired},
                                                      {NodeStatus::rotated, Rights::Why::rotated},
                                                      {NodeStatus::revoked, Rights::Why::revoked}};
  for (const auto& [status, why] : cases) {
    Narrowed f(113);
    f.change([&](CharterBody& body) {
      body.nodes[1].status = status;
      body.nodes[1].cuts = {f.cut};
    });
    CHECK(f.of(1, f.cut.log).reach == Rights::Reach::up_to);
    CHECK(f.of(1, f.cut.log).why == why);
    CHECK(f.of(1, f.dice.hash()).reach == Rights::Reach::none);
    CHECK(f.of(1, f.dice.hash()).why == why);
    CHECK_FALSE(may_write(*f.charter, f.nodes[1].public_key()));
    CHECK(name(why) == name(status));
  }
}

TEST_CASE(
    "a partner that becomes an observer keeps what its cuts name, and more again when it is a member again") {
  Narrowed f(114);
  f.change([&](CharterBody& body) {
    body.partners[2].role = PartnerRole::observer;
    body.nodes[2].cuts = {f.cut};
  });
  CHECK(f.of(2, f.cut.log).reach == Rights::Reach::up_to);
  CHECK(f.of(2, f.cut.log).why == Rights::Why::observer);
  CHECK(f.of(2, f.dice.hash()).reach == Rights::Reach::none);
  CHECK_FALSE(may_write(*f.charter, f.nodes[2].public_key()));
  f.change([&](CharterBody& body) {
    body.partners[2].role = PartnerRole::member;
    body.nodes[2].cuts.clear();
  });
  CHECK(f.of(2, f.cut.log).reach == Rights::Reach::all);
}

TEST_CASE("a partner that has left keeps what the cuts name, unless its records are hidden or erased") {
  Narrowed f(117);
  f.change([&](CharterBody& body) {
    body.partners[1].status = PartnerStatus::left;
    body.nodes[1].cuts = {f.cut};
  });
  CHECK(f.of(1, f.cut.log).covers(40));
  CHECK_FALSE(f.of(1, f.cut.log).covers(41));
  CHECK(f.of(1, f.cut.log).why == Rights::Why::left);
  CHECK(f.of(1, f.dice.hash()).reach == Rights::Reach::none);
  CHECK_FALSE(may_write(*f.charter, f.nodes[1].public_key()));
  CHECK_FALSE(may_link(*f.charter, f.nodes[1].public_key()));
  CHECK(may_link(*f.charter, f.nodes[0].public_key()));
  for (const RecordsLeft records : {RecordsLeft::hidden, RecordsLeft::erased}) {
    f.change([&](CharterBody& body) { body.partners[1].records = records; });
    CHECK(f.of(1, f.cut.log).reach == Rights::Reach::none);
    CHECK(f.of(1, f.cut.log).why == Rights::Why::left);
  }
  f.change([&](CharterBody& body) {
    body.partners[1].status = PartnerStatus::present;
    body.partners[1].records = RecordsLeft::stay;
    body.nodes[1].cuts.clear();
  });
  CHECK(f.of(1, f.cut.log).reach == Rights::Reach::all);
  CHECK(may_link(*f.charter, f.nodes[1].public_key()));
}

TEST_CASE("observers may link, nodes that are not active may not") {
  Narrowed f(118);
  f.change([&](CharterBody& body) {
    body.partners[1].role = PartnerRole::observer;
    body.nodes[2].status = NodeStatus::retired;
  });
  CHECK(may_link(*f.charter, f.nodes[1].public_key()));
  CHECK_FALSE(may_write(*f.charter, f.nodes[1].public_key()));
  CHECK_FALSE(may_link(*f.charter, f.nodes[2].public_key()));
  CHECK_FALSE(may_link(*f.charter, f.dice.key().public_key()));
}

TEST_CASE("a successor may revise what its predecessors own, and theirs") {
  Narrowed f(119);
  const auto id = [&](std::size_t i) { return f.charter->body().partners[i].id; };
  f.change([&](CharterBody& body) {
    body.partners[1].successor_of = {id(2)};
    body.partners[0].successor_of = {id(1), id(2)};
  });
  CHECK(may_revise(*f.charter, id(0), id(0)));
  CHECK(may_revise(*f.charter, id(0), id(1)));
  CHECK(may_revise(*f.charter, id(0), id(2)));
  CHECK(may_revise(*f.charter, id(1), id(2)));
  CHECK_FALSE(may_revise(*f.charter, id(2), id(1)));
  CHECK_FALSE(may_revise(*f.charter, id(1), id(0)));
  CHECK_FALSE(may_revise(*f.charter, f.dice.partner(), id(0)));
}
