#pragma once
// The closed lists of codes that an author may use. They bind the author only: a receiver keeps and shows a
// code it does not know, so lists may grow. Constant data; any thread. Source: docs/content.md.

#include <span>
#include <string_view>

namespace hansa::protocol {

struct CodeList {
  std::string_view name;  ///< camelCase plural, as in GET /api/v1/vocabularies
  std::span<const std::string_view> codes;

  bool contains(std::string_view code) const;
};

namespace code_lists {
extern const CodeList kinds;
extern const CodeList visibilities;
extern const CodeList licences;
extern const CodeList countries;   ///< ISO 3166-1 alpha-2, the region's first
extern const CodeList currencies;  ///< ISO 4217, those that occur in the region's projects
extern const CodeList languages;   ///< Suggested; any BCP 47 tag is allowed
extern const CodeList timezones;   ///< Suggested; any IANA zone is allowed
extern const CodeList translations;
extern const CodeList themes;
extern const CodeList target_groups;
extern const CodeList audiences;        ///< Professional audiences
extern const CodeList event_audiences;  ///< Target groups and professional audiences
extern const CodeList levels;
extern const CodeList practice_status;
extern const CodeList evidence;
extern const CodeList conditions;
extern const CodeList cost_per;
extern const CodeList participation;
extern const CodeList indicators;  ///< Zaragoza
extern const CodeList partner_roles;
extern const CodeList result_units;
extern const CodeList event_types;
extern const CodeList event_phases;
extern const CodeList event_status;
extern const CodeList event_modes;
extern const CodeList cefr;
extern const CodeList accessibility;
extern const CodeList fee_codes;          ///< Of events
extern const CodeList service_fee_codes;  ///< Of services
extern const CodeList org_types;
extern const CodeList identifier_schemes;
extern const CodeList contact_types;
extern const CodeList contact_roles;
extern const CodeList legal_bases;
extern const CodeList data_sources;
extern const CodeList response_types;
extern const CodeList adoption_stages;
extern const CodeList drop_reasons;
extern const CodeList translation_modes;
extern const CodeList assessment_templates;
extern const CodeList assessment_criteria;  ///< Of all templates
extern const CodeList scores;
extern const CodeList verdicts;
extern const CodeList programmes;  ///< Who pays: funds of the EU and the region, and their like
extern const CodeList service_types;
extern const CodeList channel_types;
extern const CodeList resource_types;
extern const CodeList addressees;
extern const CodeList withdrawal_reasons;
}  // namespace code_lists

/// BCP 47 in its usual letter case: lv, nb, zh-Hant, sr-Latn-RS, lls. Any language may be used, listed or
/// not.
bool is_language(std::string_view tag);

/// A name as tzdata writes them: UTC, Europe/Riga, Etc/GMT+2. Whether there is such a zone is not looked at.
bool is_timezone(std::string_view name);

/// Every list above.
std::span<const CodeList* const> all_code_lists();

/// The criteria of an assessment template, empty for an unknown one.
std::span<const std::string_view> criteria_of(std::string_view assessment_template);

/// How a theme relates to the indicator systems of the field; empty where it does not.
struct ThemeAreas {
  std::string_view theme;
  std::string_view zaragoza;  ///< area
  std::string_view module;    ///< European Module: M1, M2, M3
  std::span<const std::string_view> mipex;
  std::span<const std::string_view> niem;  ///< criteria of template NIEM-13
};
std::span<const ThemeAreas> theme_areas();

}  // namespace hansa::protocol
