#include "link.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <iterator>
#include <utility>

#include "links/limits.h"
#include "place.h"
#include "protocol/guest_messages.h"
#include "protocol/sync_limits.h"

namespace hansa::links {
namespace {

using core::LinkEnd;
constexpr auto quietly = asio::as_tuple(asio::use_awaitable);

}  // namespace

std::shared_ptr<Link> Link::make(LinkContext& context, core::LinkRole role, std::string address,
                                 std::unique_ptr<WebStream> stream, Gate::Pass pass) {
  std::shared_ptr<Link> link(new Link(context, role, std::move(address), std::move(stream), std::move(pass)));
  context.roster.add(link);
  link->set_deadline(context.settings.times.handshake, LinkEnd::handshake_timeout);
  return link;
}

Link::Link(LinkContext& context, core::LinkRole role, std::string address, std::unique_ptr<WebStream> stream,
           Gate::Pass pass)
    : context_(context),
      id_(context.roster.next_id()),
      role_(role),
      address_(std::move(address)),
      stream_(std::move(stream)),
      pass_(std::move(pass)),
      deadline_(context.io),
      resume_(context.io, asio::steady_timer::time_point::max()) {}

Link::~Link() {
  context_.roster.remove(id_);
  if (guest_counted_) {
    --context_.guests;
    const auto of_place = context_.guests_of_place.find(place_of(address_));
    if (--of_place->second == 0) context_.guests_of_place.erase(of_place);
  }
}

void Link::set_deadline(std::chrono::milliseconds time, LinkEnd reason) {
  deadline_.expires_after(time);
  deadline_.async_wait([link = weak_from_this(), reason](const boost::system::error_code& error) {
    if (error) return;  // Cancelled: it was met.
    if (const auto alive = link.lock()) alive->drop(reason);
  });
}

protocol::Outcome<protocol::Done> Link::judge(const protocol::Charter& charter,
                                              const protocol::PublicKey& peer) {
  peer_ = peer;
  if (charter.node(peer) == nullptr) {
    const auto* doorway = context_.identity.doorway;
    guest_ = role_ == core::LinkRole::accepted && doorway != nullptr && doorway->open();
    if (guest_) return protocol::Done{};
    return protocol::Refusal::unknown_key;
  }
  if (!protocol::may_link(charter, peer)) return protocol::Refusal::not_permitted;
  return protocol::Done{};
}

std::optional<protocol::LinkTerms> Link::terms() {
  protocol::LinkTerms terms;
  terms.node_key = context_.identity.node_key;
  terms.static_key = context_.static_key;
  terms.versions.assign(std::begin(protocol::link_versions), std::end(protocol::link_versions));
  if (const auto charter = context_.identity.charter()) {
    terms.federation = charter->federation();
    terms.admits = [this, charter](const protocol::PublicKey& peer) { return judge(*charter, peer); };
    return terms;
  }
  const auto* doorway = context_.identity.doorway;
  const auto target = doorway == nullptr ? std::nullopt : doorway->target();
  if (!target || role_ != core::LinkRole::dialled) return std::nullopt;
  std::erase_if(terms.versions,
                [](std::uint16_t version) { return version < protocol::wire::guest_version_min; });
  terms.federation = target->federation;
  terms.admits = [this, inviter = target->inviter](
                     const protocol::PublicKey& peer) -> protocol::Outcome<protocol::Done> {
    peer_ = peer;
    if (peer != inviter) return protocol::Refusal::unknown_key;
    guest_ = true;
    return protocol::Done{};
  };
  return terms;
}

Task<Failure> Link::authenticate() {
  auto agreed = terms();
  if (!agreed) {
    drop(LinkEnd::no_federation);
    co_return LinkEnd::no_federation;
  }
  auto handshake = role_ == core::LinkRole::dialled
                       ? protocol::LinkHandshake::initiate(std::move(*agreed), context_.identity.entropy)
                       : protocol::LinkHandshake::respond(std::move(*agreed), context_.identity.entropy);
  Failure failure = co_await shake_hands(std::move(handshake));
  if (!failure) failure = guest_ ? take_guest_place() : take_seat();
  if (failure && !writing_) drop(*failure);
  co_return failure;
}

Task<Failure> Link::shake_hands(protocol::LinkHandshake handshake) {
  if (role_ == core::LinkRole::dialled) {
    const auto first = handshake.start();
    const auto failure = co_await stream_->write(first);
    if (failure) co_return failure;
  }
  bool named = false;  // The initiator has heard who we are.
  for (bool complete = false; !complete;) {
    const auto received = co_await stream_->read();
    // An initiator that does not want us leaves without a word (docs/protocol.md, "Handshake").
    if (named && received.failure == LinkEnd::peer_closed) co_return LinkEnd::declined;
    if (received.failure) co_return received.failure;
    const auto step = handshake.receive(received.data);
    named = role_ == core::LinkRole::accepted && !step.send.empty();
    if (!step.send.empty()) {
      const auto failure = co_await stream_->write(step.send);
      if (failure && !step.refused) co_return failure;
    }
    if (step.refused) {
      if (!decided_) decided_ = core::link_end(*step.refused);
      co_await stream_->close();
      co_return decided_;
    }
    complete = step.complete;
  }
  peer_ = handshake.peer();
  version_ = handshake.version();
  secure_.emplace(handshake.take_link());
  co_return std::nullopt;
}

Failure Link::take_seat() {
  if (decided_) return decided_;
  const auto refused = context_.roster.seat(shared_from_this(), std::chrono::steady_clock::now());
  if (refused) {
    close(*refused);
    return refused;
  }
  deadline_.cancel();
  pass_.authenticated();
  stream_->limit_messages(link_frame_bytes_max);
  core_knows_ = true;
  ++context_.counters.links_up;
  context_.core.post([port = context_.port, id = id_, peer = *peer_, role = role_, version = version_,
                      address = address_] { port->link_up(id, peer, role, version, address); });
  context_.tell({LinkEvent::Kind::up, role_, address_, peer_, LinkEnd::stopped});
  return std::nullopt;
}

/// An accepted guest keeps its place among the strangers at the gate, too.
Failure Link::take_guest_place() {
  if (decided_) return decided_;
  if (role_ == core::LinkRole::accepted) {
    Failure refused;
    if (version_ < protocol::wire::guest_version_min) refused = LinkEnd::unsupported_version;
    const auto of_place = context_.guests_of_place.find(place_of(address_));
    const bool crowds =
        of_place != context_.guests_of_place.end() && of_place->second >= guests_per_address_max;
    if (crowds || context_.guests >= context_.settings.caps.guests) refused = LinkEnd::too_many_guests;
    if (!context_.knocks.admit(address_, std::chrono::steady_clock::now())) refused = LinkEnd::limit_exceeded;
    if (refused) {
      close(*refused);
      return refused;
    }
    ++context_.guests;
    ++context_.guests_of_place[place_of(address_)];
    guest_counted_ = true;
  } else {
    secure_->set_message_bytes_max(protocol::link_message_bytes_max);
  }
  set_deadline(context_.settings.times.guest, LinkEnd::guest_timeout);
  stream_->limit_messages(link_frame_bytes_max);
  core_knows_ = true;
  context_.core.post([port = context_.port, id = id_, peer = *peer_, role = role_, address = address_] {
    port->guest_up(id, peer, role, address);
  });
  context_.tell({LinkEvent::Kind::up, role_, address_, peer_, LinkEnd::stopped, true});
  return std::nullopt;
}

Task<LinkEnd> Link::carry() {
  Failure failure;
  while (!failure) failure = co_await read_some();
  const LinkEnd why = end(*failure);
  context_.roster.unseat(*this);
  tell_core_down(why);
  if (!writing_) {
    drop(why);
  } else if (!decided_) {  // Else the deadline for closing runs already.
    decided_ = why;
    set_deadline(context_.settings.times.close, why);
  }
  context_.counters.count(why);
  context_.tell({LinkEvent::Kind::down, role_, address_, peer_, why, guest_});
  co_return why;
}

Task<Failure> Link::read_some() {
  co_await wait_for_core();
  const auto received = co_await stream_->read();
  if (received.failure) co_return received.failure;
  context_.counters.bytes_received += received.data.size();
  auto messages = secure_->decrypt(received.data);
  if (!messages) {
    const auto why = core::link_end(messages.error());
    close(why);
    co_return why;
  }
  if (!messages->empty()) {
    if (!guest_ && !std::exchange(first_message_came_, true)) {
      secure_->set_message_bytes_max(protocol::link_message_bytes_max);
    }
    hand_to_core(std::move(*messages));
  }
  if (const auto parted = secure_->parted(); parted && !decided_) {
    decided_ = core::link_end(*parted);
    // The peer closes the WebSocket next; reading on answers that.
    set_deadline(context_.settings.times.close, *decided_);
  }
  co_return std::nullopt;
}

Task<void> Link::wait_for_core() {
  const std::size_t limit = context_.settings.caps.incoming_bytes;
  if (inflow_->bytes <= limit) co_return;
  while (true) {
    inflow_->reader_waits = true;
    if (inflow_->bytes <= limit / 2 || decided_) co_return;
    const auto [error] = co_await resume_.async_wait(quietly);
    static_cast<void>(error);  // Always aborted: the timer never expires.
  }
}

void Link::hand_to_core(std::vector<protocol::Bytes> messages) {
  if (!core_knows_) return;  // Retired: the core has heard the last of this link.
  std::size_t bytes = 0;
  for (const auto& message : messages) bytes += message.size();
  inflow_->bytes += bytes;
  context_.counters.messages_received += messages.size();
  const bool taken = context_.core.post([port = context_.port, id = id_, messages = std::move(messages),
                                         bytes, inflow = inflow_, link = weak_from_this(), &io = context_.io,
                                         half = context_.settings.caps.incoming_bytes / 2]() mutable {
    for (auto& message : messages) port->message(id, std::move(message));
    if ((inflow->bytes -= bytes) > half || !inflow->reader_waits.exchange(false)) return;
    asio::post(io, [link] {
      if (const auto alive = link.lock()) alive->resume_.cancel();
    });
  });
  if (!taken) close(LinkEnd::stopped);
}

void Link::send(protocol::Bytes message) {
  if (decided_ || !secure_) return;
  if (outgoing_bytes_ + message.size() > context_.settings.caps.outgoing_bytes) {
    drop(LinkEnd::slow_peer);
    return;
  }
  outgoing_bytes_ += message.size();
  outgoing_.push_back(std::move(message));
  start_writing();
}

void Link::close(LinkEnd reason) {
  if (decided_) return;
  if (!secure_) {
    drop(reason);
    return;
  }
  decided_ = reason;
  set_deadline(context_.settings.times.close, reason);
  resume_.cancel();
  start_writing();
}

void Link::retire(LinkEnd reason) {
  close(reason);
  tell_core_down(end(reason));
}

void Link::drop(LinkEnd reason) {
  if (!decided_) decided_ = reason;
  deadline_.cancel();
  resume_.cancel();
  if (on_drop_) std::exchange(on_drop_, nullptr)();
  stream_->drop();
}

void Link::start_writing() {
  if (std::exchange(writing_, true)) return;
  context_.spawn(write_all());
}

Task<void> Link::write_all() {
  const auto self = shared_from_this();
  Failure failure;
  while (!failure && !outgoing_.empty()) {
    const auto message = std::move(outgoing_.front());
    outgoing_.pop_front();
    const auto frames = secure_->encrypt(message);
    for (const auto& frame : frames) {
      failure = co_await stream_->write(frame);
      if (failure) break;
      context_.counters.bytes_sent += frame.size();
    }
    outgoing_bytes_ -= message.size();
    ++context_.counters.messages_sent;
  }
  if (!failure && decided_) {
    const auto goodbye = secure_->part(core::farewell(*decided_));
    failure = co_await stream_->write(goodbye);
    if (!failure) co_await stream_->close();
    drop(*decided_);
  }
  writing_ = false;
  // A failed write is the end: the reader, which may wait for the core, must notice.
  if (failure) drop(*failure);
}

void Link::tell_core_down(LinkEnd reason) {
  if (!std::exchange(core_knows_, false)) return;
  context_.core.post([port = context_.port, id = id_, reason] { port->link_down(id, reason); });
}

}  // namespace hansa::links
