#pragma once

#include <string>
#include <vector>

#include "catalogue.h"

namespace hansa::bench {

/// The same bytes into a RocksDB of its own: one family, keys (log, sequence) in order, a header and its
/// payload a record, batches of 256 with one disk sync each. What no node can beat by much.
struct BareRate {
  double per_second = 0;
  double cpu_us = 0;  ///< a record, background work included
};
BareRate bare_rocksdb(const std::string& directory, const std::vector<SignedLog>& catalogue);

/// The same bytes through BLAKE2b-256, a header and a payload at a time.
BareRate bare_hash(const std::vector<SignedLog>& catalogue);

/// What is left of the contents in frames of 64 KiB under zstd level 3, bytes a record: how like prose they
/// are.
double compressed_bytes(const std::vector<SignedLog>& catalogue);

}  // namespace hansa::bench
