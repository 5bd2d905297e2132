#pragma once

#include <optional>
#include <vector>

#include "core/charter_holder.h"
#include "protocol/chain.h"
#include "protocol/sync.h"
#include "store/store.h"

namespace hansa::core {

/// The one door for what peers send: judges headers and payloads by charter and chain, and puts what passes
/// into the store, buffered. Owned by the core thread. Throws StoreBroken.
class Admission {
 public:
  Admission(store::Store& store, const CharterHolder& charters) : store_(store), charters_(charters) {}

  protocol::HeadersAdmitted admit(const protocol::AdmitHeaders& deed, std::uint64_t now_ms);
  protocol::HeadersAdmitted admit(const protocol::AdmitLive& deed, std::uint64_t now_ms);
  protocol::PayloadsAdmitted admit(protocol::AdmitPayloads&& deed, std::uint64_t now_ms);

  /// What the admissions since the last call changed.
  std::vector<store::Committed> take_committed() { return std::exchange(committed_, {}); }

 private:
  struct Taken {
    std::optional<protocol::ChainedRun> run;
    std::optional<protocol::Refusal> refusal;
    std::optional<protocol::Hash> refused;
    bool all_checked = false;  ///< every signature of the run was verified on its own
  };
  Taken take_run(const protocol::Hash& log, std::uint64_t from, protocol::Bytes headers) const;
  Taken take_good_part(const protocol::Hash& federation, const std::optional<protocol::LogTip>& tip,
                       const protocol::PublicKey& author, const protocol::Bytes& headers,
                       const protocol::ChainFault& fault) const;
  protocol::HeadersAdmitted commit(Taken taken, const protocol::Hash& log,
                                   std::vector<protocol::VerifiedPayload> payloads, std::uint64_t now_ms);

  store::Store& store_;
  const CharterHolder& charters_;
  std::vector<store::Committed> committed_;
};

/// As sync wants to know it.
protocol::HeldHead held_head(const store::LogState& state);

}  // namespace hansa::core
