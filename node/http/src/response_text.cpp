#include "response_text.h"

#include <array>
#include <boost/beast/http/status.hpp>
#include <cassert>
#include <ostream>  // Beast uses it in its status header
#include <string_view>
#include <utility>

namespace hansa::http {
namespace {

/// What a browser may do with anything from here; https://owasp.org/www-project-secure-headers/.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> security_headers = {{
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"X-Frame-Options", "DENY"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
    {"Cache-Control", "no-store"},
}};

void add(std::string& text, std::string_view name, std::string_view value) {
  assert(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos);
  text.append(name).append(": ").append(value).append("\r\n");
}

bool never_has_body(int status) { return status == 204 || status == 304 || status < 200; }

}  // namespace

std::string date_text(std::time_t now) {
  static constexpr std::array days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm utc{};
  gmtime_r(&now, &utc);
  const auto two = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return std::string(days[static_cast<std::size_t>(utc.tm_wday)]) + ", " + two(utc.tm_mday) + " " +
         months[static_cast<std::size_t>(utc.tm_mon)] + " " + std::to_string(1900 + utc.tm_year) + " " +
         two(utc.tm_hour) + ":" + two(utc.tm_min) + ":" + two(utc.tm_sec) + " GMT";
}

std::string response_text(const Response& response, Framing framing, std::time_t now) {
  const auto reason =
      boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(response.status));
  std::string text = "HTTP/1.1 " + std::to_string(response.status) + " ";
  text.append(reason.data(), reason.size()).append("\r\n");
  add(text, "Date", date_text(now));
  for (const auto& [name, value] : response.headers) add(text, name, value);
  for (const auto& [name, value] : security_headers)
    if (header(response.headers, name).empty()) add(text, name, value);
  const bool bodyless = never_has_body(response.status);
  if (!bodyless && !framing.endless) add(text, "Content-Length", std::to_string(response.body.size()));
  if (!framing.keep_alive) add(text, "Connection", "close");
  text.append("\r\n");
  if (!bodyless && !framing.without_body) text.append(response.body);
  return text;
}

}  // namespace hansa::http
