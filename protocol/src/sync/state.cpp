#include "sync/state.h"

#include <algorithm>
#include <cassert>

namespace hansa::protocol {
namespace {

Lane lane_of(const wire::Message& message) {
  if (std::holds_alternative<wire::Payloads>(message)) return Lane::payloads;
  return wire::is_bulk(message) ? Lane::headers : Lane::control;
}

/// Entries that are passed on claim nothing: whoever asked for them was told of them before.
bool claims(const wire::Message& message) {
  return std::holds_alternative<wire::Hello>(message) || std::holds_alternative<wire::Statement>(message) ||
         std::holds_alternative<wire::Heads>(message) || std::holds_alternative<wire::Announce>(message) ||
         std::holds_alternative<wire::Held>(message);
}

}  // namespace

std::shared_ptr<const HeadSnapshot> SyncState::snapshot() const {
  std::vector<Hash> hashes;
  for (const auto& [hash, proof] : proofs) hashes.push_back(hash);
  return logs.snapshot(terms.charter_hash, std::move(hashes));
}

void SyncState::deed(Deed deed) { deeds_.push_back(std::move(deed)); }

std::vector<Deed> SyncState::take_deeds() {
  // Control before headers before payloads, and questions to the store where they stood; nothing is sent on a
  // link after its close.
  std::stable_sort(deeds_.begin(), deeds_.end(), [](const Deed& a, const Deed& b) {
    const auto rank = [](const Deed& deed) {
      if (std::holds_alternative<CloseLink>(deed)) return 4;
      if (const auto* send = std::get_if<SendMessage>(&deed)) return static_cast<int>(send->lane) + 1;
      return 0;
    };
    return rank(a) < rank(b);
  });
  return std::exchange(deeds_, {});
}

void SyncState::send(Session& session, const wire::Message& message) {
  if (wire::is_bulk(message)) return send_bulk(session, wire::encode(message), lane_of(message));
  queue(session, {session.id, lane_of(message), claims(message), wire::encode(message)});
}

void SyncState::send_bulk(Session& session, Bytes bytes, Lane lane) {
  if (is_closing(session.id)) return;
  assert(session.send_credit >= bytes.size());
  session.send_credit -= bytes.size();
  queue(session, {session.id, lane, false, std::move(bytes)});
}

void SyncState::queue(Session& session, SendMessage message) {
  if (is_closing(session.id)) return;
  ++counters.messages_sent;
  counters.bytes_sent += message.bytes.size();
  deed(std::move(message));
}

void SyncState::refuse(Session& session, Refusal why, std::map<std::string, std::string> params) {
  if (is_closing(session.id)) return;
  ++counters.refusals[why];
  // Two links at once are nobody's fault.
  if (why != Refusal::duplicate) board.error(session.peer, why, std::move(params), now_ms);
  send(session, wire::Close{std::string(name(why))});
  deed(CloseLink{session.id, why});
  closing_.insert(session.id);
}

void SyncState::blame(const Session& session, Refusal why, const Hash* log) {
  ++counters.refusals[why];
  std::map<std::string, std::string> params;
  if (log != nullptr) params["log"] = to_hex(*log);
  board.error(session.peer, why, std::move(params), now_ms);
}

std::vector<LinkId> SyncState::take_closing() {
  const auto closing = std::exchange(closing_, {});
  return {closing.begin(), closing.end()};
}

Session* SyncState::session(LinkId link) {
  const auto at = sessions.find(link);
  return at == sessions.end() || is_closing(link) ? nullptr : &at->second;
}

Session* SyncState::session_with(const PublicKey& node) {
  for (auto& [link, session] : sessions)
    if (session.peer == node && session.open && !is_closing(link)) return &session;
  return nullptr;
}

KnownLog& SyncState::update(const HeldHead& held) {
  const KnownLog* before = logs.find(held.log);
  const bool moved = before == nullptr || before->held.head != held.head;
  const bool filled = before == nullptr || before->held.payloads_through != held.payloads_through;
  if (moved) to_announce.insert(held.log);
  if (filled) to_tell_held.insert(held.log);
  KnownLog& known = logs.put(held, terms);
  if (moved)
    for (auto& [link, session] : sessions)
      if (const auto at = session.claims.find(held.log); at != session.claims.end())
        compare(session, at->second, known);
  return known;
}

void SyncState::finish_bulk(LinkId link, std::uint64_t bytes) {
  Session* found = session(link);
  if (found == nullptr) return;
  found->receive_pending -= bytes;
  found->receive_processed += bytes;
  // A quarter of the window at a time: the largest message always fits into the rest.
  if (found->receive_processed < terms.receive_credit_bytes / 4) return;
  found->receive_granted += found->receive_processed;
  send(*found, wire::Credit{static_cast<std::uint32_t>(found->receive_processed)});
  found->receive_processed = 0;
}

std::vector<Hash> SyncState::keys_of(const wire::LogName& log) const {
  if (log.whole) return {log.id};
  auto keys = logs.with_prefix(log.prefix());
  if (keys.empty()) keys.push_back(log.id);
  return keys;
}

void SyncState::name_log(const Hash& placeholder, const Hash& log) {
  logs.know(log);
  if (placeholder == log) return;
  for (auto& [link, session] : sessions) {
    const auto at = session.claims.find(placeholder);
    if (at == session.claims.end()) continue;
    Claim moved = std::move(at->second);
    session.claims.erase(at);
    session.claims.insert_or_assign(log, std::move(moved));
  }
  if (wanted.erase(placeholder) > 0) wanted.insert(log);
}

std::uint64_t SyncState::held_sequence(const Hash& log) const {
  const KnownLog* known = logs.find(log);
  return known == nullptr ? 0 : known->held.sequence;
}

void SyncState::compare(const Session& session, Claim& claim, const KnownLog& known) {
  if (claim.conflict || claim.sequence == 0 || claim.sequence != known.held.sequence) return;
  if (!claim.hash || *claim.hash == wire::prefix_of(known.held.head)) return;
  claim.conflict = true;
  disputes.insert({session.id, known.held.log});
  // While our branch is unchecked it may still turn out to be the bad one.
  if (known.held.checked_sequence >= known.held.sequence)
    blame(session, Refusal::log_conflict, &known.held.log);
}

void SyncState::claim(Session& session, const Hash& log, std::uint64_t sequence,
                      const std::optional<wire::Prefix>& hash, std::uint64_t not_before_ms) {
  if (const auto at = session.claims.find(log); at != session.claims.end() && sequence < at->second.sequence)
    session.drop_early(log);
  if (sequence == 0) {
    if (const auto at = session.claims.find(log); at != session.claims.end()) {
      at->second.sequence = at->second.held_through = 0;
      at->second.hash.reset();
      at->second.blocked = at->second.conflict = at->second.not_yet = at->second.holds_all = false;
    }
    return;
  }
  Claim& claim = session.claims[log];
  const bool changed = claim.sequence != sequence || (hash && claim.hash != hash);
  if (changed) claim.blocked = claim.conflict = claim.not_yet = false;
  if (claim.sequence != sequence) {
    // "It lacks nothing" was said of the head of that time.
    if (claim.holds_all)
      claim.held_through = std::max(claim.held_through, std::min(claim.sequence, sequence));
    claim.holds_all = false;
    claim.hash.reset();
  }
  claim.sequence = sequence;
  claim.held_through = std::min(claim.held_through, sequence);
  if (hash) claim.hash = hash;
  const KnownLog* known = logs.find(log);
  const std::uint64_t held = known == nullptr ? 0 : known->held.sequence;
  if (known != nullptr) compare(session, claim, *known);
  if (sequence > held) {
    claim.not_before_ms = not_before_ms;
    wanted.insert(log);
  }
}

SyncState::Outstanding SyncState::outstanding(const Session& session) const {
  Outstanding sum;
  for (const auto& [log, claim] : session.claims) {
    const std::uint64_t held = held_sequence(log);
    if (claim.sequence > held && !claim.blocked && !claim.conflict) sum.entries += claim.sequence - held;
  }
  for (const auto& log : logs.hungry()) {
    const auto at = session.claims.find(log);
    if (at == session.claims.end() || at->second.sequence == 0) continue;
    const Range claimed{1, at->second.sequence};
    const std::uint64_t missing = logs.find(log)->missing.size_within(claimed);
    sum.payloads += missing - std::min(missing, at->second.absent.size_within(claimed));
  }
  return sum;
}

void SyncState::note_progress(const Session& session) {
  const auto [entries, payloads] = outstanding(session);
  // Nearly every entry brings a payload: a header to come counts twice, so that the total is known from the
  // start.
  board.progress(session.peer, entries * 2 + payloads);
  if (session.open)
    board.state(session.peer, entries + payloads > 0 ? PeerState::catching_up : PeerState::live, now_ms);
}

std::optional<bool> SyncState::agrees(const Session& session) const {
  if (!session.open) return std::nullopt;
  for (const auto& [log, known] : logs.all()) {
    const auto at = session.claims.find(log);
    const std::uint64_t claimed = at == session.claims.end() ? 0 : at->second.sequence;
    if (claimed != known.held.sequence) return false;
    if (claimed > 0 && at->second.hash && *at->second.hash != wire::prefix_of(known.held.head)) return false;
  }
  return std::all_of(session.claims.begin(), session.claims.end(), [this](const auto& entry) {
    return entry.second.sequence == 0 || logs.find(entry.first) != nullptr;
  });
}

}  // namespace hansa::protocol
