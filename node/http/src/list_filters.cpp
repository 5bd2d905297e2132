#include "list_filters.h"

#include <algorithm>
#include <map>

namespace hansa::http {
namespace {

using protocol::CodeList;
using protocol::FieldError;
namespace lists = protocol::code_lists;

constexpr std::string_view module_codes[] = {"M1", "M2", "M3"};
constexpr std::string_view cost_codes[] = {"free", "under-10k", "under-50k", "under-250k", "from-250k"};
constexpr std::string_view only_true[] = {"true"};
constexpr std::string_view area_codes[] = {"employment", "education", "social-inclusion",
                                           "active-citizenship"};
const CodeList indicator_areas{"indicatorAreas", area_codes};
const CodeList modules{"modules", module_codes};
const CodeList cost_bands{"costBands", cost_codes};
const CodeList truths{"truths", only_true};

const std::map<std::string, const CodeList*, std::less<>> lists_of_facets{
    {"kind", &lists::kinds},
    {"theme", &lists::themes},
    {"country", &lists::countries},
    {"adopted_in", &lists::countries},
    {"origin", &lists::countries},
    {"licence", &lists::licences},
    {"target_group", &lists::event_audiences},
    {"level", &lists::levels},
    {"practice_status", &lists::practice_status},
    {"evidence", &lists::evidence},
    {"participation", &lists::participation},
    {"condition", &lists::conditions},
    {"indicator", &lists::indicators},
    {"event_type", &lists::event_types},
    {"event_status", &lists::event_status},
    {"mode", &lists::event_modes},
    {"cefr", &lists::cefr},
    {"accessibility", &lists::accessibility},
    {"org_type", &lists::org_types},
    {"role", &lists::contact_roles},
    {"service_type", &lists::service_types},
    {"channel", &lists::channel_types},
    {"resource_type", &lists::resource_types},
    {"response_type", &lists::response_types},
    {"addressee", &lists::addressees},
    {"programme", &lists::programmes},
    {"stage", &lists::adoption_stages},
    {"host_country", &lists::countries},
    {"sending_country", &lists::countries},
    {"indicator_area", &indicator_areas},
    {"module", &modules},
    {"cost", &cost_bands},
    {"plain_language", &truths}};

std::string joined(const CodeList& list) {
  std::string text;
  for (const auto code : list.codes) text.append(text.empty() ? "" : ", ").append(code);
  return text;
}

std::optional<FieldError> bad_form(const std::string& facet, const std::string& value) {
  const bool partner = facet == "partner" || facet == "endorsed_by";
  if (partner && !protocol::parse_partner_id(value))
    return FieldError{facet, "not_a_partner_id", {{"expected", std::string("26 of a-z and 2-7")}}, value};
  const bool language = facet == "language" || facet == "spoken";
  if (language && !protocol::is_language(value))
    return FieldError{
        facet, "not_a_language", {{"expected", std::string("a BCP 47 tag, such as lv")}}, value};
  // NUTS and LAU codes.
  const auto of_place = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  if ((facet == "place" || facet == "municipality") && !std::all_of(value.begin(), value.end(), of_place))
    return FieldError{facet, "not_a_place", {{"expected", std::string("a NUTS or LAU code")}}, value};
  const auto of_slug = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  if (facet == "series" && !std::all_of(value.begin(), value.end(), of_slug))
    return FieldError{facet, "not_a_series", {{"expected", std::string("a-z, 0-9 and -")}}, value};
  return std::nullopt;
}

}  // namespace

const CodeList* facet_codes(std::string_view facet) {
  const auto found = lists_of_facets.find(facet);
  return found == lists_of_facets.end() ? nullptr : found->second;
}

std::optional<FieldError> bad_filter(
    const ListQuery& query, const std::function<bool(const std::string&, const std::string&)>& in_use) {
  for (const auto& [facet, values] : query.filters) {
    const auto* list = facet_codes(facet);
    for (const auto& value : values) {
      if (auto bad = bad_form(facet, value)) return bad;
      if (list == nullptr || list->contains(value) || in_use(facet, value)) continue;
      return FieldError{
          facet, "unknown_code", {{"list", std::string(list->name)}, {"allowed", joined(*list)}}, value};
    }
  }
  return std::nullopt;
}

}  // namespace hansa::http
