#include "proxy_trust.h"

#include <algorithm>
#include <charconv>

#include "links/links.h"
#include "links/peer_address.h"

namespace hansa::links {
namespace {

namespace ip = boost::asio::ip;

ip::address_v6 mapped(const ip::address& address) {
  return address.is_v4() ? ip::make_address_v6(ip::v4_mapped, address.to_v4()) : address.to_v6();
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool shares_prefix(const ip::address_v6& a, const ip::address_v6& b, unsigned bits) {
  const auto left = a.to_bytes();
  const auto right = b.to_bytes();
  for (unsigned i = 0; i < bits; ++i) {
    const unsigned mask = 0x80u >> (i % 8);
    if (((left[i / 8] ^ right[i / 8]) & mask) != 0) return false;
  }
  return true;
}

}  // namespace

std::optional<ProxyTrust::Network> ProxyTrust::network(std::string_view text) {
  const auto slash = text.find('/');
  boost::system::error_code error;
  const auto address = ip::make_address(std::string(text.substr(0, slash)), error);
  if (error) return std::nullopt;
  const unsigned width = address.is_v4() ? 32 : 128;
  unsigned bits = width;
  if (slash != std::string_view::npos) {
    const auto [end, failed] = std::from_chars(text.data() + slash + 1, text.data() + text.size(), bits);
    if (failed != std::errc() || end != text.data() + text.size() || bits > width) return std::nullopt;
  }
  return Network{mapped(address), bits + 128 - width};
}

bool is_network(std::string_view text) { return ProxyTrust::network(text).has_value(); }

ProxyTrust::ProxyTrust(const std::vector<std::string>& proxies) {
  for (const auto& text : proxies) {
    const auto parsed = network(text);
    if (!parsed) throw LinksBroken("trusted proxy \"" + text + "\" is neither an IP address nor a network");
    networks_.push_back(*parsed);
  }
}

bool ProxyTrust::trusts(const ip::address& address) const {
  const auto candidate = mapped(address);
  return std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
    return shares_prefix(network.prefix, candidate, network.bits);
  });
}

ip::address ProxyTrust::client(const ip::address& connected, std::string_view forwarded_for) const {
  if (!trusts(connected)) return connected;
  while (!forwarded_for.empty()) {
    const auto comma = forwarded_for.rfind(',');
    const auto start = comma == std::string_view::npos ? 0 : comma + 1;
    boost::system::error_code error;
    const auto address = ip::make_address(std::string(trimmed(forwarded_for.substr(start))), error);
    if (error) return connected;
    if (!trusts(address)) return address;
    forwarded_for = comma == std::string_view::npos ? std::string_view() : forwarded_for.substr(0, comma);
  }
  return connected;
}

}  // namespace hansa::links
