#include "content/field_check.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <set>
#include <utility>

#include "content/shapes.h"
#include "protocol/ids.h"

namespace hansa::protocol {
namespace {

using capnp::DynamicList;
using capnp::DynamicStruct;
using capnp::DynamicValue;

constexpr unsigned languages_max = 40;
constexpr std::size_t url_code_points_max = 2048;

std::string_view view(capnp::Text::Reader text) { return {text.cStr(), text.size()}; }

std::string_view short_name(capnp::StructSchema schema) {
  const auto name = schema.getShortDisplayName();
  return {name.cStr(), name.size()};
}

/// The fields of Content that no author gives; the body is checked on its own.
[[maybe_unused]] bool set_by_program(capnp::StructSchema schema, std::string_view field) {
  return schema == capnp::Schema::from<schema::Content>() &&
         (field == "schemaVersion" || field == "version" || field == "createdMs" || field == "modifiedMs" ||
          field == "body" || field == "withdrawnReason");
}

struct ShapeTest {
  Shape shape;
  bool (*holds)(std::string_view);
  std::string_view code;
};

bool is_date_or_instant(std::string_view text) { return shapes::is_date(text) || shapes::is_instant(text); }
bool is_plain_decimal(std::string_view text) { return shapes::is_decimal(text, 6); }

constexpr std::array<ShapeTest, 16> shape_tests = {{
    {Shape::url, shapes::is_url, "bad_url"},
    {Shape::https_url, shapes::is_https_url, "bad_https_url"},
    {Shape::email, shapes::is_email, "bad_email"},
    {Shape::phone, shapes::is_phone, "bad_phone"},
    {Shape::language, shapes::is_language, "bad_language"},
    {Shape::date, shapes::is_date, "bad_date"},
    {Shape::date_or_instant, is_date_or_instant, "bad_date"},
    {Shape::event_time, shapes::is_event_time, "bad_time"},
    {Shape::period, shapes::is_period, "bad_period"},
    {Shape::decimal, is_plain_decimal, "bad_number"},
    {Shape::nuts, shapes::is_nuts, "bad_nuts"},
    {Shape::lau, shapes::is_lau, "bad_lau"},
    {Shape::slug, shapes::is_slug, "bad_slug"},
    {Shape::timezone, shapes::is_timezone, "bad_timezone"},
    {Shape::doi, shapes::is_doi, "bad_doi"},
    {Shape::isbn, shapes::is_isbn, "bad_isbn"},
}};

Params limit(std::string_view name, std::size_t bound, std::size_t actual) {
  return {{std::string(name), static_cast<std::int64_t>(bound)},
          {"actual", static_cast<std::int64_t>(actual)}};
}

}  // namespace

bool is_given(DynamicStruct::Reader value, capnp::StructSchema::Field field) {
  const auto got = value.get(field);
  switch (got.getType()) {
    case DynamicValue::BOOL:
      return got.as<bool>();
    case DynamicValue::UINT:
      return got.as<std::uint64_t>() != 0;
    case DynamicValue::TEXT:
      return got.as<capnp::Text>().size() > 0;
    case DynamicValue::DATA:
      return got.as<capnp::Data>().size() > 0;
    case DynamicValue::LIST:
      return got.as<DynamicList>().size() > 0;
    default:
      break;
  }
  if (!value.has(field)) return false;
  const auto inner = got.as<DynamicStruct>();
  for (const auto part : inner.getSchema().getFields()) {
    if (is_given(inner, part)) return true;
  }
  return false;
}

void FieldCheck::check(DynamicStruct::Reader value, const std::string& path) {
  for (const auto field : value.getSchema().getNonUnionFields()) check_field(value, field, path);
}

void FieldCheck::check_field(DynamicStruct::Reader value, capnp::StructSchema::Field field,
                             const std::string& path) {
  const std::string_view name = field.getProto().getName().cStr();
  const Rule* rule = find_rule(short_name(value.getSchema()), name);
  if (rule == nullptr) {
    assert(set_by_program(value.getSchema(), name) && "a field without a rule has no limit");
    return;
  }
  const std::string here = path + std::string(name);
  if (!is_given(value, field)) {
    if (rule->required) log_.error(here, "required");
    return;
  }
  check_value(*rule, value.get(field), here, false);
}

void FieldCheck::check_value(const Rule& rule, DynamicValue::Reader value, const std::string& path,
                             bool in_list) {
  switch (value.getType()) {
    case DynamicValue::TEXT:
      return check_text(rule, view(value.as<capnp::Text>()), path);
    case DynamicValue::LIST:
      return check_list(rule, value.as<DynamicList>(), path);
    case DynamicValue::UINT: {
      const auto number = value.as<std::uint64_t>();
      if (rule.max != 0 && (number < rule.min || number > rule.max)) {
        log_.error(path, "out_of_range", std::to_string(number), {{"min", rule.min}, {"max", rule.max}});
      }
      return;
    }
    case DynamicValue::DATA:  // the only bare bytes in the schema are hashes
      if (value.as<capnp::Data>().size() != Hash{}.size()) log_.error(path, "bad_hash");
      return;
    case DynamicValue::STRUCT:
      break;
    default:
      return;
  }
  const auto inner = value.as<DynamicStruct>();
  const auto type = inner.getSchema();
  if (type == capnp::Schema::from<schema::MultilingualText>()) {
    check_multilingual(rule, inner.as<schema::MultilingualText>(), path, !in_list);
  } else if (type == capnp::Schema::from<schema::Ref>()) {
    check_record(inner.as<schema::Ref>().getRecord(), path);
  } else if (type == capnp::Schema::from<schema::Link>()) {
    check_link(inner.as<schema::Link>(), path);
  } else if (type == capnp::Schema::from<schema::Decimal>()) {
    check_text(rule, view(inner.as<schema::Decimal>().getDigits()), path);
  } else if (type == capnp::Schema::from<schema::Money>()) {
    check_money(inner.as<schema::Money>(), path);
  } else if (type == capnp::Schema::from<schema::Fee>()) {
    check_fee(rule, inner.as<schema::Fee>(), path);
  } else if (type == capnp::Schema::from<schema::NamedTexts>()) {
    check_named_texts(rule, inner.as<schema::NamedTexts>(), path);
  } else {
    check(inner, path + '.');
  }
}

void FieldCheck::check_list(const Rule& rule, DynamicList::Reader list, const std::string& path) {
  if (list.size() > rule.items_max) {
    log_.error(path, "too_many", {}, limit("max", rule.items_max, list.size()));
    return;
  }
  if (list.size() < rule.items_min)
    log_.error(path, "too_few", {}, limit("min", rule.items_min, list.size()));
  std::set<std::string_view> seen;
  for (unsigned i = 0; i < list.size(); ++i) {
    const std::string here = path + '[' + std::to_string(i) + ']';
    const auto item = list[i];
    if (item.getType() == DynamicValue::TEXT) {
      const auto text = view(item.as<capnp::Text>());
      if (text.empty()) {
        log_.error(here, "required");
        continue;
      }
      if (!seen.insert(text).second) log_.error(here, "duplicate", text);
    }
    check_value(rule, item, here, true);
  }
}

bool FieldCheck::check_characters(std::string_view text, const std::string& path) {
  if (!is_utf8(text)) {
    log_.error(path, "bad_utf8");
    return false;
  }
  if (has_control_character(text) || has_misleading_character(text)) {
    log_.error(path, "control_character");
    return false;
  }
  const auto composed = to_nfc(text);
  if (!composed || *composed != text) {
    log_.error(path, "not_normalised", text);
    return false;
  }
  return true;
}

void FieldCheck::check_length(const Rule& rule, std::string_view text, const std::string& path) {
  const auto length = code_points(text);
  const std::size_t most = rule.max != 0 ? rule.max : url_code_points_max;
  if (length > most) log_.error(path, "too_long", text, limit("max", most, length));
  if (is_blank(text)) {
    log_.error(path, "blank");
  } else if (length < rule.min) {
    log_.error(path, "too_short", text, limit("min", rule.min, length));
  }
}

void FieldCheck::warn_of_personal_data(const Rule& rule, std::string_view text, const std::string& path) {
  if (rule.prose && shapes::mentions_email(text)) log_.warn(path, "mentions_email");
  if (rule.prose && shapes::mentions_phone(text)) log_.warn(path, "mentions_phone");
}

void FieldCheck::check_text(const Rule& rule, std::string_view text, const std::string& path) {
  if (!check_characters(text, path)) return;
  warn_of_personal_data(rule, text, path);
  if (rule.codes != nullptr) {
    if (!rule.codes->contains(text)) {
      log_.error(path, "unknown_code", text, {{"list", std::string(rule.codes->name)}});
    }
    return;
  }
  check_length(rule, text, path);
  for (const auto& test : shape_tests) {
    if (test.shape == rule.shape && !test.holds(text)) log_.error(path, test.code, text);
  }
  if (rule.shape == Shape::media_type && !shapes::is_media_type(text))
    log_.error(path, "bad_media_type", text);
  if (rule.shape == Shape::email && shapes::is_free_mail(text)) log_.warn(path, "free_mail", text);
}

void FieldCheck::check_multilingual(const Rule& rule, schema::MultilingualText::Reader text,
                                    const std::string& path, bool needs_original) {
  const auto entries = text.getEntries();
  if (entries.size() > languages_max) {
    log_.error(path, "too_many", {}, limit("max", languages_max, entries.size()));
    return;
  }
  std::set<std::string_view> seen;
  for (const auto entry : entries) {
    const auto language = view(entry.getLanguage());
    const std::string here = path + '.' + std::string(language);
    if (!is_utf8(language) || !shapes::is_language(language)) {
      log_.error(here, "bad_language", language);
      continue;
    }
    if (!seen.insert(language).second) log_.error(here, "duplicate", language);
    const auto words = view(entry.getText());
    if (words.empty()) {
      log_.error(here, "blank");
      continue;
    }
    if (!check_characters(words, here)) continue;
    check_length(rule, words, here);
    const auto mode = view(entry.getTranslation());
    if (!mode.empty() && !code_lists::translations.contains(mode)) {
      log_.error("translations." + here, "unknown_code", mode, {{"list", std::string("translations")}});
    }
    warn_of_personal_data(rule, words, here);
  }
  if (needs_original && !language_.empty() && !seen.contains(language_)) {
    log_.error(path + '.' + std::string(language_), "original_missing", {},
               {{"language", std::string(language_)}});
  }
}

void FieldCheck::check_money(schema::Money::Reader money, const std::string& path) {
  const auto amount = view(money.getAmount());
  const auto currency = view(money.getCurrency());
  const bool whole = currency == "ISK";
  if (amount.empty()) {
    log_.error(path + ".amount", "required");
  } else if (amount.starts_with('-') || !shapes::is_decimal(amount, whole ? 0 : 2)) {
    log_.error(path + ".amount", "bad_amount", amount, {{"decimals", whole ? 0 : 2}});
  }
  if (currency.empty()) {
    log_.error(path + ".currency", "required");
  } else if (!code_lists::currencies.contains(currency)) {
    log_.error(path + ".currency", "unknown_code", currency, {{"list", std::string("currencies")}});
  }
}

void FieldCheck::check_fee(const Rule& rule, schema::Fee::Reader fee, const std::string& path) {
  const auto code = view(fee.getCode());
  if (!code.empty() && !rule.codes->contains(code)) {
    log_.error(path, "unknown_code", code, {{"list", std::string(rule.codes->name)}});
  }
  if (fee.hasAmount()) check_money(fee.getAmount(), path);
  if (!code.empty() && fee.hasAmount())
    log_.error(path, "one_of", {}, {{"fields", std::string("free,amount")}});
}

void FieldCheck::check_record(capnp::Data::Reader record, const std::string& path) {
  if (record.size() != record_id_bytes) log_.error(path, "bad_reference");
}

void FieldCheck::check_link(schema::Link::Reader link, const std::string& path) {
  if (link.getRecord().size() > 0) {
    check_record(link.getRecord(), path);
    if (link.getUrl().size() > 0) log_.error(path, "one_of", {}, {{"fields", std::string("record,url")}});
    return;
  }
  const Rule url{.field = {}, .shape = Shape::url};
  if (link.getUrl().size() == 0) {
    log_.error(path, "required");
  } else {
    check_text(url, view(link.getUrl()), path);
  }
}

void FieldCheck::check_named_texts(const Rule& rule, schema::NamedTexts::Reader texts,
                                   const std::string& path) {
  const auto entries = texts.getEntries();
  if (entries.size() > rule.items_max) {
    log_.error(path, "too_many", {}, limit("max", rule.items_max, entries.size()));
    return;
  }
  const Rule name_rule{.field = {}, .min = 1, .max = 60};
  for (const auto entry : entries) {
    const auto name = view(entry.getName());
    const std::string here = path + '.' + std::string(name);
    if (name.empty() || !check_characters(name, path)) {
      log_.error(path, "bad_name", name);
      continue;
    }
    check_length(name_rule, name, here);
    if (entry.getText().size() == 0) {
      log_.error(here, "blank");
    } else if (check_characters(view(entry.getText()), here)) {
      check_length(rule, view(entry.getText()), here);
      warn_of_personal_data(rule, view(entry.getText()), here);
    }
  }
}

}  // namespace hansa::protocol
