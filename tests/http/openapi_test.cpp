// The description of the API against the API: every answer to a GET holds what its schema says and nothing
// else.
#include <doctest/doctest.h>

#include <set>

#include "api_client.h"
#include "publishing_node.h"

using namespace hansa;
using boost::json::object;
using boost::json::value;
using test::ApiClient;

namespace {

/// A validator of what the document uses of JSON Schema, strict where the document could lag behind: a
/// property that is not described is a fault.
class Validator {
 public:
  explicit Validator(const object& document)
      : schemas_(document.at("components").at("schemas").as_object()) {}

  std::vector<std::string> faults;

  void check(const value& given, const object& schema, const std::string& path) {
    if (const auto* reference = schema.if_contains("$ref")) {
      const std::string name(
          reference->as_string().subview(std::string_view("#/components/schemas/").size()));
      if (!schemas_.contains(name)) return fault(path, "refers to a schema that is not there: " + name);
      return check(given, schemas_.at(name).as_object(), path);
    }
    if (const auto* list = schema.if_contains("enum")) {
      const auto& codes = list->as_array();
      if (std::find(codes.begin(), codes.end(), given) == codes.end()) fault(path, "is none of its codes");
    }
    if (const auto* type = schema.if_contains("type"); type != nullptr && !fits(given, *type))
      return fault(path, "is not of its type: " + boost::json::serialize(given).substr(0, 80));
    if (given.is_array()) check_items(given.as_array(), schema, path);
    if (given.is_object()) check_properties(given.as_object(), schema, path);
  }

 private:
  static bool fits(const value& given, const value& type) {
    if (type.is_array())
      return std::any_of(type.as_array().begin(), type.as_array().end(),
                         [&](const value& one) { return fits(given, one); });
    const auto& name = type.as_string();
    return (name == "object" && given.is_object()) || (name == "array" && given.is_array()) ||
           (name == "string" && given.is_string()) || (name == "boolean" && given.is_bool()) ||
           (name == "integer" && (given.is_int64() || given.is_uint64())) ||
           (name == "number" && given.is_number()) || (name == "null" && given.is_null());
  }

  void check_items(const boost::json::array& items, const object& schema, const std::string& path) {
    const auto* described = schema.if_contains("items");
    for (std::size_t i = 0; described != nullptr && i < items.size(); ++i)
      check(items[i], described->as_object(), path + '[' + std::to_string(i) + ']');
  }

  void check_properties(const object& given, const object& schema, const std::string& path) {
    if (const auto* required = schema.if_contains("required"))
      for (const auto& name : required->as_array())
        if (!given.contains(name.as_string())) fault(path, "lacks " + std::string(name.as_string()));
    const auto* properties = schema.if_contains("properties");
    const auto* others = schema.if_contains("additionalProperties");
    for (const auto& [name, inner] : given) {
      const std::string here = path + '.' + std::string(name);
      if (properties != nullptr && properties->as_object().contains(name))
        check(inner, properties->at(name).as_object(), here);
      else if (others != nullptr && others->is_object())
        check(inner, others->as_object(), here);
      else if (properties != nullptr)
        fault(here, "is not described");
    }
  }

  void fault(const std::string& path, const std::string& what) { faults.push_back(path + ' ' + what); }

  const object& schemas_;
};

struct Fixture {
  Fixture() : api(node, test::api_options()), client(api) {
    client.become_operator();
    organisation = publish(R"({"kind":"organisation","language":"lv","content":{"name":{"lv":"Cēsis"},
      "orgType":"municipality","country":"LV"}})");
    project = publish(R"({"kind":"project","language":"lv","licence":"CC0-1.0","keywords":[{"lv":"centrs"}],
      "translations":{"content.title":{"en":"machine"}},
      "content":{"title":{"lv":"Centra izveide","en":"A centre"},"period":"2009-08/2009-12"}})");
  }
  std::string publish(const std::string& body) {
    const auto answer = client.ask("POST", "/api/v1/records", body);
    REQUIRE_MESSAGE(answer.status == 201, answer.body);
    return std::string(ApiClient::json_of(answer).at("id").as_string());
  }

  test::PublishingNode node;
  http::Api api;
  ApiClient client;
  std::string organisation, project;
};

