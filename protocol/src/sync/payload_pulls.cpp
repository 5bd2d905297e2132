#include "sync/payload_pulls.h"

#include <algorithm>
#include <cassert>

namespace hansa::protocol {
namespace {
// About 800 kB of usual content a question: four of them in flight fill a link of 50 ms at 40 000 a second.
constexpr std::uint64_t payloads_per_question = 512;
}  // namespace

PayloadPulls::Hope PayloadPulls::hope(const Session& session, const KnownLog& log,
                                      std::uint64_t sequence) const {
  const auto at = session.claims.find(log.held.log);
  if (at == session.claims.end() || at->second.sequence < sequence || at->second.absent.contains(sequence))
    return Hope::none;
  const bool author = log.held.author == session.peer;
  return author || SyncState::holds_through(at->second) >= sequence ? Hope::known : Hope::guess;
}

bool PayloadPulls::someone_knows(const KnownLog& log, std::uint64_t sequence) const {
  return std::any_of(s_.sessions.begin(), s_.sessions.end(), [&](const auto& entry) {
    const Session& session = entry.second;
    return session.open && session.stalled.passed(s_.now_ms) && hope(session, log, sequence) == Hope::known;
  });
}

bool PayloadPulls::headers_first(const Session& session, const KnownLog& log) const {
  return std::all_of(s_.wanted.begin(), s_.wanted.end(), [&](const Hash& key) {
    const auto at = session.claims.find(key);
    if (at == session.claims.end() || at->second.sequence <= s_.held_sequence(key)) return true;
    const Claim& claim = at->second;
    if (claim.blocked || claim.conflict || claim.not_yet || !claim.headers.passed(s_.now_ms)) return true;
    if (headers_.all_asked(session, key)) return true;
    const KnownLog* wanted = s_.logs.find(key);
    // Whose log it is shows in its first entry; until then it may be this partner's.
    const bool known = wanted != nullptr && wanted->held.sequence > 0;
    return known && wanted->partner != log.partner;
  });
}

void PayloadPulls::collect(const Session& session, KnownLog& log, std::uint64_t& room,
                           std::vector<EntryRange>& ranges) const {
  const auto claim = session.claims.find(log.held.log);
  if (claim == session.claims.end() || claim->second.sequence == 0) return;
  RangeSet avoid = log.asked;
  for (const auto& [from, to] : claim->second.absent) avoid.add({from, to});
  Range within{1, std::min(claim->second.sequence, log.held.sequence)};
  while (room > 0 && ranges.size() < pull_ranges_max) {
    auto range = log.missing.first_without(within, avoid);
    if (!range) return;
    const Hope first = hope(session, log, range->from);
    const std::uint64_t sure = std::max(SyncState::holds_through(claim->second), std::uint64_t{0});
    const bool author = log.held.author == session.peer;
    // A guess is tried only where nobody is known to hold it; it stops where knowledge would start.
    if (first == Hope::guess && someone_knows(log, range->from)) return;
    if (first == Hope::known && !author) range->to = std::min(range->to, std::max(sure, range->from));
    range->to = std::min(range->to, range->from + room - 1);
    room -= range->size();
    ranges.push_back({log.held.log, range->from, range->to});
    within.from = range->to + 1;
    if (within.from > within.to) return;
  }
}

/// Payloads of entries whose headers are on their way from the same peer, if they are few.
void PayloadPulls::collect_early(const Session& session, std::uint64_t& room,
                                 std::vector<EntryRange>& ranges) const {
  for (const Hash& key : s_.wanted) {
    const KnownLog* known = s_.logs.find(key);
    const auto claim = session.claims.find(key);
    if (known == nullptr || known->held.sequence == 0 || claim == session.claims.end()) continue;
    const Range coming{known->held.sequence + 1, claim->second.pull_through()};
    if (coming.from > coming.to || coming.size() > early_payloads_max || room == 0) continue;
    if (!known->refused.empty() || claim->second.blocked || claim->second.conflict || claim->second.not_yet)
      continue;
    if (!headers_.all_asked(session, key) || !headers_first(session, *known)) continue;
    if (ranges.size() == pull_ranges_max) break;
    RangeSet all;
    all.add(coming);
    RangeSet avoid = known->asked;
    for (const auto& [from, to] : claim->second.absent) avoid.add({from, to});
    const auto range = all.first_without(coming, avoid);
    if (!range) continue;
    ranges.push_back({key, range->from, std::min(range->to, range->from + room - 1)});
    room -= ranges.back().to - ranges.back().from + 1;
  }
}

bool PayloadPulls::ask(Session& session) {
  std::uint64_t room = payloads_per_question;
  std::vector<EntryRange> ranges;
  for (const Hash& log : s_.logs.hungry()) {
    KnownLog& known = *s_.logs.find(log);
    if (known.asked.size() < known.missing.size() && headers_first(session, known))
      collect(session, known, room, ranges);
    if (room == 0 || ranges.size() == pull_ranges_max) break;
  }
  collect_early(session, room, ranges);
  if (ranges.empty()) return false;
  // The answer counts ranges with short names before those with long ones.
  std::stable_partition(ranges.begin(), ranges.end(),
                        [this](const EntryRange& range) { return !s_.logs.name_of(range.log).whole; });
  wire::PullPayloads question;
  question.ticket = ++session.last_ticket;
  PayloadPull& pull = session.payload_pulls[question.ticket];
  pull.asked_ms = s_.now_ms;
  for (const EntryRange& range : ranges) {
    question.ranges.push_back({s_.logs.name_of(range.log), range.from, range.to});
    pull.left.emplace_back().add({range.from, range.to});
    s_.logs.find(range.log)->asked.add({range.from, range.to});
  }
  pull.ranges = std::move(ranges);
  s_.send(session, question);
  return true;
}

void PayloadPulls::schedule() {
  if (!s_.payloads_wanted || (s_.logs.hungry().empty() && s_.wanted.empty())) return;
  // One question each in turn, so that the work is shared out.
  for (bool asked = true; asked;) {
    asked = false;
    for (auto& [link, session] : s_.sessions) {
      if (!session.open || s_.is_closing(link) || !session.stalled.passed(s_.now_ms)) continue;
      const bool room = session.may_ask() && session.payload_pulls.size() < payload_pulls_per_link;
      if (room && ask(session)) asked = true;
    }
  }
}

std::vector<CarriedPayload> PayloadPulls::payloads(Session& session, wire::Payloads payloads,
                                                   std::uint64_t bytes) {
  const auto at = session.payload_pulls.find(payloads.ticket);
  if (at == session.payload_pulls.end()) {
    if (!session.given_up.contains(payloads.ticket)) {
      s_.refuse(session, Refusal::unsolicited);
      return {};
    }
    if (payloads.last) session.given_up.erase(payloads.ticket);
    session.progress_ms = s_.now_ms;
    s_.finish_bulk(session.id, bytes);
    return {};
  }
  PayloadPull& pull = at->second;
  session.progress_ms = s_.now_ms;
  session.stalled.clear();
  std::vector<CarriedPayload> items;
  for (wire::PayloadItem& item : payloads.items) {
    if (item.range >= pull.ranges.size() || !pull.left[item.range].contains(item.sequence)) {
      s_.refuse(session, Refusal::unsolicited);
      return {};
    }
    pull.left[item.range].remove({item.sequence, item.sequence});
    items.push_back({pull.ranges[item.range].log, item.sequence, item.salt, std::move(item.content)});
  }
  if (payloads.items.empty() && !payloads.last) {
    s_.refuse(session, Refusal::malformed);
    return {};
  }
  if (payloads.last) {
    const PayloadPull ended = std::move(pull);
    session.payload_pulls.erase(at);
    end(session, ended);
  }
  if (items.empty()) s_.finish_bulk(session.id, bytes);
  return items;
}

/// What was asked and did not come: not held there, whatever was said.
void PayloadPulls::end(Session& session, const PayloadPull& pull) {
  for (std::size_t i = 0; i < pull.ranges.size(); ++i) {
    KnownLog* known = s_.logs.find(pull.ranges[i].log);
    if (known == nullptr || pull.left[i].empty()) continue;
    Claim& claim = session.claims[known->held.log];
    bool claimed = false;
    RangeSet absent;
    for (const auto& [from, to] : pull.left[i]) {
      known->asked.remove({from, to});
      // Entries without a payload were asked for, too, before their headers were here.
      for (Range rest{from, to}; auto due = known->missing.first(rest); rest.from = due->to + 1) {
        absent.add(*due);
        if (due->to == to) break;
      }
    }
    if (absent.empty()) continue;
    for (const auto& [from, to] : absent) {
      claimed = claimed || SyncState::holds_through(claim) >= from;
      claim.absent.add({from, to});
    }
    if (claim.payloads.passed(s_.now_ms)) claim.payloads.fail(s_.now_ms);
    if (claimed) s_.blame(session, Refusal::withheld, &known->held.log);
  }
}

bool PayloadPulls::deny(Session& session, const wire::Deny& deny) {
  const auto at = session.payload_pulls.find(deny.ticket);
  if (at == session.payload_pulls.end()) return false;
  const PayloadPull pull = std::move(at->second);
  session.payload_pulls.erase(at);
  session.progress_ms = s_.now_ms;
  end(session, pull);
  return true;
}

std::size_t PayloadPulls::abandon(Session& session) {
  const std::size_t questions = session.payload_pulls.size();
  for (auto& [ticket, pull] : session.payload_pulls) {
    session.given_up.insert(ticket);
    for (std::size_t i = 0; i < pull.ranges.size(); ++i)
      if (KnownLog* known = s_.logs.find(pull.ranges[i].log))
        for (const auto& [from, to] : pull.left[i]) known->asked.remove({from, to});
  }
  session.payload_pulls.clear();
  return questions;
}

void PayloadPulls::retry_absent() {
  for (auto& [link, session] : s_.sessions)
    for (const Hash& log : s_.logs.hungry()) {
      const auto at = session.claims.find(log);
      if (at != session.claims.end() && !at->second.absent.empty() && at->second.payloads.passed(s_.now_ms))
        at->second.absent.clear();
    }
}

}  // namespace hansa::protocol
