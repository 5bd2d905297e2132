#pragma once
// An assessment stands in a table with a line for each criterion; as one entry it has "scores[0].criterion",
// "scores[0].score" and "scores[0].note_lv" instead. Pure; any thread.

#include <string_view>
#include <vector>

#include "json/content_table.h"

namespace hansa::http {

/// "criterion", "score", "note_lv".
bool is_criterion_column(std::string_view column);
/// The rows of one record as its cells; of other columns the first row counts.
std::vector<json::Cell> merged_rows(std::vector<std::vector<json::Cell>> rows);

}  // namespace hansa::http
