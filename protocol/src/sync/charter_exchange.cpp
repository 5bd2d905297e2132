#include "sync/charter_exchange.h"

#include <cassert>

namespace hansa::protocol {
namespace {

LinkId link_of(std::map<StoreTicket, LinkId>& tickets, StoreTicket ticket) {
  const auto at = tickets.find(ticket);
  assert(at != tickets.end());
  const LinkId link = at->second;
  tickets.erase(at);
  return link;
}

}  // namespace

CharterVerdict verdict_of(const std::vector<CharterOffer>& offers, bool changed) {
  CharterVerdict verdict;
  verdict.changed = changed;
  for (const CharterOffer& offer : offers) {
    const bool beside_pin = offer.fault && offer.fault->refusal == Refusal::not_permitted;
    if (offer.version > 0 && !verdict.conflict) verdict.version = offer.version;
    if (offer.taken == CharterTaken::sibling_final || beside_pin)
      verdict.conflict = true;
    else if (offer.fault && offer.fault->refusal == Refusal::bad_chain)
      verdict.gap = true;
    else if (offer.fault)
      verdict.refusal = offer.fault->refusal;
  }
  return verdict;
}

void CharterExchange::begin(Session& session, const wire::Hello& theirs) {
  CharterTalk& talk = session.charters;
  talk.under_way = true;
  talk.version = theirs.charter_version;
  talk.lists_due = 2;  // what it offers, and what shows a conflict
  talk.since_ms = s_.now_ms;
  if (s_.terms.charter_version < talk.version) return;
  talk.offered = true;
  send_from(session, talk.version);
}

void CharterExchange::send_from(Session& session, std::uint32_t version) {
  session.charters.reading = true;
  const auto ticket = s_.next_ticket();
  reading_[ticket] = session.id;
  s_.deed(ReadCharters{ticket, version});
}

void CharterExchange::read(StoreTicket ticket, std::vector<Bytes> charters) {
  Session* session = s_.session(link_of(reading_, ticket));
  if (session == nullptr) return;
  session->charters.reading = false;
  s_.send(*session, wire::Charters{std::move(charters)});
  if (session->charters.conflict) give_up(*session);
}

void CharterExchange::pull(Session& session, const wire::PullCharters& pull) {
  CharterTalk& talk = session.charters;
  if (talk.reading || ++talk.answers > charter_questions_per_link)
    return s_.refuse(session, Refusal::limit_exceeded);
  talk.since_ms = s_.now_ms;
  send_from(session, pull.from);
}

void CharterExchange::ask(Session& session, std::uint32_t version) {
  CharterTalk& talk = session.charters;
  if (++talk.questions > charter_questions_per_link) return give_up(session);
  ++talk.lists_due;
  s_.send(session, wire::PullCharters{version});
}

void CharterExchange::charters(Session& session, wire::Charters charters) {
  CharterTalk& talk = session.charters;
  if (talk.lists_due == 0) return s_.refuse(session, Refusal::unsolicited);
  --talk.lists_due;
  talk.since_ms = s_.now_ms;
  const auto ticket = s_.next_ticket();
  taking_[ticket] = session.id;
  s_.deed(TakeCharters{ticket, session.id, session.peer, std::move(charters.list)});
}

void CharterExchange::taken(StoreTicket ticket, const CharterVerdict& verdict) {
  Session* session = s_.session(link_of(taking_, ticket));
  // After a change the links start anew under other terms.
  if (session == nullptr || verdict.changed) return;
  CharterTalk& talk = session->charters;
  if (verdict.refusal) return s_.refuse(*session, *verdict.refusal);
  if (verdict.conflict) return unchanged(*session, verdict);
  if (verdict.gap) {
    // Where the two part lies further back than what was sent.
    if (std::exchange(talk.from_start, true)) return s_.refuse(*session, Refusal::bad_chain);
    return ask(*session, 1);
  }
  if (verdict.version > 0 && verdict.version < talk.version) return ask(*session, verdict.version + 1);
  unchanged(*session, verdict);
}

/// All that the peer has was judged, and ours stays.
void CharterExchange::unchanged(Session& session, const CharterVerdict& verdict) {
  CharterTalk& talk = session.charters;
  if (verdict.conflict) {
    // Each side's is final for it. The peer is to have the evidence, too, before the link ends.
    talk.conflict = true;
    return send_from(session, verdict.version);
  }
  // With ours the peer closes the link when it takes them.
  if (!std::exchange(talk.offered, true)) send_from(session, s_.terms.charter_version);
}

void CharterExchange::give_up(Session& session) {
  std::map<std::string, std::string> params{{"version", std::to_string(session.charters.version)}};
  if (session.charters.conflict) params["conflict"] = "true";
  s_.refuse(session, Refusal::different_charter, std::move(params));
}

void CharterExchange::watch(Session& session) {
  if (s_.now_ms >= session.charters.since_ms + answer_wait_ms) give_up(session);
}

}  // namespace hansa::protocol
