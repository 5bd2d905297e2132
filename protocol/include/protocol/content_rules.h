#pragma once
// The rule of every field of schema/content.capnp, as a table: what binds an author, and what the API's
// description says of each field. Constant; any thread.

#include <cstdint>
#include <span>
#include <string_view>

#include "protocol/code_lists.h"

namespace hansa::protocol {

/// What the text of a field must look like.
enum class Shape : std::uint8_t {
  plain,  ///< Any text within its limits
  code,   ///< One of a list
  url,
  https_url,
  email,
  phone,
  language,
  date,  ///< EDTF level 0
  date_or_instant,
  event_time,  ///< date or local time
  period,
  decimal,
  nuts,
  lau,
  slug,
  timezone,
  media_type,
  doi,
  isbn,
};

struct Rule {
  std::string_view field;  ///< "Struct.field", the names of the schema
  bool required = false;
  Shape shape = Shape::plain;
  const CodeList* codes = nullptr;
  std::uint32_t min = 0;  ///< Code points of a text (of each language); least value of a number
  std::uint32_t max = 0;
  std::uint32_t items_min = 0;  ///< Of a list
  std::uint32_t items_max = 0;
  bool prose = false;  ///< Free text, searched for personal data
};

std::span<const Rule> content_rules();
/// The rule of a field: every field has one, except those that only this program sets. Null if there is none.
const Rule* find_rule(std::string_view structure, std::string_view field);

}  // namespace hansa::protocol
