#include "links/core_thread.h"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

using hansa::links::CoreThread;

TEST_CASE("work runs in order, all that waits in one batch, with the hook after it") {
  CoreThread core;
  std::vector<std::string> deeds;  // Touched by the core thread only, until stop() returns.
  for (int i = 0; i < 3; ++i) CHECK(core.post([&deeds, i] { deeds.push_back(std::to_string(i)); }));
  CoreThread::Hooks hooks;
  hooks.after_batch = [&deeds] { deeds.emplace_back("commit"); };
  core.start(hooks);
  core.ask([] {});
  core.stop();
  REQUIRE(deeds.size() >= 4);
  CHECK(deeds[0] == "0");
  CHECK(deeds[1] == "1");
  CHECK(deeds[2] == "2");
  CHECK(deeds[3] == "commit");
  CHECK(deeds.back() == "commit");
}

TEST_CASE("stop runs what was posted before it and takes nothing after") {
  CoreThread core;
  int done = 0;
  core.start();
  for (int i = 0; i < 1000; ++i) CHECK(core.post([&done] { ++done; }));
  core.stop();
  CHECK(done == 1000);
  CHECK_FALSE(core.post([&done] { ++done; }));
  CHECK(done == 1000);
  CHECK_THROWS_AS(core.ask([] { return 1; }), std::future_error);
}

TEST_CASE("ask returns the value or the exception of the work, and the thread goes on") {
  CoreThread core;
  core.start();
  CHECK(core.ask([] { return 7; }) == 7);
  CHECK(core.ask([&core] { return core.is_current(); }));
  CHECK_FALSE(core.is_current());
  CHECK_THROWS_AS(core.ask([]() -> int { throw std::runtime_error("no"); }), std::runtime_error);
  CHECK(core.ask([] { return 8; }) == 8);
}

TEST_CASE("work that throws ends the thread, is told once, and nothing later runs") {
  CoreThread core;
  std::promise<std::string> told;
  bool later = false;
  core.post([] { throw std::runtime_error("disk"); });
  core.post([&later] { later = true; });
  CoreThread::Hooks hooks;
  hooks.broken = [&told](std::exception_ptr error) {
    try {
      std::rethrow_exception(error);
    } catch (const std::runtime_error& e) {
      told.set_value(e.what());
    }
  };
  core.start(hooks);
  CHECK(told.get_future().get() == "disk");
  core.stop();
  CHECK_FALSE(later);
  CHECK_FALSE(core.post([] {}));
}

TEST_CASE("ticks come without any work") {
  std::promise<void> third;
  int ticks = 0;  // Outlives the thread that counts it.
  CoreThread core;
  CoreThread::Hooks hooks;
  hooks.tick_every = std::chrono::milliseconds(1);
  hooks.tick = [&] {
    if (++ticks == 3) third.set_value();
  };
  core.start(hooks);
  CHECK(third.get_future().wait_for(std::chrono::seconds(10)) == std::future_status::ready);
}
