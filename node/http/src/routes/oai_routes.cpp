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
#include "search/said_last.h"
#include "store/catalogue.h"

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

bool was_given(const store::Revision& revision) {
  return revision.kind == protocol::EntryKind::content &&
         revision.visibility == protocol::Visibility::everyone && !revision.personal;
}

/// As far as the headers say: none of a record that was never public, or whose signature was not checked yet.
std::optional<Item> outline_of(const Harvest& harvest, const store::RecordState& record) {
  const auto& live = store::live_revision(record);
  const auto received = harvest.reading.snapshot().received_ms(live.log, live.sequence);
  if (!received || std::none_of(record.revisions.begin(), record.revisions.end(), was_given))
    return std::nullopt;
  Item item;
  item.id = protocol::to_text(record.id);
  item.datestamp_ms = *received;
  item.deleted = !was_given(live);
  item.sets = {"kind:" + std::string(protocol::name(record.kind)),
               "node:" + protocol::to_text(record.id.owner)};
  return item;
}

/// What the outline lacks; false if the record must not, or cannot yet, be given. A deleted one is in the
/// sets in which it was while it was public.
bool complete(const Harvest& harvest, const store::RecordState& record, Item& item) {
  const auto& live = store::live_revision(record);
  const auto* said = search::said_last(harvest.reading.snapshot(), record);
  if (item.deleted && said != nullptr) said = store::last_content(record, was_given);
  const auto content = said != nullptr ? harvest.reading.content(*said) : RecordReading::Content{};
  if (!item.deleted && content.state == "missing") return false;
  if (!content.reader) return true;
  if (protocol::is_of_person(*content.reader)) return false;
  // Codes of newer versions are not among ListSets, and may be anything.
  for (const auto& theme : protocol::summarise(*content.reader).themes)
    if (protocol::code_lists::themes.contains(theme)) item.sets.push_back("theme:" + theme);
  if (!item.deleted && harvest.verb != "ListIdentifiers")
    item.json = harvest.reading.plain_json(record, live, content);
  return true;
}

std::optional<Item> item_of(const Harvest& harvest, const store::RecordState& record) {
  auto item = outline_of(harvest, record);
  return item && complete(harvest, record, *item) ? item : std::nullopt;
}

struct Place {
  std::uint64_t datestamp_ms = 0;
  protocol::RecordId id;
  auto operator<=>(const Place&) const = default;
};

bool is_in(const std::string& set, const Item& item) {
  return set.empty() || std::find(item.sets.begin(), item.sets.end(), set) != item.sets.end();
}

/// Where the records are that may be meant, by their headers alone, in the order of change, so that a list
/// that is being read grows at its end only.
std::vector<Place> places_of(const Harvest& harvest, const oai::Selection& selection) {
  std::vector<Place> places;
  const bool set_needs_content = selection.set.starts_with("theme:");
  const auto look_at = [&](const store::RecordState& record) {
    const auto item = outline_of(harvest, record);
    if (!item || (!set_needs_content && !is_in(selection.set, *item))) return;
    const Place place{item->datestamp_ms, record.id};
    const bool behind = !selection.after || Place{selection.after_ms, *selection.after} < place;
    if (behind && place.datestamp_ms >= selection.from_ms && place.datestamp_ms <= selection.until_ms)
      places.push_back(place);
  };
  std::optional<protocol::RecordId> after;
  const auto& snapshot = harvest.reading.snapshot();
  for (auto page = snapshot.records(after, records_at_once); !page.empty();
       page = snapshot.records(after, records_at_once)) {
    for (const auto& record : page) look_at(record);
    after = page.back().id;
  }
  std::sort(places.begin(), places.end());
  return places;
}

void give(const Harvest& harvest, const Item& item) {
  if (harvest.verb == "ListIdentifiers") return harvest.answer.header(item);
  harvest.answer.record(item);
}

/// One page: contents are opened only until it is full.
std::optional<Problem> list(const Harvest& harvest) {
  const auto selection = oai::selection_of(harvest.arguments);
  if (!selection) return selection.error();
  std::vector<Item> items;
  std::optional<Place> last;
  bool more = false;
  for (const auto& place : places_of(harvest, *selection)) {
    const auto record = harvest.reading.snapshot().record(place.id);
    auto item = record ? item_of(harvest, *record) : std::nullopt;
    if (!item || !is_in(selection->set, *item)) continue;
    more = items.size() == page_records;
    if (more) break;
    items.push_back(std::move(*item));
    last = place;
  }
  if (items.empty() && !selection->after)
    return Problem{"noRecordsMatch", "Nothing public is in that range and set."};
  harvest.answer.begin(harvest.verb, harvest.arguments);
  for (const auto& item : items) give(harvest, item);
  if (more) {
    auto next = *selection;
    next.after_ms = last->datestamp_ms;
    next.after = last->id;
    harvest.answer.resumption(oai::resumption_token(next));
  } else if (selection->after) {
    harvest.answer.resumption("");
  }
  return std::nullopt;
}

/// The record that `identifier` names.
protocol::Outcome<Item, Problem> named(const Harvest& harvest) {
  const auto identifier = harvest.arguments.find("identifier");
  if (identifier == harvest.arguments.end()) return Problem{"badArgument", "identifier is missing"};
  const auto record = record_of(harvest.reading, identifier->second);
  auto item = record ? item_of(harvest, *record) : std::nullopt;
  if (!item) return Problem{"idDoesNotExist", "No public record has that identifier."};
  return std::move(*item);
}

std::optional<Problem> get(const Harvest& harvest) {
  if (auto problem = oai::prefix_problem(harvest.arguments)) return problem;
  const auto found = named(harvest);
  if (!found) return found.error();
  harvest.answer.begin(harvest.verb, harvest.arguments);
  give(harvest, *found);
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

/// The name under which the node was asked, if it is one of a domain; else one that is never anybody's.
std::string mail_domain(const Request& request) {
  const auto host = header(request.headers, "Host");
  const auto name = host.substr(0, host.find(':'));
  const bool fits = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
  const auto dot = name.find('.');
  const bool dotted = dot != std::string_view::npos && dot != 0 && !name.ends_with('.');
  return fits && dotted ? std::string(name) : "localhost.invalid";
}

/// The organisation's own mailbox; else the one that every host has (RFC 2142).
std::string mail_of(const Harvest& harvest, const Call& call) {
  const auto own = harvest.services.own_organisation.find(harvest.reading, harvest.services.node.now_ms());
  const auto record = own ? harvest.reading.snapshot().record(*own) : std::nullopt;
  const auto json = record ? harvest.reading.json(*record) : boost::json::object();
  const auto mail = fields::text(fields::inner(json, "content"), "email");
  return mail.empty() ? "postmaster@" + mail_domain(call.request) : mail;
}

void identify(const Harvest& harvest, const Call& call) {
  // No record came before the first arrival.
  const auto first = harvest.reading.snapshot().arrivals(0, 1);
  const auto earliest_ms = first.empty() ? harvest.services.node.now_ms() : first.front().received_ms;
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
  // OAI-PMH 2.0, 3.1.1: both methods, of POST the arguments in the body.
  for (const auto* method : {"GET", "POST"}) {
    Route route{method,
                "/oai",
                Access::feed,
                {"verb", "identifier", "metadataPrefix", "from", "until", "set", "resumptionToken", "token"},
                "Answers harvesters by OAI-PMH 2.0, with what is public.",
                [&services](Call& call) { answer(services, call); }};
    route.judges_query = true;
    route.takes_form = route.method == "POST";
    router.add(std::move(route));
  }
}

}  // namespace hansa::http
