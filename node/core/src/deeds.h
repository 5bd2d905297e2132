#pragma once

#include <functional>
#include <vector>

#include "admission.h"
#include "core/link_port.h"
#include "protocol/sync.h"
#include "store/store.h"

namespace hansa::core {

/// Does what sync asks for against the store and the links. Owned by the core thread. Throws StoreBroken.
class Deeds {
 public:
  Deeds(store::Store& store, protocol::SyncEngine& sync, Admission& admission)
      : store_(store), sync_(sync), admission_(admission) {}

  /// Until sync asks for nothing more. What was admitted in one round is made durable by one sync of the
  /// store before sync hears of it, since it claims to peers what it has heard of.
  /// `links` null: there are none to send by.
  void do_all(LinkOut* links, const std::function<std::uint64_t()>& now_ms);

 private:
  using Answer = std::function<void(std::uint64_t now_ms)>;
  void perform(const protocol::SendMessage& deed);
  void perform(const protocol::CloseLink& deed);
  void perform(const protocol::AdmitHeaders& deed);
  void perform(const protocol::AdmitLive& deed);
  void perform(const protocol::AdmitPayloads& deed);
  void perform(const protocol::ReadHeaders& deed);
  void perform(const protocol::ReadPayloads& deed);
  void perform(const protocol::ReadMissing& deed);

  store::Store& store_;
  protocol::SyncEngine& sync_;
  Admission& admission_;
  LinkOut* links_ = nullptr;
  std::uint64_t now_ms_ = 0;
  bool unsynced_ = false;
  std::vector<Answer> answers_;
};

}  // namespace hansa::core
