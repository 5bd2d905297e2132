#include "openapi.h"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <map>

#include "http/answerer.h"
#include "json/content_schema.h"
#include "openapi_schemas.h"
#include "protocol/kinds.h"

namespace hansa::http {
namespace {

namespace json = boost::json;

json::object reference(std::string_view schema) {
  return {{"$ref", "#/components/schemas/" + std::string(schema)}};
}

json::object content(std::string_view media_type, std::string_view schema) {
  return {{std::string(media_type), json::object{{"schema", reference(schema)}}}};
}

std::string lower(std::string text) {
  for (auto& letter : text)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return text;
}

bool is_export(const Route& route) { return route.pattern.starts_with("/api/v1/records."); }

void add_parameters(const Route& route, json::array& parameters) {
  for (std::size_t start = route.pattern.find('{'); start != std::string::npos;
       start = route.pattern.find('{', start + 1)) {
    const auto end = route.pattern.find('}', start);
    parameters.push_back(json::object{{"name", route.pattern.substr(start + 1, end - start - 1)},
                                      {"in", "path"},
                                      {"required", true},
                                      {"schema", json::object{{"type", "string"}}}});
  }
  for (const auto& name : route.query)
    parameters.push_back(
        json::object{{"name", name}, {"in", "query"}, {"schema", query_parameter_schema(route, name)}});
  if (route.pattern == event_stream_path)
    parameters.push_back(
        json::object{{"name", "Last-Event-ID"},
                     {"in", "header"},
                     {"description", "The last arrival that was seen: what came since is sent first."},
                     {"schema", json::object{{"type", "string"}}}});
  if (is_export(route))
    parameters.push_back(json::object{{"name", "If-None-Match"},
                                      {"in", "header"},
                                      {"description", "The ETag of the document that the client has."},
                                      {"schema", json::object{{"type", "string"}}}});
  if (route.method == "PUT" && route.pattern == "/api/v1/records/{id}")
    parameters.push_back(
        json::object{{"name", "If-Match"},
                     {"in", "header"},
                     {"required", true},
                     {"description",
                      "The revision that was edited, in double quotes; or several between commas, "
                      "or *, whatever is live. Weak tags match nothing."},
                     {"schema", json::object{{"type", "string"}}}});
}

/// What the query may say, in the body.
json::object form_of(const Route& route) {
  json::object fields;
  for (const auto& name : route.query) fields[name] = query_parameter_schema(route, name);
  const json::object schema{{"type", "object"}, {"properties", std::move(fields)}};
  return {{"content", json::object{{"application/x-www-form-urlencoded", json::object{{"schema", schema}}}}}};
}

/// If it is of this kind, its content is as the kind's schema says.
json::object content_of_kind(std::string_view kind) {
  return {{"if", json::object{{"properties", json::object{{"kind", json::object{{"const", kind}}}}}}},
          {"then", json::object{{"properties", json::object{{"content", reference(kind)}}}}}};
}

json::array security(const Route& route) {
  if (route.access == Access::anyone) return {};
  json::array either{json::object{{"token", json::array{}}}};
  json::object session{{"session", json::array{}}};
  if (route.method != "GET") session["csrf"] = json::array{};
  either.push_back(std::move(session));
  if (route.access == Access::feed) either.push_back(json::object{{"feed", json::array{}}});
  return either;
}

/// What a client can go by beside the body; of a problem, if `body` is none.
json::object headers_of(const Route& route, const RouteBody* body) {
  json::object headers;
  const auto add = [&](std::string_view name, std::string_view description) {
    headers[name] = json::object{{"description", description}, {"schema", json::object{{"type", "string"}}}};
  };
  if (body == nullptr) {
    add("Retry-After", "Of 429 and 503: in how many seconds to ask again.");
    return headers;
  }
  if (is_export(route)) {
    add("ETag", "Of the document as it stands, for If-None-Match.");
    add("Last-Modified", "When the newest of these records came to this node.");
    add("Link", "With limit: where the next page is, rel=\"next\".");
  }
  if (is_export(route) || body->response == "BundleBytes") add("Content-Disposition", "A name for the file.");
  if (body->response == "Record") add("ETag", "The revision, for If-Match.");
  if (body->response == "Record" && body->status == 201) add("Location", "The path of the record.");
  if (route.pattern == "/api/v1/session" && route.method != "GET") add("Set-Cookie", "The session's cookie.");
  return headers;
}

json::object operation(const Route& route) {
  json::object out{{"summary", route.summary}, {"security", security(route)}};
  json::array parameters;
  add_parameters(route, parameters);
  if (!parameters.empty()) out["parameters"] = std::move(parameters);
  const auto body = body_of_route(route.method, route.pattern);
  if (!body.request.empty()) {
    const bool is_bundle = body.request == "BundleBytes";
    auto accepted = content(is_bundle ? "application/octet-stream" : "application/json", body.request);
    for (const auto* type : {"text/csv", "text/calendar", "text/vcard", "application/octet-stream"})
      if (route.takes_files && !is_bundle) accepted[type] = content(type, body.request).at(type);
    out["requestBody"] = json::object{{"required", true}, {"content", std::move(accepted)}};
  }
  if (route.takes_form) out["requestBody"] = form_of(route);
  json::object success{{"description", route.summary}};
  if (!body.response.empty()) success["content"] = content(body.media_type, body.response);
  const auto headers = headers_of(route, &body);
  if (!headers.empty()) success["headers"] = headers;
  json::object problem{{"description", "What is wrong, and with which field."},
                       {"headers", headers_of(route, nullptr)},
                       {"content", content("application/problem+json", "Problem")}};
  json::object responses;
  responses[std::to_string(body.status)] = std::move(success);
  // A dry run is judged and not done.
  if (route.query.contains("dry_run")) {
    json::object judged{
        {"description", "What was done or, of a dry run, would have been."},
        {"content", content(body.media_type, body.status == 200 ? "RecordOrJudgement" : "Judgement")}};
    if (body.status == 200) judged["headers"] = headers;
    responses["200"] = std::move(judged);
  }
  if (is_export(route))
    responses["304"] = json::object{{"description", "The document is the one that the client has."}};
  responses["default"] = std::move(problem);
  out["responses"] = std::move(responses);
  return out;
}

}  // namespace

json::object openapi_document(const Router& router, const std::string& version) {
  json::object paths;
  for (const auto& route : router.routes()) {
    auto& path = paths[route.pattern];
    if (!path.is_object()) path = json::object{};
    path.get_object()[lower(route.method)] = operation(route);
  }
  auto components = json::parse(openapi_components).get_object();
  auto& schemas = components.at("schemas").get_object();
  json::array by_kind;
  for (auto& [kind, schema] : hansa::json::content_schemas()) {
    if (protocol::record_kind(kind)) by_kind.push_back(content_of_kind(kind));
    schemas[kind] = std::move(schema);
  }
  schemas.at("NewRecord").get_object()["allOf"] = std::move(by_kind);
  return {{"openapi", "3.1.0"},
          {"info", json::object{{"title", "Hansa"},
                                {"version", version},
                                {"description",
                                 "The catalogue of a Hansa node. Every list is {items, next} and goes on by "
                                 "the opaque cursor in next."},
                                {"license", json::object{{"name", "EUPL-1.2"}, {"identifier", "EUPL-1.2"}}}}},
          {"paths", std::move(paths)},
          {"components", std::move(components)}};
}

}  // namespace hansa::http
