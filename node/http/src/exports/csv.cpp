#include "csv.h"

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "fields.h"

namespace hansa::http {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool is_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const auto point = text.find('.');
  const auto digits = [](std::string_view part) {
    return !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
  };
  return digits(text.substr(0, point)) && (point == std::string_view::npos || digits(text.substr(point + 1)));
}

bool begins_formula(std::string_view value) {
  constexpr std::string_view signs = "=+-@\t\r\n";
  // Full-width signs are taken for the plain ones, too.
  constexpr std::string_view wide_signs[] = {"\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0"};
  return !value.empty() && (signs.find(value.front()) != std::string_view::npos ||
                            std::any_of(std::begin(wide_signs), std::end(wide_signs),
                                        [&](auto sign) { return value.starts_with(sign); }));
}

std::string guarded(const std::string& value) {
  return begins_formula(value) && !is_number(value) ? "'" + value : value;
}

void append_field(std::string& line, const std::string& value, char separator) {
  const std::string special = std::string("\"\r\n") + separator;
  const bool spaces = !value.empty() && (value.front() == ' ' || value.back() == ' ');
  if (value.find_first_of(special) == std::string::npos && !spaces) {
    line += value;
    return;
  }
  line += '"';
  for (const char letter : value) {
    if (letter == '"') line += '"';
    line += letter;
  }
  line += '"';
}

void append_line(std::string& text, const std::vector<std::string>& values, char separator) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) text += separator;
    append_field(text, guarded(values[i]), separator);
  }
  text += "\r\n";
}

/// What all kinds have. Every record has all of these columns, so that the first ones always stand the same.
std::vector<json::Cell> common_cells(const boost::json::object& record) {
  std::vector<json::Cell> row;
  const auto add = [&](const std::string& column, const boost::json::object& from, const char* name) {
    const auto* value = from.if_contains(name);
    const bool simple = value != nullptr && !value->is_null() && !value->is_string();
    row.push_back({column, simple ? boost::json::serialize(*value) : fields::text(from, name)});
  };
  for (const auto* name :
       {"id", "kind", "status", "withdrawnReason", "replacedBy", "version", "contentState", "visibility",
        "language", "licence", "attribution", "source", "reviewBy", "publisher", "created", "modified"})
    add(name, record, name);
  add("partner", fields::inner(record, "partner"), "name");
  add("partnerId", fields::inner(record, "partner"), "id");
  add("partnerCountry", fields::inner(record, "partner"), "country");
  const auto& imported = fields::inner(record, "importedFrom");
  add("importedFrom.system", imported, "system");
  add("importedFrom.id", imported, "id");
  add("importedFrom.when", imported, "when");
  return row;
}

}  // namespace

std::string unguarded(const std::string& value) {
  return value.starts_with('\'') && begins_formula(std::string_view(value).substr(1)) ? value.substr(1)
                                                                                      : value;
}

std::vector<std::vector<json::Cell>> table_rows(const Exported& record) {
  const auto common = common_cells(record.json);
  if (record.content == nullptr) return {common};
  const auto is_restricted = [](const json::Cell& cell) {
    return cell.column == "restricted" && cell.value == "true";
  };
  std::vector<std::vector<json::Cell>> rows;
  for (auto& cells : json::content_rows(*record.content)) {
    auto row = common;
    const bool restricted = std::any_of(cells.begin(), cells.end(), is_restricted);
    for (auto& cell : cells) {
      if (restricted && cell.column == "onlineUrl") continue;
      // The common fields have these names already.
      const bool taken = std::any_of(common.begin(), common.end(),
                                     [&](const auto& one) { return one.column == cell.column; });
      if (taken) cell.column = "content." + cell.column;
      row.push_back(std::move(cell));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

CsvWriter::CsvWriter(char separator) : separator_(separator) {
  for (const auto& cell : common_cells({})) (void)column_of(cell.column);  // an empty table has its head, too
}

void CsvWriter::add(const Exported& record) {
  for (const auto& row : table_rows(record)) add_row(row);
}

std::size_t CsvWriter::column_of(const std::string& name) {
  const auto [place, is_new] = places_.emplace(name, columns_.size());
  if (is_new) {
    columns_.push_back(name);
    bytes_ += name.size();
  }
  return place->second;
}

void CsvWriter::add_row(const std::vector<json::Cell>& cells) {
  std::vector<Field> row;
  for (const auto& cell : cells) {
    row.push_back({column_of(cell.column), cell.value});
    bytes_ += cell.value.size();
  }
  rows_.push_back(std::move(row));
}

std::string CsvWriter::end() {
  std::string text(byte_order_mark);
  append_line(text, columns_, separator_);
  for (auto& row : rows_) {
    std::vector<std::string> values(columns_.size());
    for (auto& field : row) values[field.column] = std::move(field.value);
    append_line(text, values, separator_);
    row = {};  // so that the table does not stand in memory twice
  }
  return text;
}

}  // namespace hansa::http
