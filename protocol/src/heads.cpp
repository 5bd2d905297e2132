#include "protocol/heads.h"

#include <algorithm>
#include <cassert>
#include <functional>

#include "little_endian.h"
#include "protocol/keys.h"

namespace hansa::protocol {

Hash bucket_hash(std::span<const Head> heads) {
  Hasher hasher(Tag::bucket);
  for (std::size_t i = 0; i < heads.size(); ++i) {
    assert(i == 0 || heads[i - 1].log < heads[i].log);
    std::uint8_t sequence[8];
    put_le(sequence, heads[i].sequence);
    hasher.add(heads[i].log).add(sequence).add(heads[i].hash);
  }
  return hasher.finish();
}

BucketHashes bucket_hashes(std::span<const Head> heads) {
  BucketHashes hashes;
  for (std::size_t bucket = 0; bucket < bucket_count; ++bucket) {
    const auto end = std::ranges::find_if(heads, [&](const Head& h) { return bucket_of(h.log) > bucket; });
    const auto count = static_cast<std::size_t>(end - heads.begin());
    hashes[bucket] = bucket_hash(heads.first(count));
    heads = heads.subspan(count);
  }
  return hashes;
}

BucketDigests bucket_digests(const BucketHashes& buckets) {
  BucketDigests digests;
  auto out = digests.begin();
  for (const Hash& bucket : buckets) out = std::copy_n(bucket.begin(), bucket_digest_bytes, out);
  return digests;
}

std::uint32_t differing_buckets(const BucketDigests& ours, const BucketDigests& theirs) {
  std::uint32_t mask = 0;
  for (std::size_t bucket = 0; bucket < bucket_count; ++bucket) {
    const auto at = static_cast<std::ptrdiff_t>(bucket * bucket_digest_bytes);
    if (!std::equal(ours.begin() + at, ours.begin() + at + bucket_digest_bytes, theirs.begin() + at)) {
      mask |= std::uint32_t{1} << bucket;
    }
  }
  return mask;
}

Hash proof_hash(ByteView proof) { return hash(Tag::proof, proof); }

Hash proofs_hash(std::span<const Hash> proofs) {
  assert(std::ranges::adjacent_find(proofs, std::greater_equal<>{}) == proofs.end());
  Hasher hasher(Tag::proofs);
  for (const Hash& proof : proofs) hasher.add(proof);
  return hasher.finish();
}

Hash digest(const Hash& charter, const BucketHashes& buckets, const Hash& proofs) {
  Hasher hasher(Tag::digest);
  hasher.add(charter);
  for (const Hash& bucket : buckets) hasher.add(bucket);
  return hasher.add(proofs).finish();
}

}  // namespace hansa::protocol
