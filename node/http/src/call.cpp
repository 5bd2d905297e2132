#include "call.h"

#include <boost/json/serialize.hpp>

#include "protocol/unicode.h"

namespace hansa::http {
namespace {

int hex_digit(char letter) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
  if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
  return -1;
}

}  // namespace

std::string Call::query_value(const std::string& name) const {
  const auto found = query.find(name);
  return found == query.end() ? std::string() : found->second;
}

std::vector<std::string> Call::query_values(const std::string& name) const {
  std::vector<std::string> values;
  const auto [begin, end] = query.equal_range(name);
  for (auto item = begin; item != end; ++item)
    if (!item->second.empty()) values.push_back(item->second);
  return values;
}

Response json_response(int status, const boost::json::value& body) {
  return {status, {{"Content-Type", "application/json"}}, boost::json::serialize(body)};
}

Response problem_response(const json::Problem& problem) {
  return {problem.status,
          {{"Content-Type", "application/problem+json"}},
          boost::json::serialize(json::to_json(problem))};
}

Response problem_response(int status, std::string code, std::string title, std::string detail) {
  return problem_response(json::Problem{std::move(code), status, std::move(title), std::move(detail), {}});
}

Response empty_response(int status) { return {status, {}, ""}; }

std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space) {
  std::string out;
  for (std::size_t index = 0; index < text.size(); ++index) {
    if (text[index] == '+' && plus_is_space) {
      out += ' ';
    } else if (text[index] == '%') {
      if (index + 2 >= text.size()) return std::nullopt;
      const int high = hex_digit(text[index + 1]);
      const int low = hex_digit(text[index + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      index += 2;
    } else {
      out += text[index];
    }
  }
  if (!protocol::is_utf8(out) || out.find('\0') != std::string::npos) return std::nullopt;
  return out;
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const unsigned char letter : text) {
    const bool plain = (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
                       (letter >= 'A' && letter <= 'Z') || letter == '-' || letter == '.' || letter == '_' ||
                       letter == '~';
    if (plain) {
      out += static_cast<char>(letter);
    } else {
      out += '%';
      out += digits[letter >> 4];
      out += digits[letter & 15];
    }
  }
  return out;
}

}  // namespace hansa::http
