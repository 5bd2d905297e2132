#pragma once
// Lets peers in: one listening socket, one coroutine per connection. io thread only.

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>

#include "link_context.h"
#include "proxy_trust.h"

namespace hansa::links {

class Link;

class Listener {
 public:
  /// Listens at once. Throws LinksBroken.
  Listener(LinkContext& context, const ListenSettings& settings);

  std::uint16_t port() const { return port_; }
  void start();
  /// Takes no more connections; those that are there are the roster's.
  void stop();

 private:
  Task<void> accept_all();
  void take(asio::ip::tcp::socket socket);
  Task<void> serve(std::shared_ptr<Link> link, asio::ip::address connected);
  /// The first reason not to accept, with the HTTP status that says so.
  struct Objection {
    core::LinkEnd reason;
    unsigned status;
  };
  std::optional<Objection> object(const UpgradeRequest& request, Link& link,
                                  const asio::ip::address& connected) const;
  void refused(const Link& link, core::LinkEnd reason) const;

  LinkContext& context_;
  const ListenSettings settings_;
  const ProxyTrust trust_;
  std::optional<asio::ssl::context> tls_;
  asio::ip::tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  std::uint16_t port_ = 0;
};

}  // namespace hansa::links
