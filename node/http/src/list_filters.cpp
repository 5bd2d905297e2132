#include "list_filters.h"

#include "protocol/code_lists.h"

namespace hansa::http {
namespace {

using protocol::CodeList;
using protocol::FieldError;

std::string joined(const CodeList& list) {
  std::string text;
  for (const auto code : list.codes) text.append(text.empty() ? "" : ", ").append(code);
  return text;
}

std::optional<FieldError> bad_code(const std::string& name, const std::set<std::string>& values,
                                   const CodeList& list, const std::function<Facets()>& in_use) {
  for (const auto& value : values) {
    if (list.contains(value)) continue;
    const auto facets = in_use();
    const auto facet = facets.find(name);
    if (facet == facets.end() || !facet->second.contains(value))
      return FieldError{
          name, "unknown_code", {{"list", std::string(list.name)}, {"allowed", joined(list)}}, value};
  }
  return std::nullopt;
}

}  // namespace

std::optional<FieldError> bad_filter(const ListQuery& query, const std::function<Facets()>& in_use) {
  namespace lists = protocol::code_lists;
  if (auto bad = bad_code("kind", query.kinds, lists::kinds, in_use)) return bad;
  if (auto bad = bad_code("theme", query.themes, lists::themes, in_use)) return bad;
  if (auto bad = bad_code("country", query.countries, lists::countries, in_use)) return bad;
  for (const auto& value : query.partners)
    if (!protocol::parse_partner_id(value))
      return FieldError{
          "partner", "not_a_partner_id", {{"expected", std::string("26 of a-z and 2-7")}}, value};
  for (const auto& value : query.languages)
    if (!protocol::is_language(value))
      return FieldError{
          "language", "not_a_language", {{"expected", std::string("a BCP 47 tag, such as lv")}}, value};
  return std::nullopt;
}

}  // namespace hansa::http
