#include "table_parts.h"

#include <algorithm>

namespace hansa::http {

bool is_criterion_column(std::string_view column) {
  return column == "criterion" || column == "score" || column.starts_with("note_");
}

std::vector<json::Cell> merged_rows(std::vector<std::vector<json::Cell>> rows) {
  std::vector<json::Cell> cells;
  std::size_t number = 0;
  for (auto& row : rows) {
    const bool scored = std::any_of(row.begin(), row.end(), [](const auto& cell) {
      return is_criterion_column(cell.column) && !cell.value.empty();
    });
    for (auto& cell : row) {
      if (!is_criterion_column(cell.column)) {
        if (&row == &rows.front()) cells.push_back(std::move(cell));
      } else if (scored) {
        cells.push_back({"scores[" + std::to_string(number) + "]." + cell.column, std::move(cell.value)});
      }
    }
    if (scored) ++number;
  }
  return cells;
}

}  // namespace hansa::http
