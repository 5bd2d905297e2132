#include "http/event_source.h"

#include <charconv>

#include "protocol/ids.h"
#include "protocol/kinds.h"

namespace hansa::http {
namespace {

constexpr std::string_view id_line = "\nid: ";

/// Ends a subscription when it goes; the event source may be gone by then.
struct Subscription {
  explicit Subscription(std::function<void()> on_end) : end(std::move(on_end)) {}
  ~Subscription() { end(); }
  Subscription(const Subscription&) = delete;
  Subscription& operator=(const Subscription&) = delete;
  std::function<void()> end;
};

}  // namespace

std::shared_ptr<void> EventSource::subscribe(Listener listener) {
  const std::lock_guard lock(listeners_->mutex);
  const auto number = listeners_->next++;
  listeners_->by_number.emplace(number, std::move(listener));
  return std::make_shared<Subscription>([listeners = listeners_, number] {
    const std::lock_guard ending(listeners->mutex);
    listeners->by_number.erase(number);
  });
}

void EventSource::arrivals(const std::vector<store::Arrival>& arrivals) {
  for (const auto& arrival : arrivals)
    if (const auto text = text_of(arrival); !text.empty()) tell(text);
}

void EventSource::peers_changed() { tell("event: peers\ndata: {}\n\n"); }

std::string_view EventSource::change_of(const store::Arrival& arrival) {
  if (arrival.ceased) return arrival.record == store::RecordId{} ? "" : "ceased";
  switch (arrival.kind) {
    case protocol::EntryKind::content:
      return arrival.first_of_record ? "published" : "revised";
    case protocol::EntryKind::restrict_visibility:
      return "revised";
    case protocol::EntryKind::withdraw:
      return "withdrawn";
    default:
      return {};
  }
}

std::string EventSource::text_of(const store::Arrival& arrival) {
  const auto change = change_of(arrival);
  if (change.empty()) return {};
  const auto number = std::to_string(arrival.number);
  // Numbers, an urn and names from tables: nothing that JSON would have to escape.
  std::string text = "event: change";
  text.append(id_line).append(number);
  text.append("\ndata: {\"arrival\":").append(number);
  text.append(",\"record\":\"").append(protocol::to_text(arrival.record));
  text.append("\",\"kind\":\"").append(name(arrival.record_kind));
  // What ceased to count has no revision of its own.
  text.append("\",\"revision\":")
      .append(arrival.ceased ? "null" : '"' + protocol::to_hex(arrival.hash) + '"');
  return text.append(",\"change\":\"").append(change).append("\"}\n\n");
}

std::string EventSource::reset_text(std::uint64_t since) {
  // Without an id: a reader that comes back names the last change it heard, and hears what was dropped.
  return "event: reset\ndata: {\"since\":" + std::to_string(since) + "}\n\n";
}

std::uint64_t EventSource::id_of(std::string_view text) {
  const auto at = text.find(id_line);
  if (at == std::string_view::npos) return 0;
  std::uint64_t id = 0;
  const char* const begin = text.data() + at + id_line.size();
  const auto result = std::from_chars(begin, text.data() + text.size(), id);
  return result.ec == std::errc() ? id : 0;
}

void EventSource::tell(const std::string& text) {
  const std::lock_guard lock(listeners_->mutex);
  for (const auto& [number, listener] : listeners_->by_number) listener(text);
}

}  // namespace hansa::http
