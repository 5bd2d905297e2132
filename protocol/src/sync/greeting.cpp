#include "sync/greeting.h"

#include <algorithm>
#include <cassert>

namespace hansa::protocol {

void Greeting::link_up(Session& session) {
  s_.board.state(session.peer, PeerState::handshaking, s_.now_ms);
  if (session.role == LinkRole::initiator) send_hello(session, nullptr);
}

std::optional<Head> Greeting::head_of_peers_log(const Session& session, const wire::Hello* theirs) const {
  if (theirs != nullptr && theirs->own) {
    const KnownLog* known = s_.logs.find(theirs->own->log);
    if (known == nullptr || known->held.sequence == 0) return Head{theirs->own->log, 0, {}};
    return Head{known->held.log, known->held.sequence, known->held.head};
  }
  const HeldHead* newest = nullptr;
  for (const auto& [log, known] : s_.logs.all())
    if (known.held.sequence > 0 && known.held.author == session.peer &&
        (newest == nullptr || known.held.epoch > newest->epoch))
      newest = &known.held;
  if (newest == nullptr) return std::nullopt;
  return Head{newest->log, newest->sequence, newest->head};
}

void Greeting::send_hello(Session& session, const wire::Hello* theirs) {
  session.stated_heads = s_.snapshot();
  wire::Hello hello;
  hello.version_chosen = session.version;
  hello.charter_version = s_.terms.charter_version;
  hello.charter_hash = s_.terms.charter_hash;
  hello.digest = session.stated_heads->digest;
  hello.buckets = session.stated_heads->buckets;
  hello.agrees = theirs != nullptr && theirs->digest == hello.digest;
  hello.receive_credit_bytes = s_.terms.receive_credit_bytes;
  hello.message_bytes_max = message_bytes_max;
  const std::uint64_t missing = s_.logs.missing_total() + (s_.missing_complete ? 0 : 1);
  hello.payloads_missing = static_cast<std::uint32_t>(std::min<std::uint64_t>(missing, UINT32_MAX));
  hello.entries_total = s_.logs.entries_total();
  hello.time_ms = s_.now_ms;
  hello.software = s_.terms.software;
  if (s_.own_log) {
    const HeldHead& own = s_.logs.find(*s_.own_log)->held;
    hello.epoch = own.epoch;
    if (own.sequence > 0) hello.own = Head{own.log, own.sequence, own.head};
  }
  hello.stated = head_of_peers_log(session, theirs);
  hello.signature = s_.key.sign(
      Purpose::head, wire::hello_statement(s_.terms.federation, session.peer, hello.own, hello.stated));
  session.stated_complete = missing == 0;
  session.stated_own = hello.own;
  session.stated_peers = hello.stated;
  hello.stated_is_yours = theirs != nullptr && theirs->own && hello.stated == theirs->own;
  session.receive_granted = hello.receive_credit_bytes;
  s_.send(session, hello);
}

std::optional<Refusal> Greeting::judge(const Session& session, const wire::Hello& hello) const {
  if (hello.version_chosen != session.version) return Refusal::unsupported_version;
  const bool answers = session.role == LinkRole::initiator;
  if (!answers && (hello.agrees || hello.stated_is_yours)) return Refusal::malformed;
  if (hello.stated_is_yours && !session.stated_own) return Refusal::malformed;
  const auto stated = hello.stated_is_yours ? session.stated_own : hello.stated;
  const Bytes signed_bytes =
      wire::hello_statement(s_.terms.federation, s_.key.public_key(), hello.own, stated);
  if (!verify(Purpose::head, session.peer, signed_bytes, hello.signature)) return Refusal::bad_signature;
  if (!hello.own) return std::nullopt;
  const KnownLog* own = s_.logs.find(hello.own->log);
  if (own != nullptr && own->held.sequence > 0 && own->held.author != session.peer)
    return Refusal::not_permitted;
  return std::nullopt;
}

void Greeting::hello(Session& session, const wire::Hello& hello) {
  if (const auto fault = judge(session, hello)) return s_.refuse(session, *fault);
  const bool same_charter = hello.agrees || hello.charter_hash == s_.terms.charter_hash;
  if (!same_charter && session.version < link_version_charters)
    return s_.refuse(session, Refusal::different_charter,
                     {{"version", std::to_string(hello.charter_version)}});
  if (session.role == LinkRole::responder) send_hello(session, &hello);
  auto& shown = s_.board.peer(session.peer);
  shown.software = hello.software;
  shown.clock_offset_ms = static_cast<std::int64_t>(hello.time_ms) - static_cast<std::int64_t>(s_.now_ms);
  if (same_charter)
    open(session, hello);
  else
    charters_.begin(session, hello);
}

void Greeting::open(Session& session, const wire::Hello& hello) {
  session.open = true;
  session.holds_all = hello.payloads_missing == 0;
  session.send_window = session.send_credit = hello.receive_credit_bytes;
  take_claims(session, hello);
  gate_.stated(session, hello.stated_is_yours ? session.stated_own : hello.stated);
  if (session.role == LinkRole::initiator && hello.own) {
    const bool said = session.stated_peers && session.stated_peers->log == hello.own->log;
    if (!said) send_statement(session, hello.own->log);
  }
  proofs_.opened(session, hello.agrees || hello.digest == session.stated_heads->digest);
  s_.note_progress(session);
}

void Greeting::take_claims(Session& session, const wire::Hello& hello) {
  const HeadSnapshot& ours = *session.stated_heads;
  const bool same = hello.agrees || hello.digest == ours.digest;
  const std::uint32_t mask = same ? 0 : differing_buckets(ours.buckets, hello.buckets);
  for (const Head& head : ours.heads) {
    if ((mask >> bucket_of(head.log) & 1) != 0) continue;
    s_.claim(session, head.log, head.sequence, wire::prefix_of(head.hash), 0);
    Claim& claim = session.claims[head.log];
    claim.holds_all = session.holds_all;
    claim.told_sequence = head.sequence;
    claim.told_hash = wire::prefix_of(head.hash);
    if (session.stated_complete) claim.told_held = head.sequence;
  }
  if (hello.own)
    for (const Hash& key : s_.keys_of(s_.logs.name_of(hello.own->log))) {
      s_.claim(session, key, hello.own->sequence, wire::prefix_of(hello.own->hash), 0);
      session.claims[key].holds_all = session.holds_all;
    }
  if (mask != 0) send_heads(session, mask);
  if (s_.logs.missing_total() > 0 || !s_.missing_complete) send_held(session);
  // What changed since our hello was sent is told like any other news.
  for (const auto& [log, known] : s_.logs.all()) {
    const auto at = session.claims.find(log);
    const std::uint64_t told = at == session.claims.end() ? 0 : at->second.told_sequence;
    if (known.held.sequence != told) s_.to_announce.insert(log);
    if (known.held.payloads_through != session.claims[log].told_held) s_.to_tell_held.insert(log);
  }
}

void Greeting::send_heads(Session& session, std::uint32_t mask) {
  wire::Heads heads;
  heads.bucket_mask = mask;
  for (const auto& [log, known] : s_.logs.all()) {
    if ((mask >> bucket_of(log) & 1) == 0 || known.held.sequence == 0) continue;
    if (heads.rows.size() == head_rows_max) {
      // Cannot be said in one message: the rest comes as announcements.
      s_.to_announce.insert(log);
      continue;
    }
    heads.rows.push_back({s_.logs.name_of(log), known.held.sequence, wire::prefix_of(known.held.head)});
    Claim& claim = session.claims[log];
    claim.told_sequence = known.held.sequence;
    claim.told_hash = wire::prefix_of(known.held.head);
    if (session.stated_complete) claim.told_held = known.held.sequence;
  }
  s_.send(session, heads);
}

void Greeting::send_statement(Session& session, const Hash& log) {
  const KnownLog* known = s_.logs.find(log);
  const bool held = known != nullptr && known->held.sequence > 0;
  const Head head = held ? Head{log, known->held.sequence, known->held.head} : Head{log, 0, {}};
  wire::Statement statement{head, {}};
  statement.signature =
      s_.key.sign(Purpose::head, wire::head_statement(s_.terms.federation, session.peer, head));
  s_.send(session, statement);
}

void Greeting::send_held(Session& session) {
  wire::Held held;
  for (const auto& [log, known] : s_.logs.all()) {
    if (known.held.payloads_through == 0 || held.rows.size() == held_rows_max) continue;
    held.rows.push_back({wire::prefix_of(log), known.held.payloads_through});
    session.claims[log].told_held = known.held.payloads_through;
  }
  if (!held.rows.empty()) s_.send(session, held);
}

void Greeting::statement(Session& session, const wire::Statement& statement) {
  const Bytes signed_bytes = wire::head_statement(s_.terms.federation, s_.key.public_key(), statement.head);
  if (!verify(Purpose::head, session.peer, signed_bytes, statement.signature))
    return s_.refuse(session, Refusal::bad_signature);
  // One about another log crossed with our change of epoch.
  if (s_.own_log && statement.head.log == *s_.own_log) gate_.stated(session, statement.head);
}

void Greeting::heads(Session& session, const wire::Heads& heads) {
  std::set<Hash> named;
  for (const wire::HeadRow& row : heads.rows) {
    if ((heads.bucket_mask >> bucket_of(row.log.id) & 1) == 0) return s_.refuse(session, Refusal::malformed);
    for (const Hash& key : s_.keys_of(row.log)) {
      named.insert(key);
      s_.claim(session, key, row.sequence, row.hash, 0);
      session.claims[key].holds_all = session.holds_all;
    }
    if (session.claims.size() > claims_per_link) return s_.refuse(session, Refusal::limit_exceeded);
  }
  for (auto& [key, claim] : session.claims)
    if ((heads.bucket_mask >> bucket_of(key) & 1) != 0 && !named.contains(key))
      s_.claim(session, key, 0, {}, 0);
  s_.note_progress(session);
}

}  // namespace hansa::protocol
