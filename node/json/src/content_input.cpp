#include "content_input.h"

#include <boost/json/serialize.hpp>
#include <limits>

#include "decimal.h"
#include "protocol/ids.h"
#include "protocol/unicode.h"

namespace hansa::json {
namespace {

namespace schema = protocol::schema;
using boost::json::value;
using capnp::DynamicList;
using capnp::DynamicStruct;

constexpr std::size_t list_items_max = 1000;  // far above any rule, so that the rule's own error is given

/// Empty says nothing, as null does: forms send empty strings for what was not filled in.
bool is_empty(const value& v) {
  if (v.is_null()) return true;
  if (const auto* text = v.if_string()) return text->empty();
  if (const auto* list = v.if_array()) return list->empty();
  if (const auto* object = v.if_object()) return object->empty();
  return false;
}

capnp::Text::Reader as_text(const std::string& text) { return {text.c_str(), text.size()}; }

std::string string_of(const boost::json::string& text) { return {text.data(), text.size()}; }

std::string dotted(const std::string& path, std::string_view name) {
  std::string here = path;
  if (!here.empty()) here += '.';
  here += name;
  return here;
}

std::uint64_t greatest(capnp::schema::Type::Which type) {
  switch (type) {
    case capnp::schema::Type::UINT8:
      return std::numeric_limits<std::uint8_t>::max();
    case capnp::schema::Type::UINT16:
      return std::numeric_limits<std::uint16_t>::max();
    case capnp::schema::Type::UINT32:
      return std::numeric_limits<std::uint32_t>::max();
    default:
      return std::numeric_limits<std::int64_t>::max();
  }
}

}  // namespace

void ContentInput::error(const std::string& path, std::string_view code, const value& v) {
  const std::string given = v.is_string() ? string_of(v.get_string()) : boost::json::serialize(v);
  const auto shown = protocol::first_code_points(given, protocol::field_error_value_code_points_max);
  errors_.push_back({path, std::string(code), {}, std::string(shown)});
}

void ContentInput::wrong_type(const std::string& path, std::string_view expected, const value& v) {
  error(path, "wrong_type", v);
  errors_.back().params.emplace_back("expected", std::string(expected));
}

void ContentInput::read_translations(const value& v) {
  if (is_empty(v)) return;
  const auto* paths = v.if_object();
  if (paths == nullptr) return wrong_type("translations", "object", v);
  for (const auto& [path, modes] : *paths) {
    const std::string here = dotted("translations", path);
    const auto* languages = modes.if_object();
    if (languages == nullptr) {
      wrong_type(here, "object", modes);
      continue;
    }
    for (const auto& [language, mode] : *languages) {
      if (!mode.is_string()) {
        wrong_type(dotted(here, language), "text", mode);
      } else {
        translations_[std::string(path)][std::string(language)] = string_of(mode.get_string());
      }
    }
  }
}

void ContentInput::check_translations() {
  for (const auto& [path, modes] : translations_) {
    for (const auto& [language, mode] : modes) {
      const std::string text = dotted(path, language);
      const auto here = dotted("translations", text);
      if (!texts_seen_.contains(text)) error(here, "unknown_field", value(mode));
      if (language == language_) error(here, "original_language", value(mode));
    }
  }
}

void ContentInput::read_struct(const value& v, DynamicStruct::Builder into, const std::string& path) {
  if (read_special(v, into, path)) return;
  const auto* object = v.if_object();
  if (object == nullptr) return wrong_type(path, "object", v);
  for (const auto& [name, inner] : *object) {
    const std::string key(name);
    const std::string here = dotted(path, name);
    KJ_IF_MAYBE (field, into.getSchema().findFieldByName(key)) {
      read_field(inner, into, *field, here);
    } else {
      error(here, "unknown_field", inner);
    }
  }
}

void ContentInput::read_field(const value& v, DynamicStruct::Builder into, capnp::StructSchema::Field field,
                              const std::string& path) {
  if (is_empty(v)) return;
  const auto type = field.getType();
  switch (type.which()) {
    case capnp::schema::Type::TEXT:
      return read_text(v, into, field, path);
    case capnp::schema::Type::DATA:
      return read_data(v, into, field, path);
    case capnp::schema::Type::LIST:
      return read_list(v, into, field, path);
    case capnp::schema::Type::STRUCT:
      return read_struct(v, into.init(field).as<DynamicStruct>(), path);
    case capnp::schema::Type::BOOL:
      if (!v.is_bool()) return wrong_type(path, "boolean", v);
      return into.set(field, v.get_bool());
    default:
      return read_number(v, into, field, path);
  }
}

void ContentInput::read_text(const value& v, DynamicStruct::Builder into, capnp::StructSchema::Field field,
                             const std::string& path) {
  if (!v.is_string()) return wrong_type(path, "text", v);
  into.set(field, as_text(string_of(v.get_string())));
}

void ContentInput::read_data(const value& v, DynamicStruct::Builder into, capnp::StructSchema::Field field,
                             const std::string& path) {
  if (!v.is_string()) return wrong_type(path, "hex", v);
  const auto bytes = protocol::from_hex(v.get_string());
  if (!bytes) return error(path, "bad_hash", v);
  into.set(field, capnp::Data::Reader(bytes->data(), bytes->size()));
}

void ContentInput::read_number(const value& v, DynamicStruct::Builder into, capnp::StructSchema::Field field,
                               const std::string& path) {
  const auto most = greatest(field.getType().which());
  std::uint64_t number = 0;
  if (const auto* positive = v.if_uint64()) {
    number = *positive;
  } else if (const auto* integer = v.if_int64()) {
    number = *integer < 0 ? std::numeric_limits<std::uint64_t>::max() : static_cast<std::uint64_t>(*integer);
  } else {
    return wrong_type(path, "integer", v);
  }
  // Zero is how the schema says "not given", so no field takes it.
  if (number == 0 || number > most) return error(path, "out_of_range", v);
  into.set(field, number);
}

void ContentInput::read_list(const value& v, DynamicStruct::Builder into, capnp::StructSchema::Field field,
                             const std::string& path) {
  const auto* array = v.if_array();
  if (array == nullptr) return wrong_type(path, "list", v);
  if (array->size() > list_items_max) {
    errors_.push_back({path, "too_many", {{"max", static_cast<std::int64_t>(list_items_max)}}, {}});
    return;
  }
  auto list = into.init(field, static_cast<unsigned>(array->size())).as<DynamicList>();
  const bool of_text = list.getSchema().whichElementType() == capnp::schema::Type::TEXT;
  for (unsigned i = 0; i < list.size(); ++i) {
    const value& item = (*array)[i];
    const std::string here = path + '[' + std::to_string(i) + ']';
    if (!of_text) {
      read_struct(item, list[i].as<DynamicStruct>(), here);
    } else if (!item.is_string()) {
      wrong_type(here, "text", item);
    } else {
      list.set(i, as_text(string_of(item.get_string())));
    }
  }
}

bool ContentInput::read_special(const value& v, DynamicStruct::Builder into, const std::string& path) {
  const auto type = into.getSchema();
  if (type == capnp::Schema::from<schema::MultilingualText>()) {
    read_multilingual(v, into.as<schema::MultilingualText>(), path);
  } else if (type == capnp::Schema::from<schema::Ref>()) {
    read_reference(v, into.as<schema::Ref>(), path);
  } else if (type == capnp::Schema::from<schema::Link>()) {
    read_link(v, into.as<schema::Link>(), path);
  } else if (type == capnp::Schema::from<schema::Decimal>()) {
    const auto text = decimal_text(v);
    if (!text) return wrong_type(path, "number", v), true;
    into.as<schema::Decimal>().setDigits(as_text(*text));
  } else if (type == capnp::Schema::from<schema::Money>()) {
    read_money(v, into.as<schema::Money>(), path);
  } else if (type == capnp::Schema::from<schema::Fee>()) {
    const auto fee = into.as<schema::Fee>();
    if (v.is_string()) {
      schema::Fee::Builder(fee).setCode(as_text(string_of(v.get_string())));
    } else {
      read_money(v, schema::Fee::Builder(fee).initAmount(), path);
    }
  } else if (type == capnp::Schema::from<schema::NamedTexts>()) {
    read_named_texts(v, into.as<schema::NamedTexts>(), path);
  } else {
    return false;
  }
  return true;
}

void ContentInput::read_multilingual(const value& v, schema::MultilingualText::Builder into,
                                     const std::string& path) {
  const bool is_keyword = path.starts_with("keywords[");
  if (v.is_string() && is_keyword) {
    auto entry = into.initEntries(1)[0];
    entry.setLanguage(as_text(std::string(language_)));
    entry.setText(as_text(string_of(v.get_string())));
    return;
  }
  const auto* object = v.if_object();
  if (object == nullptr) return wrong_type(path, "multilingual", v);
  std::vector<std::pair<std::string, std::string>> texts;
  for (const auto& [language, text] : *object) {
    if (is_empty(text)) continue;
    if (!text.is_string()) {
      wrong_type(dotted(path, language), "text", text);
    } else {
      texts.emplace_back(std::string(language), string_of(text.get_string()));
    }
  }
  auto entries = into.initEntries(static_cast<unsigned>(texts.size()));
  const auto modes = translations_.find(path);
  for (unsigned i = 0; i < entries.size(); ++i) {
    const auto& [language, text] = texts[i];
    entries[i].setLanguage(as_text(language));
    entries[i].setText(as_text(text));
    texts_seen_.insert(dotted(path, language));
    if (modes == translations_.end()) continue;
    const auto mode = modes->second.find(language);
    // "human" is what an unmarked text is: one form for one meaning.
    if (mode != modes->second.end() && mode->second != "human")
      entries[i].setTranslation(as_text(mode->second));
  }
}

void ContentInput::read_reference(const value& v, schema::Ref::Builder into, const std::string& path) {
  if (!v.is_string()) return wrong_type(path, "reference", v);
  const auto id = protocol::parse_record_id(v.get_string());
  if (!id) return error(path, "bad_reference", v);
  const auto bytes = protocol::to_bytes(*id);
  into.setRecord(capnp::Data::Reader(bytes.data(), bytes.size()));
}

void ContentInput::read_link(const value& v, schema::Link::Builder into, const std::string& path) {
  if (!v.is_string()) return wrong_type(path, "reference", v);
  const std::string text = string_of(v.get_string());
  if (!text.starts_with("urn:")) return into.setUrl(as_text(text));
  const auto id = protocol::parse_record_id(text);
  if (!id) return error(path, "bad_reference", v);
  const auto bytes = protocol::to_bytes(*id);
  into.setRecord(capnp::Data::Reader(bytes.data(), bytes.size()));
}

void ContentInput::read_money(const value& v, schema::Money::Builder into, const std::string& path) {
  const auto* object = v.if_object();
  if (object == nullptr) return wrong_type(path, "money", v);
  for (const auto& [name, inner] : *object) {
    const std::string here = dotted(path, name);
    if (name != "amount" && name != "currency") {
      error(here, "unknown_field", inner);
    } else if (is_empty(inner)) {
      continue;  // the checks say that it is required
    } else if (name == "currency") {
      if (!inner.is_string()) return wrong_type(here, "text", inner);
      into.setCurrency(as_text(string_of(inner.get_string())));
    } else {
      const auto amount = decimal_text(inner);
      if (!amount) return wrong_type(here, "number", inner);
      into.setAmount(as_text(*amount));
    }
  }
}

void ContentInput::read_named_texts(const value& v, schema::NamedTexts::Builder into,
                                    const std::string& path) {
  const auto* object = v.if_object();
  if (object == nullptr) return wrong_type(path, "object", v);
  if (object->size() > list_items_max) return error(path, "too_many", v);
  auto entries = into.initEntries(static_cast<unsigned>(object->size()));
  unsigned i = 0;
  for (const auto& [name, text] : *object) {
    auto entry = entries[i++];
    entry.setName(as_text(std::string(name)));
    if (!text.is_string()) {
      wrong_type(dotted(path, name), "text", text);
    } else {
      entry.setText(as_text(string_of(text.get_string())));
    }
  }
}

}  // namespace hansa::json
