#pragma once
// A real node between an honest peer and one that does not keep the rules, all three with keys of the
// charter. What the node counts and names is the same wherever it happens: every assault is tried on nodes
// with other keys, on the store's model and on the real store, dialling and dialled.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core_bench.h"
#include "hostile_peer.h"
#include "temporary_directory.h"

namespace hansa::test {

/// Where an assault is tried.
struct Ground {
  const char* name;
  std::uint64_t seed;  ///< of the keys
  bool real_store;     ///< RocksDB; else the model
  bool victim_dials;
};

class Siege {
  std::optional<TemporaryDirectory> directory_;  ///< of the real store; outlives the node that has it open

 public:
  static constexpr core::LinkId hostile_link = 1;
  /// `adjust`: may change the charter's body before it is signed; node 0 is the victim, 1 honest, 2 hostile.
  using Adjust = std::function<void(protocol::CharterBody&)>;
  explicit Siege(const Ground& ground, const Adjust& adjust = {});

  /// The hostile peer's link comes up, and it says its hello.
  void link();
  /// Carries everything; time passes in steps of 50 ms.
  void run_for(std::uint64_t ms);
  /// Straight into the node, without a batch's end: what comes together is taken together.
  void push_in(const protocol::wire::Message& message);
  void after_batch();
  bool is_up() const { return up_; }
  std::uint64_t victim_holds() const;  ///< entries of the hostile peer's log
  std::uint64_t victim_lacks() const;  ///< payloads
  std::uint64_t counted(protocol::Refusal why) const;
  std::optional<protocol::Refusal> last_error() const;
  /// Why the node closed the hostile peer's link; none: it did not.
  std::optional<core::LinkEnd> end() const { return end_; }
  /// How often the node closed all its links, the honest one with them, to count its store anew. The honest
  /// peer, which does the same when it hears of a fork, dials again at once.
  int recounts() const { return recounts_; }
  /// Published on either side of the honest link, it is on the other.
  void check_honest_link();
  /// Most that the process held above what it held when the assault began; 0 where that cannot be seen.
  std::size_t memory_growth_bytes() const { return growth_; }

  std::uint64_t clock = 1'800'000'000'000;
  protocol::SecretKey stranger;  ///< in no charter
  std::unique_ptr<protocol::Charter> charter;
  std::unique_ptr<CoreNode> victim;
  std::unique_ptr<CoreNode> honest;
  std::unique_ptr<HostilePeer> hostile;
  /// What the node said to the hostile peer while that one did not listen is only counted.
  bool deaf = false;
  std::size_t unheard_bytes = 0;

 private:
  bool deliver();
  void honest_again(core::LinkEnd reason);
  void watch_memory();

  bool victim_dials_;
  bool up_ = false;
  core::LinkId honest_link_ = 2;
  int recounts_ = 0;
  std::optional<core::LinkEnd> end_;
  std::size_t memory_before_ = 0;
  std::size_t growth_ = 0;
};

}  // namespace hansa::test
