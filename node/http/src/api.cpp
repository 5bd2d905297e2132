#include "http/api.h"

#include <exception>

#include "call.h"
#include "http/guard.h"
#include "http/sessions.h"
#include "http/static_pages.h"
#include "imports/imports.h"
#include "protocol/ids.h"
#include "router.h"
#include "routes/routes.h"
#include "search/follower.h"

namespace hansa::http {
namespace {

constexpr std::size_t missed_events_max = 4'000;

struct Target {
  std::string_view path;
  std::string_view query;
};

Target split(std::string_view target) {
  const auto mark = target.find('?');
  if (mark == std::string_view::npos) return {target, {}};
  return {target.substr(0, mark), target.substr(mark + 1)};
}

Role role_for(Access access) {
  switch (access) {
    case Access::anyone:
    case Access::feed:
      return Role::feed;
    case Access::reader:
      return Role::reader;
    case Access::editor:
      return Role::editor;
    case Access::coordinator:
      return Role::coordinator;
    case Access::admin:
      return Role::admin;
  }
  return Role::admin;
}

/// RFC 9110, 15.5.2: every 401 says how one would be known.
Response unauthenticated(const std::string& code, const char* title, const char* detail,
                         const char* challenge) {
  auto response = problem_response(401, code, title, detail);
  response.headers.emplace_back("WWW-Authenticate", challenge);
  return response;
}

Response denied_response(Denied denied) {
  const std::string code(name(denied));
  switch (denied) {
    case Denied::host_not_allowed:
      return problem_response(status_of(denied), code, "The node is not reached under this name.",
                              "Add the name to admin.hosts in hansa.toml.");
    case Denied::origin_not_allowed:
      return problem_response(status_of(denied), code,
                              "A page of another site may not change anything here.");
    case Denied::not_signed_in:
      return unauthenticated(code, "Nobody is signed in.", "", "Bearer");
    case Denied::bad_token:
      return unauthenticated(code, "The token is not, or no longer, valid.",
                             "`hansa token list` shows those that are; `hansa token add` makes one.",
                             "Bearer error=\"invalid_token\"");
    case Denied::token_in_address:
      return unauthenticated(code, "Only a token for feeds may stand in an address.",
                             "`hansa token add LABEL --role feed` makes one.", "Bearer");
    case Denied::csrf_missing:
      return problem_response(status_of(denied), code,
                              "The change does not carry the session's X-CSRF-Token.");
  }
  return problem_response(403, code, "The request is not allowed.");
}

Response needs_role(Role role) {
  return problem_response(403, "not_allowed", "This needs another role.",
                          "Needed: " + std::string(name(role)));
}

constexpr std::string_view form_type = "application/x-www-form-urlencoded";

/// A page of another site can send text and forms without being asked, but none of these.
bool is_sent_on_purpose(const Request& request, const Route& route) {
  const auto type = header(request.headers, "Content-Type");
  const auto plain = type.substr(0, type.find_first_of("; "));
  if (route.takes_form) return plain == form_type;
  if (plain == "application/json") return true;
  return route.takes_files && (plain == "text/csv" || plain == "text/calendar" || plain == "text/vcard" ||
                               plain == "application/octet-stream");
}

Response not_sent_on_purpose(const Route& route) {
  std::string types = "application/json";
  if (route.takes_files) types += ", text/csv, text/calendar, text/vcard or application/octet-stream";
  if (route.takes_form) types = form_type;
  return problem_response(
      415, route.takes_form ? "not_a_form" : "not_json",
      route.takes_form ? "The body is not marked as a form." : "The body is not marked as JSON.",
      "Send Content-Type: " + types + ".");
}

Response method_not_allowed(const std::vector<std::string>& methods) {
  auto response = problem_response(405, "method_not_allowed", "This path does not take that method.");
  std::string allowed;
  for (const auto& method : methods) allowed += (allowed.empty() ? "" : ", ") + method;
  response.headers.emplace_back("Allow", allowed);
  return response;
}

/// Of a node that keeps no index: one in memory, which follows when it is asked.
struct SearchInMemory {
  explicit SearchInMemory(const core::NodePort& node)
      : index({}), follower(index, {[&node] { return node.snapshot(); }, {}, {}, {}}) {}
  search::Index index;
  search::Follower follower;
};

Response index_broken_response(const search::IndexBroken& why) {
  return problem_response(503, "index_broken",
                          why.damaged() ? "The search index is damaged and is being built anew."
                                        : "The search index cannot be used at the moment.",
                          why.what());
}

}  // namespace

struct Api::Parts {
  Parts(core::NodePort& port, ApiOptions api_options)
      : options(std::move(api_options)),
        accounts(port, options.entropy),
        sessions(options.entropy),
        own_search(options.search != nullptr ? nullptr : std::make_unique<SearchInMemory>(port)),
        services{port,
                 options,
                 accounts,
                 sessions,
                 own_search ? own_search->follower : *options.search,
                 own_organisation,
                 imports} {
    add_record_routes(router, services);
    add_coverage_routes(router, services);
    add_export_routes(router, services);
    add_bundle_routes(router, services);
    add_oai_routes(router, services);
    add_dcat_routes(router, services);
    add_publishing_routes(router, services);
    add_import_routes(router, services);
    add_node_routes(router, services);
    add_alarm_routes(router, services);
    add_explain_routes(router, services);
    add_charter_routes(router, services);
    add_hold_routes(router, services);
    add_federation_routes(router, services);
    add_account_routes(router, services);
    add_change_routes(router, services);
    add_operating_routes(router, services);
    add_backup_routes(router, services);
    add_invitation_routes(router, services);
    add_join_routes(router, services);
    // Streamed by the server; it stands in the table so that its path, its access and its description are
    // known.
    router.add({"GET",
                std::string(event_stream_path),
                Access::reader,
                {},
                "Streams changes as they arrive.",
                [](Call& call) {
                  call.respond(problem_response(406, "streamed", "This path is a stream of events."));
                }});
  }

