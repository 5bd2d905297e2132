#pragma once
// Heads and their digests: how two nodes find out in 32 bytes whether they hold the same logs, and in 256
// which of 32 buckets differ. Over counting entries only; compared only under equal charters.
// Layout: docs/protocol.md, "Heads and digests". Pure functions; any thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "protocol/bytes.h"

namespace hansa::protocol {

inline constexpr std::size_t bucket_count = 32;
inline constexpr std::size_t bucket_digest_bytes = 8;

/// How far a log is held. Sequence 1 or more.
struct Head {
  Hash log{};
  std::uint64_t sequence = 0;
  Hash hash{};
  friend auto operator<=>(const Head&, const Head&) = default;
};

/// The top five bits of the log's first byte.
constexpr std::size_t bucket_of(const Hash& log) { return log[0] >> 3; }

using BucketHashes = std::array<Hash, bucket_count>;
using BucketDigests = std::array<std::uint8_t, bucket_count * bucket_digest_bytes>;

/// `heads`: one bucket's, strictly ascending by log (asserted). An empty bucket has a hash, too.
Hash bucket_hash(std::span<const Head> heads);
/// All buckets; `heads` strictly ascending by log (asserted).
BucketHashes bucket_hashes(std::span<const Head> heads);
/// The first eight bytes of each, as the hello carries them.
BucketDigests bucket_digests(const BucketHashes& buckets);
/// Bit n set: bucket n differs.
std::uint32_t differing_buckets(const BucketDigests& ours, const BucketDigests& theirs);
/// Names one element of the proof set.
Hash proof_hash(ByteView proof);
/// `proofs`: the hashes of the proof set, strictly ascending (asserted).
Hash proofs_hash(std::span<const Hash> proofs);
Hash digest(const Hash& charter, const BucketHashes& buckets, const Hash& proofs);

}  // namespace hansa::protocol
