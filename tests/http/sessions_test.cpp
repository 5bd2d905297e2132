#include "http/sessions.h"

#include <doctest/doctest.h>

using namespace hansa;
using http::Sessions;

namespace {
const http::User ilze{"ilze", http::Role::editor, "lv"};
constexpr std::uint64_t start_ms = 1'800'000'000'000;
}  // namespace

TEST_CASE("a session is found by its cookie only") {
  Sessions sessions(protocol::system_entropy());
  const auto begun = sessions.begin(ilze, start_ms);
  CHECK(begun.cookie.size() == 64);
  CHECK(begun.csrf.size() == 64);
  CHECK(begun.cookie != begun.csrf);
  const auto found = sessions.find(begun.cookie, start_ms);
  REQUIRE(found);
  CHECK(found->user.name == "ilze");
  CHECK(found->csrf == begun.csrf);
  CHECK_FALSE(sessions.find(begun.csrf, start_ms));
  CHECK_FALSE(sessions.find("", start_ms));
  sessions.end(begun.cookie);
  CHECK_FALSE(sessions.find(begun.cookie, start_ms));
}

TEST_CASE("a session ends after an idle hour, and use puts that off, but not beyond twelve hours") {
  Sessions sessions(protocol::system_entropy());
  const auto idle = sessions.begin(ilze, start_ms);
  CHECK_FALSE(sessions.find(idle.cookie, start_ms + http::session_idle_ms));
  CHECK_FALSE(sessions.find(idle.cookie, start_ms));  // it is gone, not only hidden

  const auto used = sessions.begin(ilze, start_ms);
  std::uint64_t now_ms = start_ms;
  while (now_ms + http::session_idle_ms - 1 < start_ms + http::session_age_ms_max) {
    now_ms += http::session_idle_ms - 1;
    REQUIRE(sessions.find(used.cookie, now_ms));
  }
  REQUIRE(sessions.find(used.cookie, start_ms + http::session_age_ms_max - 1));
  CHECK_FALSE(sessions.find(used.cookie, start_ms + http::session_age_ms_max));
}

TEST_CASE("a clock that is set back signs nobody out") {
  Sessions sessions(protocol::system_entropy());
  const auto begun = sessions.begin(ilze, start_ms);
  CHECK(sessions.find(begun.cookie, start_ms - 24 * 60 * 60 * 1000));
}

TEST_CASE("all sessions of a user end together") {
  Sessions sessions(protocol::system_entropy());
  const auto one = sessions.begin(ilze, start_ms);
  const auto two = sessions.begin(ilze, start_ms);
  const auto other = sessions.begin({"anna", http::Role::admin, "en"}, start_ms);
  sessions.end_all_of("ilze");
  CHECK_FALSE(sessions.find(one.cookie, start_ms));
  CHECK_FALSE(sessions.find(two.cookie, start_ms));
  CHECK(sessions.find(other.cookie, start_ms));
  const auto third = sessions.begin(ilze, start_ms);
  const auto fourth = sessions.begin(ilze, start_ms);
  sessions.end_others_of("ilze", third.cookie);
  CHECK(sessions.find(third.cookie, start_ms));
  CHECK_FALSE(sessions.find(fourth.cookie, start_ms));
  CHECK(sessions.find(other.cookie, start_ms));
}

TEST_CASE("of too many sessions the one that was idle longest goes") {
  Sessions sessions(protocol::system_entropy());
  const auto first = sessions.begin(ilze, start_ms);
  const auto second = sessions.begin(ilze, start_ms + 1);
  for (std::size_t count = 2; count < http::sessions_max; ++count) sessions.begin(ilze, start_ms + 2);
  REQUIRE(sessions.find(first.cookie, start_ms + 3));
  const auto last = sessions.begin(ilze, start_ms + 4);
  CHECK(sessions.find(first.cookie, start_ms + 5));
  CHECK_FALSE(sessions.find(second.cookie, start_ms + 5));
  CHECK(sessions.find(last.cookie, start_ms + 5));
}
