#include "core/link_port.h"

#include <doctest/doctest.h>

#include <set>

using namespace hansa;
using core::LinkEnd;
using protocol::Refusal;

TEST_CASE("every refusal of the protocol ends a link under its own name") {
  const std::set<Refusal> the_transports = {Refusal::timeout, Refusal::closed};
  for (auto number = 0; number <= static_cast<int>(Refusal::store_full); ++number) {
    const auto refusal = static_cast<Refusal>(number);
    if (the_transports.contains(refusal)) continue;
    CHECK(core::name(core::link_end(refusal)) == protocol::name(refusal));
  }
  CHECK(core::link_end(Refusal::timeout) == LinkEnd::idle_timeout);
  CHECK(core::link_end(Refusal::closed) == LinkEnd::peer_closed);
}

TEST_CASE("no two ends of a link share a name") {
  std::set<std::string_view> names;
  for (std::size_t number = 0; number < core::link_end_count; ++number)
    CHECK_MESSAGE(names.insert(core::name(static_cast<LinkEnd>(number))).second, number);
}

TEST_CASE("a peer that breaks the rules of sync is told so, and of our own affairs only that it is over") {
  CHECK(core::farewell(LinkEnd::unsolicited) == Refusal::malformed);
  CHECK(core::farewell(LinkEnd::beyond_credit) == Refusal::malformed);
  CHECK(core::farewell(LinkEnd::own_epoch_changed) == Refusal::closed);
  CHECK(core::farewell(LinkEnd::store_full) == Refusal::closed);
}
