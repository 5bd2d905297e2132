#pragma once
// Checks every field of a content struct against the table of rules.

#include <capnp/dynamic.h>

#include <string>
#include <string_view>

#include "content/findings.h"
#include "protocol/content_rules.h"

namespace hansa::protocol {

class FieldCheck {
 public:
  /// `language`: the original's, which every multilingual text must have.
  FieldCheck(std::string_view language, FindingsLog& log) : language_(language), log_(log) {}

  /// `path` is empty or ends with a dot.
  void check(capnp::DynamicStruct::Reader value, const std::string& path);

 private:
  void check_field(capnp::DynamicStruct::Reader value, capnp::StructSchema::Field field,
                   const std::string& path);
  void check_list(const Rule& rule, capnp::DynamicList::Reader list, const std::string& path);
  void check_text(const Rule& rule, std::string_view text, const std::string& path);
  void check_value(const Rule& rule, capnp::DynamicValue::Reader value, const std::string& path,
                   bool in_list);
  void check_multilingual(const Rule& rule, schema::MultilingualText::Reader text, const std::string& path,
                          bool needs_original);
  void check_money(schema::Money::Reader money, const std::string& path);
  void check_fee(const Rule& rule, schema::Fee::Reader fee, const std::string& path);
  void check_link(schema::Link::Reader link, const std::string& path);
  void check_named_texts(const Rule& rule, schema::NamedTexts::Reader texts, const std::string& path);
  void warn_of_personal_data(const Rule& rule, std::string_view text, const std::string& path);
  bool check_characters(std::string_view text, const std::string& path);
  void check_length(const Rule& rule, std::string_view text, const std::string& path);
  void check_record(capnp::Data::Reader record, const std::string& path);

  std::string_view language_;
  FindingsLog& log_;
};

/// Whether a field says anything: empty text, list and struct do not.
bool is_given(capnp::DynamicStruct::Reader value, capnp::StructSchema::Field field);

}  // namespace hansa::protocol
