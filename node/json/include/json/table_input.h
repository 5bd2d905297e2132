#pragma once
// A table's cells as parts of a record: the way back from json/content_table.h, with the same columns. Pure;
// any thread.

#include <boost/json/object.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "json/content_table.h"
#include "protocol/field_error.h"

namespace hansa::json {

inline constexpr std::size_t column_list_items_max = 100;  ///< "places[99].name" is the last one

enum class ColumnFit {
  readable,
  condensed,  ///< a list of parts in one cell, for the eye: its parts are read from columns as
              ///< "places[0].name"
  unknown,
};

/// What a column is to records of `kind`: a field of the content by its path ("level", "title_lv",
/// "venue.locality", "results[0].label_lv", "fields.title"), what all kinds have ("licence", "keywords_lv",
/// "importedFrom.id"), or, where both have the name, the content's with "content." in front. "title" without
/// a language is in the record's.
ColumnFit column_fit(std::string_view kind, std::string_view column);

/// Puts a cell into `record`, which has its `kind` and, for columns without one, its `language`, in place of
/// what stood there; an empty value takes that away. Values are as content_cells() writes them, or as sheets
/// have them: a decimal comma and spaces in numbers ("246 879, 07 EUR"), yes and no, days as 31.12.2009. The
/// error: unknown_field, or wrong_type with what is expected.
std::optional<protocol::FieldError> put_cell(boost::json::object& record, const Cell& cell);

/// "246 879, 07" → "246879.07". Spaces of any kind are dropped; of a point and a comma the last one begins
/// the decimals, and one that occurs twice separates thousands. None if what remains is no number.
std::optional<std::string> plain_decimal(std::string_view text);

/// Dates in it as ISO 8601 has them: "31.12.2009" → "2009-12-31", "12.02.2026 16:30" → "2026-02-12T16:30",
/// "08.2009 - 12.2009" → "2009-08/2009-12". What is no date stays as it is.
std::string plain_dates(std::string_view text);

}  // namespace hansa::json
