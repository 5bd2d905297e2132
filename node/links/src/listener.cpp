#include "listener.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "link.h"

namespace hansa::links {
namespace {

using boost::system::error_code;
using core::LinkEnd;
using tcp = asio::ip::tcp;
constexpr auto quietly = asio::as_tuple(asio::use_awaitable);

/// Wait after the system could not give us a connection, e.g. for want of descriptors.
constexpr std::chrono::milliseconds accept_pause{100};

void require(const error_code& error, const std::string& deed) {
  if (error) throw LinksBroken(deed + ": " + error.message());
}

asio::ssl::context server_tls(const ListenSettings& settings) {
  asio::ssl::context tls(asio::ssl::context::tls_server);
  tls.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
  error_code error;
  tls.use_certificate_chain_file(settings.certificate_file, error);
  require(error, "cannot use the certificate " + settings.certificate_file);
  tls.use_private_key_file(settings.private_key_file, asio::ssl::context::pem, error);
  require(error, "cannot use the private key " + settings.private_key_file);
  return tls;
}

}  // namespace

Listener::Listener(LinkContext& context, const ListenSettings& settings)
    : context_(context),
      settings_(settings),
      trust_(settings.trusted_proxies),
      acceptor_(context.io),
      pause_(context.io) {
  if (settings.certificate_file.empty() != settings.private_key_file.empty()) {
    throw LinksBroken("a certificate needs its private key, and the other way round");
  }
  if (!settings.certificate_file.empty()) tls_.emplace(server_tls(settings));
  const std::string deed = "cannot listen on " + settings.host + " port " + std::to_string(settings.port);
  error_code error;
  const auto address = asio::ip::make_address(settings.host, error);
  require(error, deed);
  const tcp::endpoint endpoint(address, settings.port);
  acceptor_.open(endpoint.protocol(), error);
  require(error, deed);
  acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  require(error, deed);
  acceptor_.bind(endpoint, error);
  require(error, deed);
  acceptor_.listen(tcp::acceptor::max_listen_connections, error);
  require(error, deed);
  port_ = acceptor_.local_endpoint().port();
}

void Listener::start() { context_.spawn(accept_all()); }

void Listener::stop() {
  error_code ignored;  // It is closed either way.
  acceptor_.close(ignored);
  pause_.cancel();
}

Task<void> Listener::accept_all() {
  while (acceptor_.is_open()) {
    tcp::socket socket(context_.io);
    const auto [error] = co_await acceptor_.async_accept(socket, quietly);
    if (!acceptor_.is_open()) break;
    if (error) {
      context_.counters.count(LinkEnd::accept_failed);
      pause_.expires_after(accept_pause);
      const auto [cancelled] = co_await pause_.async_wait(quietly);
      static_cast<void>(cancelled);  // Then the acceptor is closed, and the loop ends.
      continue;
    }
    take(std::move(socket));
  }
}

void Listener::take(tcp::socket socket) {
  error_code error;
  const auto connected = socket.remote_endpoint(error).address();
  if (error) {  // Gone again already.
    context_.counters.count(LinkEnd::cut);
    return;
  }
  socket.set_option(tcp::no_delay(true), error);
  const bool proxied = trust_.trusts(connected);
  auto pass = context_.gate.enter(proxied ? std::string() : connected.to_string());
  if (!pass) {  // Closed without a word: an answer would cost more than the question.
    context_.counters.count(pass.error());
    if (!context_.complaints.admit(connected.to_string(), std::chrono::steady_clock::now())) return;
    context_.tell({LinkEvent::Kind::refused, core::LinkRole::accepted, connected.to_string(), std::nullopt,
                   pass.error()});
    return;
  }
  auto stream = tls_ ? tls_stream(std::move(socket), *tls_, context_.settings.times.idle)
                     : plain_stream(std::move(socket), context_.settings.times.idle);
  auto link = Link::make(context_, core::LinkRole::accepted, connected.to_string(), std::move(stream),
                         std::move(*pass));
  context_.spawn(serve(std::move(link), connected));
}

Task<void> Listener::serve(std::shared_ptr<Link> link, asio::ip::address connected) {
  const auto request = co_await link->stream().read_request();
  Failure failure = request.failure;
  if (!failure) {
    const auto objection = object(request, *link, connected);
    if (objection) {
      co_await link->stream().refuse(objection->status, objection->reason);
      failure = objection->reason;
    }
  } else if (*failure == LinkEnd::bad_upgrade) {
    co_await link->stream().refuse(400, *failure);
  }
  if (!failure) failure = co_await link->stream().accept();
  if (!failure) failure = co_await link->authenticate();
  if (failure) {
    const auto reason = link->end(*failure);
    if (!link->is_authenticated()) link->drop(reason);
    refused(*link, reason);
    co_return;
  }
  co_await link->carry();
}

std::optional<Listener::Objection> Listener::object(const UpgradeRequest& request, Link& link,
                                                    const asio::ip::address& connected) const {
  if (request.path != settings_.path) return Objection{LinkEnd::wrong_path, 404};
  if (request.has_origin) return Objection{LinkEnd::origin_present, 403};
  if (!request.offers_subprotocol) return Objection{LinkEnd::no_subprotocol, 400};
  if (trust_.trusts(connected)) {
    const auto client = trust_.client(connected, request.forwarded_for);
    if (client != connected) {  // Without the header all clients of this proxy would share one count.
      link.set_address(client.to_string());
      if (link.pass().attribute(link.address())) return Objection{LinkEnd::too_many_from_address, 429};
    }
  }
  return std::nullopt;
}

void Listener::refused(const Link& link, LinkEnd reason) const {
  context_.counters.count(reason);
  const auto& peer = link.proven_peer();
  if (reason == LinkEnd::unknown_key && peer) {
    if (!context_.knocks.admit(link.address(), std::chrono::steady_clock::now())) return;
    context_.core.post(
        [port = context_.port, peer = *peer, address = link.address()] { port->knock(peer, address); });
  } else if (!context_.complaints.admit(link.address(), std::chrono::steady_clock::now())) {
    return;
  }
  context_.tell({LinkEvent::Kind::refused, core::LinkRole::accepted, link.address(), peer, reason});
}

}  // namespace hansa::links
