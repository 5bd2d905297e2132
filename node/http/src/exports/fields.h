#pragma once
// Small readings of a record in the API's JSON, for the writers of other formats. What came from another node
// may have any shape: a field that is not what it should be is as good as none, and no text brings in a
// character that is a line end, or forbidden, in some format (RFC 5545, 3.1; XML 1.0, 2.2). Pure; any thread.

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hansa::http::fields {

/// What can stand in any format: no line end, no character that is forbidden somewhere.
std::string in_one_line(std::string_view text);
/// The same in lines, which LF ends.
std::string in_lines(std::string_view text);

/// Text of a field, in one line; empty if there is none.
std::string text(const boost::json::object& object, std::string_view name);
/// The same if it is an http(s) address without spaces, quotes and angle brackets; else empty.
std::string address(const boost::json::object& object, std::string_view name);
/// An object inside; an empty one if there is none.
const boost::json::object& inner(const boost::json::object& object, std::string_view name);
/// The items of a list that are texts, each in one line.
std::vector<std::string> list(const boost::json::object& object, std::string_view name);
/// A decimal number; none if there is none.
std::optional<double> number(const boost::json::object& object, std::string_view name);

struct InLanguage {
  std::string language;  ///< BCP 47; empty if what stands there cannot be one
  std::string text;      ///< may have several lines, which LF ends
};
/// The one of this language, the original's, else the first; nothing of nothing.
InLanguage original(const std::vector<InLanguage>& texts, std::string_view language);
/// The same of a multilingual text.
InLanguage original(const boost::json::object& object, std::string_view name, std::string_view language);
/// All of it, in the author's order.
std::vector<InLanguage> every_language(const boost::json::object& object, std::string_view name);

/// The title in every language, by whichever name its kind has it: title, name or displayName.
std::vector<InLanguage> titles(const boost::json::object& record);
/// The summary, description, abstract, aims or text, in every language.
std::vector<InLanguage> summaries(const boost::json::object& record);
/// Of these the original, else the first.
InLanguage title(const boost::json::object& record);
InLanguage summary(const boost::json::object& record);

bool is_withdrawn(const boost::json::object& record);

}  // namespace hansa::http::fields
