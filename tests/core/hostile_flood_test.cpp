// Peers of the charter that send more than they may, or without end: cut off with a named reason, or served
// without anything growing.

#include <doctest/doctest.h>

#include "siege.h"
#include "sync_bench.h"

using namespace hansa::protocol;
using hansa::core::link_end;
using hansa::test::Ground;
using hansa::test::Siege;

namespace {

constexpr std::size_t memory_bytes_max = 64 * 1024 * 1024;  // as docs/protocol.md says under "Memory"

/// A node to which the hostile peer is linked, and that holds all it has.
struct Live : Siege {
  explicit Live(bool real_store) : Siege({"", 51, real_store, false}) {
    while (hostile->entries.size() < 3) hostile->append();
    link();
    run_for(500);
    REQUIRE(victim_holds() == hostile->entries.size());
  }
  void check_ended(Refusal why) {
    CAPTURE(name(why));
    CHECK(end() == link_end(why));
    CHECK(counted(why) == 1);
    CHECK(last_error() == why);
    check_the_rest();
  }
  void check_the_rest() {
    check_honest_link();
    MESSAGE("at most " << memory_growth_bytes() / 1024 << " KiB more were held");
    CHECK(memory_growth_bytes() <= memory_bytes_max);
  }
};

void on_both_stores(void (*assault)(Live&)) {
  for (const bool real_store : {false, true}) {
    CAPTURE(real_store);
    Live live(real_store);
    assault(live);
  }
}

}  // namespace

TEST_CASE("more bytes than the credit, faster than the node takes them") {
  on_both_stores([](Live& live) {
    std::size_t sent = 0;
    while (live.is_up() && sent <= 2 * receive_credit_bytes_default) {
      // What comes while the node is at work is taken together.
      for (int together = 0; together < 6; ++together) {
        const auto push = live.hostile->push(live.hostile->append(900'000));
        sent += push.content.size();
        live.push_in(push);
      }
      live.after_batch();
    }
    CHECK(sent > receive_credit_bytes_default);
    live.check_ended(Refusal::beyond_credit);
  });
}

TEST_CASE("more credit than a window holds") {
  on_both_stores([](Live& live) {
    live.hostile->say(wire::Credit{credit_bytes_max});
    live.run_for(100);
    live.check_ended(Refusal::limit_exceeded);
  });
}

TEST_CASE("more questions than may wait") {
  on_both_stores([](Live& live) {
    const auto log = wire::LogName::of(live.hostile->log);
    for (std::uint32_t ticket = 1; ticket <= served_pulls_per_link + 1; ++ticket)
      live.push_in(wire::Pull{ticket, log, 1, 1, std::nullopt});
    live.after_batch();
    live.check_ended(Refusal::limit_exceeded);
  });
}

TEST_CASE("announcements of logs without end") {
  on_both_stores([](Live& live) {
    live.hostile->twist = [](const wire::Message&) { return true; };
    std::uint64_t invented = 0;
    for (std::size_t rows = 0; live.is_up() && rows <= 2 * claims_per_link; rows += 1000) {
      wire::Announce announce;
      for (int row = 0; row < 1000; ++row) {
        Hash log{};
        ++invented;
        std::memcpy(log.data(), &invented, sizeof invented);
        announce.rows.push_back({wire::LogName::of(wire::prefix_of(log)), 5, {}});
      }
      live.push_in(announce);
      live.after_batch();
    }
    CHECK(invented > claims_per_link);
    live.check_ended(Refusal::limit_exceeded);
  });
}

TEST_CASE("small messages without end are answered and leave nothing behind") {
  on_both_stores([](Live& live) {
    constexpr std::uint32_t messages = 100'000;
    const auto before = live.victim->node->status().refusals;
    for (std::uint32_t number = 1; number <= messages; ++number) {
      live.push_in(wire::Ping{number, number});
      live.push_in(wire::Held{{{wire::prefix_of(live.hostile->log), 2}}});
      if (number % 64 == 0) live.run_for(50);
    }
    live.run_for(100);
    CHECK(live.is_up());
    CHECK(live.victim->node->status().refusals == before);
    live.check_the_rest();
  });
}

TEST_CASE("a peer that asks for everything and grants no credit is sent its credit and no more") {
  on_both_stores([](Live& live) {
    const auto chance = hansa::test::repeatable_entropy(5);
    for (int count = 0; count < 40; ++count) {
      Bytes noise(400'000);  // nothing to compress
      chance(noise);
      REQUIRE(live.honest->publish(std::string(noise.begin(), noise.end())));
    }
    live.run_for(1000);
    const auto log = live.honest->node->status().own_log->id;
    live.deaf = true;
    for (std::uint32_t ticket = 100; ticket < 110; ++ticket)
      live.push_in(wire::PullPayloads{ticket, {{wire::LogName::of(log), 1, 41}}});
    live.run_for(5000);
    CHECK(live.is_up());
    MESSAGE("sent and not granted again: " << live.unheard_bytes << " bytes");
    CHECK(live.unheard_bytes >= receive_credit_bytes_default / 2);
    CHECK(live.unheard_bytes <= receive_credit_bytes_default + hello_bytes_max);
    live.deaf = false;
    live.check_honest_link();
  });
}

TEST_CASE("entries pushed in another's name") {
  on_both_stores([](Live& live) {
    REQUIRE(live.honest->publish("by an honest node"));
    const auto own = live.honest->node->status().own_log;
    const auto header = live.honest->store->snapshot()->headers(own->id, own->sequence, 1, header_bytes_max);
    live.push_in(wire::Push{header.front(), std::nullopt, {}});
    live.after_batch();
    live.check_ended(Refusal::not_permitted);
  });
}
