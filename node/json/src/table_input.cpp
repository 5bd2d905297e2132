#include "json/table_input.h"

#include <capnp/dynamic.h>

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "protocol/content.h"
#include "protocol/content_rules.h"
#include "protocol/unicode.h"

namespace hansa::json {
namespace {

namespace schema = protocol::schema;
using boost::json::object;
using boost::json::value;

constexpr std::string_view content_prefix = "content.";
constexpr std::string_view keywords = "keywords";
constexpr std::array<std::string_view, 11> common_columns = {
    "id",       "kind",      "visibility",          "language",       "licence", "attribution", "source",
    "reviewBy", "publisher", "importedFrom.system", "importedFrom.id"};

struct Step {
  std::string name;
  std::optional<std::size_t> index;
};

/// Where a column's value stands in the record, and what it is there.
struct Place {
  std::vector<Step> steps;
  capnp::Type type;
  std::string rule_of;   ///< the struct whose field it is
  std::string language;  ///< of a multilingual text, if the column names one
};

const capnp::StructSchema* schema_of(std::string_view kind) {
  static const auto schemas = [] {
    std::map<std::string, capnp::StructSchema, std::less<>> made;
    for (const auto* name :
         {"practice", "event", "organisation", "contact", "response", "project", "service", "resource"}) {
      protocol::ContentBuilder content;
      if (const auto body = content.init_body(name)) made.emplace(name, body->getSchema());
    }
    return made;
  }();
  const auto found = schemas.find(kind);
  return found == schemas.end() ? nullptr : &found->second;
}

template <class Struct>
bool is(const capnp::Type& type) {
  return type.isStruct() && type.asStruct() == capnp::Schema::from<Struct>();
}

/// Structs that stand in one cell.
bool fits_a_cell(const capnp::Type& type) {
  return is<schema::MultilingualText>(type) || is<schema::Ref>(type) || is<schema::Link>(type) ||
         is<schema::Decimal>(type) || is<schema::Money>(type) || is<schema::Fee>(type);
}

/// "scores[0]" → "scores", 0. False if what stands in brackets is no number of a part.
bool take_index(std::string& name, std::optional<std::size_t>& index) {
  if (!name.ends_with(']')) return true;
  const auto open = name.find('[');
  if (open == std::string::npos || name.size() - open > 4) return false;
  std::size_t number = 0;
  for (const char digit : std::string_view(name).substr(open + 1, name.size() - open - 2)) {
    if (digit < '0' || digit > '9') return false;
    number = number * 10 + static_cast<std::size_t>(digit - '0');
  }
  if (name.size() - open == 2 || number >= column_list_items_max) return false;
  name.resize(open);
  index = number;
  return true;
}

/// None: there is no such column.
std::optional<Place> place_of(capnp::StructSchema from, std::string_view path) {
  Place place;
  for (;;) {
    const auto point = path.find('.');
    Step step{std::string(path.substr(0, point)), std::nullopt};
    path = point == std::string_view::npos ? std::string_view() : path.substr(point + 1);
    if (const auto mark = step.name.find('_'); mark != std::string::npos && path.empty()) {
      place.language = step.name.substr(mark + 1);
      step.name.resize(mark);
      if (place.language.empty()) return std::nullopt;
    }
    if (!take_index(step.name, step.index)) return std::nullopt;
    std::optional<capnp::StructSchema::Field> field;
    KJ_IF_MAYBE (found, from.findFieldByName(step.name)) field = *found;
    if (!field) return std::nullopt;
    place.type = field->getType();
    place.rule_of = from.getShortDisplayName().cStr();
    if (step.index) {
      if (!place.type.isList() || !place.type.asList().getElementType().isStruct()) return std::nullopt;
      place.type = place.type.asList().getElementType();
    }
    const bool indexed = step.index.has_value();
    place.steps.push_back(std::move(step));
    if (is<schema::NamedTexts>(place.type)) {
      if (path.empty() || !place.language.empty()) return std::nullopt;
      place.steps.push_back({std::string(path), std::nullopt});
      place.type = capnp::schema::Type::TEXT;
      return place;
    }
    if (!place.type.isStruct() || fits_a_cell(place.type)) {
      const bool may_name_language = is<schema::MultilingualText>(place.type);
      if (!path.empty() || indexed || (!place.language.empty() && !may_name_language)) return std::nullopt;
      return place;
    }
    if (path.empty()) return std::nullopt;
    from = place.type.asStruct();
  }
}

bool is_condensed(const capnp::Type& type) {
  if (!type.isList()) return false;
  const auto element = type.asList().getElementType();
  return element.isStruct() && !is<schema::Ref>(element) && !is<schema::Link>(element);
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const auto bar = std::min(text.find('|'), text.size());
    auto item = text.substr(0, bar);
    text.remove_prefix(std::min(bar + 1, text.size()));
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    if (!item.empty()) items.emplace_back(item);
  }
  return items;
}

/// "246 879,07 EUR", "EUR 100", "€ 20".
std::optional<value> money(std::string_view text) {
  constexpr std::string_view euro = "\xE2\x82\xAC";
  std::string amount;
  std::string currency;
  for (std::size_t at = 0; at < text.size();) {
    if (text.substr(at).starts_with(euro)) {
      currency += "EUR";
      at += euro.size();
      continue;
    }
    const char c = text[at++];
    const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    (letter ? currency : amount) += letter && c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  const auto number = plain_decimal(amount);
  if (!number || currency.size() != 3) return std::nullopt;
  return object{{"amount", *number}, {"currency", currency}};
}

std::optional<value> boolean(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (text == "true" || text == "yes" || text == "1") return value(true);
  if (text == "false" || text == "no" || text == "0") return value(nullptr);
  return std::nullopt;
}

std::optional<value> whole_number(std::string_view text) {
  const auto digits = plain_decimal(text);
  constexpr std::size_t digits_max = 18;
  if (!digits || digits->size() > digits_max || digits->find_first_not_of("0123456789") != std::string::npos)
    return std::nullopt;
  return value(static_cast<std::uint64_t>(std::stoull(*digits)));
}

bool holds_days(const Place& place) {
  const auto* rule = protocol::find_rule(place.rule_of, place.steps.back().name);
  if (rule == nullptr) return false;
  using protocol::Shape;
  return rule->shape == Shape::date || rule->shape == Shape::event_time || rule->shape == Shape::period ||
         rule->shape == Shape::date_or_instant;
}

/// What a cell of this type says, as the API takes it; none, and `expected`, if it says nothing that fits.
std::optional<value> read_value(const Place& place, const std::string& text, std::string& expected) {
  const auto& type = place.type;
  if (type.isList()) {
    boost::json::array items;
    for (const auto& item : split(text)) items.emplace_back(item);
    return items;
  }
  if (is<schema::Decimal>(type)) {
    // "n/a" and the like stay: the rules say what may stand there.
    const auto number = plain_decimal(text);
    return value(number ? *number : text);
  }
  if (is<schema::Money>(type)) return expected = "money", money(text);
  if (is<schema::Fee>(type)) {
    auto amount = money(text);
    return amount ? amount : value(text);
  }
  if (type.isBool()) return expected = "boolean", boolean(text);
  if (type.isUInt8() || type.isUInt16() || type.isUInt32() || type.isUInt64())
    return expected = "integer", whole_number(text);
  if (type.isText() && holds_days(place)) return value(plain_dates(text));
  return value(text);
}

/// The object in which the last step's name stands; null if it is not there and `make` is false.
object* holder_of(object& from, const std::vector<Step>& steps, bool make) {
  object* here = &from;
  for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
    if (!make && !here->contains(steps[i].name)) return nullptr;
    auto* next = &(*here)[steps[i].name];
    if (steps[i].index) {
      if (!next->is_array()) {
        if (!make) return nullptr;
        *next = boost::json::array();
      }
      auto& list = next->get_array();
      if (!make && *steps[i].index >= list.size()) return nullptr;
      while (list.size() <= *steps[i].index) list.emplace_back(object());
      next = &list[*steps[i].index];
    }
    if (!next->is_object()) {
      if (!make) return nullptr;
      *next = object();
    }
    here = &next->get_object();
  }
  return here;
}

void put(object& from, std::vector<Step> steps, value what) {
  if (what.is_null()) {
    if (auto* holder = holder_of(from, steps, false)) holder->erase(steps.back().name);
  } else if (auto* holder = holder_of(from, steps, true)) {
    (*holder)[steps.back().name] = std::move(what);
  }
}

std::string language_of(const object& record) {
  const auto* language = record.if_contains("language");
  return language != nullptr && language->is_string() ? std::string(language->get_string()) : std::string();
}

/// Of one language all, the other languages of each keyword stay.
void put_keywords(object& record, const std::string& language, const std::string& text) {
  boost::json::array kept;
  if (const auto* before = record.if_contains(keywords); before != nullptr && before->is_array())
    for (const auto& item : before->get_array()) {
      if (!item.is_object()) continue;
      auto word = item.get_object();
      word.erase(language);
      if (!word.empty()) kept.push_back(std::move(word));
    }
  for (const auto& word : split(text)) kept.push_back(object{{language, word}});
  record[keywords] = std::move(kept);
}

protocol::FieldError fault(const Cell& cell, std::string_view code) {
  protocol::FieldError error{cell.column, std::string(code), {}, {}};
  if (protocol::is_utf8(cell.value))
    error.value = protocol::first_code_points(cell.value, protocol::field_error_value_code_points_max);
  return error;
}

void put_common(object& record, const Cell& cell) {
  const auto point = cell.column.find('.');
  std::vector<Step> steps{{cell.column.substr(0, point), std::nullopt}};
  if (point != std::string::npos) steps.push_back({cell.column.substr(point + 1), std::nullopt});
  const bool day = cell.column == "reviewBy";
  put(record, std::move(steps),
      cell.value.empty() ? value(nullptr) : value(day ? plain_dates(cell.value) : cell.value));
}

bool is_common(std::string_view column) {
  return std::find(common_columns.begin(), common_columns.end(), column) != common_columns.end();
}

bool is_keywords(std::string_view column) {
  return column == keywords || (column.starts_with(keywords) && column.size() > keywords.size() + 1 &&
                                column[keywords.size()] == '_');
}

}  // namespace

