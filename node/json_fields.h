#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace hansa {

/// What a JSON object of the API says under a name; empty if nothing, or no text.
inline std::string text_at(const boost::json::object& object, std::string_view name) {
  const auto* found = object.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

/// 0 if nothing stands there, or no whole number.
inline std::uint64_t number_at(const boost::json::object& object, std::string_view name) {
  const auto* found = object.if_contains(name);
  if (found == nullptr) return 0;
  if (found->is_uint64()) return found->get_uint64();
  return found->is_int64() && found->get_int64() > 0 ? static_cast<std::uint64_t>(found->get_int64()) : 0;
}

}  // namespace hansa
