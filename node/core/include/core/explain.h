#pragma once
// Why something is out of step: what and why, since when, and what happens next. Derived from what is at this
// moment (the node's status, the store, the connections), never from a memory of what was said before. Codes
// are stable; the pages and `hansa explain` put them into words. Pure functions; any thread.

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/status.h"
#include "protocol/ids.h"
#include "store/store.h"

namespace hansa::core {

/// How it stands with an address that the node dials; the links know.
struct DialStatus {
  std::string address;
  std::optional<protocol::PublicKey> node;  ///< who answered there last
  std::string state;                        ///< connecting, handshaking, up, waiting_retry, refused, stopped
  std::uint64_t since_ms = 0;
  std::string error;  ///< code of the last failure; empty: none
  std::uint64_t error_at_ms = 0;
  std::optional<std::uint64_t> retry_at_ms;
};

/// The address at which a node is dialled: where it answered last, else the one that is known for it.
const DialStatus* dial_of(std::span<const DialStatus> dials, const protocol::PublicKey& node,
                          std::string_view known_address);
/// Whether the failure to connect says more than what sync saw last: that a connection ended is less than why
/// the two parted.
bool dial_says_more(const DialStatus& dial, const protocol::PeerView& view);

/// A stable snake_case code with parameters by name: keys and log ids in hex, partner ids, numbers, instants
/// as milliseconds since the Unix epoch under names that end in `_ms`, reasons of ends and refusals under
/// `reason`.
struct Coded {
  std::string code;
  std::map<std::string, std::string> params;
};

struct Finding {
  Coded what;
  /// What the charter decided: since the version that did is in force. What this node sees of itself: since
  /// it sees it. None: not known.
  std::optional<std::uint64_t> since_ms;
  std::optional<Coded> next;  ///< what happens without anybody's doing, or what somebody has to do
  bool settled = false;       ///< decided, and as it is meant to be: told of the thing itself only
};

struct Explanation {
  enum class Kind : std::uint8_t { own, partner, node, log, record };
  Kind kind = Kind::own;
  std::string id;                 ///< "this", a partner id, a node key or log id in hex, or a record's urn
  std::string name;               ///< of the partner concerned; empty if the charter names none
  std::vector<Finding> findings;  ///< empty: nothing is out of step
};
/// `this`, `partner`, `node`, `log` or `record`.
std::string_view name(Explanation::Kind kind);

/// What is looked at. All of one moment, as far as there is one.
struct Moment {
  const NodeStatus& status;
  const store::Snapshot& snapshot;
  std::span<const DialStatus> dials;
};

/// `id`: as in Explanation. None: nothing of this name is known here. A record of a partner that the charter
/// lists is always known: it may not have arrived.
std::optional<Explanation> explain(const Moment& moment, std::string_view id);
/// This node, each partner, node and log, as far as something is out of step with it; not what is settled.
std::vector<Explanation> explain_all(const Moment& moment);

}  // namespace hansa::core
