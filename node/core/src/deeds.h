#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "admission.h"
#include "core/charter_keeper.h"
#include "core/link_port.h"
#include "proofs.h"
#include "protocol/sync.h"
#include "store/store.h"

namespace hansa::core {

/// Does what sync asks for against the store and the links. Owned by the core thread. Throws StoreBroken.
class Deeds {
 public:
  Deeds(store::Store& store, protocol::SyncEngine& sync, Admission& admission, CharterKeeper& charters,
        Proofs& proofs)
      : store_(store), sync_(sync), admission_(admission), charters_(charters), proofs_(proofs) {}

  /// Until sync asks for nothing more. What was admitted is made durable by one sync of the store before a
  /// message goes that claims to hold it; while a node only asks and takes, nothing waits for the disk.
  /// `links` null: there are none to send by.
  void do_all(LinkOut* links, const std::function<std::uint64_t()>& now_ms);
  /// Something else was written to the store, buffered.
  void wrote() { unsynced_ = true; }
  /// Syncs what was admitted and written, if there is anything: at every tick, so that little is lost, and
  /// before arrivals are shown, so that their numbers stay theirs.
  void make_durable();
  /// Since the last call.
  std::vector<protocol::ForkFound> take_forks() { return std::exchange(forks_found_, {}); }

 private:
  using Answer = std::function<void(std::uint64_t now_ms)>;
  void perform(protocol::SendMessage&& deed);
  void perform(const protocol::CloseLink& deed);
  void perform(const protocol::AdmitHeaders& deed);
  void perform(const protocol::AdmitLive& deed);
  void perform(protocol::AdmitPayloads&& deed);
  void perform(const protocol::ReadHeaders& deed);
  void perform(const protocol::ReadPayloads& deed);
  void perform(const protocol::ReadMissing& deed);
  void perform(const protocol::ReadCharters& deed);
  void perform(const protocol::TakeCharters& deed);
  void perform(const protocol::AdmitProof& deed);
  void perform(const protocol::ForkFound& deed);

  store::Store& store_;
  protocol::SyncEngine& sync_;
  Admission& admission_;
  CharterKeeper& charters_;
  Proofs& proofs_;
  LinkOut* links_ = nullptr;
  std::vector<protocol::ForkFound> forks_found_;
  std::uint64_t now_ms_ = 0;
  bool unsynced_ = true;  ///< what was admitted before these deeds may be, too
  std::vector<Answer> answers_;
};

}  // namespace hansa::core
