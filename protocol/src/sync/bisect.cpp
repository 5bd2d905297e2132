#include "sync/bisect.h"

#include <algorithm>
#include <cassert>

namespace hansa::protocol {

void Bisect::schedule() {
  for (auto at = s_.disputes.begin(); at != s_.disputes.end();)
    at = take_up(*at) ? std::next(at) : s_.disputes.erase(at);
}

bool Bisect::take_up(const Dispute& dispute) {
  const auto& [link, log] = dispute;
  Session* session = s_.session(link);
  if (session == nullptr || !session->open) return false;
  const KnownLog* known = s_.logs.find(log);
  const Claim& claim = session->claims[log];
  const bool own_differs = s_.own_log && log == *s_.own_log && session->own == OwnStanding::differs;
  if (known == nullptr || known->held.sequence == 0 || claim.sequence == 0 || claim.blocked ||
      (!claim.conflict && !own_differs))
    return false;
  // Our branch may still turn out to be the bad one; the background check goes first.
  const std::uint64_t high = std::min(known->held.sequence, claim.sequence);
  const bool resting = !rests_[dispute].passed(s_.now_ms);
  if (known->held.checked_sequence < high || resting || searches_.contains(log) ||
      searches_.size() >= searches_max)
    return true;
  Search& search = searches_[log];
  search.link = link;
  search.high = high;
  ask(log, search);
  return true;
}

void Bisect::ask(const Hash& log, Search& search) {
  Session* session = s_.session(search.link);
  if (session == nullptr) {
    searches_.erase(log);
    return;
  }
  if (search.theirs.empty()) {
    search.probe = search.high;
  } else if (!search.has_low && search.high > search.step) {
    search.probe = search.high - search.step;
    search.step *= 2;
  } else {
    search.probe = search.low + (search.high - search.low) / 2;
  }
  wire::Pull pull;
  pull.ticket = ++session->last_ticket;
  pull.log = s_.logs.name_of(log);
  pull.from = search.probe;
  pull.count = 1;
  search.ticket = pull.ticket;
  search.asked_ms = s_.now_ms;
  s_.send(*session, pull);
}

std::map<Hash, Bisect::Search>::iterator Bisect::asked(const Session& session, std::uint32_t ticket) {
  return std::find_if(searches_.begin(), searches_.end(), [&](const auto& entry) {
    return entry.second.link == session.id && entry.second.ticket == ticket && !entry.second.reading;
  });
}

bool Bisect::batch(Session& session, const wire::Batch& batch, std::uint64_t bytes) {
  const auto at = asked(session, batch.ticket);
  if (at == searches_.end()) return false;
  auto& [log, search] = *at;
  s_.finish_bulk(session.id, bytes);
  const auto header = HeaderView::parse(batch.headers);
  if (!header || header->log() != log || header->sequence() != search.probe ||
      header->federation() != s_.terms.federation) {
    searches_.erase(at);
    s_.refuse(session, Refusal::malformed);
    return true;
  }
  session.progress_ms = s_.now_ms;
  search.probed = batch.headers;
  search.reading = s_.next_ticket();
  s_.deed(ReadHeaders{*search.reading, log, search.probe, 1, header_bytes_max});
  return true;
}

bool Bisect::deny(Session& session, const wire::Deny& deny) {
  const auto at = asked(session, deny.ticket);
  if (at == searches_.end()) return false;
  session.progress_ms = s_.now_ms;
  rest(at->first);
  return true;
}

bool Bisect::headers_read(StoreTicket ticket, const std::vector<Bytes>& headers) {
  const auto at = std::find_if(searches_.begin(), searches_.end(),
                               [&](const auto& entry) { return entry.second.reading == ticket; });
  if (at == searches_.end()) {
    // A search that ended while its question was out.
    return stale_reads_.erase(ticket) > 0;
  }
  at->second.reading.reset();
  if (headers.empty())
    rest(at->first);  // ours shrank meanwhile
  else
    compared(at->first, at->second, headers.front());
  return true;
}

void Bisect::compared(const Hash& log, Search& search, const Bytes& ours) {
  if (ours == search.probed) {
    // What was said to differ does not: the peer's head moved, or it was wrong.
    if (search.theirs.empty()) return rest(log);
    search.low = search.probe;
    search.has_low = true;
  } else {
    search.high = search.probe;
    search.theirs = std::move(search.probed);
    search.ours = ours;
  }
  if (search.high == search.low + 1)
    conclude(log, search);
  else
    ask(log, search);
}

void Bisect::conclude(const Hash& log, const Search& search) {
  Session* session = s_.session(search.link);
  const KnownLog* known = s_.logs.find(log);
  const auto theirs = HeaderView::parse(search.theirs);
  assert(theirs.has_value());
  if (session != nullptr && known != nullptr) {
    if (!verify_signature(*theirs, known->held.author)) {
      s_.logs.refuse(log, theirs->hash());
      session->claims[log].blocked = true;
      s_.blame(*session, Refusal::refused_branch, &log);
    } else if (s_.own_log && log == *s_.own_log) {
      gate_.parted(search.high);
    } else {
      s_.deed(ForkFound{log, search.high, search.ours, search.theirs});
    }
  }
  // Said once; another head of the peer's would be another dispute.
  s_.disputes.erase({search.link, log});
  rest(log);
}

void Bisect::rest(const Hash& log) {
  const auto at = searches_.find(log);
  if (at->second.reading) stale_reads_.insert(*at->second.reading);
  const Dispute dispute{at->second.link, log};
  searches_.erase(at);
  rests_[dispute].fail(s_.now_ms);
}

void Bisect::tick() {
  for (auto at = searches_.begin(); at != searches_.end();) {
    const auto here = at++;
    Session* session = s_.session(here->second.link);
    const bool late = !here->second.reading && s_.now_ms >= here->second.asked_ms + answer_wait_ms;
    if (session != nullptr && !late) continue;
    if (session != nullptr) session->given_up.insert(here->second.ticket);
    rest(here->first);
  }
  std::erase_if(rests_, [this](const auto& entry) { return !s_.sessions.contains(entry.first.first); });
}

}  // namespace hansa::protocol
