#include "content_output.h"

#include <boost/json/array.hpp>

#include "decimal.h"
#include "protocol/content.h"
#include "protocol/ids.h"

namespace hansa::json {
namespace {

namespace schema = protocol::schema;
using boost::json::value;
using capnp::DynamicList;
using capnp::DynamicStruct;
using capnp::DynamicValue;

boost::json::string as_json(capnp::Text::Reader text) {
  return boost::json::string(text.cStr(), text.size());
}

/// Says nothing: false, zero, or empty.
bool is_empty(const value& v) {
  if (v.is_null()) return true;
  if (v.is_bool()) return !v.get_bool();
  if (v.is_string()) return v.get_string().empty();
  if (v.is_array()) return v.get_array().empty();
  if (v.is_object()) return v.get_object().empty();
  return false;
}

value record_text(capnp::Data::Reader record) {
  const auto id = protocol::record_id_from_bytes({record.begin(), record.size()});
  if (!id) return nullptr;
  return value(protocol::to_text(*id));
}

value money(schema::Money::Reader amount) {
  return boost::json::object{{"amount", as_json(amount.getAmount())},
                             {"currency", as_json(amount.getCurrency())}};
}

}  // namespace

boost::json::object ContentOutput::write_struct(DynamicStruct::Reader value, const std::string& path) {
  boost::json::object object;
  for (const auto field : value.getSchema().getNonUnionFields()) {
    const std::string name(field.getProto().getName().cStr());
    const auto type = field.getType();
    if ((type.isStruct() || type.isList() || type.isText() || type.isData()) && !value.has(field)) continue;
    const auto got = value.get(field);
    if (got.getType() == DynamicValue::UINT && got.as<std::uint64_t>() == 0) continue;
    auto written = write(got, path.empty() ? name : path + '.' + name);
    if (!is_empty(written)) object[name] = std::move(written);
  }
  return object;
}

value ContentOutput::write(DynamicValue::Reader got, const std::string& path) {
  switch (got.getType()) {
    case DynamicValue::TEXT:
      return as_json(got.as<capnp::Text>());
    case DynamicValue::BOOL:
      return got.as<bool>();
    case DynamicValue::UINT:
      return got.as<std::uint64_t>();
    case DynamicValue::DATA: {
      const auto bytes = got.as<capnp::Data>();
      return value(protocol::to_hex({bytes.begin(), bytes.size()}));
    }
    case DynamicValue::LIST: {
      boost::json::array items;
      unsigned i = 0;
      for (const auto item : got.as<DynamicList>())
        items.push_back(write(item, path + '[' + std::to_string(i++) + ']'));
      return items;
    }
    case DynamicValue::STRUCT:
      return write_special(got.as<DynamicStruct>(), path);
    default:
      return nullptr;  // no such type in the schema
  }
}

value ContentOutput::write_special(DynamicStruct::Reader got, const std::string& path) {
  const auto type = got.getSchema();
  if (type == capnp::Schema::from<schema::MultilingualText>()) {
    boost::json::object texts;
    boost::json::object modes;
    for (const auto entry : got.as<schema::MultilingualText>().getEntries()) {
      const auto language = as_json(entry.getLanguage());
      texts[language] = as_json(entry.getText());
      if (entry.getTranslation().size() > 0) modes[language] = as_json(entry.getTranslation());
    }
    if (!modes.empty()) translations_[path] = std::move(modes);
    return texts;
  }
  if (type == capnp::Schema::from<schema::Ref>()) return record_text(got.as<schema::Ref>().getRecord());
  if (type == capnp::Schema::from<schema::Link>()) {
    const auto link = got.as<schema::Link>();
    if (link.getRecord().size() > 0) return record_text(link.getRecord());
    return as_json(link.getUrl());
  }
  if (type == capnp::Schema::from<schema::Decimal>()) {
    const auto digits = got.as<schema::Decimal>().getDigits();
    return decimal_json({digits.cStr(), digits.size()});
  }
  if (type == capnp::Schema::from<schema::Money>()) return money(got.as<schema::Money>());
  if (type == capnp::Schema::from<schema::Fee>()) {
    const auto fee = got.as<schema::Fee>();
    if (fee.hasAmount()) return money(fee.getAmount());
    return as_json(fee.getCode());
  }
  if (type == capnp::Schema::from<schema::NamedTexts>()) {
    boost::json::object texts;
    for (const auto entry : got.as<schema::NamedTexts>().getEntries()) {
      texts[as_json(entry.getName())] = as_json(entry.getText());
    }
    return texts;
  }
  return write_struct(got, path);
}

}  // namespace hansa::json
