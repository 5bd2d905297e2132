#include "fields.h"

#include <algorithm>

namespace hansa::http::fields {
namespace {

/// What stands at the beginning of `rest` and must not go into a line: how many bytes, and whether it ends
/// one.
struct Unfit {
  std::size_t bytes = 0;
  bool line_end = false;
};

Unfit unfit_at(std::string_view rest) {
  const auto first = static_cast<unsigned char>(rest.front());
  if (first < 0x20 || first == 0x7F) return {1, first == '\n'};
  if (first == 0xC2 && rest.size() > 1 && static_cast<unsigned char>(rest[1]) < 0xA0)
    return {2, rest[1] == '\x85'};  // C1 controls, of which one is "next line"
  if (rest.starts_with("\xE2\x80\xA8") || rest.starts_with("\xE2\x80\xA9")) return {3, true};
  if (rest.starts_with("\xEF\xBF\xBE") || rest.starts_with("\xEF\xBF\xBF")) return {3, false};
  return {};
}

std::string clean(std::string_view given, char line_end) {
  std::string out;
  while (!given.empty()) {
    const auto unfit = unfit_at(given);
    if (unfit.bytes == 0)
      out += given.front();
    else if (unfit.line_end)
      out += line_end;
    else if (given.front() == '\t')
      out += ' ';
    given.remove_prefix(std::max<std::size_t>(unfit.bytes, 1));
  }
  return out;
}

std::string language_tag(std::string_view given) {
  const bool fits = std::all_of(given.begin(), given.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
  return fits ? std::string(given) : std::string();
}

/// The first of these fields that says anything, in every language.
std::vector<InLanguage> first_in_every_language(const boost::json::object& record,
                                                std::initializer_list<std::string_view> names) {
  for (const auto name : names)
    if (auto found = every_language(inner(record, "content"), name); !found.empty()) return found;
  return {};
}

constexpr auto title_names = {std::string_view("title"), std::string_view("name"),
                              std::string_view("displayName")};
constexpr auto summary_names = {std::string_view("summary"), std::string_view("description"),
                                std::string_view("abstract"), std::string_view("aims"),
                                std::string_view("text")};

}  // namespace

std::string in_one_line(std::string_view text) { return clean(text, ' '); }
std::string in_lines(std::string_view text) { return clean(text, '\n'); }

std::string text(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? in_one_line(value->get_string()) : std::string();
}

std::string address(const boost::json::object& object, std::string_view name) {
  auto found = text(object, name);
  const bool is_http = found.starts_with("https://") || found.starts_with("http://");
  return is_http && found.find_first_of(" \"<>\\^`{|}") == std::string::npos ? found : std::string();
}

const boost::json::object& inner(const boost::json::object& object, std::string_view name) {
  static const boost::json::object none;
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_object() ? value->get_object() : none;
}

std::vector<std::string> list(const boost::json::object& object, std::string_view name) {
  std::vector<std::string> items;
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_array()) return items;
  for (const auto& item : value->get_array())
    if (item.is_string()) items.push_back(in_one_line(item.get_string()));
  return items;
}

std::optional<double> number(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return value->to_number<double>();
}

std::vector<InLanguage> every_language(const boost::json::object& object, std::string_view name) {
  std::vector<InLanguage> texts;
  for (const auto& [language, value] : inner(object, name))
    if (value.is_string()) texts.push_back({language_tag(language), in_lines(value.get_string())});
  return texts;
}

InLanguage original(const std::vector<InLanguage>& texts, std::string_view language) {
  for (const auto& one : texts)
    if (one.language == language) return one;
  return texts.empty() ? InLanguage{} : texts.front();
}

InLanguage original(const boost::json::object& object, std::string_view name, std::string_view language) {
  return original(every_language(object, name), language);
}

std::vector<InLanguage> titles(const boost::json::object& record) {
  return first_in_every_language(record, title_names);
}
std::vector<InLanguage> summaries(const boost::json::object& record) {
  return first_in_every_language(record, summary_names);
}
InLanguage title(const boost::json::object& record) {
  return original(titles(record), text(record, "language"));
}
InLanguage summary(const boost::json::object& record) {
  return original(summaries(record), text(record, "language"));
}

bool is_withdrawn(const boost::json::object& record) { return text(record, "status") == "withdrawn"; }

}  // namespace hansa::http::fields
