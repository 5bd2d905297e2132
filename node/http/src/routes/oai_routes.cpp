// OAI-PMH 2.0: catalogues elsewhere harvest what is public.

#include <algorithm>

#include "../exports/base_address.h"
#include "../exports/fields.h"
#include "../exports/oai.h"
#include "core/charter_holder.h"
#include "protocol/code_lists.h"
#include "protocol/content_summary.h"
#include "protocol/kinds.h"
#include "routes.h"

namespace hansa::http {
namespace {

constexpr std::size_t page_records = 100;
constexpr std::size_t records_at_once = 500;

using oai::Answer;
using oai::Arguments;
using oai::Item;
using oai::Problem;

/// Verb → the arguments that it may have.
const std::map<std::string, std::set<std::string>>& verbs() {
  static const std::set<std::string> list{"from", "until", "set", "metadataPrefix", "resumptionToken"};
  static const std::map<std::string, std::set<std::string>> all{
      {"Identify", {}},      {"ListMetadataFormats", {"identifier"}},
      {"ListSets", {}},      {"ListIdentifiers", list},
      {"ListRecords", list}, {"GetRecord", {"identifier", "metadataPrefix"}}};
  return all;
}

/// One request on its way: what it asks, of which moment.
struct Harvest {
  const Services& services;
  const RecordReading& reading;
  const std::string verb;
  const Arguments& arguments;
  Answer& answer;
};

/// None of a record that was never public, that holds personal data, or whose content has not come yet.
std::optional<Item> item_of(const Harvest& harvest, const store::RecordState& record) {
  const auto& live = record.revisions[record.live];
  const auto is_public = [](const store::Revision& one) {
    return one.visibility == protocol::Visibility::everyone;
  };
  if (live.personal || std::none_of(record.revisions.begin(), record.revisions.end(), is_public))
    return std::nullopt;
  Item item;
  const bool withdrawn = live.kind == protocol::EntryKind::withdraw;
  item.deleted = withdrawn || !is_public(live);
  if (!item.deleted && harvest.reading.content(live).state == "missing") return std::nullopt;
  item.id = protocol::to_text(record.id);
  item.datestamp_ms = harvest.reading.snapshot().received_ms(live.log, live.sequence).value_or(0);
  item.sets = {"kind:" + std::string(protocol::name(record.kind)),
               "node:" + protocol::to_text(record.id.owner)};
  const auto* said = withdrawn ? harvest.reading.last_content(record) : &live;
  const auto content = said != nullptr ? harvest.reading.content(*said) : RecordReading::Content{};
  if (!content.reader) return item;
  const auto summary = protocol::summarise(*content.reader);
  for (const auto& theme : summary.themes) item.sets.push_back("theme:" + theme);
  return item;
}

struct Place {
  std::uint64_t datestamp_ms = 0;
  protocol::RecordId id;
  auto operator<=>(const Place&) const = default;
};

template <class Visit>
void each_item(const Harvest& harvest, const Visit& visit) {
  std::optional<protocol::RecordId> after;
  const auto& snapshot = harvest.reading.snapshot();
  for (auto page = snapshot.records(after, records_at_once); !page.empty();
       page = snapshot.records(after, records_at_once)) {
    for (const auto& record : page)
      if (auto item = item_of(harvest, record)) visit(record, *item);
    after = page.back().id;
  }
}

void fill(const Harvest& harvest, const store::RecordState& record, Item item) {
  if (harvest.verb == "ListIdentifiers") return harvest.answer.header(item);
  if (!item.deleted) item.json = harvest.reading.json(record);
  harvest.answer.record(item);
}

/// In the order of change, so that a list that is being read grows at its end only.
std::optional<Problem> list(const Harvest& harvest) {
  const auto selection = oai::selection_of(harvest.arguments);
  if (!selection) return selection.error();
  std::vector<Place> places;
  each_item(harvest, [&](const store::RecordState& record, const Item& item) {
    const Place place{item.datestamp_ms, record.id};
    const bool in_set = selection->set.empty() ||
                        std::find(item.sets.begin(), item.sets.end(), selection->set) != item.sets.end();
    const bool behind = !selection->after || Place{selection->after_ms, *selection->after} < place;
    if (in_set && behind && place.datestamp_ms >= selection->from_ms &&
        place.datestamp_ms <= selection->until_ms)
      places.push_back(place);
  });
  if (places.empty() && !selection->after)
    return Problem{"noRecordsMatch", "Nothing public is in that range and set."};
  std::sort(places.begin(), places.end());
  harvest.answer.begin(harvest.verb, harvest.arguments);
  const bool more = places.size() > page_records;
  if (more) places.resize(page_records);
  for (const auto& place : places)
    if (const auto record = harvest.reading.snapshot().record(place.id))
      if (auto item = item_of(harvest, *record)) fill(harvest, *record, std::move(*item));
  if (more) {
    auto next = *selection;
    next.after_ms = places.back().datestamp_ms;
    next.after = places.back().id;
    harvest.answer.resumption(oai::resumption_token(next));
  } else if (selection->after) {
    harvest.answer.resumption("");
  }
  return std::nullopt;
}

/// The record that `identifier` names, with its item.
protocol::Outcome<std::pair<store::RecordState, Item>, Problem> named(const Harvest& harvest) {
  const auto identifier = harvest.arguments.find("identifier");
  if (identifier == harvest.arguments.end()) return Problem{"badArgument", "identifier is missing"};
  auto record = record_of(harvest.reading, identifier->second);
  auto item = record ? item_of(harvest, *record) : std::nullopt;
  if (!item) return Problem{"idDoesNotExist", "No public record has that identifier."};
  return std::pair(std::move(*record), std::move(*item));
}

std::optional<Problem> get(const Harvest& harvest) {
  const auto prefix = harvest.arguments.find("metadataPrefix");
  if (prefix == harvest.arguments.end()) return Problem{"badArgument", "metadataPrefix is missing"};
  if (prefix->second != "oai_dc") return Problem{"cannotDisseminateFormat", "The only format is oai_dc."};
  auto found = named(harvest);
  if (!found) return found.error();
  harvest.answer.begin(harvest.verb, harvest.arguments);
  fill(harvest, found->first, std::move(found->second));
  return std::nullopt;
}

std::optional<Problem> formats(const Harvest& harvest) {
  if (harvest.arguments.contains("identifier"))
    if (const auto found = named(harvest); !found) return found.error();
  harvest.answer.begin(harvest.verb, harvest.arguments);
  harvest.answer.formats();
  return std::nullopt;
}

void sets(const Harvest& harvest) {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto code : protocol::code_lists::kinds.codes)
    all.emplace_back("kind:" + std::string(code), std::string(code));
  for (const auto code : protocol::code_lists::themes.codes)
    all.emplace_back("theme:" + std::string(code), std::string(code));
  if (const auto& charter = harvest.reading.status().charter)
    for (const auto& partner : charter->body().partners)
      all.emplace_back("node:" + protocol::to_text(partner.id), core::name_of(partner));
  harvest.answer.begin(harvest.verb, harvest.arguments);
  harvest.answer.sets(all);
}

/// The organisation's own mailbox; else the one that every host has (RFC 2142).
std::string mail_of(const Harvest& harvest, const Call& call) {
  const auto own = harvest.services.own_organisation.find(harvest.reading, harvest.services.node.now_ms());
  const auto record = own ? harvest.reading.snapshot().record(*own) : std::nullopt;
  const auto json = record ? harvest.reading.json(*record) : boost::json::object();
  const auto mail = fields::text(fields::inner(json, "content"), "email");
  if (!mail.empty()) return mail;
  const auto host = std::string(header(call.request.headers, "Host"));
  return "postmaster@" + (host.empty() ? "localhost" : host.substr(0, host.find(':')));
}

void identify(const Harvest& harvest, const Call& call) {
  std::uint64_t earliest_ms = harvest.services.node.now_ms();
  each_item(harvest, [&](const store::RecordState&, const Item& item) {
    earliest_ms = std::min(earliest_ms, item.datestamp_ms);
  });
  harvest.answer.begin(harvest.verb, harvest.arguments);
  harvest.answer.identify(harvest.services.options.node_name, mail_of(harvest, call), earliest_ms);
}

/// The verb and its arguments, or what is wrong with them.
std::optional<Problem> read_arguments(const Call& call, std::string& verb, Arguments& arguments) {
  for (const auto& [name, value] : call.query) {
    if (name == "token") continue;
    if (name == "verb" ? !verb.empty() : !arguments.emplace(name, value).second)
      return Problem{name == "verb" ? "badVerb" : "badArgument", name + " stands twice"};
    if (name == "verb") verb = value;
  }
  const auto known = verbs().find(verb);
  if (known == verbs().end()) return Problem{"badVerb", "The verbs are those of OAI-PMH 2.0."};
  for (const auto& [name, value] : arguments)
    if (!known->second.contains(name))
      return Problem{"badArgument", verb + " does not take " + shown_value(name)};
  return std::nullopt;
}

void answer(const Services& services, Call& call) {
  const RecordReading reading(services.node);
  Answer answer(base_address(services.options, call.request) + "/oai", services.node.now_ms());
  std::string verb;
  Arguments arguments;
  auto problem = read_arguments(call, verb, arguments);
  if (!problem) {
    const Harvest harvest{services, reading, verb, arguments, answer};
    if (verb == "Identify") identify(harvest, call);
    if (verb == "ListSets") sets(harvest);
    if (verb == "ListMetadataFormats") problem = formats(harvest);
    if (verb == "GetRecord") problem = get(harvest);
    if (verb == "ListRecords" || verb == "ListIdentifiers") problem = list(harvest);
  }
  if (problem) answer.problem(*problem);
  call.respond({200, {{"Content-Type", "text/xml; charset=utf-8"}}, answer.text()});
}

}  // namespace

void add_oai_routes(Router& router, Services& services) {
  Route route{"GET",
              "/oai",
              Access::feed,
              {"verb", "identifier", "metadataPrefix", "from", "until", "set", "resumptionToken", "token"},
              "Answers harvesters by OAI-PMH 2.0, with what is public.",
              [&services](Call& call) { answer(services, call); }};
  route.judges_query = true;
  router.add(std::move(route));
}

}  // namespace hansa::http
