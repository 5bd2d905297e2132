// The ways in: a document, what would become of it, and its records published step by step.

#include <algorithm>

#include "../imports/encoding.h"
#include "../imports/imports.h"
#include "../request_body.h"
#include "json/table_input.h"
#include "protocol/code_lists.h"
#include "protocol/ids.h"
#include "protocol/kinds.h"
#include "routes.h"

namespace hansa::http {
namespace {

constexpr std::size_t lines_limit_max = 200;
constexpr std::size_t step_limit = 200;

Response no_such_import() {
  return problem_response(
      404, "not_found", "There is no such import.",
      "A node remembers imports until it stops, or for an hour. Send the document again: what "
      "was published is recognised.");
}

std::shared_ptr<Import> import_of(const Services& services, Call& call) {
  auto import = services.imports.find(call.path["id"], call.principal.name);
  if (!import) call.respond(no_such_import());
  return import;
}

/// "true" or nothing; none if it says anything else.
std::optional<bool> flag(const Call& call, const std::string& name) {
  const auto value = call.query_value(name);
  if (value.empty() || value == "false") return false;
  if (value == "true") return true;
  return std::nullopt;
}

Response bad(const Call& call, const std::string& name, std::string detail) {
  return bad_parameter({name, "bad_parameter", {}, call.query_value(name)}, std::move(detail));
}

/// Of records of `kind`; empty: of any kind.
bool is_field(const std::string& column, const std::string& kind) {
  if (!kind.empty()) return json::column_fit(kind, column) == json::ColumnFit::readable;
  const auto& kinds = protocol::code_lists::kinds.codes;
  return std::any_of(kinds.begin(), kinds.end(),
                     [&](auto one) { return is_field(column, std::string(one)); });
}

std::optional<Response> check(const Call& call, const ImportOptions& options) {
  if (!is_import_format(options.format)) return bad(call, "format", "format is json, csv, ics or vcf");
  if (!options.kind.empty() && !protocol::record_kind(options.kind))
    return bad(call, "kind", "kind is one of the eight kinds of records");
  if (!options.encoding.empty() && !is_import_encoding(options.encoding))
    return bad(call, "encoding",
               "encoding is utf-8, utf-16le, utf-16be, windows-1257, windows-1252 or windows-1251");
  const auto& separator = options.separator;
  if (!separator.empty() && separator != "comma" && separator != "semicolon" && separator != "tab")
    return bad(call, "separator", "separator is comma, semicolon or tab");
  for (const auto& pair : options.set)
    if (const auto field = split_pair(pair); field && !is_field(field->first, options.kind))
      return bad_parameter({"set", "unknown_field", {}, pair}, field->first + " is no field of such records");
  for (const auto* name : {"map", "set"})
    for (const auto& pair : call.query_values(name))
      if (!split_pair(pair)) return bad(call, name, std::string(name) + " is NAME=VALUE");
  if (!flag(call, "more") || !flag(call, "only_new"))
    return bad(call, flag(call, "more") ? "only_new" : "more", "it is true or false");
  return std::nullopt;
}

/// The next part of the document, and with the last one the plan.
void receive(const Services& services, Call& call, const std::shared_ptr<Import>& import, int status) {
  auto problem = import->append(call.request.body, services.node.now_ms());
  if (!problem && !*flag(call, "more")) {
    problem = import->plan(services);
    // Nothing can come of a document that cannot be read.
    if (problem) services.imports.remove(import->id());
  }
  if (problem) return call.respond(problem_response(*problem));
  call.respond(json_response(status, import->summary()));
}

void begin(const Services& services, Call& call) {
  ImportOptions options;
  options.format = call.query_value("format");
  options.kind = call.query_value("kind");
  options.language = call.query_value("language");
  if (options.language.empty()) options.language = services.options.language;
  options.system = call.query_value("system");
  options.encoding = call.query_value("encoding");
  options.separator = call.query_value("separator");
  options.timezone = call.query_value("timezone");
  options.map = call.query_values("map");
  options.set = call.query_values("set");
  if (auto refused = check(call, options)) return call.respond(std::move(*refused));
  options.only_new = *flag(call, "only_new");
  const auto import = services.imports.add(services, call.principal.name, std::move(options));
  if (!import) return call.respond(problem_response(import.error()));
  receive(services, call, *import, 201);
}

void go_on(const Services& services, Call& call) {
  if (!flag(call, "more")) return call.respond(bad(call, "more", "it is true or false"));
  if (const auto import = import_of(services, call)) receive(services, call, import, 200);
}

void list(const Services& services, Call& call) {
  boost::json::array items;
  for (const auto& import : services.imports.of(call.principal.name)) items.push_back(import->summary());
  call.respond(list_response(std::move(items)));
}

std::optional<ImportLine::Outcome> outcome_named(const std::string& given) {
  using Outcome = ImportLine::Outcome;
  for (const auto outcome : {Outcome::created, Outcome::updated, Outcome::unchanged, Outcome::skipped,
                             Outcome::waiting, Outcome::refused})
    if (name(outcome) == given) return outcome;
  return std::nullopt;
}

void lines(const Services& services, Call& call) {
  const auto import = import_of(services, call);
  if (!import) return;
  const auto cursor = call.query_value("cursor");
  const auto after = cursor.empty() ? std::optional<std::uint64_t>(0) : protocol::parse_number(cursor);
  if (!after) return call.respond(bad(call, "cursor", "it is none of this list"));
  const auto limit_text = call.query_value("limit");
  const auto limit =
      limit_text.empty() ? std::optional<std::uint64_t>(lines_limit_max) : protocol::parse_number(limit_text);
  if (!limit || *limit == 0 || *limit > lines_limit_max)
    return call.respond(bad(call, "limit", "limit is 1 to " + std::to_string(lines_limit_max)));
  const auto wanted = call.query_value("outcome");
  const auto outcome = outcome_named(wanted);
  if (!wanted.empty() && !outcome)
    return call.respond(bad(call, "outcome", "created, updated, unchanged, skipped, waiting or refused"));
  auto found = import->lines(*after, *limit, outcome);
  boost::json::value next = nullptr;
  if (found.size() == *limit) next = std::to_string(found.back().at("number").to_number<std::uint64_t>());
  call.respond(json_response(
      200, boost::json::object{{"items", boost::json::array(found.begin(), found.end())}, {"next", next}}));
}

void step(const Services& services, Call& call) {
  const auto import = import_of(services, call);
  if (!import) return;
  auto body = RequestBody::of(call, {"skipRefused", "limit"});
  if (!body) return call.respond(body.error());
  const bool skip_refused = body->flag("skipRefused");
  const auto limit = body->number_if_there("limit", 1, import_step_max);
  if (body->at_fault()) return call.respond(body->problem("invalid_request", "Nothing was published."));
  import->step(services, static_cast<std::size_t>(limit.value_or(step_limit)), skip_refused,
               [respond = call.respond, import](const std::optional<json::Problem>& problem) {
                 respond(problem ? problem_response(*problem) : json_response(200, import->summary()));
               });
}

}  // namespace

void add_import_routes(Router& router, Services& services) {
  const auto add = [&](std::string method, const std::string& path, std::set<std::string> query,
                       std::string summary, void (*run)(const Services&, Call&), bool takes_files = false) {
    Route route{std::move(method),  "/api/v1/imports" + path,
                Access::editor,     std::move(query),
                std::move(summary), [&services, run](Call& call) { run(services, call); }};
    route.takes_files = takes_files;
    if (route.query.contains("limit")) route.limit_max = lines_limit_max;
    router.add(std::move(route));
  };
  add("POST", "",
      {"format", "kind", "language", "system", "encoding", "separator", "timezone", "map", "set", "only_new",
       "more"},
      "Takes a document, or its first part, and says what would become of it; nothing is published.", begin,
      true);
  add("GET", "", {}, "Lists one's own imports.", list);
  add("POST", "/{id}/parts", {"more"}, "Takes the next part of a document.", go_on, true);
  add("GET", "/{id}", {}, "Shows how far an import is.", [](const Services& given, Call& call) {
    if (const auto import = import_of(given, call)) call.respond(json_response(200, import->summary()));
  });
  add("GET", "/{id}/lines", {"limit", "cursor", "outcome"}, "Shows what becomes of each entry, and why.",
      lines);
  add("POST", "/{id}/run", {}, "Publishes the next records of an import.", step);
  add("DELETE", "/{id}", {}, "Forgets an import; what it published stays.",
      [](const Services& given, Call& call) {
        const auto import = import_of(given, call);
        if (!import) return;
        given.imports.remove(import->id());
        call.respond(empty_response(204));
      });
}

}  // namespace hansa::http
