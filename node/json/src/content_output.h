#pragma once
// Content into JSON, by the schema. What this version does not know stays in the bytes and is not shown.

#include <capnp/dynamic.h>

#include <boost/json/object.hpp>
#include <string>

namespace hansa::json {

/// Writes structs into objects and notes on the way how texts were translated.
class ContentOutput {
 public:
  /// `path` is the struct's own, as in error fields; fields that say nothing are left out.
  boost::json::object write_struct(capnp::DynamicStruct::Reader value, const std::string& path);
  /// The value of one field.
  boost::json::value write(capnp::DynamicValue::Reader value, const std::string& path);

  boost::json::object take_translations() { return std::move(translations_); }

 private:
  boost::json::value write_special(capnp::DynamicStruct::Reader value, const std::string& path);

  boost::json::object translations_;
};

}  // namespace hansa::json
