// Rules across fields. Each function sees content whose single fields were checked already; it reports only
// what no single field can tell.

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <string>

#include "content/field_check.h"
#include "content/findings.h"
#include "content/shapes.h"

namespace hansa::protocol {
namespace {

using capnp::DynamicStruct;

std::string_view view(capnp::Text::Reader text) { return {text.cStr(), text.size()}; }

Params because(std::string_view field, std::string_view value) {
  return {{"field", std::string(field)}, {"value", std::string(value)}};
}

std::string item(std::string_view list, unsigned index) {
  return "content." + std::string(list) + '[' + std::to_string(index) + ']';
}

template <class Party>
bool names_nobody(const Party& party) {
  return party.getOrganisation().getRecord().size() == 0 && party.getName().size() == 0;
}

template <class Parties>
void check_parties(const Parties& parties, std::string_view list, FindingsLog& log) {
  unsigned i = 0;
  for (const auto party : parties) {
    // Both would be two parties, or two spellings of one.
    if (names_nobody(party) || (party.hasOrganisation() && party.hasName()))
      log.error(item(list, i), "one_of", {}, {{"fields", std::string("organisation,name")}});
    ++i;
  }
}

template <class Results>
void check_results(const Results& results, FindingsLog& log) {
  unsigned i = 0;
  for (const auto result : results) {
    const auto value = view(result.getValue().getDigits());
    const std::string here = item("results", i++);
    if (!value.empty() && result.getUnit().size() == 0)
      log.error(here + ".unit", "required_by", {}, because("value", value));
  }
}

void check_practice(schema::Practice::Reader practice, FindingsLog& log) {
  const auto evidence = view(practice.getEvidence());
  const bool evaluated = evidence == "internal-evaluation" || evidence == "external-evaluation" ||
                         evidence == "controlled-study";
  if (evaluated && practice.getEvaluationRefs().size() == 0) {
    log.error("content.evaluationRefs", "required_by", {}, because("evidence", evidence));
  }
  unsigned i = 0;
  for (const auto place : practice.getPlaces()) {
    if (!place.hasName()) log.error(item("places", i) + ".name", "required");
    ++i;
  }
  check_parties(practice.getPartners(), "partners", log);
  check_results(practice.getResults(), log);
  const auto conditions = practice.getConditions();
  for (const auto code : conditions) {
    if (code == "none" && conditions.size() > 1) log.error("content.conditions", "none_with_others", "none");
  }
  const auto staff = view(practice.getResources().getStaffFte().getDigits());
  if (staff.starts_with('-')) log.error("content.resources.staffFte", "out_of_range", staff);
}

bool is_timed(std::string_view time) { return time.size() > 10; }

/// Degrees as decimal text; the shape was checked, so at most 15 digits stand before the point.
bool within(std::string_view degrees, double most) {
  if (!shapes::is_decimal(degrees, 6)) return true;  // reported already
  const double value = std::stod(std::string(degrees));
  return value >= -most && value <= most;
}

void check_event_times(schema::Event::Reader event, FindingsLog& log) {
  const auto start = view(event.getStart());
  const auto end = view(event.getEnd());
  if (is_timed(start) && event.getTimezone().size() == 0) {
    log.error("content.timezone", "required_by", {}, because("start", start));
  }
  if (!shapes::is_event_time(start) || !shapes::is_event_time(end)) return;  // reported already
  if (is_timed(start) != is_timed(end)) {
    log.error("content.end", "differs_in_form", end, because("start", start));
  } else if (shapes::ends_before(start, end)) {
    log.error("content.end", "before_start", end, because("start", start));
  }
}

void check_event(schema::Event::Reader event, FindingsLog& log) {
  check_event_times(event, log);
  const auto mode = view(event.getMode());
  if ((mode == "onsite" || mode == "hybrid") && !event.hasVenue()) {
    log.error("content.venue", "required_by", {}, because("mode", mode));
  }
  if (mode == "online" && event.getOnlineUrl().size() == 0) {
    log.error("content.onlineUrl", "required_by", {}, because("mode", mode));
  }
  if (event.getEventType() == "study-visit" && event.getHost().getRecord().size() == 0) {
    log.error("content.host", "required_by", {}, because("eventType", "study-visit"));
  }
  const auto lat = view(event.getVenue().getLat().getDigits());
  const auto lon = view(event.getVenue().getLon().getDigits());
  if (lat.empty() != lon.empty())
    log.error("content.venue", "needs_both", {}, {{"fields", std::string("lat,lon")}});
  if (!lat.empty() && !within(lat, 90))
    log.error("content.venue.lat", "out_of_range", lat, {{"min", -90}, {"max", 90}});
  if (!lon.empty() && !within(lon, 180))
    log.error("content.venue.lon", "out_of_range", lon, {{"min", -180}, {"max", 180}});
}

void check_role_mailbox(std::string_view email, bool confirmed, const std::string& path, FindingsLog& log) {
  if (!confirmed && shapes::looks_like_person(email)) {
    log.error(path, "looks_like_person", email, {{"confirm", std::string("emailConfirmed")}});
  }
}

void check_contact(schema::Contact::Reader contact, FindingsLog& log) {
  const auto type = view(contact.getContactType());
  if (type == "person") {
    log.error("content.contactType", "person_contact_not_protected_yet", type);
    return;
  }
  if (contact.getEmail().size() == 0 && contact.getPhone().size() == 0) {
    log.error("content.email", "one_of", {}, {{"fields", std::string("email,phone")}});
  }
  check_role_mailbox(view(contact.getEmail()), contact.getEmailConfirmed(), "content.email", log);
  const std::array<std::pair<std::string_view, capnp::Text::Reader>, 6> of_persons = {
      {{"familyName", contact.getFamilyName()},
       {"givenName", contact.getGivenName()},
       {"legalBasis", contact.getLegalBasis()},
       {"informedOn", contact.getInformedOn()},
       {"sourceOfData", contact.getSourceOfData()},
       {"retainUntil", contact.getRetainUntil()}}};
  for (const auto& [field, given] : of_persons) {
    if (given.size() > 0)
      log.error("content." + std::string(field), "not_for_this_type", {}, because("contactType", type));
  }
}

/// A field of a response that belongs to some of its types.
struct TypedField {
  const char* field;
  std::string_view required_by;  ///< type, or empty
  std::span<const std::string_view> allowed;
};

constexpr std::string_view adoption[] = {"adoption"};
constexpr std::string_view translation[] = {"translation"};
constexpr std::string_view correction[] = {"correction"};
constexpr std::string_view assessment[] = {"assessment"};
constexpr std::string_view review[] = {"review"};

constexpr TypedField typed_fields[] = {
    {"stage", "adoption", adoption},
    {"stageDate", "adoption", adoption},
    {"history", "", adoption},
    {"place", "", adoption},
    {"period", "", adoption},
    {"adaptations", "", adoption},
    {"results", "", adoption},
    {"difficulties", "", adoption},
    {"contact", "", adoption},
    {"dropReason", "", adoption},
    {"language", "translation", translation},
    {"fields", "translation", translation},
    {"mode", "translation", translation},
    {"field", "correction", correction},
    {"proposed", "correction", correction},
    {"template", "assessment", assessment},
    {"scores", "assessment", assessment},
    {"verdict", "review", review},
};

void check_scores(schema::Response::Reader response, FindingsLog& log) {
  const auto criteria = criteria_of(view(response.getTemplate()));
  std::set<std::string_view> seen;
  unsigned i = 0;
  for (const auto score : response.getScores()) {
    const auto criterion = view(score.getCriterion());
    const std::string path = item("scores", i++) + ".criterion";
    if (!criteria.empty() && std::find(criteria.begin(), criteria.end(), criterion) == criteria.end()) {
      log.error(path, "not_of_template", criterion, because("template", view(response.getTemplate())));
    }
    if (!seen.insert(criterion).second) log.error(path, "duplicate", criterion);
  }
}

void check_response(schema::Response::Reader response, const AuthorContext& context, FindingsLog& log) {
  const auto type = view(response.getType());
  if (!code_lists::response_types.contains(type)) return;  // reported already
  const DynamicStruct::Reader fields = capnp::toDynamic(response);
  for (const auto& typed : typed_fields) {
    const auto field = fields.getSchema().getFieldByName(typed.field);
    const bool given = is_given(fields, field);
    const bool allowed = std::find(typed.allowed.begin(), typed.allowed.end(), type) != typed.allowed.end();
    const std::string path = std::string("content.") + typed.field;
    if (given && !allowed) log.error(path, "not_for_this_type", {}, because("type", type));
    if (!given && typed.required_by == type) log.error(path, "required_by", {}, because("type", type));
  }
  if ((type == "review" || type == "correction") && response.getText().getEntries().size() == 0) {
    log.error("content.text", "required_by", {}, because("type", type));
  }
  const auto stage = view(response.getStage());
  if (stage == "dropped" && response.getDropReason().size() == 0) {
    log.error("content.dropReason", "required_by", {}, because("stage", stage));
  }
  if (stage != "dropped" && response.getDropReason().size() > 0) {
    log.error("content.dropReason", "not_for_this_type", {}, because("stage", stage));
  }
  const auto place = response.getPlace();
  if (response.hasPlace() && !place.hasCountry() && !place.hasNuts() && !place.hasLau() && !place.hasName())
    log.error("content.place", "one_of", {}, {{"fields", std::string("country,nuts,lau,name")}});
  check_results(response.getResults(), log);
  check_scores(response, log);
  const auto about = response.getAbout().getRecord();
  const auto about_id = record_id_from_bytes({about.begin(), about.size()});
  if (type == "endorsement" && context.partner && about_id && about_id->owner == *context.partner) {
    log.error("content.about", "own_record", to_text(*about_id));
  }
  const auto by = response.getBy().getRecord();
  const auto by_id = record_id_from_bytes({by.begin(), by.size()});
  if (context.partner && by_id && by_id->owner != *context.partner)
    log.error("content.by", "not_own_organisation", to_text(*by_id));
}

/// Shares of a budget, if all funders have one, are the whole of it.
void check_funding(schema::Project::Reader project, FindingsLog& log) {
  double sum = 0;
  bool all_given = project.getFunding().size() > 0;
  unsigned i = 0;
  for (const auto funding : project.getFunding()) {
    const std::string path = item("funding", i++);
    const auto share = view(funding.getShare().getDigits());
    if (funding.hasFunder() && names_nobody(funding.getFunder()))
      log.error(path + ".funder", "one_of", {}, {{"fields", std::string("organisation,name")}});
    all_given = all_given && !share.empty() && shapes::is_decimal(share, 6);
    if (!within(share, 100) || share.starts_with('-'))
      log.error(path + ".share", "out_of_range", share, {{"min", 0}, {"max", 100}});
    if (all_given) sum += std::stod(std::string(share));
  }
  // A tenth of a per cent for what was rounded.
  if (all_given && (sum < 99.9 - 1e-9 || sum > 100.1 + 1e-9))
    log.error("content.funding", "shares_not_whole", std::to_string(sum));
}

void check_project(schema::Project::Reader project, FindingsLog& log) {
  check_funding(project, log);
  check_parties(project.getPartners(), "partners", log);
}

void check_channel(schema::Service::Channel::Reader channel, const std::string& path, FindingsLog& log) {
  const auto type = view(channel.getType());
  const auto value = view(channel.getValue());
  const std::string here = path + ".value";
  const bool needs_value = type == "phone" || type == "email" || type == "web" || type == "chat";
  if (value.empty()) {
    if (needs_value) log.error(here, "required_by", {}, because("type", type));
    return;
  }
  if (type == "phone" && !shapes::is_phone(value)) log.error(here, "bad_phone", value);
  if ((type == "web" || type == "chat") && !shapes::is_https_url(value))
    log.error(here, "bad_https_url", value);
  if (type != "email") return;
  if (!shapes::is_email(value)) log.error(here, "bad_email", value);
  if (shapes::is_free_mail(value)) log.warn(here, "free_mail", value);
  check_role_mailbox(value, channel.getEmailConfirmed(), here, log);
}

void check_service(schema::Service::Reader service, FindingsLog& log) {
  if (service.hasArea() && service.getArea().getCountry().size() == 0)
    log.error("content.area.country", "required");
  unsigned i = 0;
  for (const auto channel : service.getChannels()) check_channel(channel, item("channels", i++), log);
}

void check_resource(schema::Content::Reader content, schema::Resource::Reader resource, FindingsLog& log) {
  check_parties(resource.getAuthors(), "authors", log);
  if (resource.hasPublisher() && names_nobody(resource.getPublisher()))
    log.error("content.publisher", "one_of", {}, {{"fields", std::string("organisation,name")}});
  if (resource.getUrl().size() == 0 && content.getAttachments().size() == 0)
    log.error("content.url", "one_of", {}, {{"fields", std::string("content.url,attachments")}});
  const auto type = view(resource.getType());
  if (type != "agreement" && resource.getParties().size() > 0)
    log.error("content.parties", "not_for_this_type", {}, because("type", type));
  const auto from = view(resource.getValidFrom());
  const auto to = view(resource.getValidTo());
  if (!from.empty() && !to.empty() && shapes::is_date(from) && shapes::is_date(to) &&
      shapes::ends_before(from, to))
    log.error("content.validTo", "before_start", to, because("validFrom", from));
}

}  // namespace

void cross_check(schema::Content::Reader content, const AuthorContext& context, FindingsLog& log) {
  const auto body = content.getBody();
  switch (body.which()) {
    case schema::Content::Body::PRACTICE:
      return check_practice(body.getPractice(), log);
    case schema::Content::Body::EVENT:
      return check_event(body.getEvent(), log);
    case schema::Content::Body::ORGANISATION: {
      const auto organisation = body.getOrganisation();
      return check_role_mailbox(view(organisation.getEmail()), organisation.getEmailConfirmed(),
                                "content.email", log);
    }
    case schema::Content::Body::CONTACT:
      return check_contact(body.getContact(), log);
    case schema::Content::Body::RESPONSE:
      return check_response(body.getResponse(), context, log);
    case schema::Content::Body::PROJECT:
      return check_project(body.getProject(), log);
    case schema::Content::Body::SERVICE:
      return check_service(body.getService(), log);
    case schema::Content::Body::RESOURCE:
      return check_resource(content, body.getResource(), log);
  }
}

}  // namespace hansa::protocol
