#include "json/content_schema.h"

#include <boost/json/array.hpp>
#include <string>

#include "protocol/code_lists.h"
#include "protocol/content.h"
#include "protocol/content_rules.h"

namespace hansa::json {
namespace {

namespace schema = protocol::schema;
using boost::json::array;
using boost::json::object;
using protocol::Rule;
using protocol::Shape;

object reference(std::string_view name) { return {{"$ref", "#/components/schemas/" + std::string(name)}}; }

object described(std::string_view description) { return {{"type", "string"}, {"description", description}}; }

object shape_schema(Shape shape) {
  switch (shape) {
    case Shape::url:
    case Shape::https_url:
      return {{"type", "string"}, {"format", "uri"}};
    case Shape::email:
      return {{"type", "string"}, {"format", "email"}};
    case Shape::phone:
      return {{"type", "string"}, {"pattern", "^\\+[1-9][0-9]{6,14}$"}};
    case Shape::language:
      return described("BCP 47");
    case Shape::date:
      return described("EDTF level 0: 2026, 2026-02 or 2026-02-12");
    case Shape::date_or_instant:
      return described("A date, or an instant such as 2026-02-12T16:30:00Z");
    case Shape::event_time:
      return described("A date, or local time such as 2026-02-12T16:30");
    case Shape::period:
      return described("start/end, or start/.. while it goes on");
    case Shape::decimal:
      return {{"type", array{"number", "string"}}};
    case Shape::timezone:
      return described("IANA time zone");
    case Shape::nuts:
      return described("NUTS region");
    case Shape::lau:
      return described("Local administrative unit");
    case Shape::slug:
      return {{"type", "string"}, {"pattern", "^[a-z0-9]+(-[a-z0-9]+)*$"}};
    case Shape::media_type:
      return described("Media type");
    case Shape::doi:
      return {{"type", "string"}, {"pattern", "^10\\.[0-9]{4,9}/"}};
    case Shape::isbn:
      return described("ISBN");
    case Shape::plain:
    case Shape::code:
      return {{"type", "string"}};
  }
  return {{"type", "string"}};
}

object text_schema(const Rule& rule) {
  object out = shape_schema(rule.shape);
  if (rule.codes != nullptr) {
    array codes;
    for (const auto code : rule.codes->codes) codes.emplace_back(code);
    out["enum"] = std::move(codes);
    return out;
  }
  if (rule.min > 0) out["minLength"] = rule.min;
  if (rule.max > 0) out["maxLength"] = rule.max;
  return out;
}

object multilingual_schema(const Rule& rule) {
  return {{"type", "object"},
          {"description", "By language, BCP 47; the record's own must be among them."},
          {"additionalProperties", text_schema(rule)}};
}

object money_schema() {
  return {{"type", "object"},
          {"required", array{"amount", "currency"}},
          {"properties", object{{"amount", object{{"type", array{"string", "number"}}}},
                                {"currency", object{{"type", "string"}}}}}};
}

/// What the author's node fills in need not be sent.
bool has_default(std::string_view field) {
  for (const auto* known :
       {"Practice.lead", "Project.lead", "Service.provider", "Response.by", "Contact.contactType"})
    if (field == known) return true;
  return false;
}

class Schemas {
 public:
  object take() && { return std::move(all_); }

  /// Adds the schema of a struct under `name`, and of its parts.
  void add(std::string_view name, capnp::StructSchema type) {
    if (all_.contains(name)) return;
    all_[name] = object{};  // a struct may hold itself
    object properties;
    array required;
    for (const auto field : type.getNonUnionFields()) {
      const std::string_view field_name = field.getProto().getName().cStr();
      const auto* rule = protocol::find_rule(short_name(type), field_name);
      if (rule == nullptr) continue;
      properties[field_name] = field_schema(*rule, field.getType());
      if (rule->required && !has_default(rule->field)) required.emplace_back(field_name);
    }
    object out{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
    if (!required.empty()) out["required"] = std::move(required);
    all_[name] = std::move(out);
  }

 private:
  static std::string_view short_name(capnp::StructSchema type) {
    const auto name = type.getShortDisplayName();
    return {name.cStr(), name.size()};
  }

  object field_schema(const Rule& rule, capnp::Type type) {
    if (type.isList()) {
      object out{{"type", "array"}, {"items", field_schema(rule, type.asList().getElementType())}};
      if (rule.items_min > 0) out["minItems"] = rule.items_min;
      if (rule.items_max > 0) out["maxItems"] = rule.items_max;
      return out;
    }
    if (type.isText()) return text_schema(rule);
    if (type.isData()) return reference("Hash");
    if (type.isBool()) return {{"type", "boolean"}};
    if (type.isStruct()) return struct_schema(rule, type.asStruct());
    object number{{"type", "integer"}, {"minimum", rule.min > 0 ? rule.min : 1}};
    if (rule.max > 0) number["maximum"] = rule.max;
    return number;
  }

  object struct_schema(const Rule& rule, capnp::StructSchema type) {
    if (type == capnp::Schema::from<schema::MultilingualText>()) return multilingual_schema(rule);
    if (type == capnp::Schema::from<schema::Ref>()) return reference("RecordId");
    if (type == capnp::Schema::from<schema::Link>())
      return {{"anyOf", array{reference("RecordId"), object{{"type", "string"}, {"format", "uri"}}}}};
    if (type == capnp::Schema::from<schema::Decimal>()) {
      if (rule.codes != nullptr) return {{"type", array{"number", "string"}}};
      return shape_schema(Shape::decimal);
    }
    if (type == capnp::Schema::from<schema::Money>()) return money_schema();
    if (type == capnp::Schema::from<schema::Fee>())
      return {{"anyOf", array{text_schema(rule), money_schema()}}};
    if (type == capnp::Schema::from<schema::NamedTexts>())
      return {{"type", "object"}, {"additionalProperties", text_schema(rule)}};
    add(short_name(type), type);
    return reference(short_name(type));
  }

  object all_;
};

}  // namespace

object content_schemas() {
  Schemas schemas;
  const auto content = capnp::StructSchema(capnp::Schema::from<schema::Content>());
  const auto body = content.getFieldByName("body").getType().asStruct();
  for (const auto kind : body.getUnionFields())
    schemas.add(kind.getProto().getName().cStr(), kind.getType().asStruct());
  return std::move(schemas).take();
}

}  // namespace hansa::json
