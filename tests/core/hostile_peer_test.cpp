// A peer whose key stands in the charter and that breaks the rules, against a real core::Node. Each assault
// ends as its case says, counted and named alike on every node it is tried on, while the honest link goes on.

#include "hostile_peer.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "core/link_port.h"
#include "siege.h"

using namespace hansa::protocol;
using hansa::core::link_end;
using hansa::test::bomb;
using hansa::test::Ground;
using hansa::test::HostilePeer;
using hansa::test::Siege;

namespace {

constexpr std::size_t entries = 10;

/// What may be held on behalf of one peer at any instant, with what the store allocates for itself: as
/// docs/protocol.md says under "Memory".
constexpr std::size_t memory_bytes_max = 64 * 1024 * 1024;

struct Assault {
  Refusal why{};                         ///< counted, and shown for the peer
  bool cut_off = false;                  ///< the link ends for it
  std::uint64_t held = 0;                ///< entries of the hostile log that count afterwards
  std::uint64_t lacking = 0;             ///< payloads of them that are missing
  std::optional<std::uint64_t> times{};  ///< how often it was counted, if that is said
  bool recounted = false;                ///< all links ended with it: what counts is another set
};

using Act = std::function<void(Siege&)>;

void check_outcome(Siege& siege, const Assault& expected) {
  CHECK(siege.counted(expected.why) >= 1);
  if (expected.times) CHECK(siege.counted(expected.why) == *expected.times);
  CHECK(siege.recounts() == (expected.recounted ? 1 : 0));
  // Anew, a node waits for what the others say of its log before its own entries go out.
  if (expected.recounted) siege.run_for(statements_wait_ms + 1000);
  // What was shown for the peers goes with the session; an alarm stays.
  if (!expected.recounted) CHECK(siege.last_error() == expected.why);
  if (expected.recounted)
    CHECK(siege.end() == link_end(Refusal::different_charter));
  else if (expected.cut_off)
    CHECK(siege.end() == link_end(expected.why));
  else
    CHECK(!siege.end());
  CHECK(siege.victim_holds() == expected.held);
  CHECK(siege.victim_lacks() == expected.lacking);
  CHECK(siege.memory_growth_bytes() <= memory_bytes_max);
  siege.check_honest_link();
}

/// `write`: the hostile peer's log, before anybody is linked. `act`: what it does; by default it only links.
void everywhere(const Assault& expected, const Act& write, const Act& act = {},
                const Siege::Adjust& adjust = {}) {
  const Ground grounds[] = {{"model, dialled", 11, false, false},
                            {"model, dialling", 23, false, true},
                            {"RocksDB, dialled", 37, true, false}};
  std::optional<std::map<std::string, std::uint64_t>> counted;
  std::size_t growth = 0;
  for (const auto& ground : grounds) {
    CAPTURE(std::string(ground.name));
    CAPTURE(name(expected.why));
    Siege siege(ground, adjust);
    write(siege);
    siege.link();
    if (act) act(siege);
    siege.run_for(1000);
    check_outcome(siege, expected);
    const auto refusals = siege.victim->node->status().refusals;
    if (counted) CHECK(*counted == refusals);
    counted = refusals;
    growth = std::max(growth, siege.memory_growth_bytes());
  }
  MESSAGE(name(expected.why) << ": at most " << growth / 1024 << " KiB more were held");
}

void write_ten(Siege& siege) {
  while (siege.hostile->entries.size() < entries) siege.hostile->append();
}

/// Answers every question for headers with what `twisted` makes of the honest answer.
Act twisting_batches(std::function<void(Siege&, wire::Batch&)> twisted) {
  return [twisted](Siege& siege) {
    write_ten(siege);
    siege.hostile->twist = [&siege, twisted](const wire::Message& message) {
      const auto* pull = std::get_if<wire::Pull>(&message);
      if (pull == nullptr) return false;
      auto batch = siege.hostile->batch(*pull);
      twisted(siege, batch);
      siege.hostile->say(batch);
      return true;
    };
  };
}

/// As soon as a question for headers has come.
Act answering_a_pull(std::function<void(Siege&, std::uint32_t ticket)> answer) {
  return [answer](Siege& siege) {
    write_ten(siege);
    siege.hostile->twist = [&siege, answer](const wire::Message& message) {
      const auto* pull = std::get_if<wire::Pull>(&message);
      if (pull != nullptr) answer(siege, pull->ticket);
      return pull != nullptr;
    };
  };
}

/// Once the link is up and all that it has is held.
Act once_live(std::function<void(Siege&)> act) {
  return [act](Siege& siege) {
    siege.run_for(500);
    REQUIRE(siege.victim_holds() == siege.hostile->entries.size());
    act(siege);
  };
}

/// The first byte of the fifth entry's author time: nothing but signature and chain covers it.
constexpr std::size_t author_time_at = 108;

}  // namespace

