#pragma once
// One connection to a peer, from the open socket to its end: handshake, then messages both ways.
//
// io thread only. Kept alive by the coroutines that run it. The reason of its end is decided once: by whoever
// closes it first, else by what ended the reading.

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gate.h"
#include "link_context.h"
#include "protocol/handshake.h"
#include "protocol/secure_link.h"
#include "web_stream.h"

namespace hansa::links {

class Link : public std::enable_shared_from_this<Link> {
 public:
  /// Registered with the roster until it goes. Starts the handshake's deadline.
  static std::shared_ptr<Link> make(LinkContext& context, core::LinkRole role, std::string address,
                                    std::unique_ptr<WebStream> stream, Gate::Pass pass);
  ~Link();

  core::LinkId id() const { return id_; }
  core::LinkRole role() const { return role_; }
  const std::string& address() const { return address_; }
  void set_address(std::string address) { address_ = std::move(address); }
  WebStream& stream() { return *stream_; }
  Gate::Pass& pass() { return pass_; }
  /// Of an authenticated link.
  const protocol::PublicKey& peer() const { return *peer_; }
  /// Whoever has proven a key, also if it was turned away for it.
  const std::optional<protocol::PublicKey>& proven_peer() const { return peer_; }
  bool is_authenticated() const { return secure_.has_value(); }
  bool is_guest() const { return guest_; }

  /// On an open WebSocket: the handshake, and a seat in the roster, or a guest's place. The core has heard
  /// link_up or guest_up if it succeeds; otherwise the connection is dropped.
  Task<Failure> authenticate();
  /// Carries messages until the link ends; the core has heard link_down then.
  Task<core::LinkEnd> carry();

  /// Queues a message; ignored once the link is ending.
  void send(protocol::Bytes message);
  /// Ends the link: what is queued is sent, the peer is told, the WebSocket closed, all within the time for
  /// it. A link that is not authenticated is dropped.
  void close(core::LinkEnd reason);
  /// As close(), and the core hears of it now.
  void retire(core::LinkEnd reason);
  /// Ends it at once.
  void drop(core::LinkEnd reason);
  /// Called once when the link is dropped, for whoever waits for something other than its stream.
  void on_drop(std::function<void()> deed) { on_drop_ = std::move(deed); }
  /// Why it ended: decided by us, or else what was observed.
  core::LinkEnd end(core::LinkEnd observed) const { return decided_.value_or(observed); }

 private:
  Link(LinkContext& context, core::LinkRole role, std::string address, std::unique_ptr<WebStream> stream,
       Gate::Pass pass);
  void set_deadline(std::chrono::milliseconds time, core::LinkEnd reason);
  Task<Failure> shake_hands(protocol::LinkHandshake handshake);
  std::optional<protocol::LinkTerms> terms();
  protocol::Outcome<protocol::Done> judge(const protocol::Charter& charter, const protocol::PublicKey& peer);
  Failure take_seat();
  Failure take_guest_place();
  Task<Failure> read_some();
  Task<void> wait_for_core();
  void hand_to_core(std::vector<protocol::Bytes> messages);
  Task<void> write_all();
  void start_writing();
  void tell_core_down(core::LinkEnd reason);

  /// Messages on their way through the core's queue; shared with the work that carries them there.
  struct Inflow {
    std::atomic<std::size_t> bytes{0};
    std::atomic<bool> reader_waits{false};
  };

  LinkContext& context_;
  const core::LinkId id_;
  const core::LinkRole role_;
  std::string address_;
  std::unique_ptr<WebStream> stream_;
  Gate::Pass pass_;
  asio::steady_timer deadline_;
  asio::steady_timer resume_;  // never expires; cancelled when the core has caught up
  std::optional<protocol::SecureLink> secure_;
  std::optional<protocol::PublicKey> peer_;
  std::uint16_t version_ = 0;  ///< As the handshake chose it.
  std::shared_ptr<Inflow> inflow_ = std::make_shared<Inflow>();
  std::deque<protocol::Bytes> outgoing_;
  std::size_t outgoing_bytes_ = 0;
  std::function<void()> on_drop_;
  bool writing_ = false;
  bool core_knows_ = false;
  bool guest_ = false;
  bool guest_counted_ = false;
  bool first_message_came_ = false;
  std::optional<core::LinkEnd> decided_;
};

}  // namespace hansa::links
