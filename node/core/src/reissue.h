#pragma once

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "core/publish.h"
#include "protocol/entry.h"
#include "store/store.h"

namespace hansa::core {

/// Which entries of one of this node's logs, that do not count there any more, are to be written again in its
/// current one, and as what. An entry that was written again is recognised by what it says, so that nothing
/// is done twice, also after a crash. Owned by the core thread; lives for one pass over the entries, which
/// come ascending by sequence.
class Reissue {
 public:
  /// `snapshot` outlives it. `from`: the log whose entries these are.
  /// `keys`: of this node and its partner, under which an entry may have been written again already.
  Reissue(const store::Snapshot& snapshot, std::set<protocol::PublicKey> keys, const protocol::Hash& from)
      : snapshot_(snapshot), keys_(std::move(keys)), from_(from) {}

  /// What is to be written for this entry; none: nothing, since it says nothing of a record or a charter, or
  /// is there already. Its content is the caller's to add.
  std::optional<protocol::EntryFields> again(const protocol::HeaderView& header);
  /// It was written as this entry: later ones that name it as parent will name that.
  void written(const protocol::HeaderView& header, const protocol::Hash& as);
  /// What was written is on disk: votes, which do not show what they repeat, are not written a third time.
  /// Throws StoreBroken.
  void remember_votes(store::Store& store);

 private:
  std::optional<protocol::Hash> found(const protocol::HeaderView& header, const protocol::RecordId& record);

  const store::Snapshot& snapshot_;
  std::set<protocol::PublicKey> keys_;
  protocol::Hash from_;
  std::map<protocol::Hash, protocol::Hash> renamed_;
  std::vector<protocol::Hash> votes_;  ///< Written and not remembered yet.
  std::set<protocol::Hash> used_;      ///< Revisions that stand for an entry already.
};

}  // namespace hansa::core
