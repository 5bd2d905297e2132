#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/charter_holder.h"
#include "core/publish.h"
#include "core/status.h"
#include "protocol/chain.h"
#include "protocol/keys.h"
#include "protocol/payload.h"
#include "store/store.h"

namespace hansa::core {

/// Writes this node's own log: turns requests into signed entries, several to a batch, synced before anyone
/// hears of them. Owned by the core thread. Throws StoreBroken.
class Publisher {
 public:
  /// One committed batch: what the sync session pushes to the peers, and the answers to give.
  struct Flushed {
    store::Committed committed;
    store::Committed checked;  ///< the entries of the run that were not checked by committing it
    std::vector<protocol::VerifiedPayload>
        payloads;  ///< ascending by sequence; entries without one are skipped
    std::optional<protocol::ChainedRun> run;
    std::vector<std::function<void()>> answers;  ///< to be called after the peers' frames were queued
  };

  Publisher(store::Store& store, const protocol::SecretKey& key, const CharterHolder& charter,
            protocol::Entropy entropy);

  /// Writes this log from now on, which the store holds; none: nothing can be published. Precondition:
  /// nothing is staged.
  void follow(const std::optional<protocol::Hash>& log);
  const std::optional<protocol::LogTip>& tip() const { return tip_; }
  std::optional<OwnLog> own_log() const;
  /// The store's own log grew by entries that were fetched back from a peer.
  void reload();

  /// Checks the request against the view and stages its entry; a refusal answers at once. `own_log_behind`: a
  /// peer is known to be ahead on our own log.
  void stage(PublishRequest request, PublishDone done, std::uint64_t now_ms, bool own_log_behind);
  /// Stages an entry that says again, in this log, what one that does not count said: at the author time that
  /// `fields` name. None if it may not be written.
  std::optional<Published> restage(protocol::EntryFields fields, protocol::Bytes content);
  bool has_staged() const { return !staged_.empty(); }
  std::size_t staged_count() const { return staged_.size(); }
  /// Whether a staged entry touches `record`: then flush() must come before staging another.
  bool touches(const protocol::RecordId& record) const;
  /// Commits all that is staged in one synced batch.
  Flushed flush(std::uint64_t now_ms);

 private:
  struct Staged {
    PublishRequest request;
    PublishDone done;
    Published result;
    std::optional<protocol::Salt> salt;
  };
  struct Draft {
    protocol::EntryFields fields;
    protocol::RecordId record;
  };

  protocol::Outcome<Draft, PublishRefused> draft(const PublishRequest& request) const;
  protocol::Outcome<protocol::PartnerId, PublishRefused> publishing_partner() const;
  protocol::Outcome<Draft, PublishRefused> draft_revision(const PublishRequest& request, Draft draft,
                                                          const store::RecordState& state) const;
  protocol::RecordId new_record_id(const protocol::PartnerId& owner) const;
  /// Within the charter's limits, with what is staged.
  bool has_room(std::uint64_t blocks) const;
  std::optional<PublishRefused> seal_into(Draft& draft, PublishRequest& request, PublishDone& done,
                                          std::uint64_t now_ms);

  store::Store& store_;
  const protocol::SecretKey& key_;
  const CharterHolder& charter_;
  protocol::Entropy entropy_;
  std::optional<protocol::Hash> log_;
  std::optional<protocol::LogTip> tip_;  ///< of what is committed
  std::uint64_t epoch_ = 0;
  std::optional<protocol::LogTip> staged_tip_;  ///< with what is staged
  std::uint64_t staged_blocks_ = 0;             ///< of all payloads, with what is staged
  bool closed_ = false;                         ///< entries of this log lie aside
  protocol::Bytes staged_headers_;
  std::vector<Staged> staged_;
};

}  // namespace hansa::core
