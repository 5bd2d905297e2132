#include "sync/serving.h"

#include <algorithm>
#include <cassert>

namespace hansa::protocol {

void Serving::pull(Session& session, const wire::Pull& pull) {
  if (session.serving.count() >= served_pulls_per_link) return s_.refuse(session, Refusal::limit_exceeded);
  session.serving.headers.push_back(pull);
  serve(session);
}

void Serving::pull_payloads(Session& session, const wire::PullPayloads& pull) {
  if (session.serving.count() >= served_pulls_per_link) return s_.refuse(session, Refusal::limit_exceeded);
  session.serving.payloads.push_back(pull);
  serve(session);
}

void Serving::deny(Session& session, std::uint32_t ticket, wire::DenyReason reason) {
  s_.send(session, wire::Deny{ticket, reason});
}

std::vector<Hash> Serving::held_logs(const wire::LogName& name) const {
  std::vector<Hash> found = name.whole ? std::vector<Hash>{name.id} : s_.logs.with_prefix(name.prefix());
  std::erase_if(found, [this](const Hash& log) { return s_.held_sequence(log) == 0; });
  return found;
}

bool Serving::is_gated(const Session& session, const Hash& log) const {
  return s_.own_log && log == *s_.own_log && !gate_.may_send(session);
}

/// False if something is ready that the credit does not allow yet.
bool Serving::send_ready(Session& session) {
  auto& serving = session.serving;
  if (!serving.headers_ready.empty()) {
    if (serving.headers_ready.size() > session.send_credit) return false;
    s_.send_bulk(session, std::exchange(serving.headers_ready, {}), Lane::headers);
  }
  if (!serving.payloads_ready.empty()) {
    if (serving.payloads_ready.size() > session.send_credit) return false;
    s_.send_bulk(session, std::exchange(serving.payloads_ready, {}), Lane::payloads);
    if (serving.payloads_ready_last)
      serving.payloads_reading.reset();
    else
      read_payloads(session);
  }
  return true;
}

void Serving::serve(Session& session) {
  auto& serving = session.serving;
  while (!s_.is_closing(session.id) && send_ready(session)) {
    const bool idle = !serving.headers_reading;
    if (idle && !serving.headers.empty())
      start_headers(session);
    else if (serving.headers.empty() && !serving.payloads_reading && !serving.payloads.empty())
      start_payloads(session);
    else
      return;
  }
}

void Serving::start_headers(Session& session) {
  const wire::Pull pull = session.serving.headers.front();
  session.serving.headers.pop_front();
  const auto logs = held_logs(pull.log);
  if (logs.size() != 1)
    return deny(session, pull.ticket,
                logs.empty() ? wire::DenyReason::unknown_log : wire::DenyReason::ambiguous);
  if (is_gated(session, logs.front())) {
    session.own_denied = true;
    return deny(session, pull.ticket, wire::DenyReason::not_yet);
  }
  const std::uint64_t held = s_.held_sequence(logs.front());
  if (pull.from > held) return deny(session, pull.ticket, wire::DenyReason::nothing);
  const std::uint64_t count = std::min<std::uint64_t>(pull.count, held - pull.from + 1);
  session.serving.headers_reading = pull;
  const auto ticket = s_.next_ticket();
  reading_[ticket] = session.id;
  s_.deed(ReadHeaders{ticket, logs.front(), pull.from, count, pull_headers_max * header_bytes_max});
}

void Serving::headers_read(StoreTicket ticket, const std::vector<Bytes>& headers) {
  const auto at = reading_.find(ticket);
  assert(at != reading_.end());
  Session* session = s_.session(at->second);
  reading_.erase(at);
  if (session == nullptr) return;
  const wire::Pull pull = *session->serving.headers_reading;
  session->serving.headers_reading.reset();
  batch(*session, pull, headers);
  serve(*session);
}

void Serving::batch(Session& session, const wire::Pull& pull, const std::vector<Bytes>& headers) {
  if (headers.empty()) return deny(session, pull.ticket, wire::DenyReason::nothing);
  const auto first = HeaderView::parse(headers.front());
  assert(first.has_value());
  if (pull.previous && wire::prefix_of(first->previous_hash()) != *pull.previous) {
    deny(session, pull.ticket, wire::DenyReason::differs);
    pulls_.conflict(session, first->log());
    return;
  }
  wire::Batch batch;
  batch.ticket = pull.ticket;
  for (const Bytes& header : headers) batch.headers.insert(batch.headers.end(), header.begin(), header.end());
  if (s_.own_log && first->log() == *s_.own_log) {
    Claim& claim = session.claims[first->log()];
    claim.sent = std::max(claim.sent, pull.from + headers.size() - 1);
  }
  session.serving.headers_ready = wire::encode(batch);
}

void Serving::start_payloads(Session& session) {
  auto& serving = session.serving;
  serving.payloads_reading = std::move(serving.payloads.front());
  serving.payloads.pop_front();
  serving.payload_ranges.clear();
  serving.payload_indexes.clear();
  for (std::size_t i = 0; i < serving.payloads_reading->ranges.size(); ++i) {
    const auto& range = serving.payloads_reading->ranges[i];
    const auto logs = held_logs(range.log);
    if (logs.size() != 1 || is_gated(session, logs.front())) continue;
    serving.payload_ranges.push_back({logs.front(), range.from, range.to});
    serving.payload_indexes.push_back(static_cast<std::uint16_t>(i));
  }
  read_payloads(session);
}

void Serving::read_payloads(Session& session) {
  if (session.serving.payload_ranges.empty()) {
    s_.send(session, wire::Deny{session.serving.payloads_reading->ticket, wire::DenyReason::nothing});
    session.serving.payloads_reading.reset();
    return;
  }
  const auto ticket = s_.next_ticket();
  reading_[ticket] = session.id;
  s_.deed(ReadPayloads{ticket, session.serving.payload_ranges, payload_answer_bytes});
}

void Serving::payloads_read(StoreTicket ticket, std::vector<CarriedPayload> items, bool complete) {
  const auto at = reading_.find(ticket);
  assert(at != reading_.end());
  Session* session = s_.session(at->second);
  reading_.erase(at);
  if (session == nullptr) return;
  auto& serving = session->serving;
  wire::Payloads answer;
  answer.ticket = serving.payloads_reading->ticket;
  answer.last = complete || items.empty();
  std::size_t range = 0;
  std::size_t bytes = 0;
  for (CarriedPayload& item : items) {
    // A message holds so many; the rest is read again.
    if (!answer.items.empty() && bytes + item.content.size() > payload_answer_bytes) {
      answer.last = false;
      break;
    }
    bytes += item.content.size();
    const auto fits = [&](const EntryRange& asked) {
      return asked.log == item.log && asked.from <= item.sequence && item.sequence <= asked.to;
    };
    while (range < serving.payload_ranges.size() && !fits(serving.payload_ranges[range])) ++range;
    assert(range < serving.payload_ranges.size());
    answer.items.push_back(
        {serving.payload_indexes[range], item.sequence, item.salt, std::move(item.content)});
    serving.payload_ranges[range].from = item.sequence + 1;
  }
  // What is still to be read: from behind the last item on.
  auto& ranges = serving.payload_ranges;
  const bool used_up = range < ranges.size() && ranges[range].from > ranges[range].to;
  const auto done = static_cast<std::ptrdiff_t>(range + (used_up ? 1 : 0));
  ranges.erase(ranges.begin(), ranges.begin() + done);
  serving.payload_indexes.erase(serving.payload_indexes.begin(), serving.payload_indexes.begin() + done);
  if (ranges.empty()) answer.last = true;
  serving.payloads_ready_last = answer.last;
  serving.payloads_ready = wire::encode(answer);
  serve(*session);
}

}  // namespace hansa::protocol
