#include "http/event_source.h"

#include <doctest/doctest.h>

using namespace hansa;
using http::EventSource;
using protocol::EntryKind;

namespace {

store::Arrival arrival(std::uint64_t number, EntryKind kind, bool first) {
  store::Arrival made;
  made.number = number;
  made.kind = kind;
  made.record_kind = protocol::RecordKind::practice;
  made.first_of_record = first;
  return made;
}

}  // namespace

TEST_CASE("an event names its arrival, record and change, and nothing else") {
  const auto text = EventSource::text_of(arrival(17, EntryKind::content, true));
  CHECK(text ==
        "event: change\nid: 17\ndata: {\"arrival\":17,\"record\":\"urn:hansa:aaaaaaaaaaaaaaaaaaaaaaaaaa:"
        "aaaaaaaaaaaaaaaaaaaaaaaaaa\",\"kind\":\"practice\",\"revision\":\"" +
            std::string(64, '0') + "\",\"change\":\"published\"}\n\n");
  CHECK(EventSource::id_of(text) == 17);
  CHECK(EventSource::id_of("event: peers\ndata: {}\n\n") == 0);
}

TEST_CASE("what happened to the record is told from the entry's kind") {
  CHECK(EventSource::change_of(arrival(1, EntryKind::content, false)) == "revised");
  CHECK(EventSource::change_of(arrival(1, EntryKind::restrict_visibility, false)) == "revised");
  CHECK(EventSource::change_of(arrival(1, EntryKind::withdraw, false)) == "withdrawn");
  CHECK(EventSource::change_of(arrival(1, EntryKind::none, false)).empty());
  CHECK(EventSource::text_of(arrival(1, EntryKind::receipt, false)).empty());
  auto ceased = arrival(1, EntryKind::none, false);
  ceased.ceased = true;
  CHECK(EventSource::change_of(ceased).empty());  // what was set aside named no record
  ceased.record.local[0] = 1;
  CHECK(EventSource::change_of(ceased) == "ceased");
}

TEST_CASE("who listens hears everything in order, until the subscription ends") {
  EventSource source;
  std::string one;
  std::string two;
  auto first = source.subscribe([&](const std::string& text) { one += text; });
  const auto second = source.subscribe([&](const std::string& text) { two += text; });
  source.arrivals({arrival(1, EntryKind::none, false), arrival(2, EntryKind::content, true)});
  first.reset();
  source.peers_changed();
  CHECK(one == EventSource::text_of(arrival(2, EntryKind::content, true)));
  CHECK(two == one + "event: peers\ndata: {}\n\n");
}

TEST_CASE("a subscription may outlive its source") {
  std::shared_ptr<void> subscription;
  {
    EventSource source;
    subscription = source.subscribe([](const std::string&) {});
  }
  subscription.reset();
}
