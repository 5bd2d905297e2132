// A table as entries: which column is which field, and which rows are one record.

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "../exports/csv.h"
#include "csv_table.h"
#include "encoding.h"
#include "entry.h"
#include "json/table_input.h"
#include "protocol/kinds.h"
#include "table_parts.h"

namespace hansa::http {
namespace {

/// What our own tables say and only the node decides.
constexpr std::array<std::string_view, 10> node_columns = {
    "status",  "withdrawnReason", "replacedBy", "version",   "contentState",
    "created", "modified",        "partner",    "partnerId", "partnerCountry"};
constexpr std::array<std::string_view, 6> identity_columns = {
    "id", "kind", "language", "importedFrom.system", "importedFrom.id", "importedFrom.when"};
constexpr std::string_view leave_out = "-";

template <class List>
bool contains(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

char separator_named(const std::string& name) {
  if (name == "comma") return ',';
  if (name == "semicolon") return ';';
  return name == "tab" ? '\t' : '\0';
}

/// Kinds of the table's records: a column that is a field of any of them is known.
std::set<std::string> kinds_in(const CsvTable& table, const std::vector<std::string>& columns,
                               const ImportOptions& options) {
  std::set<std::string> kinds;
  if (!options.kind.empty()) kinds.insert(options.kind);
  const auto at =
      static_cast<std::size_t>(std::find(columns.begin(), columns.end(), "kind") - columns.begin());
  for (const auto& row : table.rows)
    if (at < row.cells.size() && protocol::record_kind(row.cells[at])) kinds.insert(row.cells[at]);
  return kinds;
}

bool is_known(const std::set<std::string>& kinds, const std::string& column) {
  return contains(node_columns, column) || contains(identity_columns, column) ||
         is_criterion_column(column) || std::any_of(kinds.begin(), kinds.end(), [&](const auto& kind) {
           return json::column_fit(kind, column) != json::ColumnFit::unknown;
         });
}

class Columns {
 public:
  /// What is wrong with them, if anything is.
  std::optional<json::Problem> read(const CsvTable& table, const ImportOptions& options) {
    const auto& head = table.rows.front();
    std::map<std::string, std::string> mapped;
    for (const auto& text : options.map)
      if (auto pair = split_pair(text)) mapped.insert(std::move(*pair));
    for (auto name : head.cells) {
      while (name.starts_with(' ')) name.erase(0, 1);
      while (name.ends_with(' ')) name.pop_back();
      const auto found = mapped.find(name);
      headers_.push_back(name);
      names_.push_back(found == mapped.end() ? name : found->second);
      if (found != mapped.end()) used_.insert(name);
    }
    for (const auto& [theirs, ours] : mapped)
      if (!used_.contains(theirs))
        return malformed_document("line " + std::to_string(head.line) + ": there is no column \"" + theirs +
                                  "\" that could be mapped");
    return choose(kinds_in(table, names_, options), head.line);
  }
  /// Empty: nothing is read from it.
  const std::vector<std::string>& names() const { return names_; }
  const std::vector<std::string>& unknown() const { return unknown_; }

 private:
  std::optional<json::Problem> choose(const std::set<std::string>& kinds, std::size_t line) {
    std::set<std::string> taken;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      auto& name = names_[i];
      if (name == leave_out || name.empty()) {
        name.clear();
        continue;
      }
      const bool was_mapped = used_.contains(headers_[i]);
      if (!is_known(kinds, name)) {
        if (was_mapped)
          return malformed_document("line " + std::to_string(line) + ": \"" + headers_[i] +
                                    "\" is mapped to \"" + name + "\", which no record of the document has");
        unknown_.push_back(headers_[i]);
        name.clear();
      } else if (!taken.insert(name).second) {
        return malformed_document("line " + std::to_string(line) + ": two columns are \"" + name + "\"");
      }
    }
    return std::nullopt;
  }

  std::vector<std::string> headers_;
  std::vector<std::string> names_;
  std::vector<std::string> unknown_;
  std::set<std::string> used_;  ///< headers that were mapped
};

void identify(ImportEntry& entry, const std::map<std::string, std::string>& named,
              const ImportOptions& options) {
  const auto text = [&](const char* name, const std::string& otherwise) {
    const auto found = named.find(name);
    return found == named.end() || found->second.empty() ? otherwise : found->second;
  };
  const auto put = [&](const char* name, const std::string& value) {
    if (!value.empty()) entry.record[name] = value;
  };
  put("id", text("id", ""));
  put("kind", text("kind", options.kind));
  put("language", text("language", options.language));
  if (!entry.record.contains("kind")) entry.faults.push_back({"kind", "required", {}, {}});
  if (const auto id = text("importedFrom.id", ""); !id.empty()) {
    const auto system = text("importedFrom.system", options.system);
    entry.record["importedFrom"] = boost::json::object{{"system", system}, {"id", id}};
    if (system.empty()) entry.faults.push_back({"importedFrom.system", "required", {}, {}});
  }
  if (text("status", "") == "withdrawn") entry.skip = "withdrawn_there";
}

ImportEntry entry_of(const CsvTable::Row& row, const std::vector<std::string>& columns,
                     const ImportOptions& options) {
  ImportEntry entry;
  entry.line = row.line;
  std::map<std::string, std::string> named;
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    if (i >= columns.size()) {
      if (!row.cells[i].empty())
        entry.faults.push_back(
            {"", "too_many_cells", {{"max", static_cast<std::int64_t>(columns.size())}}, {}});
      break;
    }
    const auto& column = columns[i];
    if (column.empty()) continue;
    auto value = unguarded(row.cells[i]);
    if (contains(node_columns, column) || contains(identity_columns, column))
      named[column] = std::move(value);
    else
      entry.cells.push_back({column, std::move(value)});
  }
  identify(entry, named, options);
  return entry;
}

/// Rows of one record follow one another.
bool goes_on(const ImportEntry& before, const ImportEntry& after) {
  const auto* criterion = find_cell(after.cells, "criterion");
  const auto* id = after.record.if_contains("id");
  const auto* from = after.record.if_contains("importedFrom");
  if (criterion == nullptr || criterion->empty() || (id == nullptr && from == nullptr)) return false;
  const auto same = [&](const char* name) {
    const auto* one = before.record.if_contains(name);
    const auto* other = after.record.if_contains(name);
    return (one == nullptr) == (other == nullptr) && (one == nullptr || *one == *other);
  };
  return same("id") && same("importedFrom");
}

}  // namespace

