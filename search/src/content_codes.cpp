#include "content_codes.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <string_view>

#include "protocol/content_summary.h"
#include "search/record_texts.h"

namespace hansa::search {
namespace {

using capnp::DynamicList;
using capnp::DynamicStruct;
using capnp::DynamicValue;
using Codes = std::set<std::pair<std::string, std::string>>;

/// A facet, and the field of a body (or the list in it and the field of each item) that holds its codes.
struct Source {
  std::string_view facet, field, inner;
};

constexpr Source sources[] = {{"target_group", "targetGroups", ""},
                              {"target_group", "audience", ""},
                              {"level", "level", ""},
                              {"practice_status", "practiceStatus", ""},
                              {"evidence", "evidence", ""},
                              {"participation", "participation", ""},
                              {"condition", "conditions", ""},
                              {"indicator", "indicators", ""},
                              {"origin", "countriesOfOrigin", ""},
                              {"event_type", "eventType", ""},
                              {"event_status", "eventStatus", ""},
                              {"mode", "mode", ""},
                              {"cefr", "cefr", ""},
                              {"accessibility", "accessibility", ""},
                              {"org_type", "orgType", ""},
                              {"role", "roles", ""},
                              {"spoken", "languages", ""},
                              {"service_type", "serviceType", ""},
                              {"channel", "channels", "type"},
                              {"place", "places", "nuts"},
                              {"place", "places", "lau"},
                              {"place", "area", "nuts"},
                              {"place", "area", "lau"},
                              {"addressee", "recommendations", "addressees"},
                              {"programme", "funding", "programme"},
                              {"stage", "stage", ""},
                              {"series", "series", ""}};

/// Themes to the modules of the European Modules on Migrant Integration.
struct ThemeModule {
  std::string_view theme, module;
};
constexpr ThemeModule modules[] = {
    {"information", "M1"},         {"reception", "M1"},    {"language", "M1"},  {"orientation", "M1"},
    {"employment", "M3"},          {"skills", "M3"},       {"education", "M3"}, {"participation", "M3"},
    {"anti-discrimination", "M2"}, {"host-society", "M2"}, {"culture", "M2"}};

/// Zaragoza indicators begin with the area that they are of.
struct IndicatorArea {
  std::string_view begin, area;
};
constexpr IndicatorArea indicator_areas[] = {{"Z-EM-", "employment"},
                                             {"Z-ED-", "education"},
                                             {"Z-SI-", "social-inclusion"},
                                             {"Z-AC-", "active-citizenship"}};

/// What a practice cost, in the bands by which coordinators compare.
struct Band {
  double below;
  std::string_view code;
};
constexpr Band bands[] = {{10'000, "under-10k"}, {50'000, "under-50k"}, {250'000, "under-250k"}};

constexpr std::size_t codes_max = 200;  // of one record; its author may have written anything

void add(Codes& codes, std::string_view facet, std::string_view code) {
  if (!code.empty() && codes.size() < codes_max) codes.emplace(facet, code);
}

void take(Codes& codes, std::string_view facet, DynamicValue::Reader value, std::string_view inner) {
  if (value.getType() == DynamicValue::TEXT) {
    const auto text = value.as<capnp::Text>();
    add(codes, facet, {text.cStr(), text.size()});
  } else if (value.getType() == DynamicValue::LIST) {
    for (const auto item : value.as<DynamicList>()) take(codes, facet, item, inner);
  } else if (value.getType() == DynamicValue::STRUCT && !inner.empty()) {
    const auto item = value.as<DynamicStruct>();
    const auto field = item.getSchema().findFieldByName(kj::StringPtr(inner.data(), inner.size()));
    KJ_IF_MAYBE (found, field) {
      if (item.has(*found)) take(codes, facet, item.get(*found), {});
    }
  }
}

std::string_view cost_band(protocol::schema::Money::Reader cost) {
  const std::string_view text(cost.getAmount().cStr(), cost.getAmount().size());
  double amount = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), amount, std::chars_format::fixed);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() || !(amount >= 0)) return {};
  if (amount == 0) return "free";
  // Without rates of exchange only euros can be compared.
  if (std::string_view(cost.getCurrency().cStr()) != "EUR") return {};
  for (const auto& band : bands)
    if (amount < band.below) return band.code;
  return "from-250k";
}

void take_indicator_areas(Codes& codes, protocol::schema::Practice::Reader practice) {
  for (const auto indicator : practice.getIndicators())
    for (const auto& [begin, area] : indicator_areas)
      if (std::string_view(indicator.cStr()).starts_with(begin)) add(codes, "indicator_area", area);
}

void take_special(Codes& codes, protocol::schema::Content::Body::Reader body) {
  if (body.isPractice()) take_indicator_areas(codes, body.getPractice());
  if (body.isPractice() && body.getPractice().hasResources())
    add(codes, "cost", cost_band(body.getPractice().getResources().getCost()));
  if (body.isResource()) {
    add(codes, "resource_type", body.getResource().getType().cStr());
    if (body.getResource().getPlainLanguage()) add(codes, "plain_language", "true");
  }
  if (body.isResponse()) add(codes, "response_type", body.getResponse().getType().cStr());
}

/// LAU codes are unique in their country alone; those of some countries begin with it already.
std::string municipality_code(protocol::schema::Place::Reader place) {
  const std::string country(place.getCountry().cStr());
  const std::string lau(place.getLau().cStr());
  if (lau.empty()) return place.getNuts().cStr();
  return country.empty() || lau.starts_with(country) ? lau : country + '-' + lau;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> municipalities_of(const protocol::ContentReader& content) {
  std::vector<std::pair<std::string, std::string>> found;
  const auto add = [&](protocol::schema::Place::Reader place) {
    if (auto code = municipality_code(place); !code.empty())
      found.emplace_back(std::move(code), place.getName().cStr());
  };
  if (!content.understood()) return found;
  const auto body = content.root().getBody();
  if (body.isService()) add(body.getService().getArea());
  if (body.isPractice())
    for (const auto place : body.getPractice().getPlaces()) add(place);
  return found;
}

std::vector<std::pair<std::string, std::string>> codes_of(const protocol::ContentReader& content) {
  Codes codes;
  const auto summary = protocol::summarise(content);
  for (const auto& country : summary.countries) add(codes, "country", country);
  for (const auto& theme : summary.themes) {
    add(codes, "theme", theme);
    for (const auto& [of, module] : modules)
      if (of == theme) add(codes, "module", module);
  }
  for (const auto& language : summary.languages) add(codes, "language", language);
  add(codes, "licence", summary.licence);
  if (const auto body = content.body())
    for (const auto& source : sources) {
      const auto field =
          body->getSchema().findFieldByName(kj::StringPtr(source.field.data(), source.field.size()));
      KJ_IF_MAYBE (found, field) {
        if (body->has(*found)) take(codes, source.facet, body->get(*found), source.inner);
      }
    }
  take_special(codes, content.root().getBody());
  for (const auto& [code, name] : municipalities_of(content)) add(codes, "municipality", code);
  return {codes.begin(), codes.end()};
}

std::vector<std::string_view> facet_names() {
  std::vector<std::string_view> names{
      "kind",          "country",      "theme",          "partner",      "language",       "module",
      "licence",       "adopted_in",   "endorsed_by",    "cost",         "plain_language", "resource_type",
      "response_type", "municipality", "indicator_area", "host_country", "sending_country"};
  for (const auto& source : sources)
    if (std::find(names.begin(), names.end(), source.facet) == names.end()) names.push_back(source.facet);
  return names;
}

}  // namespace hansa::search
