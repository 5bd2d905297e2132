#include "protocol/code_lists.h"

#include <algorithm>
#include <array>

#include "content/shapes.h"

namespace hansa::protocol {
namespace {

using Code = std::string_view;

constexpr Code kinds_codes[] = {"practice", "event",   "organisation", "contact",
                                "response", "project", "service",      "resource"};
constexpr Code visibilities_codes[] = {"public", "network", "local"};
constexpr Code licences_codes[] = {"CC-BY-4.0",
                                   "CC-BY-SA-4.0",
                                   "CC-BY-ND-4.0",
                                   "CC-BY-NC-4.0",
                                   "CC-BY-NC-SA-4.0",
                                   "CC-BY-NC-ND-4.0",
                                   "CC0-1.0",
                                   "ODC-By-1.0",
                                   "LicenseRef-no-derivatives",
                                   "LicenseRef-all-rights-reserved"};
constexpr Code countries_codes[] = {
    "LV", "LT", "EE", "FI", "SE", "DK", "NO", "IS", "AX", "FO", "GL", "AD", "AE", "AF", "AG", "AI", "AL",
    "AM", "AO", "AQ", "AR", "AS", "AT", "AU", "AW", "AZ", "BA", "BB", "BD", "BE", "BF", "BG", "BH", "BI",
    "BJ", "BL", "BM", "BN", "BO", "BQ", "BR", "BS", "BT", "BV", "BW", "BY", "BZ", "CA", "CC", "CD", "CF",
    "CG", "CH", "CI", "CK", "CL", "CM", "CN", "CO", "CR", "CU", "CV", "CW", "CX", "CY", "CZ", "DE", "DJ",
    "DM", "DO", "DZ", "EC", "EG", "EH", "ER", "ES", "ET", "FJ", "FK", "FM", "FR", "GA", "GB", "GD", "GE",
    "GF", "GG", "GH", "GI", "GM", "GN", "GP", "GQ", "GR", "GS", "GT", "GU", "GW", "GY", "HK", "HM", "HN",
    "HR", "HT", "HU", "ID", "IE", "IL", "IM", "IN", "IO", "IQ", "IR", "IT", "JE", "JM", "JO", "JP", "KE",
    "KG", "KH", "KI", "KM", "KN", "KP", "KR", "KW", "KY", "KZ", "LA", "LB", "LC", "LI", "LK", "LR", "LS",
    "LU", "LY", "MA", "MC", "MD", "ME", "MF", "MG", "MH", "MK", "ML", "MM", "MN", "MO", "MP", "MQ", "MR",
    "MS", "MT", "MU", "MV", "MW", "MX", "MY", "MZ", "NA", "NC", "NE", "NF", "NG", "NI", "NL", "NP", "NR",
    "NU", "NZ", "OM", "PA", "PE", "PF", "PG", "PH", "PK", "PL", "PM", "PN", "PR", "PS", "PT", "PW", "PY",
    "QA", "RE", "RO", "RS", "RU", "RW", "SA", "SB", "SC", "SD", "SG", "SH", "SI", "SJ", "SK", "SL", "SM",
    "SN", "SO", "SR", "SS", "ST", "SV", "SX", "SY", "SZ", "TC", "TD", "TF", "TG", "TH", "TJ", "TK", "TL",
    "TM", "TN", "TO", "TR", "TT", "TV", "TW", "TZ", "UA", "UG", "UM", "US", "UY", "UZ", "VA", "VC", "VE",
    "VG", "VI", "VN", "VU", "WF", "WS", "YE", "YT", "ZA", "ZM", "ZW"};
constexpr Code currencies_codes[] = {"EUR", "SEK", "DKK", "NOK", "ISK", "LVL", "LTL",
                                     "EEK", "PLN", "GBP", "CHF", "USD", "UAH"};
constexpr Code languages_codes[] = {"lv", "lt", "et",  "fi",  "sv", "da", "nb", "nn",  "en", "is",
                                    "ru", "uk", "se",  "fo",  "kl", "ar", "fa", "prs", "ps", "ti",
                                    "so", "ku", "ckb", "kmr", "tr", "pl", "de", "fr",  "es", "zh",
                                    "vi", "am", "bs",  "hr",  "sq", "sr", "ur"};
constexpr Code timezones_codes[] = {"Europe/Riga",       "Europe/Vilnius",   "Europe/Tallinn",
                                    "Europe/Helsinki",   "Europe/Mariehamn", "Europe/Stockholm",
                                    "Europe/Copenhagen", "Europe/Oslo",      "Atlantic/Reykjavik",
                                    "Atlantic/Faroe",    "America/Nuuk"};
constexpr Code translations_codes[] = {"human", "machine", "machine-reviewed"};
constexpr Code themes_codes[] = {
    "governance",    "information",         "reception",    "language", "orientation",      "employment",
    "skills",        "education",           "housing",      "health",   "social-inclusion", "legal-status",
    "participation", "anti-discrimination", "host-society", "culture",  "origin-countries"};
constexpr Code target_groups_codes[] = {"third-country-nationals",
                                        "asylum-seekers",
                                        "protection-beneficiaries",
                                        "temporary-protection",
                                        "resettled",
                                        "labour-migrants",
                                        "highly-skilled",
                                        "family-migrants",
                                        "students",
                                        "women",
                                        "men",
                                        "children",
                                        "youth",
                                        "unaccompanied-minors",
                                        "parents",
                                        "older-people",
                                        "trauma-survivors",
                                        "disabilities",
                                        "low-literacy",
                                        "roma",
                                        "host-community"};
constexpr Code audiences_codes[] = {"public-officials", "teachers",        "health-social-staff",
                                    "employers",        "volunteers-ngos", "researchers-media"};
constexpr auto event_audiences_codes = [] {
  std::array<Code, std::size(target_groups_codes) + std::size(audiences_codes)> both;
  std::copy(std::begin(audiences_codes), std::end(audiences_codes),
            std::copy(std::begin(target_groups_codes), std::end(target_groups_codes), both.begin()));
  return both;
}();
constexpr Code levels_codes[] = {"neighbourhood", "municipal", "regional", "national", "cross-border", "eu"};
constexpr Code practice_status_codes[] = {"planned", "pilot", "running", "completed", "discontinued"};
constexpr Code evidence_codes[] = {"self-reported", "monitored", "internal-evaluation", "external-evaluation",
                                   "controlled-study"};
constexpr Code conditions_codes[] = {
    "national-law", "municipal-mandate", "stable-funding", "trained-staff",     "volunteers",
    "interpreters", "premises",          "it-system",      "political-support", "none"};
constexpr Code cost_per_codes[] = {"once", "year", "participant"};
constexpr Code participation_codes[] = {"none", "consulted", "co-designed", "led"};
constexpr Code indicators_codes[] = {"Z-EM-1", "Z-EM-2", "Z-EM-3", "Z-ED-1", "Z-ED-2", "Z-ED-3", "Z-ED-4",
                                     "Z-SI-1", "Z-SI-2", "Z-SI-3", "Z-SI-4", "Z-AC-1", "Z-AC-2", "Z-AC-3"};
constexpr Code partner_roles_codes[] = {"lead", "partner", "funder", "associate", "evaluator"};
constexpr Code result_units_codes[] = {"persons", "organisations", "events", "hours",
                                       "percent", "eur",           "other"};
constexpr Code event_types_codes[] = {
    "conference", "seminar",           "round-table", "study-visit", "working-group",   "training",
    "course",     "workshop",          "forum",       "peer-review", "information-day", "webinar",
    "discussion", "cultural-activity", "other"};
constexpr Code event_phases_codes[] = {"opening", "mid-term", "closing"};
constexpr Code event_status_codes[] = {"tentative", "confirmed", "cancelled", "postponed"};
constexpr Code event_modes_codes[] = {"onsite", "online", "hybrid"};
constexpr Code cefr_codes[] = {"A1", "A2", "B1", "B2", "C1", "C2"};
constexpr Code accessibility_codes[] = {"step-free", "hearing-loop", "sign-language",
                                        "captions",  "childcare",    "quiet-room"};
constexpr Code fee_codes_codes[] = {"free"};
constexpr Code service_fee_codes_codes[] = {"free", "varies"};
constexpr Code org_types_codes[] = {"ministry",
                                    "national-agency",
                                    "regional-authority",
                                    "municipality",
                                    "municipal-association",
                                    "intergovernmental",
                                    "eu-body",
                                    "ngo",
                                    "migrant-organisation",
                                    "diaspora-organisation",
                                    "academia",
                                    "think-tank",
                                    "trade-union",
                                    "employer-association",
                                    "business",
                                    "education-provider",
                                    "health-provider",
                                    "cultural-institution",
                                    "embassy",
                                    "media"};
constexpr Code identifier_schemes_codes[] = {"ISO-6523", "ROR", "Wikidata", "national-register"};
constexpr Code contact_types_codes[] = {"role-mailbox", "person"};
constexpr Code contact_roles_codes[] = {"national-contact-point", "local-coordinator",
                                        "project-manager",        "practice-owner",
                                        "service-desk",           "expert",
                                        "peer-reviewer",          "press",
                                        "data-protection",        "technical-admin"};
constexpr Code legal_bases_codes[] = {"public-task-6-1-e", "legitimate-interest-6-1-f", "consent-6-1-a"};
constexpr Code data_sources_codes[] = {"self", "colleague", "public-website", "event", "other"};
constexpr Code response_types_codes[] = {"endorsement", "adoption",   "translation",
                                         "review",      "correction", "assessment"};
constexpr Code adoption_stages_codes[] = {"interested", "contacted", "visited", "adapting",
                                          "piloting",   "adopted",   "scaled",  "dropped"};
constexpr Code drop_reasons_codes[] = {"cost",       "law",          "staff", "no-need",
                                       "no-support", "results-poor", "other"};
constexpr Code translation_modes_codes[] = {"human", "machine", "machine-reviewed"};
constexpr Code assessment_templates_codes[] = {"DIVE-4", "FI-6", "NIEM-13"};
constexpr Code assessment_criteria_codes[] = {"employer",
                                              "buyer",
                                              "policy-maker",
                                              "service-provider",
                                              "goal-oriented",
                                              "customer-responsive",
                                              "context-sensitive",
                                              "high-impact",
                                              "modellable",
                                              "generalisable",
                                              "mainstreaming",
                                              "reception",
                                              "language-orientation",
                                              "employment",
                                              "vocational-training",
                                              "education",
                                              "housing",
                                              "health",
                                              "social-security",
                                              "residency",
                                              "family-unity",
                                              "nationality",
                                              "building-bridges"};
constexpr Code scores_codes[] = {"0", "1", "2", "3", "4", "n/a"};
constexpr Code verdicts_codes[] = {"recommended", "with-reservations", "not-recommended"};
constexpr Code programmes_codes[] = {"EIF",   "ERF",       "AMIF-2014",    "AMIF-2021", "ESF", "ESF-PLUS",
                                     "ERDF",  "INTERREG",  "ERASMUS-PLUS", "HORIZON",   "NCM", "EEA-NORWAY",
                                     "STATE", "MUNICIPAL", "PRIVATE",      "OTHER"};
constexpr Code service_types_codes[] = {"information",
                                        "counselling",
                                        "legal-aid",
                                        "social-work",
                                        "psychological",
                                        "language-course",
                                        "orientation-course",
                                        "job-mediation",
                                        "qualification-recognition",
                                        "training",
                                        "interpreting",
                                        "mentoring",
                                        "housing",
                                        "health",
                                        "childcare-school-support",
                                        "hotline",
                                        "cultural-activity",
                                        "reception",
                                        "other"};
constexpr Code channel_types_codes[] = {"in-person", "phone", "email", "web", "chat", "outreach"};
constexpr Code resource_types_codes[] = {"recommendation", "handbook",        "module",  "toolkit",
                                         "report",         "national-report", "article", "blog",
                                         "booklet",        "agreement",       "charter", "indicator-set",
                                         "legislation",    "presentation",    "video",   "other"};
constexpr Code addressees_codes[] = {"eu",  "member-state", "ministry", "region",          "municipality",
                                     "ngo", "employer",     "school",   "health-provider", "origin-country",
                                     "all"};
constexpr Code withdrawal_reasons_codes[] = {"error", "obsolete", "erased", "merged", "licence", "other"};

constexpr Code dive_4[] = {"employer", "buyer", "policy-maker", "service-provider"};
constexpr Code fi_6[] = {"goal-oriented", "customer-responsive", "context-sensitive",
                         "high-impact",   "modellable",          "generalisable"};
constexpr Code niem_13[] = {"mainstreaming",
                            "reception",
                            "language-orientation",
                            "employment",
                            "vocational-training",
                            "education",
                            "housing",
                            "health",
                            "social-security",
                            "residency",
                            "family-unity",
                            "nationality",
                            "building-bridges"};

constexpr Code niem_mainstreaming[] = {"mainstreaming"};
constexpr Code niem_reception[] = {"reception"};
constexpr Code niem_language[] = {"language-orientation"};
constexpr Code niem_employment[] = {"employment"};
constexpr Code niem_skills[] = {"vocational-training"};
constexpr Code niem_education[] = {"education"};
constexpr Code niem_housing[] = {"housing"};
constexpr Code niem_health[] = {"health"};
constexpr Code niem_social[] = {"social-security"};
constexpr Code niem_legal[] = {"residency", "family-unity", "nationality"};
constexpr Code niem_bridges[] = {"building-bridges"};
constexpr Code mipex_education[] = {"education"};
constexpr Code mipex_labour[] = {"labour-market-mobility"};
constexpr Code mipex_health[] = {"health"};
constexpr Code mipex_legal[] = {"permanent-residence", "family-reunion", "access-to-nationality"};
constexpr Code mipex_political[] = {"political-participation"};
constexpr Code mipex_discrimination[] = {"anti-discrimination"};

constexpr ThemeAreas areas[] = {
    {"governance", "", "", {}, niem_mainstreaming},
    {"information", "", "M1", {}, niem_mainstreaming},
    {"reception", "", "M1", {}, niem_reception},
    {"language", "education", "M1", mipex_education, niem_language},
    {"orientation", "active-citizenship", "M1", {}, niem_language},
    {"employment", "employment", "M3", mipex_labour, niem_employment},
    {"skills", "employment", "M3", mipex_labour, niem_skills},
    {"education", "education", "M3", mipex_education, niem_education},
    {"housing", "social-inclusion", "", {}, niem_housing},
    {"health", "social-inclusion", "", mipex_health, niem_health},
    {"social-inclusion", "social-inclusion", "", {}, niem_social},
    {"legal-status", "active-citizenship", "", mipex_legal, niem_legal},
    {"participation", "active-citizenship", "M3", mipex_political, niem_bridges},
    {"anti-discrimination", "", "M2", mipex_discrimination, {}},
    {"host-society", "", "M2", {}, niem_bridges},
    {"culture", "", "M2", {}, niem_bridges},
    {"origin-countries", "", "", {}, {}},
};

}  // namespace

namespace code_lists {
constinit const CodeList kinds{"kinds", kinds_codes};
constinit const CodeList visibilities{"visibilities", visibilities_codes};
constinit const CodeList licences{"licences", licences_codes};
constinit const CodeList countries{"countries", countries_codes};
constinit const CodeList currencies{"currencies", currencies_codes};
constinit const CodeList languages{"languages", languages_codes};
constinit const CodeList timezones{"timezones", timezones_codes};
constinit const CodeList translations{"translations", translations_codes};
constinit const CodeList themes{"themes", themes_codes};
constinit const CodeList target_groups{"targetGroups", target_groups_codes};
constinit const CodeList audiences{"audiences", audiences_codes};
constinit const CodeList event_audiences{"eventAudiences", event_audiences_codes};
constinit const CodeList levels{"levels", levels_codes};
constinit const CodeList practice_status{"practiceStatus", practice_status_codes};
constinit const CodeList evidence{"evidence", evidence_codes};
constinit const CodeList conditions{"conditions", conditions_codes};
constinit const CodeList cost_per{"costPer", cost_per_codes};
constinit const CodeList participation{"participation", participation_codes};
constinit const CodeList indicators{"indicators", indicators_codes};
constinit const CodeList partner_roles{"partnerRoles", partner_roles_codes};
constinit const CodeList result_units{"resultUnits", result_units_codes};
constinit const CodeList event_types{"eventTypes", event_types_codes};
constinit const CodeList event_phases{"eventPhases", event_phases_codes};
constinit const CodeList event_status{"eventStatus", event_status_codes};
constinit const CodeList event_modes{"eventModes", event_modes_codes};
constinit const CodeList cefr{"cefr", cefr_codes};
constinit const CodeList accessibility{"accessibility", accessibility_codes};
constinit const CodeList fee_codes{"feeCodes", fee_codes_codes};
constinit const CodeList service_fee_codes{"serviceFeeCodes", service_fee_codes_codes};
constinit const CodeList org_types{"orgTypes", org_types_codes};
constinit const CodeList identifier_schemes{"identifierSchemes", identifier_schemes_codes};
constinit const CodeList contact_types{"contactTypes", contact_types_codes};
constinit const CodeList contact_roles{"contactRoles", contact_roles_codes};
constinit const CodeList legal_bases{"legalBases", legal_bases_codes};
constinit const CodeList data_sources{"dataSources", data_sources_codes};
constinit const CodeList response_types{"responseTypes", response_types_codes};
constinit const CodeList adoption_stages{"adoptionStages", adoption_stages_codes};
constinit const CodeList drop_reasons{"dropReasons", drop_reasons_codes};
constinit const CodeList translation_modes{"translationModes", translation_modes_codes};
constinit const CodeList assessment_templates{"assessmentTemplates", assessment_templates_codes};
constinit const CodeList assessment_criteria{"assessmentCriteria", assessment_criteria_codes};
constinit const CodeList scores{"scores", scores_codes};
constinit const CodeList verdicts{"verdicts", verdicts_codes};
constinit const CodeList programmes{"programmes", programmes_codes};
constinit const CodeList service_types{"serviceTypes", service_types_codes};
constinit const CodeList channel_types{"channelTypes", channel_types_codes};
constinit const CodeList resource_types{"resourceTypes", resource_types_codes};
constinit const CodeList addressees{"addressees", addressees_codes};
constinit const CodeList withdrawal_reasons{"withdrawalReasons", withdrawal_reasons_codes};
}  // namespace code_lists

namespace {
constexpr const CodeList* every_list[] = {&code_lists::kinds,
                                          &code_lists::visibilities,
                                          &code_lists::licences,
                                          &code_lists::countries,
                                          &code_lists::currencies,
                                          &code_lists::languages,
                                          &code_lists::timezones,
                                          &code_lists::translations,
                                          &code_lists::themes,
                                          &code_lists::target_groups,
                                          &code_lists::audiences,
                                          &code_lists::event_audiences,
                                          &code_lists::levels,
                                          &code_lists::practice_status,
                                          &code_lists::evidence,
                                          &code_lists::conditions,
                                          &code_lists::cost_per,
                                          &code_lists::participation,
                                          &code_lists::indicators,
                                          &code_lists::partner_roles,
                                          &code_lists::result_units,
                                          &code_lists::event_types,
                                          &code_lists::event_phases,
                                          &code_lists::event_status,
                                          &code_lists::event_modes,
                                          &code_lists::cefr,
                                          &code_lists::accessibility,
                                          &code_lists::fee_codes,
                                          &code_lists::service_fee_codes,
                                          &code_lists::org_types,
                                          &code_lists::identifier_schemes,
                                          &code_lists::contact_types,
                                          &code_lists::contact_roles,
                                          &code_lists::legal_bases,
                                          &code_lists::data_sources,
                                          &code_lists::response_types,
                                          &code_lists::adoption_stages,
                                          &code_lists::drop_reasons,
                                          &code_lists::translation_modes,
                                          &code_lists::assessment_templates,
                                          &code_lists::assessment_criteria,
                                          &code_lists::scores,
                                          &code_lists::verdicts,
                                          &code_lists::programmes,
                                          &code_lists::service_types,
                                          &code_lists::channel_types,
                                          &code_lists::resource_types,
                                          &code_lists::addressees,
                                          &code_lists::withdrawal_reasons};
}  // namespace

bool CodeList::contains(std::string_view code) const {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

std::span<const CodeList* const> all_code_lists() { return every_list; }

std::span<const std::string_view> criteria_of(std::string_view assessment_template) {
  if (assessment_template == "DIVE-4") return dive_4;
  if (assessment_template == "FI-6") return fi_6;
  if (assessment_template == "NIEM-13") return niem_13;
  return {};
}

std::span<const ThemeAreas> theme_areas() { return areas; }

bool is_language(std::string_view tag) { return shapes::is_language(tag); }
bool is_timezone(std::string_view name) { return shapes::is_timezone(name); }

}  // namespace hansa::protocol
