#include "protocol/proof.h"

#include "protocol/fork.h"
#include "protocol/heads.h"
#include "protocol/hold.h"

namespace hansa::protocol {
namespace {

constexpr std::size_t kind_at = 2;

Hash subject_at(ByteView proof, std::uint8_t kind, std::size_t at, std::size_t size) {
  if (proof.size() < at + size) return proof_hash(proof);
  Bytes subject{kind};
  const auto part = proof.subspan(at, size);
  subject.insert(subject.end(), part.begin(), part.end());
  return proof_hash(subject);
}

}  // namespace

ProofKind kind_of(ByteView proof) {
  if (proof.size() <= kind_at) return ProofKind::other;
  switch (proof[kind_at]) {
    case fork_proof_kind:
      return ProofKind::fork;
    case hold_proof_kind:
    case hold_release_proof_kind:
      return ProofKind::hold;
    default:
      return ProofKind::other;
  }
}

Hash subject_of(ByteView proof) {
  switch (kind_of(proof)) {
    case ProofKind::fork:
      return subject_at(proof, fork_proof_kind, fork_subject_at, fork_subject_bytes);
    case ProofKind::hold:
      return subject_at(proof, hold_proof_kind, hold_subject_at, hold_subject_bytes);
    case ProofKind::other:
      break;
  }
  return proof_hash(proof);
}

}  // namespace hansa::protocol
