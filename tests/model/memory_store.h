#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "memory_state.h"
#include "store/catalogue.h"
#include "store/store.h"

/// The store without a disk, for simulations and for the tests of other rooms: it behaves as the interface
/// says and is simple enough to be believed. The real store is tested against it.
namespace hansa::test {

/// Owner and threads as for store::Store: one writing thread, snapshots from any. A snapshot stays valid
/// after the store.
class MemoryStore : public store::Store {
 public:
  explicit MemoryStore(store::PartnersOf partners_of);

  /// What a power cut leaves: everything since the last synced commit, setting or sync() is forgotten.
  void crash();
  /// All that is held now, for put_back(): a backup, or a virtual machine's image.
  std::shared_ptr<const MemoryState> image() const;
  /// The store is again as it was; on the disk, too.
  void put_back(const std::shared_ptr<const MemoryState>& image);

  std::unique_ptr<store::Snapshot> snapshot() const override;
  store::Committed commit(const store::Batch& batch, std::uint64_t now_ms,
                          store::Durability durability) override;
  void sync() override;
  store::Committed mark_checked(const protocol::Hash& log, std::uint64_t through,
                                std::uint64_t now_ms) override;
  void retract(const protocol::Hash& log, std::uint64_t from) override;
  store::Committed set_aside(const protocol::Hash& log, std::uint64_t from, std::uint64_t now_ms) override;
  void drop_aside(const protocol::Hash& log, const std::vector<store::EntryPlace>& entries) override;
  store::Committed authorship_changed(std::uint64_t now_ms) override;
  void put_setting(std::string_view key, store::ByteView value) override;
  void erase_setting(std::string_view key) override;

 private:
  using Deed = std::function<void(MemoryState&)>;

  /// The current state, not shared with any snapshot: snapshots keep the one they saw.
  MemoryState& writable();
  /// What the rule says now of these authors, for when the deed is done again.
  store::PartnersOf frozen(const std::vector<protocol::PublicKey>& authors) const;

  store::PartnersOf partners_of_;
  mutable std::mutex mutex_;  ///< guards the pointer `current_`, not what it points to
  std::shared_ptr<MemoryState> current_;
  MemoryState durable_;           ///< as of the last sync
  std::vector<Deed> since_sync_;  ///< what leads from `durable_` to `current_`
};

}  // namespace hansa::test
