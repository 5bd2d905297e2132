#include "content/rules.h"

#include <string>
#include <unordered_map>

namespace hansa::protocol {
namespace {

using namespace code_lists;

// clang-format off
constinit const Rule rules[] = {
    // Common to all kinds. Rules that depend on the kind are in cross_check.cpp.
    {.field = "Content.language", .required = true, .shape = Shape::language},
    {.field = "Content.licence", .shape = Shape::code, .codes = &licences},
    {.field = "Content.attribution", .min = 1, .max = 300},
    {.field = "Content.source", .shape = Shape::url},
    {.field = "Content.importedFrom"},
    {.field = "Content.reviewBy", .shape = Shape::date},
    {.field = "Content.keywords", .min = 1, .max = 60, .items_min = 0, .items_max = 15},
    {.field = "Content.attachments", .items_min = 0, .items_max = 10},
    {.field = "Content.publisher"},
    {.field = "ImportedFrom.system", .required = true, .min = 1, .max = 60},
    {.field = "ImportedFrom.id", .required = true, .min = 1, .max = 200},
    {.field = "ImportedFrom.when", .shape = Shape::date_or_instant},
    {.field = "Attachment.url", .shape = Shape::url},
    {.field = "Attachment.hash"},
    {.field = "Attachment.mediaType", .required = true, .shape = Shape::media_type},
    {.field = "Attachment.title", .min = 1, .max = 160},
    {.field = "Attachment.bytes"},
    {.field = "Attachment.alt", .min = 1, .max = 300},

    // Parts that several kinds use
    {.field = "Place.country", .shape = Shape::code, .codes = &countries},
    {.field = "Place.nuts", .shape = Shape::nuts},
    {.field = "Place.lau", .shape = Shape::lau},
    {.field = "Place.name", .min = 1, .max = 120},
    {.field = "Address.street", .min = 1, .max = 160},
    {.field = "Address.locality", .min = 1, .max = 120},
    {.field = "Address.postcode", .min = 1, .max = 20},
    {.field = "Address.country", .shape = Shape::code, .codes = &countries},
    {.field = "Participant.organisation"},
    {.field = "Participant.name", .min = 1, .max = 200},
    {.field = "Participant.role", .shape = Shape::code, .codes = &partner_roles},
    {.field = "Result.label", .required = true, .min = 1, .max = 200, .prose = true},
    {.field = "Result.value", .shape = Shape::decimal},
    {.field = "Result.unit", .shape = Shape::code, .codes = &result_units},
    {.field = "Result.period", .shape = Shape::period},
    {.field = "Result.source", .min = 1, .max = 300},

    // practice
    {.field = "Practice.title", .required = true, .min = 3, .max = 160},
    {.field = "Practice.summary", .required = true, .min = 40, .max = 600, .prose = true},
    {.field = "Practice.country", .required = true, .shape = Shape::code, .codes = &countries, .items_min = 1, .items_max = 40},
    {.field = "Practice.places", .items_min = 0, .items_max = 20},
    {.field = "Practice.level", .required = true, .shape = Shape::code, .codes = &levels},
    {.field = "Practice.themes", .required = true, .shape = Shape::code, .codes = &themes, .items_min = 1, .items_max = 5},
    {.field = "Practice.targetGroups", .required = true, .shape = Shape::code, .codes = &target_groups, .items_min = 1, .items_max = 8},
    {.field = "Practice.lead", .required = true},
    {.field = "Practice.partners", .items_min = 0, .items_max = 60},
    {.field = "Practice.practiceStatus", .required = true, .shape = Shape::code, .codes = &practice_status},
    {.field = "Practice.period", .required = true, .shape = Shape::period},
    {.field = "Practice.problem", .min = 1, .max = 3000, .prose = true},
    {.field = "Practice.goals", .min = 1, .max = 2000, .prose = true},
    {.field = "Practice.activities", .min = 1, .max = 6000, .prose = true},
    {.field = "Practice.results", .items_min = 0, .items_max = 20},
    {.field = "Practice.evidence", .required = true, .shape = Shape::code, .codes = &evidence},
    {.field = "Practice.evaluationRefs", .items_min = 0, .items_max = 10},
    {.field = "Practice.difficulties", .min = 1, .max = 3000, .prose = true},
    {.field = "Practice.transferability", .min = 1, .max = 3000, .prose = true},
    {.field = "Practice.conditions", .shape = Shape::code, .codes = &conditions, .items_min = 0, .items_max = 10},
    {.field = "Practice.resources"},
    {.field = "Practice.participation", .shape = Shape::code, .codes = &participation},
    {.field = "Practice.indicators", .shape = Shape::code, .codes = &indicators, .items_min = 0, .items_max = 10},
    {.field = "Practice.projects", .items_min = 0, .items_max = 20},
    {.field = "Practice.related", .items_min = 0, .items_max = 20},
    {.field = "Practice.policyRefs", .shape = Shape::url, .items_min = 0, .items_max = 20},
    {.field = "Practice.contacts", .items_min = 0, .items_max = 5},
    {.field = "Practice.countriesOfOrigin", .shape = Shape::code, .codes = &countries, .items_min = 0, .items_max = 40},
    {.field = "Practice.derivedFrom", .items_min = 0, .items_max = 5},
    {.field = "Resources.cost"},
    {.field = "Resources.costPer", .shape = Shape::code, .codes = &cost_per},
    {.field = "Resources.staffFte", .shape = Shape::decimal},
    {.field = "Resources.text", .min = 1, .max = 1500, .prose = true},

    // event
    {.field = "Event.title", .required = true, .min = 3, .max = 160},
    {.field = "Event.description", .min = 1, .max = 6000, .prose = true},
    {.field = "Event.eventType", .required = true, .shape = Shape::code, .codes = &event_types},
    {.field = "Event.phase", .shape = Shape::code, .codes = &event_phases},
    {.field = "Event.start", .required = true, .shape = Shape::event_time},
    {.field = "Event.end", .shape = Shape::event_time},
    {.field = "Event.timezone", .shape = Shape::timezone},
    {.field = "Event.eventStatus", .required = true, .shape = Shape::code, .codes = &event_status},
    {.field = "Event.mode", .required = true, .shape = Shape::code, .codes = &event_modes},
    {.field = "Event.venue"},
    {.field = "Event.onlineUrl", .shape = Shape::https_url},
    {.field = "Event.restricted"},
    {.field = "Event.organisers", .required = true, .items_min = 1, .items_max = 20},
    {.field = "Event.host"},
    {.field = "Event.languages", .required = true, .shape = Shape::language, .items_min = 1, .items_max = 20},
    {.field = "Event.interpretation", .shape = Shape::language, .items_min = 0, .items_max = 20},
    {.field = "Event.audience", .shape = Shape::code, .codes = &event_audiences, .items_min = 0, .items_max = 27},
    {.field = "Event.themes", .required = true, .shape = Shape::code, .codes = &themes, .items_min = 1, .items_max = 5},
    {.field = "Event.cefr", .shape = Shape::code, .codes = &cefr},
    {.field = "Event.expectedParticipants", .min = 1, .max = 100000},
    {.field = "Event.fee"},
    {.field = "Event.registrationUrl", .shape = Shape::https_url},
    {.field = "Event.registrationDeadline", .shape = Shape::date},
    {.field = "Event.accessibility", .shape = Shape::code, .codes = &accessibility, .items_min = 0, .items_max = 6},
    {.field = "Event.series", .shape = Shape::slug, .min = 1, .max = 60},
    {.field = "Event.aboutPractices", .items_min = 0, .items_max = 20},
    {.field = "Event.projects", .items_min = 0, .items_max = 20},
    {.field = "Event.outcomes", .items_min = 0, .items_max = 20},
    {.field = "Venue.name", .min = 1, .max = 160},
    {.field = "Venue.street", .min = 1, .max = 160},
    {.field = "Venue.locality", .min = 1, .max = 120},
    {.field = "Venue.postcode", .min = 1, .max = 20},
    {.field = "Venue.country", .required = true, .shape = Shape::code, .codes = &countries},
    {.field = "Venue.nuts", .shape = Shape::nuts},
    {.field = "Venue.lat", .shape = Shape::decimal},
    {.field = "Venue.lon", .shape = Shape::decimal},

    // organisation
    {.field = "Organisation.name", .required = true, .min = 2, .max = 200},
    {.field = "Organisation.shortName", .min = 1, .max = 30},
    {.field = "Organisation.orgType", .required = true, .shape = Shape::code, .codes = &org_types},
    {.field = "Organisation.level", .shape = Shape::code, .codes = &levels},
    {.field = "Organisation.country", .required = true, .shape = Shape::code, .codes = &countries},
    {.field = "Organisation.address"},
    {.field = "Organisation.nuts", .shape = Shape::nuts},
    {.field = "Organisation.lau", .shape = Shape::lau},
    {.field = "Organisation.homepage", .shape = Shape::https_url},
    {.field = "Organisation.email", .shape = Shape::email},
    {.field = "Organisation.emailConfirmed"},
    {.field = "Organisation.phone", .shape = Shape::phone},
    {.field = "Organisation.description", .min = 1, .max = 3000, .prose = true},
    {.field = "Organisation.identifiers", .items_min = 0, .items_max = 5},
    {.field = "Organisation.partOf"},
    {.field = "Organisation.themes", .shape = Shape::code, .codes = &themes, .items_min = 0, .items_max = 17},
    {.field = "Organisation.languages", .shape = Shape::language, .items_min = 0, .items_max = 30},
    {.field = "Organisation.networks", .min = 1, .max = 120, .items_min = 0, .items_max = 20},
    {.field = "Organisation.nodeUrl", .shape = Shape::https_url},
    {.field = "Identifier.scheme", .required = true, .shape = Shape::code, .codes = &identifier_schemes},
    {.field = "Identifier.value", .required = true, .min = 1, .max = 120},

    // contact
    {.field = "Contact.contactType", .required = true, .shape = Shape::code, .codes = &contact_types},
    {.field = "Contact.displayName", .required = true, .min = 2, .max = 120},
    {.field = "Contact.familyName", .min = 1, .max = 80},
    {.field = "Contact.givenName", .min = 1, .max = 80},
    {.field = "Contact.organisation", .required = true},
    {.field = "Contact.position", .min = 1, .max = 120},
    {.field = "Contact.roles", .required = true, .shape = Shape::code, .codes = &contact_roles, .items_min = 1, .items_max = 10},
    {.field = "Contact.email", .shape = Shape::email},
    {.field = "Contact.emailConfirmed"},
    {.field = "Contact.phone", .shape = Shape::phone},
    {.field = "Contact.languages", .shape = Shape::language, .items_min = 0, .items_max = 30},
    {.field = "Contact.themes", .shape = Shape::code, .codes = &themes, .items_min = 0, .items_max = 17},
    {.field = "Contact.country", .shape = Shape::code, .codes = &countries},
    {.field = "Contact.legalBasis", .shape = Shape::code, .codes = &legal_bases},
    {.field = "Contact.informedOn", .shape = Shape::date},
    {.field = "Contact.sourceOfData", .shape = Shape::code, .codes = &data_sources},
    {.field = "Contact.retainUntil", .shape = Shape::date},

    // response. Which fields a type asks for and allows is in cross_check.cpp.
    {.field = "Response.about", .required = true},
    {.field = "Response.aboutRevision"},
    {.field = "Response.type", .required = true, .shape = Shape::code, .codes = &response_types},
    {.field = "Response.by", .required = true},
    {.field = "Response.text", .min = 1, .max = 3000, .prose = true},
    {.field = "Response.stage", .shape = Shape::code, .codes = &adoption_stages},
    {.field = "Response.stageDate", .shape = Shape::date},
    {.field = "Response.history", .items_min = 0, .items_max = 20},
    {.field = "Response.place"},
    {.field = "Response.period", .shape = Shape::period},
    {.field = "Response.adaptations", .min = 1, .max = 3000, .prose = true},
    {.field = "Response.results", .items_min = 0, .items_max = 20},
    {.field = "Response.difficulties", .min = 1, .max = 3000, .prose = true},
    {.field = "Response.contact"},
    {.field = "Response.dropReason", .shape = Shape::code, .codes = &drop_reasons},
    {.field = "Response.language", .shape = Shape::language},
    {.field = "Response.fields", .min = 1, .max = 6000, .items_min = 0, .items_max = 40},
    {.field = "Response.mode", .shape = Shape::code, .codes = &translation_modes},
    {.field = "Response.field", .min = 1, .max = 120},
    {.field = "Response.proposed", .min = 1, .max = 6000},
    {.field = "Response.template", .shape = Shape::code, .codes = &assessment_templates},
    {.field = "Response.scores", .items_min = 0, .items_max = 13},
    {.field = "Response.verdict", .shape = Shape::code, .codes = &verdicts},
    {.field = "Stage.stage", .required = true, .shape = Shape::code, .codes = &adoption_stages},
    {.field = "Stage.date", .required = true, .shape = Shape::date},
    {.field = "Score.criterion", .required = true, .shape = Shape::code, .codes = &assessment_criteria},
    {.field = "Score.score", .required = true, .shape = Shape::code, .codes = &scores},
    {.field = "Score.note", .min = 1, .max = 1000, .prose = true},
};
// clang-format on

}  // namespace

std::span<const Rule> content_rules() { return rules; }

const Rule* find_rule(std::string_view structure, std::string_view field) {
  static const auto by_name = [] {
    std::unordered_map<std::string, const Rule*> map;
    for (const Rule& rule : rules) map.emplace(rule.field, &rule);
    return map;
  }();
  std::string name(structure);
  name += '.';
  name += field;
  const auto found = by_name.find(name);
  return found == by_name.end() ? nullptr : found->second;
}

}  // namespace hansa::protocol
