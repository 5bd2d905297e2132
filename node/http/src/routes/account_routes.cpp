// Signing in and out, users and tokens.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "json/record_input.h"
#include "json/record_json.h"
#include "routes.h"

namespace hansa::http {
namespace {

Response refused_response(AccountRefused refused) {
  const std::string code(name(refused));
  switch (refused) {
    case AccountRefused::bad_credentials:
      return problem_response(401, code, "The name or the password is not right.");
    case AccountRefused::rate_limited:
      return problem_response(429, code, "Too many attempts failed; wait a while.");
    case AccountRefused::user_not_found:
    case AccountRefused::token_not_found:
      return problem_response(404, code, "There is no such account.");
    case AccountRefused::user_exists:
      return problem_response(409, code, "There is a user of this name already.");
    case AccountRefused::last_admin:
      return problem_response(409, code, "The last administrator cannot be removed.");
    case AccountRefused::bad_name:
      return problem_response(
          422, code, "A user name has 1 to 64 of the characters a-z, 0-9, dot, dash and underscore.");
    case AccountRefused::bad_label:
      return problem_response(422, code, "A label has 1 to 100 characters.");
    case AccountRefused::password_too_short:
      return problem_response(422, code, "A password has at least 10 characters.");
    case AccountRefused::password_too_long:
      return problem_response(422, code, "A password has at most 256 characters.");
  }
  return problem_response(422, code, "The account was not changed.");
}

/// The request's JSON object of texts, or the problem to answer with.
protocol::Outcome<boost::json::object, Response> body_of(const Call& call) {
  auto body = json::parse_json(call.request.body);
  if (!body) return problem_response(body.error());
  if (!body->is_object()) return problem_response(422, "not_an_object", "The body is not a JSON object.");
  return std::move(body->get_object());
}

std::string text_at(const boost::json::object& object, const char* name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

/// The role that a body names, or the problem to answer with.
protocol::Outcome<Role, Response> role_in(const boost::json::object& body) {
  if (const auto named = role(text_at(body, "role"))) return *named;
  return problem_response(422, "unknown_role", "A role is reader, editor, coordinator or admin.");
}

boost::json::object session_json(const std::string& user, Role role, const std::string& language,
                                 const std::string& csrf) {
  return {{"user", user}, {"role", name(role)}, {"language", language}, {"csrf", csrf}};
}

void sign_in(const Services& services, Call& call) {
  const auto body = body_of(call);
  if (!body) return call.respond(body.error());
  const auto wanted = text_at(*body, "user");
  const auto user = services.accounts.sign_in(wanted, text_at(*body, "password"), call.request.remote);
  if (!user) {
    auto response = refused_response(user.error());
    if (user.error() == AccountRefused::rate_limited)
      response.headers.emplace_back(
          "Retry-After", std::to_string(services.accounts.seconds_to_wait(wanted, call.request.remote)));
    return call.respond(std::move(response));
  }
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
  const auto body = body_of(call);
  if (!body) return call.respond(body.error());
  const auto wanted = role_in(*body);
  if (!wanted) return call.respond(wanted.error());
  auto language = text_at(*body, "language");
  const User user{text_at(*body, "name"), *wanted, language.empty() ? services.options.language : language};
  const auto added = services.accounts.add_user(user, text_at(*body, "password"));
  call.respond(added ? json_response(201, user_json(user)) : refused_response(added.error()));
}

void remove_user(const Services& services, Call& call) {
  const auto removed = services.accounts.remove_user(call.path["name"]);
  if (!removed) return call.respond(refused_response(removed.error()));
  services.sessions.end_all_of(call.path["name"]);
  call.respond(empty_response(204));
}

/// An administrator may set anyone's; others their own.
void set_password(const Services& services, Call& call) {
  const auto& user = call.path["name"];
  // A token may bear any label, so only a session says whose own it is.
  const bool own = call.principal.by_session && call.principal.name == user;
  if (call.principal.role != Role::admin && !own)
    return call.respond(
        problem_response(403, "not_allowed", "Only an administrator may set another user's password."));
  const auto body = body_of(call);
  if (!body) return call.respond(body.error());
  const auto set = services.accounts.set_password(user, text_at(*body, "password"));
  if (!set) return call.respond(refused_response(set.error()));
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
  const auto body = body_of(call);
  if (!body) return call.respond(body.error());
  const auto wanted = role_in(*body);
  if (!wanted) return call.respond(wanted.error());
  const auto added = services.accounts.add_token(text_at(*body, "label"), *wanted);
  if (!added) return call.respond(refused_response(added.error()));
  auto answer = token_json(added->token);
  answer["secret"] = added->secret;
  call.respond(json_response(201, answer));
}

void remove_token(const Services& services, Call& call) {
  const auto removed = services.accounts.remove_token(call.path["id"]);
  call.respond(removed ? empty_response(204) : refused_response(removed.error()));
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
