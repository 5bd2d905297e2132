#include "sync/proofs.h"

#include <cassert>

#include "protocol/proof.h"

namespace hansa::protocol {

Proofs::Pace& Proofs::pace(const PublicKey& peer) {
  return paces_.try_emplace(peer, s_.now_ms).first->second;
}

void Proofs::set(const std::vector<Bytes>& proofs) {
  assert(proofs.size() <= proofs_max);
  s_.proofs.clear();
  for (const Bytes& proof : proofs)
    s_.proofs.emplace(proof_hash(proof), SyncState::KnownProof{proof, subject_of(proof)});
  for (auto& [link, session] : s_.sessions) {
    if (!session.open || s_.is_closing(link)) continue;
    send_missing(session);
    forget_replaced(session.proofs);
  }
}

void Proofs::opened(Session& session, bool agrees) {
  const auto& stated = session.stated_heads->proofs;
  if (agrees) session.proofs.held.insert(stated.begin(), stated.end());
  send_missing(session);
}

void Proofs::send_missing(Session& session) {
  if (session.version < link_version_charters) return;
  auto& talked = session.proofs;
  talked.again_ms.reset();
  const auto wait_until = [&](std::uint64_t ms) {
    talked.again_ms = std::min(ms, talked.again_ms.value_or(ms));
  };
  std::erase_if(talked.told_ms, [&](const auto& told) { return s_.now_ms >= told.second + proof_pace_ms; });
  for (const auto& [hash, proof] : s_.proofs) {
    if (talked.held.contains(hash)) continue;
    const auto told = talked.told_ms.find(proof.subject);
    if (told != talked.told_ms.end()) {
      wait_until(told->second + proof_pace_ms);
      continue;
    }
    if (!pace(session.peer).sending.take(s_.now_ms)) return wait_until(s_.now_ms + 1000);
    talked.told_ms.emplace(proof.subject, s_.now_ms);
    talked.held.insert(hash);
    s_.send(session, wire::Proof{proof.bytes});
  }
}

void Proofs::tick(Session& session) {
  if (session.proofs.again_ms && s_.now_ms >= *session.proofs.again_ms) send_missing(session);
}

/// What the peer was told or told us, and nobody keeps any more.
void Proofs::forget_replaced(ProofTalk& talk) {
  std::erase_if(talk.held, [&](const Hash& hash) { return !s_.proofs.contains(hash); });
}

void Proofs::proof(Session& session, wire::Proof proof) {
  auto& talked = session.proofs;
  if (!pace(session.peer).taking.take(s_.now_ms)) return s_.refuse(session, Refusal::limit_exceeded);
  const Hash hash = proof_hash(proof.bytes);
  // Nothing that is not kept makes the set change, so it is not forgotten there.
  if (talked.held.size() >= 2 * proofs_max) forget_replaced(talked);
  talked.held.insert(hash);
  if (s_.proofs.contains(hash)) return;
  const auto ticket = s_.next_ticket();
  admitting_[ticket] = session.id;
  s_.deed(AdmitProof{ticket, session.id, std::move(proof.bytes)});
}

void Proofs::admitted(StoreTicket ticket, std::optional<Refusal> refusal) {
  const auto at = admitting_.find(ticket);
  assert(at != admitting_.end());
  Session* session = s_.session(at->second);
  admitting_.erase(at);
  if (session != nullptr && refusal) s_.refuse(*session, *refusal);
}

}  // namespace hansa::protocol
