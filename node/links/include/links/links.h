#pragma once
// All links of one node: the listener, the diallers, and the authenticated connections between them and the
// core. Owns every socket; hands whole messages to the core thread and takes messages from it.
//
// Threads: everything inside runs on the thread that runs `io`. The core hears of links on the core thread.
// Public members may be called from any thread unless they say otherwise.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/doorway.h"
#include "core/link_port.h"
#include "links/core_thread.h"
#include "links/counters.h"
#include "links/limits.h"
#include "links/peer_address.h"
#include "protocol/charter.h"
#include "protocol/keys.h"

namespace boost::asio {
class io_context;
}

namespace hansa::links {

/// The environment is not as configured: an address that cannot be listened on, a certificate file that
/// cannot be read. what() says which and why. Only start() throws it.
struct LinksBroken : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Who this node is on its links.
struct LinkIdentity {
  const protocol::SecretKey* node_key = nullptr;  ///< Outlives the links.
  /// The newest charter, or none while the node is in no federation: then nobody is let in, and nobody
  /// dialled but the one who invited it. Called on the io thread.
  std::function<std::optional<protocol::Charter>()> charter;
  const core::Doorway* doorway = nullptr;  ///< Outlives the links; null: no guests, neither way.
  protocol::Entropy entropy = protocol::system_entropy();
};

struct ListenSettings {
  std::string host = "127.0.0.1";  ///< An IP address; "::" and "0.0.0.0" for all.
  std::uint16_t port = 0;          ///< 0: the system chooses; see Links::port().
  std::string path = "/link";      ///< The one path that is upgraded.
  /// IP addresses or networks ("10.0.0.0/8"): only from these is X-Forwarded-For believed.
  std::vector<std::string> trusted_proxies;
  /// Both or neither, PEM: the listener speaks TLS itself.
  std::string certificate_file;
  std::string private_key_file;
};

struct LinkTimes {
  std::chrono::milliseconds handshake = handshake_time;
  std::chrono::milliseconds idle = idle_time;
  std::chrono::milliseconds close = close_time;
  std::chrono::milliseconds guest = guest_time;
  std::chrono::milliseconds retry_first = links::retry_first;
  std::chrono::milliseconds retry_last = links::retry_last;
  std::chrono::milliseconds ask_again = links::ask_again;
  std::chrono::milliseconds stable = stable_time;
};

struct LinkCaps {
  std::size_t outgoing_bytes = outgoing_bytes_max;
  std::size_t incoming_bytes = incoming_bytes_max;
  std::size_t connections_per_address = connections_per_address_max;
  std::size_t unauthenticated = unauthenticated_max;
  std::size_t links = links_max;
  std::size_t guests = guests_max;
};

/// What happened, for the log; on the io thread.
struct LinkEvent {
  enum class Kind : std::uint8_t { up, down, refused, dial_failed };
  Kind kind;
  core::LinkRole role;
  std::string address;
  std::optional<protocol::PublicKey> peer;  ///< If it has proven its key.
  core::LinkEnd reason;                     ///< Without meaning for `up`.
  bool guest = false;                       ///< Of a node that asks to join, or we are it.
};

struct LinkSettings {
  std::optional<ListenSettings> listen;  ///< None: this node only dials.
  std::vector<PeerAddress> peers;        ///< At most peer_addresses_max.
  std::string extra_ca_file;             ///< PEM; trusted beside the system's certificates. Empty: none.
  LinkTimes times;
  LinkCaps caps;
  std::function<double()> chance;             ///< In [0, 1), for jitter. Empty: the system's.
  std::function<std::uint64_t()> wall_clock;  ///< Ms since the Unix epoch, for status. Empty: the system's.
  std::function<void(const LinkEvent&)> observe;  ///< May be empty.
};

enum class PeerState : std::uint8_t { connecting, handshaking, up, waiting_retry, refused, stopped };
/// The stable snake_case name.
std::string_view name(PeerState state);

/// How it stands with one dialled address.
struct PeerStatus {
  std::string address;
  std::optional<protocol::PublicKey> node;  ///< Who answered there last, once authenticated.
  PeerState state = PeerState::connecting;
  std::uint64_t since_ms = 0;  ///< When it came into this state, wall clock.
  struct Error {
    core::LinkEnd reason{};
    std::uint64_t at_ms = 0;
  };
  std::optional<Error> last_error;
  std::optional<std::uint64_t> retry_at_ms;  ///< While waiting_retry or refused.
};

class Links final : public core::LinkOut {
 public:
  /// `io` and `core` outlive the links. Nothing happens before start().
  Links(boost::asio::io_context& io, CoreThread& core, LinkIdentity identity, LinkSettings settings);
  /// stop() must have returned, unless start() was never called or threw; and the core must not send any
  /// more: stop the links, then the core thread, then end `io`, then destroy.
  ~Links() override;

  /// Listens and dials. Once, before or while `io` runs. Throws LinksBroken.
  void start(core::LinkPort& port);
  /// The port listened on; 0 without a listener.
  std::uint16_t port() const;

  /// Dials these addresses from now on, and no others; one that is dialled already goes on as it is, and a
  /// link that is up stays up. Those behind the first peer_addresses_max are left out.
  void set_peers(const std::vector<PeerAddress>& addresses);

  /// Dials again at once where a pause runs: the operator asks for it, or the charter has changed.
  void retry_now();

  /// Closes every link in good order, within LinkTimes::close, and waits until the last is gone; the core
  /// hears link_down of each. `io` must be running on another thread. Later calls wait, too.
  void stop();
  /// The same for a caller on the io thread: `stopped` runs there when all is done.
  void stop_then(std::function<void()> stopped);

  std::vector<PeerStatus> status() const;
  const LinkCounters& counters() const;

  void send(core::LinkId link, protocol::Bytes message) override;
  void close(core::LinkId link, core::LinkEnd reason) override;
  void charter_changed() override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hansa::links
