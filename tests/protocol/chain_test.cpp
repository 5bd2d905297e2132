#include "protocol/chain.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "logs.h"

using namespace hansa::protocol;
using namespace hansa::protocol::testing;

namespace {

struct TenEntries {
  Dice dice{11};
  Hash federation = dice.hash();
  WrittenLog log{dice, federation};
  std::vector<LogTip> tips{log.tip()};  // after each entry

  TenEntries() {
    for (int i = 0; i < 9; ++i) add(log.content_fields());
  }
  void add(const EntryFields& fields) {
    log.add(fields);
    tips.push_back(log.tip());
  }
};

Bytes broken_signature(Bytes header) {
  header[header.size() - 1] ^= 1;
  return header;
}

}  // namespace

TEST_CASE("a whole log chains from nothing") {
  TenEntries t;
  const Bytes bytes = t.log.run();
  const auto run = chain(t.federation, std::nullopt, bytes);
  REQUIRE(run);
  CHECK(run->size() == 10);
  CHECK(run->first_sequence() == 1);
  CHECK(run->tip() == t.log.tip());
  CHECK(std::ranges::equal(run->bytes(), bytes));
  for (std::size_t i = 0; i < run->size(); ++i) {
    CHECK(run->hash(i) == t.tips[i].hash);
    CHECK(std::ranges::equal(run->header(i).bytes(), t.log.headers()[i]));
    CHECK(run->is_checked(i) == (i == 0 || i == 9));  // the declaration, and the last
  }
}

TEST_CASE("a run continues a tip, whatever its length") {
  TenEntries t;
  for (std::size_t from = 1; from < 10; ++from) {
    for (std::size_t to = from + 1; to <= 10; ++to) {
      const auto run = chain(t.federation, t.tips[from - 1], t.log.run(from, to));
      REQUIRE(run);
      CHECK(run->size() == to - from);
      CHECK(run->first_sequence() == from + 1);
      CHECK(run->tip() == t.tips[to - 1]);
      CHECK(run->is_checked(run->size() - 1));
    }
  }
}

TEST_CASE("entries that act are checked wherever they stand") {
  TenEntries t;
  EntryFields erase;
  erase.kind = EntryKind::erase;
  erase.subject = t.dice.record();
  t.add(erase);
  t.add(t.log.content_fields());
  auto run = chain(t.federation, t.tips[8], t.log.run(9, 12));
  REQUIRE(run);
  CHECK_FALSE(run->is_checked(0));
  CHECK(run->is_checked(1));
  CHECK(run->is_checked(2));
}

TEST_CASE("a bad signature: seen at the end and where an entry acts, found by the later check elsewhere") {
  Dice dice(12);
  const Hash federation = dice.hash();
  WrittenLog log(dice, federation);
  const LogTip start = log.tip();
  log.add_content();
  log.add_bytes(broken_signature(*seal_entry(log.content_fields(), log.tip(), log.key())));
  log.add_content();
  const auto whole = chain(federation, start, log.run(1, 4));
  REQUIRE(whole);  // the last signature vouches, until every one is looked at
  CHECK_FALSE(whole->is_checked(1));
  CHECK(check_signatures(whole->bytes(), start.author) == 1U);
  CHECK(check_signatures(log.run(1, 2), start.author) == std::nullopt);

  const auto cut = chain(federation, start, log.run(1, 3));
  REQUIRE_FALSE(cut);
  CHECK(cut.error().refusal == Refusal::bad_signature);
  CHECK(cut.error().index == 1);
  CHECK(cut.error().offset == header_bytes);
  CHECK(cut.error().hash == entry_hash(log.headers()[2]));

  EntryFields withdraw = log.content_fields();
  withdraw.kind = EntryKind::withdraw;
  log.add_bytes(broken_signature(*seal_entry(withdraw, log.tip(), log.key())));
  log.add_content();
  const auto acting = chain(federation, start, log.run(1, 6));
  REQUIRE_FALSE(acting);
  CHECK(acting.error().refusal == Refusal::bad_signature);
  CHECK(acting.error().index == 3);
}

