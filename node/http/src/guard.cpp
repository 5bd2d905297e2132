#include "http/guard.h"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <cassert>
#include <optional>

#include "secrets.h"
#include "text.h"

namespace hansa::http {
namespace {

constexpr std::size_t secret_chars_max = 200;
constexpr std::string_view cookie_name = "hansa_session";

struct Place {
  std::string name;  ///< lowercase, without the brackets of an IPv6 address
  std::string port;  ///< empty: the scheme's own
};

/// "name", "name:port", "[v6]:port". None if it is no such thing.
std::optional<Place> parse_place(std::string_view text) {
  Place place;
  std::string_view rest;
  if (!text.empty() && text.front() == '[') {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    place.name = lowercase(text.substr(1, end - 1));
    rest = text.substr(end + 1);
  } else {
    const auto end = std::min(text.find(':'), text.size());
    place.name = lowercase(text.substr(0, end));
    rest = text.substr(end);
  }
  if (place.name.empty()) return std::nullopt;
  if (rest.empty()) return place;
  if (rest.front() != ':') return std::nullopt;
  rest.remove_prefix(1);
  if (rest.empty() || rest.size() > 5 || rest.find_first_not_of("0123456789") != std::string_view::npos)
    return std::nullopt;
  place.port = rest;
  return place;
}

bool is_loopback(const std::string& name) {
  if (name == "localhost") return true;
  boost::system::error_code bad;
  const auto address = boost::asio::ip::make_address(name, bad);
  return !bad && address.is_loopback();
}

bool is_host(const Place& place, const std::string& allowed) {
  const auto wanted = parse_place(allowed);
  return wanted && wanted->name == place.name && (wanted->port.empty() || wanted->port == place.port);
}

/// Whether `origin` ("https://name:port") is where the request itself went.
bool is_same(std::string_view origin, const Place& place) {
  const auto scheme_end = origin.find("://");
  if (scheme_end == std::string_view::npos) return false;
  const auto scheme = lowercase(origin.substr(0, scheme_end));
  if (scheme != "http" && scheme != "https") return false;
  const auto from = parse_place(origin.substr(scheme_end + 3));
  const std::string own_port = scheme == "https" ? "443" : "80";
  return from && from->name == place.name &&
         (from->port.empty() ? own_port : from->port) == (place.port.empty() ? own_port : place.port);
}

std::string cookie_name_of(const Request& request) {
  const auto place = parse_place(header(request.headers, "Host"));
  std::string name(cookie_name);
  return place && !place->port.empty() ? name + "_" + place->port : name;
}

std::string cookie_line(const Request& request, std::string_view value, bool secure) {
  std::string line = cookie_name_of(request) + "=";
  line.append(value).append("; Path=/; HttpOnly; SameSite=Strict");
  return secure ? line + "; Secure" : line;
}

}  // namespace

std::string_view name(Denied denied) {
  switch (denied) {
    case Denied::host_not_allowed:
      return "host_not_allowed";
    case Denied::origin_not_allowed:
      return "origin_not_allowed";
    case Denied::not_signed_in:
      return "not_signed_in";
    case Denied::bad_token:
      return "bad_token";
    case Denied::token_in_address:
      return "token_in_address";
    case Denied::csrf_missing:
      return "csrf_missing";
  }
  assert(!"every reason has a name");
  return {};
}

int status_of(Denied denied) {
  switch (denied) {
    case Denied::host_not_allowed:
      return 421;
    case Denied::origin_not_allowed:
      return 403;
    case Denied::not_signed_in:
    case Denied::bad_token:
    case Denied::token_in_address:
      return 401;
    case Denied::csrf_missing:
      return 403;
  }
  assert(!"every reason has a status");
  return 500;
}

bool is_change(std::string_view method) { return method != "GET" && method != "HEAD" && method != "OPTIONS"; }

Admitted check_place(const Request& request, const std::vector<std::string>& hosts) {
  const auto place = parse_place(header(request.headers, "Host"));
  if (!place) return Denied::host_not_allowed;
  if (!is_loopback(place->name) && std::none_of(hosts.begin(), hosts.end(), [&](const std::string& host) {
        return is_host(*place, host);
      }))
    return Denied::host_not_allowed;
  if (!is_change(request.method)) return protocol::Done{};
  const auto origin = header(request.headers, "Origin");
  if (!origin.empty() && !is_same(origin, *place)) return Denied::origin_not_allowed;
  const auto site = header(request.headers, "Sec-Fetch-Site");
  if (!site.empty() && site != "same-origin" && site != "none") return Denied::origin_not_allowed;
  return protocol::Done{};
}

protocol::Outcome<Principal, Denied> principal_of(const Request& request, std::string_view operator_token,
                                                  const Accounts& accounts, Sessions& sessions,
                                                  std::uint64_t now_ms) {
  const auto authorization = header(request.headers, "Authorization");
  if (!authorization.empty()) {
    constexpr std::string_view scheme = "bearer ";
    if (authorization.size() > secret_chars_max + scheme.size() ||
        !equal_in_any_case(authorization.substr(0, scheme.size()), scheme))
      return Denied::bad_token;
    const auto secret = trimmed(authorization.substr(scheme.size()));
    if (!operator_token.empty() && equal_in_constant_time(secret, operator_token))
      return Principal{"operator", Role::admin, false, {}, {}};
    const auto token = accounts.token_of(secret);
    if (!token) return Denied::bad_token;
    return Principal{token->label, token->role, false, {}, {}};
  }
  const auto cookie = session_cookie(request);
  if (cookie.empty()) return Denied::not_signed_in;
  const auto session = sessions.find(cookie, now_ms);
  if (!session) return Denied::not_signed_in;
  if (is_change(request.method) &&
      !equal_in_constant_time(header(request.headers, "X-CSRF-Token"), session->csrf))
    return Denied::csrf_missing;
  return Principal{session->user.name, session->user.role, true, session->csrf, session->user.language};
}

std::string session_cookie(const Request& request) {
  const auto wanted = cookie_name_of(request);
  for (const auto& [key, value] : request.headers) {
    if (!equal_in_any_case(key, "Cookie")) continue;
    for (const auto part : split(value, ';')) {
      const auto equals = part.find('=');
      if (equals == std::string_view::npos || part.substr(0, equals) != wanted) continue;
      const auto cookie = part.substr(equals + 1);
      return cookie.size() <= secret_chars_max ? std::string(cookie) : std::string();
    }
  }
  return {};
}

std::string set_session_cookie(const Request& request, std::string_view value, bool secure) {
  return cookie_line(request, value, secure);
}

std::string clear_session_cookie(const Request& request, bool secure) {
  return cookie_line(request, "", secure) + "; Max-Age=0";
}

}  // namespace hansa::http