/// The path with a record's id put in; none if it needs what this node does not have.
std::optional<std::string> target_of(std::string path, const std::string& record) {
  const auto at = path.find("{id}");
  if (at != std::string::npos && !path.starts_with("/api/v1/records/")) return std::nullopt;
  if (at != std::string::npos) path.replace(at, 4, record);
  if (path.find('{') != std::string::npos) return std::nullopt;
  return path;
}

}  // namespace

TEST_CASE("every answer to a GET is as the API's description says") {
  Fixture fixture;
  const auto document = ApiClient::json_of(fixture.client.ask("GET", "/api/v1/openapi.json"));
  Validator validator(document);
  std::size_t asked = 0;
  for (const auto& [path, operations] : document.at("paths").as_object()) {
    const auto* get = operations.as_object().if_contains("get");
    const auto target = target_of(std::string(path), fixture.project);
    if (get == nullptr || !target) continue;
    const auto& responses = get->at("responses").as_object();
    const auto answer = fixture.client.ask("GET", *target);
    const auto* described = responses.if_contains(std::to_string(answer.status));
    const auto& response = (described != nullptr ? *described : responses.at("default")).as_object();
    for (const auto& [name, value] : answer.headers) {
      const auto* headers = response.if_contains("headers");
      const bool is_known = name == "Content-Type" || name == "Cache-Control";
      CHECK_MESSAGE((is_known || (headers != nullptr && headers->as_object().contains(name))),
                    path << " " << name);
    }
    if (!http::header(answer.headers, "Content-Type").ends_with("json")) continue;
    const auto* content = response.if_contains("content");
    REQUIRE_MESSAGE(content != nullptr, path);
    const auto& schema = content->as_object().begin()->value().at("schema").as_object();
    validator.check(boost::json::parse(answer.body), schema, std::string(path));
    ++asked;
  }
  CHECK(asked > 10);
  for (const auto& fault : validator.faults) CHECK_MESSAGE(false, fault);
}

TEST_CASE("the description names the codes and the fields of every kind") {
  Fixture fixture;
  const auto document = ApiClient::json_of(fixture.client.ask("GET", "/api/v1/openapi.json"));
  const auto& schemas = document.at("components").at("schemas").as_object();
  for (const auto* kind :
       {"practice", "event", "organisation", "contact", "response", "project", "service", "resource"})
    CHECK(schemas.at(kind).at("properties").as_object().size() >= 14);
  const auto& practice = schemas.at("practice").at("properties").as_object();
  CHECK(practice.at("level").at("enum").as_array().size() == 6);
  CHECK(practice.at("title").at("additionalProperties").at("maxLength") == value(160));
  CHECK(practice.at("themes").at("maxItems") == value(5));
  const auto dry = fixture.client.ask(
      "POST", "/api/v1/records?dry_run=true",
      R"({"kind":"project","language":"lv","content":{"title":{"lv":"Centrs"},"period":"2009/2010"}})");
  Validator validator(document);
  validator.check(boost::json::parse(dry.body), schemas.at("Judgement").as_object(), "dry run");
  for (const auto& fault : validator.faults) CHECK_MESSAGE(false, fault);
}

TEST_CASE("the description gives each list's own limit") {
  test::PublishingNode node;
  http::Api api(node, test::api_options());
  ApiClient client(api);
  client.become_operator();
  const auto document = ApiClient::json_of(client.ask("GET", "/api/v1/openapi.json"));
  int limits = 0;
  for (const auto& [path, operations] : document.at("paths").as_object()) {
    const auto* get = operations.as_object().if_contains("get");
    const auto* parameters = get == nullptr ? nullptr : get->as_object().if_contains("parameters");
    for (const auto& parameter : parameters == nullptr ? boost::json::array() : parameters->as_array()) {
      if (parameter.at("name") != "limit" || path.find('{') != std::string::npos) continue;
      const auto most = parameter.at("schema").at("maximum").to_number<int>();
      const auto target = std::string(path) + "?limit=";
      CHECK_MESSAGE(client.ask("GET", target + std::to_string(most)).status == 200, target);
      CHECK_MESSAGE(client.ask("GET", target + std::to_string(most + 1)).status == 400, target);
      ++limits;
    }
  }
  CHECK(limits >= 7);
}
