#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "protocol/keys.h"
#include "protocol/peer_view.h"
#include "store/store.h"

namespace hansa::core {

/// When this node last heard of each other node, also before it was started (docs/storage.md,
/// `last_contacts`). Written when a link ends and every few minutes while links are up, to a minute; a crash
/// forgets minutes. Core thread. Throws store::StoreBroken.
class LastContacts {
 public:
  explicit LastContacts(store::Store& store);

  /// Whether links that are up are to be looked at again; also when the clock was set back.
  bool is_due(std::uint64_t now_ms) const {
    return now_ms < looked_ms_ || now_ms >= looked_ms_ + look_every_ms;
  }
  /// Remembers what these views say, of nodes that were heard of since the start.
  void look(const std::vector<protocol::PeerView>& peers, std::uint64_t now_ms);
  /// Of nodes that were not: they have been unlinked since they were last heard of.
  void complete(std::vector<protocol::PeerView>& peers) const;

 private:
  static constexpr std::uint64_t look_every_ms = 10 * 60'000;
  /// A link that breaks again and again costs no more writes than this.
  static constexpr std::uint64_t news_ms = 60'000;

  store::Store& store_;
  std::uint64_t looked_ms_ = 0;
  std::map<protocol::PublicKey, std::uint64_t> known_;
};

}  // namespace hansa::core
