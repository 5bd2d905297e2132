#pragma once
// The search index: what words and codes lead to which records. It is derived from the store, holds nothing
// else, and may be thrown away at any time: it follows the store's arrivals from its own checkpoint, and from
// the beginning if it is missing, damaged, of another format or of another store. Layout: docs/storage.md.

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "search/query.h"
#include "store/store.h"

namespace hansa::search {

/// The files of the index cannot be read or written; `what()` says why. The store is not touched by it.
class IndexBroken : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// How far the index is.
struct Progress {
  std::uint64_t through = 0;  ///< the last arrival that is in it
  std::uint64_t records = 0;  ///< in the index
  std::uint64_t waiting =
      0;  ///< of these, with a payload that is still to come, or a signature to be checked
};

inline constexpr std::size_t step_arrivals_max = 500;

/// step() and reset() belong to one thread at a time (Follower sees to that), the others are for any thread.
class Index {
 public:
  /// `directory` is made if it is missing, its parent must exist; empty: an index in memory, for tests and
  /// for nodes without a directory. If nothing can be written there, step() says so.
  explicit Index(std::string directory);
  ~Index();
  Index(const Index&) = delete;
  Index& operator=(const Index&) = delete;

  /// Takes in what follows the checkpoint, at most step_arrivals_max arrivals, and commits. True: there is
  /// more. Throws IndexBroken, after which reset() starts anew; StoreBroken.
  bool step(const store::Snapshot& snapshot);
  /// Looks again at some records that waited for a payload or a check. True: not all were looked at yet.
  bool look_again(const store::Snapshot& snapshot);
  /// Removes the index and begins an empty one. Throws IndexBroken.
  void reset();

  Progress progress() const;
  /// None if the cursor is not one that this question gave. Throws IndexBroken.
  std::optional<Page> find(const Query& query) const;
  /// Whether a record bears this code. Throws IndexBroken.
  bool in_use(const std::string& facet, const std::string& code) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace hansa::search
