#include "dialler.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "link.h"

namespace hansa::links {
namespace {

using boost::system::error_code;
using core::LinkEnd;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using tcp = asio::ip::tcp;
constexpr auto quietly = asio::as_tuple(asio::use_awaitable);

/// The peer (or what stands in its place) answered and did not want us, or we not it: trying again helps only
/// after somebody has changed something.
bool is_refusal(LinkEnd reason) {
  switch (reason) {
    case LinkEnd::stopped:
    case LinkEnd::peer_closed:
    case LinkEnd::cut:
    case LinkEnd::duplicate:
    case LinkEnd::handshake_timeout:
    case LinkEnd::idle_timeout:
    case LinkEnd::slow_peer:
    case LinkEnd::resolve_failed:
    case LinkEnd::connect_failed:
    case LinkEnd::no_federation:
    case LinkEnd::bad_seal:
    case LinkEnd::bad_frame:
    case LinkEnd::own_epoch_changed:
    case LinkEnd::too_many_guests:
    case LinkEnd::guest_timeout:
    case LinkEnd::guest_answered:
      return false;
    default:
      return true;
  }
}

/// What a name look-up found. Shared with the look-up, because that cannot be interrupted and may outlive
/// the attempt.
struct LookUp {
  LookUp(asio::io_context& io, steady_clock::time_point deadline) : resolver(io), done(io, deadline) {}
  tcp::resolver resolver;
  asio::steady_timer done;  // cancelled when the answer is there
  std::vector<tcp::endpoint> found;
};

}  // namespace

std::size_t StatusBoard::add(PeerStatus status) {
  const std::lock_guard lock(mutex_);
  statuses_.emplace(places_, std::move(status));
  return places_++;
}

void StatusBoard::set(std::size_t place, PeerStatus status) {
  const std::lock_guard lock(mutex_);
  if (const auto at = statuses_.find(place); at != statuses_.end()) at->second = std::move(status);
}

std::vector<PeerStatus> StatusBoard::read() const {
  const std::lock_guard lock(mutex_);
  std::vector<PeerStatus> statuses;
  for (const auto& [place, status] : statuses_) statuses.push_back(status);
  return statuses;
}

void StatusBoard::remove(std::size_t place) {
  const std::lock_guard lock(mutex_);
  statuses_.erase(place);
}

Dialler::Dialler(LinkContext& context, asio::ssl::context& tls, StatusBoard& board, PeerAddress address)
    : context_(context), tls_(tls), board_(board), address_(std::move(address)), timer_(context.io) {
  status_.address = address_.text();
  status_.since_ms = context_.settings.wall_clock();
  place_ = board_.add(status_);
}

void Dialler::stop() {
  stopping_ = true;
  timer_.cancel();
  if (!context_.stopping) board_.remove(place_);
}

Task<void> Dialler::run() {
  const auto& times = context_.settings.times;
  auto next = times.retry_first;
  while (!stopping_) {
    if (status_.node && context_.roster.seated(*status_.node)) {
      show(PeerState::up);
      co_await context_.roster.change();
      continue;
    }
    was_stable_ = false;
    again_ = false;
    const LinkEnd reason = co_await attempt();
    if (stopping_) break;
    if (reason == LinkEnd::duplicate && status_.node && context_.roster.seated(*status_.node)) continue;
    // Without a charter nothing was tried: no reason to be slower once there is one.
    if (was_stable_ || again_ || reason == LinkEnd::no_federation || reason == LinkEnd::own_epoch_changed)
      next = times.retry_first;
    const auto base = reason == LinkEnd::guest_answered ? std::min(next, times.ask_again) : next;
    const auto wait = again_ ? milliseconds(0) : jittered(base);
    next = std::min(next * 2, times.retry_last);
    show_failure(reason, wait);
    co_await pause(wait);
  }
  status_.retry_at_ms.reset();
  show(PeerState::stopped);
  over_ = true;
}

Task<LinkEnd> Dialler::attempt() {
  if (!context_.may_dial(address_)) co_return LinkEnd::no_federation;
  show(PeerState::connecting);
  tcp::socket socket(context_.io);
  auto stream = address_.tls ? tls_stream(std::move(socket), tls_, context_.settings.times.idle)
                             : plain_stream(std::move(socket), context_.settings.times.idle);
  const auto link =
      Link::make(context_, core::LinkRole::dialled, address_.text(), std::move(stream), Gate::Pass());
  Failure failure = co_await connect(link);
  if (!failure) {
    show(PeerState::handshaking);
    failure = co_await link->stream().upgrade(address_);
  }
  if (!failure) failure = co_await link->authenticate();
  if (link->is_authenticated()) status_.node = link->peer();
  if (failure) {
    const auto reason = link->end(*failure);
    if (!link->is_authenticated()) link->drop(reason);
    context_.counters.count(reason);
    context_.tell({LinkEvent::Kind::dial_failed, core::LinkRole::dialled, address_.text(),
                   link->is_authenticated() ? status_.node : std::nullopt, reason});
    co_return reason;
  }
  show(PeerState::up);
  const auto since = steady_clock::now();
  const LinkEnd reason = co_await link->carry();
  was_stable_ = steady_clock::now() - since >= context_.settings.times.stable;
  co_return reason;
}

Task<Failure> Dialler::connect(std::shared_ptr<Link> link) {
  std::vector<tcp::endpoint> found;
  const auto unresolved = co_await resolve(link, found);
  if (unresolved) co_return unresolved;
  auto& socket = link->stream().socket();
  const auto [error, endpoint] = co_await asio::async_connect(socket, found, quietly);
  static_cast<void>(endpoint);
  if (error || !socket.is_open()) co_return LinkEnd::connect_failed;
  error_code ignored;  // Slower without, not wrong.
  socket.set_option(tcp::no_delay(true), ignored);
  co_return std::nullopt;
}

Task<Failure> Dialler::resolve(std::shared_ptr<Link> link, std::vector<tcp::endpoint>& found) {
  error_code no_address;
  const auto address = asio::ip::make_address(address_.host, no_address);
  if (!no_address) {
    found.emplace_back(address, address_.port);
    co_return std::nullopt;
  }
  const auto look_up =
      std::make_shared<LookUp>(context_.io, steady_clock::now() + context_.settings.times.handshake);
  look_up->resolver.async_resolve(
      address_.host, std::to_string(address_.port),
      [look_up](const error_code& error, const tcp::resolver::results_type& results) {
        if (!error) {
          for (const auto& result : results) look_up->found.push_back(result.endpoint());
        }
        look_up->done.cancel();
      });
  link->on_drop([waiting = std::weak_ptr(look_up)] {
    if (const auto alive = waiting.lock()) alive->done.cancel();
  });
  const auto [error] = co_await look_up->done.async_wait(quietly);
  static_cast<void>(error);  // Answer, drop or deadline: what was found tells.
  link->on_drop(nullptr);
  found = look_up->found;
  if (found.empty()) co_return LinkEnd::resolve_failed;
  co_return std::nullopt;
}

Task<void> Dialler::pause(milliseconds time) {
  timer_.expires_after(time);
  const auto [error] = co_await timer_.async_wait(quietly);
  static_cast<void>(error);  // Cancelled: the caller looks at stopping_.
}

milliseconds Dialler::jittered(milliseconds base) const {
  const double share = 0.5 + 0.5 * context_.settings.chance();
  return milliseconds(static_cast<milliseconds::rep>(static_cast<double>(base.count()) * share));
}

void Dialler::show(PeerState state) {
  if (status_.state != state) status_.since_ms = context_.settings.wall_clock();
  status_.state = state;
  if (state == PeerState::up) status_.retry_at_ms.reset();
  board_.set(place_, status_);
}

void Dialler::show_failure(LinkEnd reason, milliseconds pause) {
  const auto now = context_.settings.wall_clock();
  status_.last_error = PeerStatus::Error{reason, now};
  status_.retry_at_ms = now + static_cast<std::uint64_t>(pause.count());
  show(is_refusal(reason) ? PeerState::refused : PeerState::waiting_retry);
}

}  // namespace hansa::links