TEST_CASE("a declaration signed by another key is refused") {
  Dice dice(13);
  const Hash federation = dice.hash();
  WrittenLog log(dice, federation);
  log.add_content();
  Bytes bytes = log.run();
  const auto sign = dice.key().sign(Purpose::entry, ByteView(bytes).first(declaration_bytes - 64));
  std::ranges::copy(sign.bytes, bytes.begin() + declaration_bytes - 64);
  CHECK(chain(federation, std::nullopt, bytes).error().refusal == Refusal::bad_signature);
}

TEST_CASE("gaps, repeats, other logs and other federations do not chain") {
  TenEntries t;
  const auto refusal = [&](const std::optional<LogTip>& tip, Bytes bytes) {
    const auto run = chain(t.federation, tip, std::move(bytes));
    return run ? std::nullopt : std::optional(run.error().refusal);
  };
  CHECK(refusal(t.tips[2], {}) == Refusal::malformed);
  CHECK(refusal(t.tips[2], t.log.run(4, 6)) == Refusal::bad_chain);     // a gap
  CHECK(refusal(t.tips[2], t.log.run(2, 6)) == Refusal::bad_chain);     // a repeat
  CHECK(refusal(t.tips[2], t.log.run(0, 3)) == Refusal::bad_chain);     // a second declaration
  CHECK(refusal(std::nullopt, t.log.run(1, 3)) == Refusal::bad_chain);  // none
  LogTip other = t.tips[2];
  other.hash[0] ^= 1;
  CHECK(refusal(other, t.log.run(3, 6)) == Refusal::bad_chain);
  WrittenLog second(t.dice, t.federation);
  second.add_content();
  CHECK(refusal(second.tip(), t.log.run(2, 3)) == Refusal::bad_chain);
  CHECK(chain(t.dice.hash(), t.tips[2], t.log.run(3, 6)).error().refusal == Refusal::wrong_federation);
  Bytes trailing = t.log.run(3, 6);
  trailing.push_back(1);
  CHECK(refusal(t.tips[2], trailing) == Refusal::malformed);
  CHECK(refusal(t.tips[2], Bytes(run_bytes_max + 1)) == Refusal::too_large);
}

TEST_CASE("a flipped bit anywhere in a run is noticed") {
  TenEntries t;
  const Bytes good = t.log.run(3, 6);
  for (std::size_t at = 0; at < good.size(); ++at) {
    Bytes bytes = good;
    bytes[at] ^= 0x04;
    CHECK_FALSE(chain(t.federation, t.tips[2], bytes));
  }
}

TEST_CASE("a sequence number does not wrap") {
  Dice dice(14);
  WrittenLog log(dice, dice.hash());
  LogTip last = log.tip();
  last.sequence = UINT64_MAX;
  CHECK(seal_entry(log.content_fields(), last, log.key()).error() == Refusal::malformed);
  CHECK(chain(last.federation, last, log.run(0, 1)).error().refusal == Refusal::bad_chain);
}

TEST_CASE("headers of a newer version chain and are stored, without being interpreted") {
  Dice dice(15);
  const Hash federation = dice.hash();
  WrittenLog log(dice, federation);
  Bytes newer = *seal_entry(log.content_fields(), log.tip(), log.key());
  newer[0] = 2;
  newer[2] = 0;
  newer.resize(256, 0xaa);
  newer[2] = 0;
  newer[3] = 1;
  const auto sign = log.key().sign(Purpose::entry, ByteView(newer).first(192));
  std::ranges::copy(sign.bytes, newer.begin() + 192);
  log.add_bytes(newer);
  log.add_content();
  const auto run = chain(federation, std::nullopt, log.run());
  REQUIRE(run);
  CHECK_FALSE(run->header(1).is_understood());
  CHECK_FALSE(run->is_checked(1));
  CHECK(check_signatures(run->bytes(), log.key().public_key()) == std::nullopt);
}
