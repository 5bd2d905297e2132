#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/charter_holder.h"
#include "protocol/bytes.h"
#include "protocol/keys.h"
#include "store/store.h"

namespace hansa::core {

/// Where a node of the federation is reached.
struct KnownAddresses {
  std::vector<std::string> addresses;  ///< best first; none: it only dials
  /// Of the announcement that says so; 0: it came with a charter's file or an invitation.
  std::uint64_t epoch = 0;
  std::uint64_t sequence = 0;
  /// Its author's time: two stores restored from one backup write two logs of one epoch.
  std::uint64_t author_time_ms = 0;
};
/// By node key, as kept. Any thread.
std::map<protocol::PublicKey, KnownAddresses> known_addresses(const store::Snapshot& snapshot);

/// Where the nodes of the federation are reached: what they announced themselves, the newest announcement of
/// each, and until then what came with the charter or the invitation. Owned by the core thread. Throws
/// StoreBroken.
class AddressBook {
 public:
  /// All references outlive it.
  AddressBook(store::Store& store, const protocol::SecretKey& key, const CharterHolder& charters);

  /// From a file or an invitation. What the node announced itself stands above it.
  void note(const protocol::PublicKey& node, const std::string& address);
  /// Entries that became checked, in any order.
  void arrived(std::span<const store::Arrival> arrivals);
  /// Payloads have come; those of announcements may be among them.
  void payloads_came() { look_again_ = look_again_ || !waiting_.empty(); }
  /// Reads what arrived. True: something else is to be dialled than before.
  bool look();

  /// Addresses of the charter's active nodes but this one, each once.
  std::vector<std::string> to_dial() const;
  /// What this node has to announce in its log `current` so that the others know `own`; none: they know, or
  /// the log says so and another store under this key has said otherwise since.
  std::optional<protocol::Bytes> due(const std::vector<std::string>& own,
                                     const protocol::Hash& current) const;

 private:
  struct Waiting {
    std::uint64_t sequence = 0;
    std::uint64_t arrival = 0;
  };
  bool use(const store::Snapshot& snapshot, const protocol::Hash& log, const Waiting& waiting);
  void keep(const protocol::PublicKey& node, KnownAddresses addresses);
  void store_place();

  store::Store& store_;
  const protocol::SecretKey& key_;
  const CharterHolder& charters_;
  std::map<protocol::PublicKey, KnownAddresses> known_;
  std::map<protocol::Hash, std::vector<std::string>>
      own_;                                    ///< by log of this node: what it says since the start
  std::map<protocol::Hash, Waiting> waiting_;  ///< by log: its newest announcement that was not read yet
  std::uint64_t through_ = 0;                  ///< arrivals seen
  std::uint64_t through_stored_ = 0;
  bool look_again_ = false;
  bool changed_ = false;
};

}  // namespace hansa::core
