#pragma once

#include <optional>
#include <set>
#include <vector>

#include "core/charter_holder.h"
#include "core/counting.h"
#include "protocol/chain.h"
#include "protocol/sync.h"
#include "store/store.h"

namespace hansa::core {

/// The one door for what peers send: judges headers and payloads by what counts and by the chain, and puts
/// what passes into the store, buffered. Precondition: the store holds what counts. Owned by the core thread.
/// Throws StoreBroken.
class Admission {
 public:
  Admission(store::Store& store, const CharterHolder& charters, const Forks& forks)
      : store_(store), charters_(charters), forks_(forks) {}

  protocol::HeadersAdmitted admit(const protocol::AdmitHeaders& deed, std::uint64_t now_ms);
  protocol::HeadersAdmitted admit(const protocol::AdmitLive& deed, std::uint64_t now_ms);
  protocol::PayloadsAdmitted admit(protocol::AdmitPayloads&& deed, std::uint64_t now_ms);

  /// What the admissions since the last call changed.
  std::vector<store::Committed> take_committed() { return std::exchange(committed_, {}); }
  /// Logs that had to make room for one of the same key that ranks before them: held no more.
  std::vector<protocol::HeldHead> take_displaced() { return std::exchange(displaced_, {}); }
  /// Logs that were taken on where another entry lies aside: they have two branches.
  std::set<protocol::Hash> take_doubled() { return std::exchange(doubled_, {}); }

 private:
  struct Taken {
    std::optional<protocol::ChainedRun> run;
    std::optional<protocol::Refusal> refusal;
    std::optional<protocol::Hash> refused;
    bool all_checked = false;  ///< every signature of the run was verified on its own
  };
  /// What a peer says of its end of the log that it sends a part of.
  struct Claimed {
    std::uint64_t sequence = 0;
    std::optional<std::array<std::uint8_t, 8>> hash;
  };
  Taken take_run(const protocol::Hash& log, std::uint64_t from, protocol::Bytes headers,
                 const Claimed& claimed) const;
  Reach reach(const DeclaredLog& log, bool is_held) const;
  void displace(const protocol::PublicKey& author, std::uint64_t now_ms);
  Taken take_good_part(const protocol::Hash& federation, const std::optional<protocol::LogTip>& tip,
                       const protocol::PublicKey& author, const protocol::Bytes& headers,
                       const protocol::ChainFault& fault) const;
  protocol::HeadersAdmitted commit(Taken taken, const protocol::Hash& log,
                                   std::vector<protocol::VerifiedPayload> payloads, std::uint64_t now_ms);

  store::Store& store_;
  const CharterHolder& charters_;
  const Forks& forks_;
  std::vector<store::Committed> committed_;
  std::vector<protocol::HeldHead> displaced_;
  std::set<protocol::Hash> doubled_;
};

/// As sync wants to know it.
protocol::HeldHead held_head(const store::LogState& state);

}  // namespace hansa::core