TEST_CASE("a flipped byte in a header: what stands before it counts") {
  everywhere({Refusal::bad_signature, false, 4}, [](Siege& siege) {
    write_ten(siege);
    siege.hostile->entries[4].header[author_time_at] ^= 1;
  });
}

TEST_CASE("a flipped byte in the last signature") {
  everywhere({Refusal::bad_signature, false, 9}, [](Siege& siege) {
    write_ten(siege);
    siege.hostile->entries[9].header.back() ^= 1;
  });
}

TEST_CASE("a bad signature in the middle of a chain: retracted, and not taken again") {
  everywhere(
      {Refusal::refused_branch, false, 4},
      [](Siege& siege) {
        while (siege.hostile->entries.size() < 4) siege.hostile->append();
        auto& bad = siege.hostile->append();
        bad.header.back() ^= 1;
        siege.hostile->next->hash = entry_hash(bad.header);
        write_ten(siege);
      },
      once_live([](Siege& siege) {
        siege.victim->check_everything();
        CHECK(siege.victim->node->status().retracted_entries == 6);
        siege.run_for(5000);
      }));
}

TEST_CASE("a gap in a batch") {
  everywhere({Refusal::malformed, true, 0}, twisting_batches([](Siege& siege, wire::Batch& batch) {
               const auto& gone = siege.hostile->entries[4].header;
               const auto at =
                   std::search(batch.headers.begin(), batch.headers.end(), gone.begin(), gone.end());
               REQUIRE(at != batch.headers.end());
               batch.headers.erase(at, at + static_cast<std::ptrdiff_t>(gone.size()));
             }));
}

TEST_CASE("another previous hash inside a batch") {
  everywhere({Refusal::bad_chain, false, 4}, [](Siege& siege) {
    while (siege.hostile->entries.size() < 4) siege.hostile->append();
    siege.hostile->next->hash[0] ^= 1;
    write_ten(siege);
  });
}

TEST_CASE("another branch than the one that is held: proven, and the log ends before it") {
  Assault expected{Refusal::log_conflict, true, 8};
  expected.recounted = true;
  everywhere(expected, write_ten, once_live([](Siege& siege) {
               siege.victim->check_everything();
               auto& hostile = *siege.hostile;
               hostile.next->sequence = 8;
               hostile.next->hash = entry_hash(hostile.entries[7].header);
               hostile.entries.resize(8);
               for (int more = 0; more < 5; ++more) hostile.append(300);
               hostile.say(wire::Announce{{{wire::LogName::of(wire::prefix_of(hostile.log)),
                                            hostile.entries.size(), wire::prefix_of(hostile.next->hash)}}});
               siege.run_for(2000);
               const auto alarms = siege.victim->node->status().alarms;
               const auto forked = std::find_if(alarms.begin(), alarms.end(),
                                                [](const auto& alarm) { return alarm.code == "log_forked"; });
               REQUIRE(forked != alarms.end());
               CHECK(forked->params.at("node") == to_text(hostile.key.public_key()));
               CHECK(forked->params.at("sequence") == "9");
               CHECK(siege.honest->store->snapshot()->log(hostile.log)->sequence == 8);
             }));
}

TEST_CASE("entries of another federation") {
  everywhere({Refusal::wrong_federation, false, 4}, [](Siege& siege) {
    while (siege.hostile->entries.size() < 4) siege.hostile->append();
    siege.hostile->next->federation[0] ^= 1;
    write_ten(siege);
  });
}

namespace {

/// Announces a log of one entry that is not its own, and delivers it.
Act offering(std::function<Bytes(Siege&)> make) {
  return once_live([make](Siege& siege) {
    const auto header = make(siege);
    const auto log = HeaderView::parse(header)->log();
    siege.hostile->twist = [&siege, header, log](const wire::Message& message) {
      const auto* pull = std::get_if<wire::Pull>(&message);
      if (pull == nullptr || pull->log.prefix() != wire::prefix_of(log)) return false;
      siege.hostile->say(wire::Batch{pull->ticket, header});
      return true;
    };
    siege.hostile->say(
        wire::Announce{{{wire::LogName::of(wire::prefix_of(log)), 1, wire::prefix_of(entry_hash(header))}}});
    siege.run_for(1000);
    CHECK(!siege.victim->store->snapshot()->log(log));
  });
}

}  // namespace

TEST_CASE("a log of a key that no charter lists") {
  everywhere({Refusal::unknown_key, false, entries}, write_ten, offering([](Siege& siege) {
               return siege.hostile->declaration(siege.stranger.public_key(), siege.stranger);
             }));
}

TEST_CASE("a log in the name of another node of the charter") {
  everywhere({Refusal::bad_signature, false, entries}, write_ten, offering([](Siege& siege) {
               return siege.hostile->declaration(siege.honest->key.public_key(), siege.hostile->key);
             }));
}

