#include "links/peer_address.h"

#include <algorithm>
#include <charconv>

#include "links/limits.h"

namespace hansa::links {
namespace {

using protocol::Refusal;

constexpr std::uint16_t own_port(bool tls) { return tls ? 443 : 80; }

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_host_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_alphanumeric(c) || c == '-' || c == '.' || c == '_';
  });
}

bool is_ipv6(std::string_view text) {
  return text.find(':') != std::string_view::npos && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' ||
                  c == '.';
         });
}

bool is_path(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_alphanumeric(c) || std::string_view("/-._~!$&'()*+,;=:@%").find(c) != std::string_view::npos;
  });
}

bool parse_port(std::string_view text, std::uint16_t& port) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port != 0;
}

}  // namespace

std::string PeerAddress::host_and_port() const {
  std::string text = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port != own_port(tls)) text += ":" + std::to_string(port);
  return text;
}

std::string PeerAddress::text() const { return (tls ? "wss://" : "ws://") + host_and_port() + path; }

protocol::Outcome<PeerAddress> parse_peer_address(std::string_view text) {
  if (text.size() > peer_address_chars_max) return Refusal::too_large;
  PeerAddress address;
  if (text.starts_with("wss://")) {
    address.tls = true;
  } else if (!text.starts_with("ws://")) {
    return Refusal::malformed;
  }
  text.remove_prefix(address.tls ? 6 : 5);
  const auto slash = text.find('/');
  std::string_view authority = text.substr(0, slash);
  if (slash != std::string_view::npos) address.path = std::string(text.substr(slash));
  if (!is_path(address.path)) return Refusal::malformed;

  std::string_view host;
  if (authority.starts_with('[')) {
    const auto bracket = authority.find(']');
    if (bracket == std::string_view::npos) return Refusal::malformed;
    host = authority.substr(1, bracket - 1);
    authority.remove_prefix(bracket + 1);
    if (!is_ipv6(host)) return Refusal::malformed;
  } else {
    host = authority.substr(0, authority.find(':'));
    authority.remove_prefix(host.size());
    if (!is_host_name(host)) return Refusal::malformed;
  }
  address.host = std::string(host);
  address.port = own_port(address.tls);
  if (!authority.empty()) {
    if (!authority.starts_with(':') || !parse_port(authority.substr(1), address.port))
      return Refusal::malformed;
  }
  // Written out, with the path that was left out, it must be one again.
  if (address.text().size() > peer_address_chars_max) return Refusal::too_large;
  return address;
}

}  // namespace hansa::links
