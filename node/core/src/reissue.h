#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>

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
  /// `is_due`: whether what lies aside of a log is written again.
  Reissue(const store::Snapshot& snapshot, std::set<protocol::PublicKey> keys, const protocol::Hash& from,
          std::function<bool(const protocol::Hash& log)> is_due)
      : snapshot_(snapshot), keys_(std::move(keys)), from_(from), is_due_(std::move(is_due)) {}

  /// What is to be written for this entry; none: nothing, since it says nothing of a record or a charter, or
  /// is there already. Its content is the caller's to add.
  std::optional<protocol::EntryFields> again(const protocol::HeaderView& header);
  /// It was written as this entry: later ones that name it as parent will name that.
  void written(const protocol::HeaderView& header, const Published& as);
  /// What was written is on disk: votes, which do not show what they repeat, are not written a third time
  /// while that counts. Throws StoreBroken.
  void remember_votes(store::Store& store);

 private:
  void stands_as(const protocol::HeaderView& header, const protocol::Hash& as);
  bool is_said(const protocol::Hash& vote) const;
  std::optional<protocol::Hash> found(const protocol::HeaderView& header, const protocol::RecordId& record);

  const store::Snapshot& snapshot_;
  std::set<protocol::PublicKey> keys_;
  protocol::Hash from_;
  std::function<bool(const protocol::Hash& log)> is_due_;
  std::map<protocol::Hash, protocol::Hash> renamed_;
  std::map<protocol::Hash, Published> votes_;  ///< Written and not remembered yet, and as what.
  std::set<protocol::Hash> used_;              ///< Revisions that stand for an entry already.
};

}  // namespace hansa::core
