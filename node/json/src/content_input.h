#pragma once
// JSON into content, by the schema: a field's Cap'n Proto type decides what JSON is taken for it.

#include <capnp/dynamic.h>

#include <boost/json/value.hpp>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/content.h"
#include "protocol/field_error.h"

namespace hansa::json {

/// Fills one content. Errors are collected, not thrown; what is wrong is left empty.
class ContentInput {
 public:
  /// `language` is the record's; a keyword given as a plain string is in it.
  ContentInput(std::string_view language, std::vector<protocol::FieldError>& errors)
      : language_(language), errors_(errors) {}

  /// How texts were translated: {"content.title":{"en":"machine"}}. Before the texts themselves.
  void read_translations(const boost::json::value& value);
  /// After the texts: translations of texts that are not there are errors.
  void check_translations();

  void read_struct(const boost::json::value& value, capnp::DynamicStruct::Builder into,
                   const std::string& path);
  void read_field(const boost::json::value& value, capnp::DynamicStruct::Builder into,
                  capnp::StructSchema::Field field, const std::string& path);

 private:
  void read_text(const boost::json::value& value, capnp::DynamicStruct::Builder into,
                 capnp::StructSchema::Field field, const std::string& path);
  void read_data(const boost::json::value& value, capnp::DynamicStruct::Builder into,
                 capnp::StructSchema::Field field, const std::string& path);
  void read_number(const boost::json::value& value, capnp::DynamicStruct::Builder into,
                   capnp::StructSchema::Field field, const std::string& path);
  void read_list(const boost::json::value& value, capnp::DynamicStruct::Builder into,
                 capnp::StructSchema::Field field, const std::string& path);
  /// The structs with a JSON form of their own; false if it is none of them.
  bool read_special(const boost::json::value& value, capnp::DynamicStruct::Builder into,
                    const std::string& path);
  void read_multilingual(const boost::json::value& value, protocol::schema::MultilingualText::Builder into,
                         const std::string& path);
  void read_reference(const boost::json::value& value, protocol::schema::Ref::Builder into,
                      const std::string& path);
  void read_link(const boost::json::value& value, protocol::schema::Link::Builder into,
                 const std::string& path);
  void read_money(const boost::json::value& value, protocol::schema::Money::Builder into,
                  const std::string& path);
  void read_named_texts(const boost::json::value& value, protocol::schema::NamedTexts::Builder into,
                        const std::string& path);

  void error(const std::string& path, std::string_view code, const boost::json::value& value);
  void wrong_type(const std::string& path, std::string_view expected, const boost::json::value& value);

  std::string_view language_;
  std::vector<protocol::FieldError>& errors_;
  std::map<std::string, std::map<std::string, std::string>> translations_;
  std::set<std::string> texts_seen_;
};

}  // namespace hansa::json