ColumnFit column_fit(std::string_view kind, std::string_view column) {
  if (is_common(column) || is_keywords(column)) return ColumnFit::readable;
  if (column.starts_with(content_prefix)) column.remove_prefix(content_prefix.size());
  const auto* schema = schema_of(kind);
  const auto place = schema == nullptr ? std::nullopt : place_of(*schema, column);
  if (!place) return ColumnFit::unknown;
  return is_condensed(place->type) ? ColumnFit::condensed : ColumnFit::readable;
}

std::optional<protocol::FieldError> put_cell(object& record, const Cell& cell) {
  if (is_common(cell.column)) return put_common(record, cell), std::nullopt;
  if (is_keywords(cell.column)) {
    const auto named = cell.column.substr(std::min(keywords.size() + 1, cell.column.size()));
    return put_keywords(record, named.empty() ? language_of(record) : named, cell.value), std::nullopt;
  }
  const auto* kind = record.if_contains("kind");
  const auto* schema = kind != nullptr && kind->is_string() ? schema_of(kind->get_string()) : nullptr;
  std::string_view path = cell.column;
  if (path.starts_with(content_prefix)) path.remove_prefix(content_prefix.size());
  auto place = schema == nullptr ? std::nullopt : place_of(*schema, path);
  if (!place || is_condensed(place->type)) return fault(cell, "unknown_field");
  if (is<schema::MultilingualText>(place->type))
    place->steps.push_back({place->language.empty() ? language_of(record) : place->language, std::nullopt});
  auto& content = record["content"];
  if (!content.is_object()) content = object();
  if (cell.value.empty()) return put(content.get_object(), std::move(place->steps), nullptr), std::nullopt;
  std::string expected;
  auto read = read_value(*place, cell.value, expected);
  if (!read) {
    auto error = fault(cell, "wrong_type");
    error.params.emplace_back("expected", expected);
    return error;
  }
  put(content.get_object(), std::move(place->steps), std::move(*read));
  return std::nullopt;
}

}  // namespace hansa::json
