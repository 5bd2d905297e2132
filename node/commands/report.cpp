#include "report.h"

#include <boost/json/serialize.hpp>
#include <string>

namespace hansa::commands {
namespace {

bool is_empty(const boost::json::value& value) {
  return value.is_null() || (value.is_object() && value.get_object().empty()) ||
         (value.is_array() && value.get_array().empty());
}

bool is_nested(const boost::json::value& value) { return value.is_object() || value.is_array(); }

std::string plain(const boost::json::value& value) {
  return value.is_string() ? std::string(value.get_string()) : boost::json::serialize(value);
}

void print_member(std::ostream& out, const std::string& label, const boost::json::value& value, int depth) {
  if (is_empty(value)) return;
  out << std::string(static_cast<std::size_t>(2 * depth), ' ') << label;
  if (is_nested(value)) {
    out << '\n';
    print_indented(out, value, depth + 1);
  } else {
    out << ' ' << plain(value) << '\n';
  }
}

}  // namespace

void print_indented(std::ostream& out, const boost::json::value& value, int depth) {
  if (value.is_object()) {
    for (const auto& member : value.get_object())
      print_member(out, std::string(member.key()) + ":", member.value(), depth);
  } else if (value.is_array()) {
    for (const auto& item : value.get_array()) print_member(out, "-", item, depth);
  } else {
    out << plain(value) << '\n';
  }
}

}  // namespace hansa::commands
