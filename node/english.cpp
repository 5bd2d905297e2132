#include "english.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace hansa {

extern const char* const english_catalogue;  // made by CMake

namespace {

const boost::json::object& catalogue() {
  static const auto parsed = boost::json::parse(english_catalogue).as_object();
  return parsed;
}

std::string shown(const boost::json::value& value) {
  return value.is_string() ? std::string(value.get_string()) : boost::json::serialize(value);
}

/// The number that a plural form goes by.
bool is_one(const boost::json::object& params) {
  for (const auto* name : {"count", "entries", "payloads"})
    if (const auto* value = params.if_contains(name)) return shown(*value) == "1";
  return false;
}

std::string filled(std::string text, const boost::json::object& params) {
  for (const auto& param : params) {
    const auto place = "{" + std::string(param.key()) + "}";
    for (auto at = text.find(place); at != std::string::npos; at = text.find(place, at + 1))
      text.replace(at, place.size(), shown(param.value()));
  }
  return text;
}

}  // namespace

bool knows_english(const std::string& vocabulary, const std::string& code) {
  return catalogue().contains(vocabulary + "." + code);
}

std::string in_english(const std::string& vocabulary, const std::string& code,
                       const boost::json::object& params) {
  const auto* message = catalogue().if_contains(vocabulary + "." + code);
  if (message == nullptr) return code;
  if (const auto* forms = message->if_object())
    message = forms->if_contains(is_one(params) ? "one" : "other");
  auto words = params;
  if (const auto* entries = params.if_contains("entries"); entries != nullptr && !params.contains("count"))
    words["count"] = *entries;
  if (const auto* payloads = params.if_contains("payloads"); payloads != nullptr && !words.contains("count"))
    words["count"] = *payloads;
  return filled(shown(*message), words);
}

}  // namespace hansa
