#include "sync/header_pulls.h"

#include <algorithm>
#include <cassert>

namespace hansa::protocol {
namespace {

// Offsets that every header version shares (docs/protocol.md, "Entries").
constexpr std::size_t length_at = 2;
constexpr std::size_t log_at = 36;
constexpr std::size_t sequence_at = 68;
constexpr std::size_t previous_at = 76;

// As many headers as header_pulls_per_link full pulls ask for, or as many short pulls: a few entries in each
// of many logs then cost one round trip together.
constexpr std::uint64_t headers_asked_max = header_pulls_per_link * std::uint64_t{pull_headers_max};
constexpr std::size_t short_pulls_max = 20;
static_assert(short_pulls_max + payload_pulls_per_link <= served_pulls_per_link);

/// One pull asks for so many of the entries that are lacking.
std::uint64_t pull_size(std::uint64_t lacking) { return std::min<std::uint64_t>(lacking, pull_headers_max); }

/// A pull of so many headers may be added to what is asked of a peer.
bool has_room(const Session& session, std::uint64_t headers) {
  const auto pulls_max = session.given_up.empty() ? short_pulls_max : header_pulls_per_link;
  std::uint64_t asked = headers;
  for (const auto& [ticket, pull] : session.header_pulls) asked += pull.count;
  return session.may_ask() && session.header_pulls.size() < pulls_max && asked <= headers_asked_max;
}

template <class Integer>
Integer integer_at(ByteView bytes, std::size_t offset) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(Integer); ++i)
    value |= static_cast<std::uint64_t>(bytes[offset + i]) << (8 * i);
  return static_cast<Integer>(value);
}

Hash hash_at(ByteView bytes, std::size_t offset) {
  Hash hash;
  std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(offset), hash.size(), hash.begin());
  return hash;
}

/// Where each header starts, if they are consecutive headers of one log from `from` on; else nothing.
std::optional<std::vector<std::size_t>> offsets_of(ByteView headers, std::uint64_t from,
                                                   std::uint32_t count_max) {
  std::vector<std::size_t> offsets;
  for (std::size_t at = 0; at < headers.size();) {
    const auto rest = headers.subspan(at);
    if (rest.size() < header_bytes_min || offsets.size() == count_max) return std::nullopt;
    const auto length = integer_at<std::uint16_t>(rest, length_at);
    if (length < header_bytes_min || length > header_bytes_max || length > rest.size()) return std::nullopt;
    if (integer_at<std::uint64_t>(rest, sequence_at) != from + offsets.size()) return std::nullopt;
    if (hash_at(rest, log_at) != hash_at(headers, log_at)) return std::nullopt;
    offsets.push_back(at);
    at += length;
  }
  return offsets;
}

ByteView header_at(ByteView headers, std::size_t offset) {
  const auto rest = headers.subspan(offset);
  return rest.first(integer_at<std::uint16_t>(rest, length_at));
}

}  // namespace

std::uint64_t HeaderPulls::tip(const Hash& key) const {
  const KnownLog* known = s_.logs.find(key);
  return known == nullptr ? 0 : known->tip;
}

bool HeaderPulls::pullable(const Session& session, const Claim& claim, std::uint64_t tip) const {
  return session.open && !s_.is_closing(session.id) && claim.sequence > tip && !claim.blocked &&
         !claim.not_yet && !claim.conflict && claim.headers.passed(s_.now_ms) &&
         claim.not_before_ms <= s_.now_ms && session.stalled.passed(s_.now_ms);
}

Session* HeaderPulls::choose(const Hash& key, std::uint64_t tip, bool& claimed) {
  const KnownLog* known = s_.logs.find(key);
  Session* best = nullptr;
  bool best_is_author = false;
  claimed = false;
  for (auto& [link, session] : s_.sessions) {
    const auto at = session.claims.find(key);
    if (at == session.claims.end() || at->second.sequence <= tip) continue;
    claimed = true;
    if (!pullable(session, at->second, tip) || !has_room(session, pull_size(at->second.sequence - tip)))
      continue;
    const bool is_author = known != nullptr && known->held.sequence > 0 && known->held.author == session.peer;
    const bool better =
        best == nullptr || (is_author && !best_is_author) ||
        (is_author == best_is_author && session.header_pulls.size() < best->header_pulls.size());
    if (better) {
      best = &session;
      best_is_author = is_author;
    }
  }
  return best;
}

