#include "protocol/heads.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "dice.h"

using namespace hansa::protocol;
using namespace hansa::protocol::testing;

namespace {

std::vector<Head> some_heads(Dice& dice, std::size_t count) {
  std::vector<Head> heads;
  for (std::size_t i = 0; i < count; ++i) heads.push_back({dice.hash(), dice.number() | 1, dice.hash()});
  std::ranges::sort(heads);
  return heads;
}

}  // namespace

TEST_CASE("a log's bucket is the top five bits of its id") {
  Hash log{};
  CHECK(bucket_of(log) == 0);
  log[0] = 0x07;
  CHECK(bucket_of(log) == 0);
  log[0] = 0x08;
  CHECK(bucket_of(log) == 1);
  log[0] = 0xff;
  CHECK(bucket_of(log) == 31);
}

TEST_CASE("a change in one head shows in its bucket alone, and in the digest") {
  Dice dice(random_seed());
  const Hash charter = dice.hash();
  const Hash proofs = proofs_hash({});
  auto heads = some_heads(dice, 1 + dice.below(200));
  const BucketHashes before = bucket_hashes(heads);
  for (int i = 0; i < 50; ++i) {
    auto changed = heads;
    Head& head = changed[dice.below(changed.size())];
    if (dice.below(2) == 0) {
      ++head.sequence;
    } else {
      head.hash[dice.below(32)] ^= 1;
    }
    const BucketHashes after = bucket_hashes(changed);
    CHECK(differing_buckets(bucket_digests(before), bucket_digests(after)) == 1U << bucket_of(head.log));
    CHECK(digest(charter, before, proofs) != digest(charter, after, proofs));
  }
  heads.erase(heads.begin());
  CHECK(bucket_hashes(heads) != before);
}

TEST_CASE("a bucket's hash is the same alone and among all") {
  Dice dice(122);
  const auto heads = some_heads(dice, 300);
  const BucketHashes all = bucket_hashes(heads);
  for (std::size_t bucket = 0; bucket < bucket_count; ++bucket) {
    std::vector<Head> own;
    std::ranges::copy_if(heads, std::back_inserter(own),
                         [&](const Head& h) { return bucket_of(h.log) == bucket; });
    CHECK(bucket_hash(own) == all[bucket]);
  }
  CHECK(bucket_digests(all)[8] == all[1][0]);
}

TEST_CASE("charter and proofs are in the digest") {
  Dice dice(123);
  const BucketHashes buckets = bucket_hashes({});
  const Hash charter = dice.hash();
  const Hash proof = dice.hash();
  const Hash none = proofs_hash({});
  CHECK(digest(charter, buckets, none) == digest(charter, bucket_hashes(std::vector<Head>{}), none));
  CHECK(digest(charter, buckets, none) != digest(dice.hash(), buckets, none));
  CHECK(digest(charter, buckets, none) != digest(charter, buckets, proofs_hash(std::span(&proof, 1))));
}
