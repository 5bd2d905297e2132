#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/charter_keeper.h"
#include "core/counting.h"
#include "core/held_nodes.h"
#include "core/joining.h"
#include "core/link_port.h"
#include "protocol/bytes.h"
#include "protocol/charter.h"
#include "protocol/keys.h"
#include "protocol/sync.h"
#include "store/store.h"

/// What a node says of itself: plain values, copied out of the core for other threads.
namespace hansa::core {

struct OwnLog {
  protocol::Hash id{};
  std::uint64_t epoch = 0;
  std::uint64_t sequence = 0;
};

/// Something that an operator should know of, and why: a stable code and its parameters, by name.
struct Alarm {
  std::string code;
  std::map<std::string, std::string> params;
  std::uint64_t since_ms = 0;
  friend bool operator==(const Alarm&, const Alarm&) = default;
};

/// An authenticated connection that is up.
struct LinkedPeer {
  protocol::PublicKey node;
  LinkRole role{};
  std::string address;  ///< the URL dialled, or where the connection came from
};

/// Since when this node sees something out of step with a log, by its own clock.
struct LogSince {
  std::optional<std::uint64_t> behind;  ///< a peer holds more
  std::optional<std::uint64_t> unchecked;
  std::optional<std::uint64_t> payloads_missing;
  friend bool operator==(const LogSince&, const LogSince&) = default;
};
/// And with itself. None: it is in step, or was not looked at yet.
struct OutOfStepSince {
  std::optional<std::uint64_t> disk_low;
  std::optional<std::uint64_t> fetching_back;
  std::optional<std::uint64_t> unchecked;
  std::optional<std::uint64_t> payloads_missing;
  std::map<protocol::Hash, LogSince> logs;  ///< those that are out of step
};

/// A consistent picture of one moment; immutable once made.
struct NodeStatus {
  protocol::PublicKey key{};
  std::shared_ptr<const protocol::Charter> charter;         ///< null: no federation yet
  std::shared_ptr<const CharterLife> charter_life;          ///< what is proposed, and what was signed twice
  std::shared_ptr<const std::vector<HeldNode>> held_nodes;  ///< the holds that act
  Forks forks;
  std::optional<OwnLog> own_log;
  protocol::OwnLogState own_log_state = protocol::OwnLogState::none;
  protocol::Hash digest{};
  store::Totals totals;
  std::vector<protocol::PeerView> peers;          ///< one for each other node the charter lets link
  std::vector<LinkedPeer> links;                  ///< at most one for each peer
  std::map<std::string, std::uint64_t> refusals;  ///< reason → how often since start
  std::uint64_t started_ms = 0;
  std::uint64_t sync_started_ms =
      0;  ///< when all links began anew: at start, by another charter, log or fork
  std::uint64_t retracted_entries = 0;
  bool disk_low = false;  ///< see Node::set_disk_low
  std::shared_ptr<const OutOfStepSince> since;
  std::vector<Alarm> alarms;
  std::vector<Knock> knocks;  ///< the newest first
};

/// Something that the pages show without being asked: drained by the owner of the node.
struct NodeEvents {
  std::vector<store::Arrival> arrivals;
  bool peers_changed = false;
  bool contents_changed = false;   ///< records look different though nothing arrived: contents came, or
                                   ///< entries were retracted
  bool addresses_changed = false;  ///< Node::to_dial() may give another answer
};

}  // namespace hansa::core