void HeaderPulls::ask(Session& session, const Hash& key, Course& course) {
  const Claim& claim = session.claims[key];
  const KnownLog* known = s_.logs.find(key);
  const bool named = known != nullptr;
  const bool suspect = named && !known->refused.empty();
  while (course.in_flight < header_pulls_per_log) {
    const std::uint64_t base = std::max(tip(key), course.asked_through);
    const std::uint64_t through = claim.pull_through();
    if (base >= through || !has_room(session, pull_size(through - base))) break;
    // Where a bad entry stood before, one header shows whether this is the same branch.
    const bool probe = suspect && base == known->held.sequence;
    if (suspect && course.in_flight > 0) break;
    wire::Pull pull;
    pull.ticket = ++session.last_ticket;
    pull.log = named ? s_.logs.name_of(key) : wire::LogName::of(wire::prefix_of(key));
    pull.from = base + 1;
    pull.count = static_cast<std::uint32_t>(probe ? 1 : pull_size(through - base));
    if (named && base > 0 && base == known->held.sequence) pull.previous = wire::prefix_of(known->held.head);
    session.header_pulls[pull.ticket] = {key, pull.from, pull.count, s_.now_ms};
    course.asked_through = base + pull.count;
    ++course.in_flight;
    s_.send(session, pull);
  }
}

/// Whether the key stays wanted.
bool HeaderPulls::advance(const Hash& key) {
  const std::uint64_t have = tip(key);
  if (auto at = courses_.find(key); at != courses_.end()) {
    Course& course = at->second;
    if (course.in_flight == 0) course.asked_through = have;
    Session* session = s_.session(course.link);
    const Claim* claim = session == nullptr ? nullptr : &session->claims[key];
    if (claim != nullptr && (course.in_flight > 0 || pullable(*session, *claim, have))) {
      if (pullable(*session, *claim, have)) ask(*session, key, course);
      return true;
    }
    courses_.erase(at);
  }
  bool claimed = false;
  Session* chosen = choose(key, have, claimed);
  if (chosen != nullptr) {
    Course& course = courses_[key];
    course.link = chosen->id;
    ask(*chosen, key, course);
  }
  return claimed || have > s_.held_sequence(key);
}

void HeaderPulls::schedule() {
  for (auto at = s_.wanted.begin(); at != s_.wanted.end();)
    at = advance(*at) ? std::next(at) : s_.wanted.erase(at);
}

bool HeaderPulls::all_asked(const Session& session, const Hash& key) const {
  const auto claim = session.claims.find(key);
  if (claim == session.claims.end() || claim->second.sequence <= tip(key)) return true;
  const auto course = courses_.find(key);
  return course != courses_.end() && course->second.link == session.id && course->second.in_flight > 0 &&
         course->second.asked_through >= claim->second.pull_through();
}

std::optional<HeaderPulls::Arrived> HeaderPulls::batch(Session& session, wire::Batch batch,
                                                       std::uint64_t bytes) {
  const auto at = session.header_pulls.find(batch.ticket);
  if (at == session.header_pulls.end()) {
    if (session.given_up.erase(batch.ticket) == 0) {
      s_.refuse(session, Refusal::unsolicited);
      return std::nullopt;
    }
    session.progress_ms = s_.now_ms;
    s_.finish_bulk(session.id, bytes);
    return std::nullopt;
  }
  const HeaderPull pull = at->second;
  session.header_pulls.erase(at);
  session.progress_ms = s_.now_ms;
  session.stalled.clear();
  if (auto course = courses_.find(pull.key); course != courses_.end() && course->second.link == session.id)
    --course->second.in_flight;
  auto result = arrived(session, pull, std::move(batch.headers));
  if (!result) s_.finish_bulk(session.id, bytes);
  return result;
}

std::optional<HeaderPulls::Arrived> HeaderPulls::arrived(Session& session, const HeaderPull& pull,
                                                         Bytes headers) {
  const auto offsets = offsets_of(headers, pull.from, pull.count);
  const Hash log = offsets ? hash_at(headers, log_at) : Hash{};
  const bool named = s_.logs.find(pull.key) != nullptr;
  const bool right = named ? log == pull.key : wire::prefix_of(log) == wire::prefix_of(pull.key);
  if (!offsets || !right) {
    s_.refuse(session, Refusal::malformed);
    return std::nullopt;
  }
  s_.counters.entries_received += offsets->size();
  if (!named) {
    s_.name_log(pull.key, log);
    for (auto& [link, other] : s_.sessions)
      for (auto& [ticket, asked] : other.header_pulls)
        if (asked.key == pull.key) asked.key = log;
    if (auto course = courses_.extract(pull.key)) {
      course.key() = log;
      courses_.insert(std::move(course));
    }
  }
  const bool is_short = offsets->size() < pull.count;
  auto result = trim(session, Arrived{log, pull.from, offsets->size(), std::move(headers)}, *offsets);
  if (is_short) fail(session, log, Refusal::withheld);
  return result;
}