TEST_CASE("more entries, and more bytes, than the charter grants") {
  everywhere({Refusal::limit_exceeded, false, 6}, write_ten, {},
             [](CharterBody& body) { body.nodes[2].limits.entries_per_log = 6; });
  everywhere({Refusal::limit_exceeded, false, 5}, write_ten, {},
             [](CharterBody& body) { body.nodes[2].limits.payload_bytes_per_log = 1024; });
}

TEST_CASE("wrong payloads, pulled") {
  everywhere({Refusal::bad_commitment, false, entries, 2, 2}, [](Siege& siege) {
    write_ten(siege);
    siege.hostile->entries[4].content[0] ^= 1;
    siege.hostile->entries[7].content.push_back(0);
  });
}

TEST_CASE("a wrong payload, pushed") {
  everywhere({Refusal::bad_commitment, false, entries + 1, 1, 1}, write_ten, once_live([](Siege& siege) {
               auto push = siege.hostile->push(siege.hostile->append());
               push.content[0] ^= 1;
               siege.hostile->say(push);
             }));
}

TEST_CASE("a payload where the entry has none, pushed") {
  everywhere({Refusal::bad_commitment, false, entries + 1, 0, 1}, write_ten, once_live([](Siege& siege) {
               auto push = siege.hostile->push(siege.hostile->append(0));
               push.salt = Salt{};
               push.content = {1, 2, 3};
               siege.hostile->say(push);
             }));
}

TEST_CASE("a compressed bomb, whether it says so or not") {
  for (const std::uint32_t stated : {0x7fffffffu, static_cast<std::uint32_t>(inflated_bytes_max)})
    everywhere({Refusal::inflated_too_large, true, 0},
               answering_a_pull([stated](Siege& siege, std::uint32_t ticket) {
                 siege.hostile->to_say.push_back(bomb(ticket, stated));
               }));
}

TEST_CASE("answers that nobody asked for") {
  const wire::Message answers[] = {wire::Batch{77, Bytes(500)}, wire::Payloads{77, true, {}},
                                   wire::Deny{77, wire::DenyReason::nothing}};
  for (const auto& answer : answers)
    everywhere({Refusal::unsolicited, true, entries, 0, 1}, write_ten,
               once_live([&answer](Siege& siege) { siege.hostile->say(answer); }));
}

TEST_CASE("a head that is claimed and not delivered") {
  everywhere({Refusal::withheld, false, entries}, write_ten, once_live([](Siege& siege) {
               siege.hostile->say(wire::Announce{
                   {{wire::LogName::of(wire::prefix_of(siege.hostile->log)), entries + 1000, {}}}});
             }));
}

TEST_CASE("a peer that does not answer, and one that says nothing at all") {
  everywhere({Refusal::stalled, false, 0}, answering_a_pull([](Siege&, std::uint32_t) {}),
             [](Siege& siege) { siege.run_for(answer_wait_ms + 1000); });
  everywhere({Refusal::timeout, true, 0, 0, 1}, write_ten, [](Siege& siege) {
    siege.hostile->to_say.clear();
    siege.hostile->twist = [](const wire::Message&) { return true; };
    siege.run_for(silence_ms_max + 1000);
  });
}

TEST_CASE("hellos that are wrong") {
  const auto instead = [](std::function<void(Siege&, wire::Hello&)> change) {
    return [change](Siege& siege) {
      siege.hostile->to_say.clear();
      auto hello = siege.hostile->hello(siege.victim->key.public_key());
      change(siege, hello);
      siege.hostile->say(hello);
    };
  };
  everywhere({Refusal::bad_signature, true, 0, 0, 1}, write_ten,
             instead([](Siege&, wire::Hello& hello) { ++hello.own->sequence; }));
  everywhere({Refusal::different_charter, true, 0, 0, 1}, write_ten,
             instead([](Siege&, wire::Hello& hello) { hello.charter_hash[0] ^= 1; }));
  everywhere({Refusal::out_of_order, true, 0, 0, 1}, write_ten, [](Siege& siege) {
    siege.hostile->to_say.clear();
    siege.hostile->say(wire::Ping{1, 1});
  });
  everywhere({Refusal::out_of_order, true, entries, 0, 1}, write_ten, once_live([](Siege& siege) {
               siege.hostile->say(siege.hostile->hello(siege.victim->key.public_key()));
             }));
  everywhere({Refusal::too_large, true, 0, 0, 1}, write_ten,
             [](Siege& siege) { siege.hostile->to_say = {Bytes(hello_bytes_max + 8)}; });
}

TEST_CASE("messages that are none, or too large") {
  everywhere({Refusal::malformed, true, entries, 0, 1}, write_ten,
             once_live([](Siege& siege) { siege.hostile->to_say.push_back(Bytes(64, 0xff)); }));
  everywhere({Refusal::too_large, true, entries, 0, 1}, write_ten,
             once_live([](Siege& siege) { siege.hostile->to_say.push_back(Bytes(message_bytes_max + 8)); }));
}
