#pragma once
// A content as named cells, for tables: one cell for a plain field, one for each language of a text. Pure;
// any thread.

#include <string>
#include <vector>

#include "protocol/content.h"

namespace hansa::json {

struct Cell {
  std::string column;  ///< "level", "title_lv", "venue.locality"
  std::string value;
  friend bool operator==(const Cell&, const Cell&) = default;
};

/// In the order of the schema; fields that say nothing have no cell, nor has a text in what is no language.
/// The values of a list stand in one cell, separated by "|"; the parts of one of its structs by ", ", and of
/// texts in them the original or the first. Money is "246879.07 EUR". Nothing of a kind that is not
/// understood.
std::vector<Cell> content_cells(const protocol::ContentReader& content);

/// The same as lines of a table: one, or of an assessment with scores one for each criterion, with the cells
/// "criterion", "score" and "note_lv" in place of "scores".
std::vector<std::vector<Cell>> content_rows(const protocol::ContentReader& content);

}  // namespace hansa::json