ReadDocument read_csv_document(std::string_view bytes, const ImportOptions& options) {
  auto decoded = decode_text(bytes, options.encoding);
  if (!decoded) return decoded.error();
  auto table = read_csv(decoded->text, separator_named(options.separator));
  if (!table) return table.error();
  ImportDocument document;
  document.encoding = decoded->encoding;
  document.encoding_sure = decoded->sure;
  document.separator = table->separator;
  if (table->rows.empty()) return malformed_document("line 1: there is no line that names the columns");
  Columns columns;
  if (auto problem = columns.read(*table, options)) return std::move(*problem);
  document.unknown = columns.unknown();
  std::vector<std::vector<json::Cell>> rows;  // of the entry that is being made
  const auto finish = [&] {
    if (!rows.empty()) document.entries.back().cells = merged_rows(std::move(rows));
    rows.clear();
  };
  for (std::size_t i = 1; i < table->rows.size(); ++i) {
    auto entry = entry_of(table->rows[i], columns.names(), options);
    if (document.entries.empty() || !goes_on(document.entries.back(), entry)) {
      finish();
      rows.push_back(std::move(entry.cells));
      document.entries.push_back(std::move(entry));
    } else {
      rows.push_back(std::move(entry.cells));
      auto& faults = document.entries.back().faults;
      faults.insert(faults.end(), entry.faults.begin(), entry.faults.end());
    }
  }
  finish();
  return document;
}

}  // namespace hansa::http