std::optional<HeaderPulls::Arrived> HeaderPulls::trim(Session& session, Arrived arrived,
                                                      const std::vector<std::size_t>& offsets) {
  const KnownLog& known = *s_.logs.find(arrived.log);
  // Taken meanwhile from elsewhere; or what stood before it was dropped, and it is asked for again.
  if (arrived.from + arrived.count - 1 <= known.tip || arrived.from > known.tip + 1) {
    if (auto course = courses_.find(arrived.log); course != courses_.end() && course->second.in_flight == 0)
      courses_.erase(course);
    return std::nullopt;
  }
  const std::size_t skip = known.tip + 1 - arrived.from;
  const ByteView first = header_at(arrived.headers, offsets[skip]);
  if (known.tip == known.held.sequence) {
    if (known.is_refused(entry_hash(first))) {
      block(session, arrived.log, Refusal::refused_branch);
      return std::nullopt;
    }
    if (known.held.sequence > 0 && hash_at(first, previous_at) != known.held.head) {
      conflict(session, arrived.log);
      return std::nullopt;
    }
  }
  arrived.headers.erase(arrived.headers.begin(),
                        arrived.headers.begin() + static_cast<std::ptrdiff_t>(offsets[skip]));
  arrived.from += skip;
  arrived.count -= skip;
  return arrived;
}

bool HeaderPulls::deny(Session& session, const wire::Deny& deny) {
  const auto at = session.header_pulls.find(deny.ticket);
  if (at == session.header_pulls.end()) return false;
  const Hash key = at->second.key;
  session.header_pulls.erase(at);
  session.progress_ms = s_.now_ms;
  session.stalled.clear();
  if (auto course = courses_.find(key); course != courses_.end() && course->second.link == session.id)
    --course->second.in_flight;
  switch (deny.reason) {
    case wire::DenyReason::differs:
      conflict(session, key);
      break;
    case wire::DenyReason::not_yet:
      // It will announce the head when its own entries may go.
      abandon(session, key);
      session.claims[key].not_yet = true;
      break;
    case wire::DenyReason::unknown_log:
    case wire::DenyReason::ambiguous:
    case wire::DenyReason::nothing:
      fail(session, key, Refusal::withheld);
      break;
  }
  return true;
}

void HeaderPulls::fail(Session& session, const Hash& key, Refusal why) {
  abandon(session, key);
  session.claims[key].headers.fail(s_.now_ms);
  s_.blame(session, why, &key);
  if (s_.own_log && key == *s_.own_log && session.own == OwnStanding::ahead) gate_.withheld(session);
}

void HeaderPulls::block(Session& session, const Hash& key, Refusal why) {
  fail(session, key, why);
  session.claims[key].blocked = true;
}

void HeaderPulls::conflict(Session& session, const Hash& key) {
  abandon(session, key);
  Claim& claim = session.claims[key];
  claim.conflict = true;
  s_.disputes.insert({session.id, key});
  claim.headers.fail(s_.now_ms);
  if (s_.own_log && key == *s_.own_log) return gate_.differs(session);
  const KnownLog* known = s_.logs.find(key);
  // One of the two branches may still turn out to be badly signed; head_changed() tells.
  const bool checked = known != nullptr && known->held.checked_sequence >= known->held.sequence;
  if (checked) s_.blame(session, Refusal::log_conflict, &key);
}

void HeaderPulls::abandon(Session& session, const Hash& key) {
  session.drop_early(key);
  std::erase_if(session.header_pulls, [&](const auto& entry) {
    if (entry.second.key != key) return false;
    session.given_up.insert(entry.first);
    return true;
  });
  if (const auto at = courses_.find(key); at != courses_.end() && at->second.link == session.id)
    courses_.erase(at);
}

void HeaderPulls::abandon(const Hash& key) {
  for (auto& [link, session] : s_.sessions) abandon(session, key);
}

std::size_t HeaderPulls::abandon(Session& session) {
  std::set<Hash> keys;
  for (const auto& [ticket, pull] : session.header_pulls) keys.insert(pull.key);
  const std::size_t pulls = session.header_pulls.size();
  for (const Hash& key : keys) abandon(session, key);
  return pulls;
}

}  // namespace hansa::protocol
