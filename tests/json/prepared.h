#pragma once
// One step from JSON to what an author's node would seal, for tests.

#include <string>
#include <string_view>

#include "json/record_input.h"
#include "json/record_json.h"
#include "record_samples.h"

namespace samples {

inline hansa::protocol::Outcome<hansa::json::PreparedRecord, hansa::json::Problem> prepare(
    const boost::json::object& record) {
  auto input = hansa::json::read_record(boost::json::value(record));
  if (!input) return input.error();
  return hansa::json::prepare(std::move(*input),
                              {.now_ms = now_ms, .organisation = {}, .attribution = "Agency"}, {});
}

/// "content.title.lv too_long, …" of all errors; empty if it may be published.
inline std::string errors_of(const boost::json::object& record) {
  const auto prepared = prepare(record);
  if (prepared) return {};
  std::string all;
  for (const auto& error : prepared.error().errors)
    all += (all.empty() ? "" : ", ") + error.field + ' ' + error.code;
  return all;
}

/// The same with one field of the content set, given as JSON.
inline std::string errors_with(boost::json::object record, std::string_view field, boost::json::value value) {
  content_of(record)[field] = std::move(value);
  return errors_of(record);
}
inline std::string errors_with_common(boost::json::object record, std::string_view field,
                                      boost::json::value value) {
  record[field] = std::move(value);
  return errors_of(record);
}
/// The same with these fields of the content set.
inline boost::json::object with(boost::json::object record, std::string_view content_json) {
  for (const auto& [name, field] : parse(content_json)) content_of(record)[name] = field;
  return record;
}
inline boost::json::object without(boost::json::object record, std::string_view field) {
  content_of(record).erase(field);
  return record;
}

inline std::string repeated(std::string_view unit, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += unit;
  return text;
}

/// {"lv": text}
inline boost::json::object in(std::string_view language, std::string_view text) {
  boost::json::object object;
  object[language] = text;
  return object;
}

inline boost::json::array copies(const boost::json::value& item, std::size_t count) {
  boost::json::array array;
  for (std::size_t i = 0; i < count; ++i) array.push_back(item);
  return array;
}

/// What the API would show of a record that was prepared and read back.
inline hansa::json::ContentJson shown(const hansa::json::PreparedRecord& prepared) {
  auto read = hansa::protocol::read_content(prepared.content);
  if (!read) return {};
  return hansa::json::content_json(*read);
}

}  // namespace samples
