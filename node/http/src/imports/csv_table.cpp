#include "csv_table.h"

#include <csv.h>

#include <algorithm>
#include <array>
#include <new>
#include <utility>

#include "entry.h"

namespace hansa::http {
namespace {

constexpr int between_rows = 0;  // libcsv's ROW_NOT_BEGUN

int no_character(unsigned char) { return 0; }

std::string_view first_line(std::string_view text) {
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '"') quoted = !quoted;
    if (!quoted && (text[at] == '\n' || text[at] == '\r')) return text.substr(0, at);
  }
  return text;
}

/// What occurs most often outside quotes; a comma if nothing does.
char separator_of(std::string_view line) {
  constexpr std::array<char, 3> possible = {',', ';', '\t'};
  std::array<std::size_t, possible.size()> counts{};
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    for (std::size_t i = 0; !quoted && i < possible.size(); ++i)
      if (c == possible[i]) ++counts[i];
  }
  return possible[static_cast<std::size_t>(std::max_element(counts.begin(), counts.end()) - counts.begin())];
}

class Reading {
 public:
  explicit Reading(char separator) {
    table_.separator = separator;
    csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL);
    csv_set_delim(&parser_, static_cast<unsigned char>(separator));
    csv_set_space_func(&parser_, no_character);  // spaces belong to a value
  }
  ~Reading() { csv_free(&parser_); }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

  protocol::Outcome<CsvTable, json::Problem> run(std::string_view text, std::size_t line) {
    // A line of the document at a time, so that every row knows where it began.
    for (line_ = line; !text.empty() && !too_large_; ++line_) {
      const auto end = text.find_first_of("\r\n");
      auto size = end == std::string_view::npos ? text.size() : end + 1;
      if (text.substr(0, size).ends_with('\r') && text.substr(size).starts_with('\n')) ++size;
      if (!in_row_) row_.line = line_;
      in_row_ = true;
      if (csv_parse(&parser_, text.data(), size, &Reading::cell, &Reading::row, this) != size) return fault();
      if (parser_.pstate == between_rows) in_row_ = false;  // also behind an empty line
      text.remove_prefix(size);
    }
    if (!too_large_ && csv_fini(&parser_, &Reading::cell, &Reading::row, this) != 0) return fault();
    if (too_large_)
      return document_too_large(std::to_string(import_entries_max) + " rows of at most " +
                                std::to_string(csv_columns_max) + " cells, " + std::to_string(csv_cells_max) +
                                " cells in all");
    return std::move(table_);
  }

 private:
  static void cell(void* bytes, std::size_t size, void* self) {
    auto& reading = *static_cast<Reading*>(self);
    if (reading.too_large_) return;
    std::string value(static_cast<const char*>(bytes), size);
    // Lines within a cell end as texts' do.
    for (auto at = value.find('\r'); at != std::string::npos; at = value.find('\r', at))
      value.replace(at, value.compare(at, 2, "\r\n") == 0 ? 2 : 1, "\n");
    reading.row_.cells.push_back(std::move(value));
    reading.too_large_ = reading.row_.cells.size() > csv_columns_max || ++reading.cells_ > csv_cells_max;
  }

  static void row(int, void* self) {
    auto& reading = *static_cast<Reading*>(self);
    reading.in_row_ = false;
    auto row = std::exchange(reading.row_, {});
    const bool blank =
        std::all_of(row.cells.begin(), row.cells.end(), [](const auto& value) { return value.empty(); });
    if (blank) return;
    if (reading.table_.rows.size() > import_entries_max) reading.too_large_ = true;
    if (!reading.too_large_) reading.table_.rows.push_back(std::move(row));
  }

  json::Problem fault() {
    if (csv_error(&parser_) == CSV_ENOMEM) throw std::bad_alloc();
    return malformed_document("line " + std::to_string(row_.line == 0 ? line_ : row_.line) +
                              ": a quotation mark stands where none may, or is not closed");
  }

  csv_parser parser_{};
  CsvTable table_;
  CsvTable::Row row_;
  std::size_t line_ = 1;
  std::size_t cells_ = 0;
  bool in_row_ = false;
  bool too_large_ = false;
};

}  // namespace

protocol::Outcome<CsvTable, json::Problem> read_csv(std::string_view text, char separator) {
  if (text.find('\0') != std::string_view::npos)
    return malformed_document("it holds a NUL character: it is no text, or of another encoding");
  constexpr std::string_view told = "sep=";
  std::size_t line = 1;
  if (const auto head = first_line(text); head.starts_with(told) && head.size() == told.size() + 1) {
    if (separator == 0) separator = head.back();
    text.remove_prefix(head.size());
    text.remove_prefix(text.starts_with("\r\n") ? 2 : std::min<std::size_t>(text.size(), 1));
    line = 2;
  }
  const auto from = std::min(text.find_first_not_of("\r\n"), text.size());
  if (separator == 0) separator = separator_of(first_line(text.substr(from)));
  if (separator == '"' || separator == '\r' || separator == '\n' ||
      static_cast<unsigned char>(separator) >= 0x80)
    return malformed_document("line 1: this cannot separate cells");
  Reading reading(separator);
  return reading.run(text, line);
}

}  // namespace hansa::http
