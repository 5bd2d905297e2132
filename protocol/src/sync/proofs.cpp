#include "sync/proofs.h"

#include <cassert>

namespace hansa::protocol {

void Proofs::set(const std::vector<Bytes>& proofs) {
  assert(proofs.size() <= proofs_max);
  s_.proofs.clear();
  for (const Bytes& proof : proofs) s_.proofs.emplace(proof_hash(proof), proof);
  for (auto& [link, session] : s_.sessions)
    if (session.open && !s_.is_closing(link)) send_missing(session);
}

void Proofs::opened(Session& session, bool agrees) {
  const auto& stated = session.stated_heads->proofs;
  if (agrees) session.proofs.insert(stated.begin(), stated.end());
  send_missing(session);
}

void Proofs::send_missing(Session& session) {
  if (session.version < link_version_charters) return;
  for (const auto& [hash, proof] : s_.proofs)
    if (session.proofs.insert(hash).second) s_.send(session, wire::Proof{proof});
}

void Proofs::proof(Session& session, wire::Proof proof) {
  if (++session.proofs_received > proofs_per_link) return s_.refuse(session, Refusal::limit_exceeded);
  const Hash hash = proof_hash(proof.bytes);
  session.proofs.insert(hash);
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
