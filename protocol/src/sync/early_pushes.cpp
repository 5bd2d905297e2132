#include "sync/early_pushes.h"

namespace hansa::protocol {

bool EarlyPushes::follows(const KnownLog& log, const HeaderView& header) {
  if (log.tip + 1 != header.sequence() || log.is_refused(header.hash())) return false;
  // Whether it continues what is still being admitted, the store will say.
  return log.tip != log.held.sequence || log.tip == 0 || header.previous_hash() == log.held.head;
}

bool EarlyPushes::keep(Session& session, const KnownLog& log, std::uint64_t sequence, wire::Push push,
                       std::size_t bytes) {
  if (log.held.sequence == 0 || sequence <= log.tip + 1) return false;
  if (session.early_bytes + bytes > early_pushes_bytes_max) return false;
  const auto [at, is_new] =
      session.claims[log.held.log].early.try_emplace(sequence, EarlyPush{std::move(push), bytes});
  if (!is_new) return true;
  session.early_bytes += bytes;
  session.early_logs.insert(log.held.log);
  return true;
}

void EarlyPushes::release() {
  for (auto& [link, session] : s_.sessions) {
    const auto logs = session.early_logs;
    for (const Hash& log : logs) release(session, log);
  }
}

void EarlyPushes::release(Session& session, const Hash& log) {
  auto& early = session.claims[log].early;
  while (!early.empty() && !s_.is_closing(session.id)) {
    const KnownLog& known = *s_.logs.find(log);
    const std::uint64_t sequence = early.begin()->first;
    if (sequence > known.tip + 1) return;
    const bool is_next = sequence == known.tip + 1;
    if (is_next && !follows(known, *HeaderView::parse(early.begin()->second.push.header))) break;
    EarlyPush kept = std::move(early.extract(early.begin()).mapped());
    session.early_bytes -= kept.bytes;
    if (is_next) admissions_.submit_live(session, log, sequence, std::move(kept.push), 0);
  }
  session.drop_early(log);
}

}  // namespace hansa::protocol
