#include "json/content_table.h"

#include <capnp/dynamic.h>

#include <algorithm>
#include <optional>

#include "protocol/code_lists.h"
#include "protocol/ids.h"

namespace hansa::json {
namespace {

namespace schema = protocol::schema;
using capnp::DynamicList;
using capnp::DynamicStruct;
using capnp::DynamicValue;

constexpr std::string_view between_values = "|";
constexpr std::string_view between_parts = ", ";
constexpr unsigned parts_max = 20;  // of a list whose parts have columns of their own

std::string_view view(capnp::Text::Reader text) { return {text.cStr(), text.size()}; }

void append(std::string& all, std::string_view separator, const std::string& one) {
  if (one.empty()) return;
  if (!all.empty()) all += separator;
  all += one;
}

template <class Struct>
bool is(DynamicStruct::Reader value) {
  return value.getSchema() == capnp::Schema::from<Struct>();
}

std::string record_text(capnp::Data::Reader record) {
  const auto id = protocol::record_id_from_bytes({record.begin(), record.size()});
  return id ? protocol::to_text(*id) : std::string();
}

std::string money_text(schema::Money::Reader money) {
  std::string text(view(money.getAmount()));
  append(text, " ", std::string(view(money.getCurrency())));
  return text;
}

class Table {
 public:
  explicit Table(std::string language) : language_(std::move(language)) {}
  std::vector<Cell> take() && { return std::move(cells_); }

  void add_struct(DynamicStruct::Reader value, const std::string& prefix) {
    for (const auto field : value.getSchema().getNonUnionFields()) {
      const auto type = field.getType();
      if ((type.isStruct() || type.isList() || type.isText() || type.isData()) && !value.has(field)) continue;
      add(value.get(field), prefix + field.getProto().getName().cStr());
    }
  }

  void add(DynamicValue::Reader value, const std::string& column) {
    if (value.getType() == DynamicValue::LIST) {
      const auto list = value.as<DynamicList>();
      if (holds<schema::MultilingualText>(list)) return add_texts(list, column);
      if (holds<schema::Result>(list)) return add_parts(list, column);
    }
    if (value.getType() != DynamicValue::STRUCT) return add_cell(column, text_of(value));
    const auto inner = value.as<DynamicStruct>();
    if (is<schema::MultilingualText>(inner)) {
      for (const auto entry : inner.as<schema::MultilingualText>().getEntries())
        if (protocol::is_language(view(entry.getLanguage())))
          add_cell(column + '_' + std::string(view(entry.getLanguage())), std::string(view(entry.getText())));
    } else if (is<schema::NamedTexts>(inner)) {
      for (const auto entry : inner.as<schema::NamedTexts>().getEntries())
        add_cell(column + '.' + std::string(view(entry.getName())), std::string(view(entry.getText())));
    } else if (const auto text = special_text(inner)) {
      add_cell(column, *text);
    } else {
      add_struct(inner, column + '.');
    }
  }

 private:
  template <class Struct>
  static bool holds(DynamicList::Reader list) {
    return list.getSchema().getElementType().isStruct() &&
           list.getSchema().getStructElementType() == capnp::Schema::from<Struct>();
  }

  /// Results: each of their numbers in a cell of its own, so that spreadsheets reckon with them. What is more
  /// than our rules allow, in one.
  void add_parts(DynamicList::Reader list, const std::string& column) {
    std::string rest;
    for (unsigned i = 0; i < list.size(); ++i) {
      const auto part = list[i].as<DynamicStruct>();
      if (i < parts_max)
        add_struct(part, column + '[' + std::to_string(i) + "].");
      else
        append(rest, between_values, struct_text(part));
    }
    add_cell(column, std::move(rest));
  }

  /// Keywords: one cell a language, with all that have it.
  void add_texts(DynamicList::Reader list, const std::string& column) {
    for (const auto item : list)
      for (const auto entry : item.as<schema::MultilingualText>().getEntries()) {
        if (!protocol::is_language(view(entry.getLanguage()))) continue;
        const auto name = column + '_' + std::string(view(entry.getLanguage()));
        auto cell =
            std::find_if(cells_.begin(), cells_.end(), [&](const Cell& one) { return one.column == name; });
        if (cell == cells_.end()) cell = cells_.insert(cells_.end(), Cell{name, {}});
        append(cell->value, between_values, std::string(view(entry.getText())));
      }
  }