  /// Everything that must hold before a route runs; the problem if something does not.
  std::optional<Response> admit(Call& call, const Route& route) {
    if (options.local_only) {
      call.principal.role = Role::admin;
      return std::nullopt;
    }
    if (route.access == Access::anyone) return std::nullopt;
    const auto token = call.query_value("token");
    const auto principal =
        route.access == Access::feed && !token.empty() ? who_by_address(token) : who(call.request);
    if (!principal) return denied_response(principal.error());
    call.principal = *principal;
    if (principal->role < role_for(route.access)) return needs_role(role_for(route.access));
    return std::nullopt;
  }

  protocol::Outcome<Principal, Denied> who(const Request& request) {
    return principal_of(request, options.operator_token, accounts, sessions, services.node.now_ms());
  }

  /// What stands in an address is logged on its way and kept by programs, so no other token may.
  protocol::Outcome<Principal, Denied> who_by_address(const std::string& secret) {
    const auto token = accounts.token_of(secret);
    if (!token) return Denied::bad_token;
    if (token->role != Role::feed) return Denied::token_in_address;
    return Principal{token->label, token->role, false, {}, {}};
  }

  /// Nothing is said to who asks under another name or from another site.
  std::optional<Response> refuse_place(const Request& request) const {
    if (options.local_only) return std::nullopt;
    const auto admitted = check_place(request, options.hosts);
    if (admitted) return std::nullopt;
    return denied_response(admitted.error());
  }

  ApiOptions options;
  Accounts accounts;
  Sessions sessions;
  std::unique_ptr<SearchInMemory> own_search;
  OwnOrganisation own_organisation;
  Imports imports;
  EventSource events;
  Router router;
  Services services;
};

Api::Api(core::NodePort& node, ApiOptions options)
    : parts_(std::make_unique<Parts>(node, std::move(options))) {}
Api::~Api() = default;

EventSource& Api::events() { return parts_->events; }

void Api::handle(Request request, Respond respond) {
  auto& parts = *parts_;
  if (auto refused = parts.refuse_place(request)) return respond(std::move(*refused));
  const std::string target = request.target;
  const auto [path, query] = split(target);
  const auto found = parts.router.find(request.method, path);
  if (found.malformed)
    return respond(problem_response(400, "bad_target", "The path is not percent-encoded UTF-8."));
  if (found.route == nullptr) {
    if (!found.methods.empty()) return respond(method_not_allowed(found.methods));
    if (auto page = page_for(request)) return respond(std::move(*page));
    return respond(problem_response(404, "not_found", "There is nothing at this path."));
  }
  Call call;
  call.request = std::move(request);
  call.path = found.path;
  call.respond = std::move(respond);
  auto unknown = Router::read_query(query, *found.route, call.query);
  if (!unknown && found.route->takes_form)
    unknown = Router::read_query(call.request.body, *found.route, call.query);
  if (auto refused = parts.admit(call, *found.route)) return call.respond(std::move(*refused));
  if (!parts.options.local_only && !call.request.body.empty() &&
      !is_sent_on_purpose(call.request, *found.route))
    return call.respond(not_sent_on_purpose(*found.route));
  if (unknown)
    return call.respond(problem_response(400, "unknown_parameter",
                                         "A query parameter is unknown or malformed.", *unknown,
                                         {shown_value(*unknown), "unknown_parameter", {}, ""}));
  try {
    found.route->run(call);
  } catch (const search::IndexBroken& why) {
    call.respond(index_broken_response(why));
  }
}

std::optional<Answerer::Stream> Api::open_stream(const Request& request) {
  auto& parts = *parts_;
  const auto [path, query] = split(request.target);
  if (request.method != "GET" || path != event_stream_path) return std::nullopt;
  Stream stream;
  stream.refused = parts.refuse_place(request);
  if (stream.refused) return stream;
  const auto principal = parts.who(request);
  if (!principal) stream.refused = denied_response(principal.error());
  if (principal && principal->role < Role::reader) stream.refused = needs_role(Role::reader);
  if (stream.refused) return stream;
  const auto last = header(request.headers, "Last-Event-ID");
  const auto since = protocol::parse_number(last);
  if (!since) return stream;
  const auto arrivals = parts.services.node.snapshot()->arrivals(*since, missed_events_max);
  stream.more = arrivals.size() == missed_events_max;
  for (const auto& arrival : arrivals) {
    auto text = EventSource::text_of(arrival);
    if (!text.empty()) stream.missed.push_back(std::move(text));
  }
  return stream;
}

}  // namespace hansa::http
