// Signing in and out, users and tokens.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "../request_body.h"
#include "json/record_json.h"
#include "protocol/code_lists.h"
#include "protocol/password.h"
#include "routes.h"

namespace hansa::http {
namespace {

Response refused_response(AccountRefused refused, const std::string& field) {
  const std::string code(name(refused));
  const auto about_field = [&](int status, const char* title) {
    return problem_response(status, code, title, "", {field, code, {}, ""});
  };
  switch (refused) {
    case AccountRefused::bad_credentials:  // Which of the two it was is nobody's business.
      return problem_response(401, code, "The name or the password is not right.");
    case AccountRefused::rate_limited:
      return problem_response(429, code, "Too many attempts failed; wait a while.");
    case AccountRefused::user_not_found:
      return about_field(404, "There is no such user.");
    case AccountRefused::token_not_found:
      return about_field(404, "There is no such token.");
    case AccountRefused::user_exists:
      return about_field(409, "There is a user of this name already.");
    case AccountRefused::last_admin:
      return about_field(409, "The last administrator cannot be removed.");
    case AccountRefused::bad_name:
    case AccountRefused::bad_label:
    case AccountRefused::password_too_short:
    case AccountRefused::password_too_long:
      break;  // Found in the body before anything was asked of the accounts.
  }
  return problem_response(422, code, "The account was not changed.", "", {field, code, {}, ""});
}

std::string name_in(RequestBody& body) {
  auto name = body.text("name");
  if (fault_of_user_name(name))
    body.blame({"name",
                "bad_user_name",
                {{"expected", std::string("1 to 64 of a-z, 0-9, dot, dash and underscore")}},
                shown_value(name)});
  return name;
}

/// Never repeated in an answer.
std::string password_in(RequestBody& body) {
  auto password = body.text("password");
  const auto actual = static_cast<std::int64_t>(password.size());
  const auto blame = [&](const char* code, const char* limit, std::size_t bytes) {
    body.blame({"password", code, {{limit, static_cast<std::int64_t>(bytes)}, {"actual", actual}}, ""});
  };
  const auto fault = fault_of_password(password);
  if (fault == AccountRefused::password_too_short) blame("too_short", "min", protocol::password_bytes_min);
  if (fault == AccountRefused::password_too_long) blame("too_long", "max", protocol::password_bytes_max);
  return password;
}

/// `least`: users have no role below reader.
Role role_in(RequestBody& body, Role least) {
  const auto named = body.text("role");
  if (const auto known = role(named); known && *known >= least) return *known;
  const std::string allowed = "reader, editor, coordinator, admin";
  body.blame({"role",
              "unknown_code",
              {{"list", std::string("roles")}, {"allowed", (least == Role::feed ? "feed, " : "") + allowed}},
              shown_value(named)});
  return Role::reader;
}

/// An empty one counts as absent.
std::string language_in(RequestBody& body, const std::string& otherwise) {
  auto language = body.text_if_there("language").value_or("");
  if (language.empty()) return otherwise;
  if (!protocol::is_language(language)) body.blame({"language", "bad_language", {}, shown_value(language)});
  return language;
}

std::string label_in(RequestBody& body) {
  auto label = body.text("label");
  if (label.empty())
    body.blame("label", "required");
  else if (fault_of_label(label))
    body.blame({"label",
                "too_long",
                {{"max", static_cast<std::int64_t>(token_label_bytes_max)},
                 {"actual", static_cast<std::int64_t>(label.size())}},
                shown_value(label)});
  return label;
}

boost::json::object session_json(const std::string& user, Role role, const std::string& language,
                                 const std::string& csrf) {
  return {{"user", user}, {"role", name(role)}, {"language", language}, {"csrf", csrf}};
}

Response sign_in_refused(const Services& services, const std::string& user, const std::string& remote,
                         AccountRefused refused) {
  auto response = refused_response(refused, "user");
  if (refused == AccountRefused::rate_limited)
    response.headers.emplace_back("Retry-After",
                                  std::to_string(services.accounts.seconds_to_wait(user, remote)));
  return response;
}

void sign_in(const Services& services, Call& call) {
  auto body = RequestBody::of(call, {"user", "password"});
  if (!body) return call.respond(body.error());
  const auto wanted = body->text("user");
  const auto password = body->text("password");
  if (body->at_fault()) return call.respond(body->problem());
  const auto user = services.accounts.sign_in(wanted, password, call.request.remote);
  if (!user) return call.respond(sign_in_refused(services, wanted, call.request.remote, user.error()));
  const auto begun = services.sessions.begin(*user, services.node.now_ms());
  auto response = json_response(200, session_json(user->name, user->role, user->language, begun.csrf));
  response.headers.emplace_back(
      "Set-Cookie", set_session_cookie(call.request, begun.cookie, services.options.secure_cookies));
  call.respond(std::move(response));
}

void show_session(const Services& services, Call& call) {
  const auto& principal = call.principal;
  call.respond(json_response(
      200, session_json(principal.name, principal.role,
                        principal.language.empty() ? services.options.language : principal.language,
                        principal.csrf)));
}

void sign_out(const Services& services, Call& call) {
  services.sessions.end(session_cookie(call.request));
  auto response = empty_response(204);
  response.headers.emplace_back("Set-Cookie",
                                clear_session_cookie(call.request, services.options.secure_cookies));
  call.respond(std::move(response));
}

boost::json::object user_json(const User& user) {
  return {{"name", user.name}, {"role", name(user.role)}, {"language", user.language}};
}

template <class Values, class ToJson>
Response list_of(const Values& values, const ToJson& to_json) {
  boost::json::array items;
  for (const auto& value : values) items.push_back(to_json(value));
  return list_response(std::move(items));
}

void list_users(const Services& services, Call& call) {
  call.respond(list_of(services.accounts.users(), user_json));
}

void add_user(const Services& services, Call& call) {
  auto body = RequestBody::of(call, {"name", "password", "role", "language"});
  if (!body) return call.respond(body.error());
  const User user{name_in(*body), role_in(*body, Role::reader),
                  language_in(*body, services.options.language)};
  const auto password = password_in(*body);
  if (body->at_fault()) return call.respond(body->problem());
  const auto added = services.accounts.add_user(user, password);
  call.respond(added ? json_response(201, user_json(user)) : refused_response(added.error(), "name"));
}

void remove_user(const Services& services, Call& call) {
  const auto removed = services.accounts.remove_user(call.path["name"]);
  if (!removed) return call.respond(refused_response(removed.error(), "name"));
  services.sessions.end_all_of(call.path["name"]);
  call.respond(empty_response(204));
}

/// Whoever finds a session open does not take the account over by that. None: it is the password so far.
std::optional<Response> fault_of_current(const Services& services, const Call& call, RequestBody& body) {
  const auto current = body.text("current");
  if (body.at_fault()) return body.problem();
  const auto& user = call.principal.name;
  const auto signed_in = services.accounts.sign_in(user, current, call.request.remote);
  if (signed_in) return std::nullopt;
  if (signed_in.error() == AccountRefused::bad_credentials) return field_problem("current", "wrong_password");
  return sign_in_refused(services, user, call.request.remote, signed_in.error());
}

/// An administrator may set anyone's; everybody their own, with the one so far.
void set_password(const Services& services, Call& call) {
  const auto& user = call.path["name"];
  // A token may bear any label, so only a session says whose own it is.
  const bool own = call.principal.by_session && call.principal.name == user;
  if (call.principal.role != Role::admin && !own)
    return call.respond(
        problem_response(403, "not_allowed", "Only an administrator may set another user's password."));
  auto body = RequestBody::of(call, {"current", "password"});
  if (!body) return call.respond(body.error());
  const auto password = password_in(*body);
  if (own)
    if (auto fault = fault_of_current(services, call, *body)) return call.respond(std::move(*fault));
  if (body->at_fault()) return call.respond(body->problem());
  const auto set = services.accounts.set_password(user, password);
  if (!set) return call.respond(refused_response(set.error(), "name"));
  // Whoever knows the new one, and has just proved to have known the old one, stays.
  if (own)
    services.sessions.end_others_of(user, session_cookie(call.request));
  else
    services.sessions.end_all_of(user);
  call.respond(empty_response(204));
}

boost::json::object token_json(const Token& token) {
  return {{"id", token.id},
          {"label", token.label},
          {"role", name(token.role)},
          {"created", json::instant_text(token.created_ms)}};
}

void list_tokens(const Services& services, Call& call) {
  call.respond(list_of(services.accounts.tokens(), token_json));
}

void add_token(const Services& services, Call& call) {
  auto body = RequestBody::of(call, {"label", "role"});
  if (!body) return call.respond(body.error());
  const auto label = label_in(*body);
  const auto wanted = role_in(*body, Role::feed);
  if (body->at_fault()) return call.respond(body->problem());
  const auto added = services.accounts.add_token(label, wanted);
  if (!added) return call.respond(refused_response(added.error(), "label"));
  auto answer = token_json(added->token);
  answer["secret"] = added->secret;
  call.respond(json_response(201, answer));
}

void remove_token(const Services& services, Call& call) {
  const auto removed = services.accounts.remove_token(call.path["id"]);
  call.respond(removed ? empty_response(204) : refused_response(removed.error(), "id"));
}

}  // namespace

void add_account_routes(Router& router, Services& services) {
  const auto with = [&services](void (*run)(const Services&, Call&)) {
    return [&services, run](Call& call) { run(services, call); };
  };
  router.add({"POST", "/api/v1/session", Access::anyone, {}, "Signs in.", with(sign_in)});
  router.add({"GET", "/api/v1/session", Access::reader, {}, "Says who is signed in.", with(show_session)});
  router.add({"DELETE", "/api/v1/session", Access::reader, {}, "Signs out.", with(sign_out)});
  router.add({"GET", "/api/v1/users", Access::admin, {}, "Lists the users.", with(list_users)});
  router.add({"POST", "/api/v1/users", Access::admin, {}, "Adds a user.", with(add_user)});
  router.add({"DELETE", "/api/v1/users/{name}", Access::admin, {}, "Removes a user.", with(remove_user)});
  router.add(
      {"PUT", "/api/v1/users/{name}/password", Access::reader, {}, "Sets a password.", with(set_password)});
  router.add(
      {"GET", "/api/v1/tokens", Access::admin, {}, "Lists the tokens of programs.", with(list_tokens)});
  router.add({"POST",
              "/api/v1/tokens",
              Access::admin,
              {},
              "Makes a token; its secret is shown this once.",
              with(add_token)});
  router.add({"DELETE", "/api/v1/tokens/{id}", Access::admin, {}, "Revokes a token.", with(remove_token)});
}

}  // namespace hansa::http
