#pragma once
// The search index: what words and codes lead to which records. It is derived from the store, holds nothing
// else, and may be thrown away at any time: it follows the store's arrivals from its own checkpoint, and from
// the beginning if it is missing, damaged, of another format or of another store. Layout: docs/storage.md.

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "search/query.h"
#include "store/store.h"

namespace hansa::search {

/// The files of the index cannot be read or written; `what()` says why. The store is not touched by it.
class IndexBroken : public std::runtime_error {
 public:
  IndexBroken(const std::string& why, bool damaged) : std::runtime_error(why), damaged_(damaged) {}
  /// The files are not what was written: only building anew helps. Else (a full disk, too many open files)
  /// the last commit is still good, and reopen() goes on from there.
  bool damaged() const { return damaged_; }

 private:
  bool damaged_;
};

inline constexpr std::size_t step_arrivals_max = 500;

/// step() and reset() belong to one thread at a time (Follower sees to that), the others are for any thread.
class Index {
 public:
  /// Touches no file yet. `directory` is made by the first use if it is missing, its parent must exist;
  /// empty: an index in memory, for tests and for nodes without a directory.
  explicit Index(std::string directory);
  ~Index();
  Index(const Index&) = delete;
  Index& operator=(const Index&) = delete;

  /// Takes in what follows the checkpoint, at most step_arrivals_max arrivals, and commits. True: there is
  /// more. Throws IndexBroken, after which reset() or reopen() is next; StoreBroken.
  bool step(const store::Snapshot& snapshot);
  /// Looks again at some records that waited for a payload or a check. True: not all were looked at yet.
  bool look_again(const store::Snapshot& snapshot);
  /// Removes the index and begins an empty one. Throws IndexBroken.
  void reset();
  /// The next step() goes on from the last commit; what was not committed is taken in again.
  void reopen();

  Progress progress() const;
  /// None if the cursor is not one of this order. Throws IndexBroken.
  std::optional<Page> find(const Query& query) const;
  /// What may have been meant by a question that found nothing: its words, with those that no record has
  /// replaced by the nearest that some have. Empty if there is nothing near. Throws IndexBroken.
  std::vector<Suggestion> suggest(const std::string& words) const;
  /// Of all that a question finds, which codes of two facets stand together. Throws IndexBroken.
  Coverage coverage(const Query& query, const std::string& rows, const std::string& columns) const;
  /// Whether a record bears this code. Throws IndexBroken.
  bool in_use(const std::string& facet, const std::string& code) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace hansa::search
