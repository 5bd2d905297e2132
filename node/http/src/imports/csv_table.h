#pragma once
// A table as its lines and cells (RFC 4180, with any of the usual separators). Pure; any thread.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "json/problem.h"
#include "protocol/outcome.h"

namespace hansa::http {

inline constexpr std::size_t csv_columns_max = 1'000;
inline constexpr std::size_t csv_cells_max = 2'000'000;

struct CsvTable {
  struct Row {
    std::size_t line = 0;  ///< where it begins in the document, from 1
    std::vector<std::string> cells;
  };
  char separator = ',';
  std::vector<Row> rows;  ///< the first one names the columns; rows without any text are left out
};

/// `text`: UTF-8. `separator`: 0 to find out, by a line "sep=;" as spreadsheets have it, or else by the first
/// line. Problems: malformed_document (422) with the line, too_large (413).
protocol::Outcome<CsvTable, json::Problem> read_csv(std::string_view text, char separator);

}  // namespace hansa::http
