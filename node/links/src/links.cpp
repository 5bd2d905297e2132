#include "links/links.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <cassert>
#include <future>
#include <mutex>
#include <random>
#include <utility>

#include "dialler.h"
#include "link.h"
#include "link_context.h"
#include "listener.h"

namespace hansa::links {
namespace {

LinkSettings filled(LinkSettings settings) {
  if (!settings.chance) {
    settings.chance = [generator = std::mt19937(std::random_device()())]() mutable {
      return std::uniform_real_distribution<double>(0.0, 1.0)(generator);
    };
  }
  if (!settings.wall_clock) {
    settings.wall_clock = [] {
      const auto now = std::chrono::system_clock::now().time_since_epoch();
      return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
    };
  }
  return settings;
}

asio::ssl::context client_tls(const std::string& extra_ca_file) {
  asio::ssl::context tls(asio::ssl::context::tls_client);
  tls.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
  boost::system::error_code error;
  tls.set_default_verify_paths(error);
  if (error) throw LinksBroken("cannot use the system's certificates: " + error.message());
  if (!extra_ca_file.empty()) {
    tls.load_verify_file(extra_ca_file, error);
    if (error) throw LinksBroken("cannot use the certificates in " + extra_ca_file + ": " + error.message());
  }
  return tls;
}

}  // namespace

std::string_view name(PeerState state) {
  switch (state) {
    case PeerState::connecting:
      return "connecting";
    case PeerState::handshaking:
      return "handshaking";
    case PeerState::up:
      return "up";
    case PeerState::waiting_retry:
      return "waiting_retry";
    case PeerState::refused:
      return "refused";
    case PeerState::stopped:
      return "stopped";
  }
  assert(!"not a PeerState");
  return "stopped";
}

struct Links::State {
  State(asio::io_context& io, CoreThread& core, LinkIdentity identity, LinkSettings settings)
      : context(io, core, std::move(identity), filled(std::move(settings))) {}

  /// What the core wants sent or closed, in its order.
  struct Order {
    core::LinkId link;
    protocol::Bytes message;             // to send, unless there is
    std::optional<core::LinkEnd> close;  // a reason to close
  };

  void take_order(Order order) {
    {
      const std::lock_guard lock(orders_mutex);
      orders.push_back(std::move(order));
      if (orders.size() > 1) return;  // The io thread was called already.
    }
    asio::post(context.io, [this] { carry_out_orders(); });
  }

  void carry_out_orders() {
    std::vector<Order> taken;
    {
      const std::lock_guard lock(orders_mutex);
      taken.swap(orders);
    }
    for (auto& order : taken) {
      const auto link = context.roster.find(order.link);
      if (!link) continue;
      if (order.close) {
        link->close(*order.close);
      } else {
        link->send(std::move(order.message));
      }
    }
  }

  void dial(const std::vector<PeerAddress>& addresses) {
    std::erase_if(diallers, [](const auto& dialler) { return dialler->is_over(); });
    const auto wanted = [&addresses](const PeerAddress& address) {
      return std::find(addresses.begin(), addresses.end(), address) != addresses.end();
    };
    for (const auto& dialler : diallers)
      if (!dialler->is_stopping() && !wanted(dialler->address())) dialler->stop();
    context.roster.wake();  // One that waits for its link to end need not wait any more.
    for (const auto& address : addresses) {
      const bool dialled = std::any_of(diallers.begin(), diallers.end(), [&address](const auto& dialler) {
        return !dialler->is_stopping() && dialler->address() == address;
      });
      if (dialled) continue;
      diallers.push_back(std::make_unique<Dialler>(context, *tls, board, address));
      diallers.back()->start();
    }
  }

  void begin_stop(std::function<void()> stopped) {
    if (context.stopping && context.running > 0 && context.when_idle) {  // A second caller waits as well.
      stopped = [first = std::move(context.when_idle), second = std::move(stopped)] {
        first();
        second();
      };
    }
    if (!context.stopping) {
      context.stopping = true;
      if (listener) listener->stop();
      for (const auto& dialler : diallers) dialler->stop();
      context.roster.close_all(core::LinkEnd::stopped);
    }
    if (context.running == 0) {
      stopped();
    } else {
      context.when_idle = std::move(stopped);
    }
  }

  LinkContext context;
  StatusBoard board;
  std::optional<asio::ssl::context> tls;
  std::unique_ptr<Listener> listener;
  std::vector<std::unique_ptr<Dialler>> diallers;  // io thread; those that end go at the next change
  std::mutex orders_mutex;
  std::vector<Order> orders;
};

Links::Links(asio::io_context& io, CoreThread& core, LinkIdentity identity, LinkSettings settings)
    : state_(std::make_unique<State>(io, core, std::move(identity), std::move(settings))) {}

Links::~Links() = default;

void Links::start(core::LinkPort& port) {
  auto& state = *state_;
  assert(state.context.port == nullptr);
  state.context.port = &port;
  if (state.context.settings.peers.size() > peer_addresses_max) {
    throw LinksBroken("more peer addresses than " + std::to_string(peer_addresses_max));
  }
  state.tls.emplace(client_tls(state.context.settings.extra_ca_file));
  if (const auto& listen = state.context.settings.listen) {
    state.listener = std::make_unique<Listener>(state.context, *listen);
  }
  asio::post(state.context.io, [&state] {
    if (state.listener) state.listener->start();
  });
  set_peers(state.context.settings.peers);
}

std::uint16_t Links::port() const { return state_->listener ? state_->listener->port() : 0; }

void Links::set_peers(const std::vector<PeerAddress>& addresses) {
  std::vector<PeerAddress> first(
      addresses.begin(),
      addresses.begin() + static_cast<std::ptrdiff_t>(std::min(addresses.size(), peer_addresses_max)));
  asio::post(state_->context.io, [state = state_.get(), first = std::move(first)] {
    if (!state->context.stopping) state->dial(first);
  });
}

void Links::retry_now() {
  asio::post(state_->context.io, [state = state_.get()] {
    for (const auto& dialler : state->diallers) dialler->retry_now();
  });
}

void Links::charter_changed() {
  asio::post(state_->context.io, [state = state_.get()] {
    const auto charter = state->context.identity.charter();
    for (const auto& link : state->context.roster.seated_links())
      if (!charter || !protocol::may_link(*charter, link->peer())) link->close(core::LinkEnd::not_permitted);
    if (!state->context.stopping)
      for (const auto& dialler : state->diallers) dialler->retry_now();
  });
}

void Links::stop() {
  std::promise<void> done;
  stop_then([&done] { done.set_value(); });
  done.get_future().wait();
}

void Links::stop_then(std::function<void()> stopped) {
  asio::post(state_->context.io, [state = state_.get(), stopped = std::move(stopped)]() mutable {
    state->begin_stop(std::move(stopped));
  });
}

std::vector<PeerStatus> Links::status() const { return state_->board.read(); }

const LinkCounters& Links::counters() const { return state_->context.counters; }

void Links::send(core::LinkId link, protocol::Bytes message) {
  state_->take_order({link, std::move(message), std::nullopt});
}

void Links::close(core::LinkId link, core::LinkEnd reason) { state_->take_order({link, {}, reason}); }

}  // namespace hansa::links