  void add_cell(const std::string& column, std::string value) {
    if (!value.empty()) cells_.push_back({column, std::move(value)});
  }

  static std::optional<std::string> special_text(DynamicStruct::Reader value) {
    if (is<schema::Ref>(value)) return record_text(value.as<schema::Ref>().getRecord());
    if (is<schema::Decimal>(value)) return std::string(view(value.as<schema::Decimal>().getDigits()));
    if (is<schema::Money>(value)) return money_text(value.as<schema::Money>());
    if (is<schema::Link>(value)) {
      const auto link = value.as<schema::Link>();
      return link.hasRecord() ? record_text(link.getRecord()) : std::string(view(link.getUrl()));
    }
    if (is<schema::Fee>(value)) {
      const auto fee = value.as<schema::Fee>();
      return fee.hasAmount() ? money_text(fee.getAmount()) : std::string(view(fee.getCode()));
    }
    return std::nullopt;
  }

  /// The original, or the first there is.
  std::string text_in_original(schema::MultilingualText::Reader text) const {
    const auto entries = text.getEntries();
    for (const auto entry : entries)
      if (view(entry.getLanguage()) == language_) return std::string(view(entry.getText()));
    return entries.size() > 0 ? std::string(view(entries[0].getText())) : std::string();
  }

  std::string text_of(DynamicValue::Reader value) const {
    switch (value.getType()) {
      case DynamicValue::TEXT:
        return std::string(view(value.as<capnp::Text>()));
      case DynamicValue::DATA: {
        const auto bytes = value.as<capnp::Data>();
        return protocol::to_hex({bytes.begin(), bytes.size()});
      }
      case DynamicValue::BOOL:
        return value.as<bool>() ? "true" : "";
      case DynamicValue::UINT:
        return value.as<std::uint64_t>() == 0 ? "" : std::to_string(value.as<std::uint64_t>());
      case DynamicValue::LIST: {
        std::string all;
        for (const auto item : value.as<DynamicList>()) append(all, between_values, text_of(item));
        return all;
      }
      case DynamicValue::STRUCT:
        return struct_text(value.as<DynamicStruct>());
      default:
        return {};
    }
  }

  std::string struct_text(DynamicStruct::Reader value) const {
    if (is<schema::MultilingualText>(value)) return text_in_original(value.as<schema::MultilingualText>());
    if (const auto text = special_text(value)) return *text;
    std::string all;
    for (const auto field : value.getSchema().getNonUnionFields())
      append(all, between_parts, text_of(value.get(field)));
    return all;
  }

  std::string language_;
  std::vector<Cell> cells_;
};

}  // namespace

std::vector<Cell> content_cells(const protocol::ContentReader& content) {
  if (!content.understood()) return {};
  const auto root = content.root();
  Table table(std::string(view(root.getLanguage())));
  if (const auto body = content.body()) table.add_struct(*body, "");
  table.add(capnp::toDynamic(root).get("keywords"), "keywords");
  return std::move(table).take();
}

std::vector<std::vector<Cell>> content_rows(const protocol::ContentReader& content) {
  auto cells = content_cells(content);
  if (!content.understood() || !content.root().getBody().isResponse()) return {std::move(cells)};
  const auto scores = content.root().getBody().getResponse().getScores();
  if (scores.size() == 0) return {std::move(cells)};
  std::erase_if(cells, [](const Cell& cell) { return cell.column == "scores"; });
  std::vector<std::vector<Cell>> rows;
  for (const auto score : scores) {
    Table table(std::string(view(content.root().getLanguage())));
    table.add_struct(capnp::toDynamic(score), "");
    auto row = cells;
    for (auto& cell : std::move(table).take()) row.push_back(std::move(cell));
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace hansa::json
