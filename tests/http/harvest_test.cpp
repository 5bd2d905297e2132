// Harvesters: OAI-PMH 2.0, and the description of the node in DCAT-AP.
#include <doctest/doctest.h>

#include "api_client.h"
#include "in_text.h"
#include "publishing_node.h"

using namespace hansa;
using test::ApiClient;
using test::count;
using test::has;

namespace {

struct Fixture {
  Fixture() : api(node, test::api_options()), client(api) { client.become_operator(); }
  std::string publish(const std::string& visibility = "public") {
    const auto answer = client.ask(
        "POST", "/api/v1/records",
        R"({"kind":"organisation","language":"lv","visibility":")" + visibility +
            R"(","content":{"name":{"lv":"Cēsu <biedrība>","en":"A society"},"orgType":"ngo","country":"LV","themes":["housing"],"email":"birojs@cesis.example"}})");
    REQUIRE_MESSAGE(answer.status == 201, answer.body);
    return std::string(ApiClient::json_of(answer).at("id").as_string());
  }
  std::string get(const std::string& query) {
    const auto answer = client.ask("GET", "/oai?" + query);
    REQUIRE_MESSAGE(answer.status == 200, answer.body);
    return answer.body;
  }
  std::string error(const std::string& query) {
    const auto body = get(query);
    const std::string begin = "<error code=\"";
    const auto at = body.find(begin);
    if (at == std::string::npos) return "none";
    const auto start = at + begin.size();
    return body.substr(start, body.find('"', start) - start);
  }

  test::PublishingNode node;
  http::Api api;
  ApiClient client;
};

std::string token_in(const std::string& body) {
  const std::string begin = "<resumptionToken>";
  const auto at = body.find(begin);
  if (at == std::string::npos) return {};
  return body.substr(at + begin.size(), body.find('<', at + 1) - at - begin.size());
}

}  // namespace

TEST_CASE("oai: the node says who it is and that deletions stay") {
  Fixture fixture;
  (void)fixture.publish();
  const auto body = fixture.get("verb=Identify");
  CHECK(has(body, "<repositoryName>Cēsis</repositoryName>"));
  CHECK(has(body, "<baseURL>http://localhost:8440/oai</baseURL>"));
  CHECK(has(body, "<adminEmail>birojs@cesis.example</adminEmail>"));
  CHECK(has(body, "<deletedRecord>persistent</deletedRecord>"));
  CHECK(has(body, "<earliestDatestamp>2026-11-21T22:26:40Z</earliestDatestamp>"));
  CHECK(has(fixture.get("verb=ListSets"), "<setSpec>theme:housing</setSpec>"));
  CHECK(has(fixture.get("verb=ListMetadataFormats"), "<metadataPrefix>oai_dc</metadataPrefix>"));
}

TEST_CASE("oai: what is wrong is said in the protocol's own words") {
  Fixture fixture;
  const auto id = fixture.publish();
  CHECK(fixture.error("") == "badVerb");
  CHECK(fixture.error("verb=Nonsense") == "badVerb");
  CHECK(fixture.error("verb=Identify&verb=Identify") == "badVerb");
  CHECK(fixture.error("verb=Identify&set=x") == "badArgument");
  CHECK(fixture.error("verb=ListRecords") == "badArgument");
  CHECK(fixture.error("verb=ListRecords&metadataPrefix=marc") == "cannotDisseminateFormat");
  CHECK(fixture.error("verb=ListRecords&metadataPrefix=oai_dc&from=yesterday") == "badArgument");
  CHECK(fixture.error("verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01&until=2026-01-02T00:00:00Z") ==
        "badArgument");
  CHECK(fixture.error("verb=ListRecords&metadataPrefix=oai_dc&from=2027-01-01") == "noRecordsMatch");
  CHECK(fixture.error("verb=ListRecords&metadataPrefix=oai_dc&set=kind:event") == "noRecordsMatch");
  CHECK(fixture.error("verb=ListRecords&resumptionToken=nonsense") == "badResumptionToken");
  CHECK(fixture.error("verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=x") == "badArgument");
  CHECK(fixture.error("verb=GetRecord&metadataPrefix=oai_dc&identifier=urn:hansa:x") == "idDoesNotExist");
  CHECK(fixture.error("verb=GetRecord&metadataPrefix=oai_dc&identifier=" + id) == "none");
}

TEST_CASE("oai: a form says the same as an address") {
  Fixture fixture;
  (void)fixture.publish();
  const auto ask = [&](const std::string& form, const std::string& type) {
    return fixture.client.ask("POST", "/oai", form, {{"Content-Type", type}});
  };
  const std::string form = "application/x-www-form-urlencoded";
  const auto records = ask("verb=ListRecords&metadataPrefix=oai_dc&set=kind%3Aorganisation", form);
  CHECK(records.status == 200);
  CHECK(count(records.body, "<record>") == 1);
  CHECK(has(records.body, "set=\"kind:organisation\""));
  CHECK(has(ask("verb=Identify&verb=Identify", form + "; charset=utf-8").body, "badVerb"));
  CHECK(has(fixture.client.ask("POST", "/oai").body, "badVerb"));
  const auto json = ask(R"({"verb":"Identify"})", "application/json");
  CHECK(json.status == 415);
  CHECK(ApiClient::code_of(json) == "not_a_form");
  http::Headers nobody = {{"Host", "localhost:8440"}};
  std::swap(nobody, fixture.client.headers);
  CHECK(ask("verb=Identify", form).status == 401);
}

TEST_CASE("oai: public records are given, others do not exist, withdrawn ones stay as deleted") {
  Fixture fixture;
  const auto shared = fixture.publish("network");
  const auto open = fixture.publish();
  const std::string list = "verb=ListRecords&metadataPrefix=oai_dc";
  auto body = fixture.get(list);
  CHECK(has(body, "<identifier>" + open + "</identifier>"));
  CHECK(has(body, "<dc:title xml:lang=\"lv\">Cēsu &lt;biedrība&gt;</dc:title>"));
  CHECK_FALSE(has(body, shared));
  CHECK(fixture.error("verb=GetRecord&metadataPrefix=oai_dc&identifier=" + shared) == "idDoesNotExist");
  fixture.node.now += 60'000;
  REQUIRE(fixture.client.ask("POST", "/api/v1/records/" + open + "/withdraw", R"({"reason":"obsolete"})")
              .status == 200);
  // Whoever harvested before learns it by asking what changed since.
  for (const auto* more :
       {"", "&from=2026-11-21T22:27:00Z", "&set=theme:housing", "&set=kind:organisation"}) {
    body = fixture.get(list + more);
    CHECK_MESSAGE(has(body, "<header status=\"deleted\">"), more);
    CHECK(has(body, "<datestamp>2026-11-21T22:27:40Z</datestamp>"));
    CHECK_FALSE(has(body, "<metadata>"));
  }
  CHECK(fixture.error(list + "&until=2026-11-21T22:27:00Z") == "noRecordsMatch");
}

TEST_CASE("oai: a long list goes on, page by page, also while it grows") {
  Fixture fixture;
  std::set<std::string> wanted;
  for (int i = 0; i < 210; ++i) wanted.insert(fixture.publish());
  std::string body = fixture.get("verb=ListIdentifiers&metadataPrefix=oai_dc&set=kind:organisation");
  std::set<std::string> seen;
  std::size_t pages = 0, headers = 0;
  for (;; ++pages) {
    headers += count(body, "<header>");
    for (const auto& id : wanted)
      if (has(body, id)) seen.insert(id);
    const auto token = token_in(body);
    if (token.empty()) break;
    if (pages == 0) {
      fixture.node.now += 1000;
      wanted.insert(fixture.publish());
    }
    body = fixture.get("verb=ListIdentifiers&resumptionToken=" + token);
  }
  CHECK(has(body, "<resumptionToken></resumptionToken>"));
  CHECK(pages == 2);
  CHECK(seen == wanted);
  CHECK(headers == wanted.size());
}

TEST_CASE("dcat: one catalogue, a dataset for each kind, the exports as distributions") {
  Fixture fixture;
  const auto body = ApiClient::json_of(fixture.client.ask("GET", "/dcat"));
  CHECK(body.at("@type") == boost::json::value("dcat:Catalog"));
  CHECK(body.at("dct:publisher").at("foaf:name") == boost::json::value("Cēsis"));
  const auto& datasets = body.at("dcat:dataset").as_array();
  CHECK(datasets.size() == 8);
  for (const auto& dataset : datasets)
    for (const auto& way : dataset.at("dcat:distribution").as_array()) {
      const std::string address(way.at("dcat:accessURL").at("@id").as_string());
      CHECK(fixture.client.ask("GET", address.substr(address.find("/api/"))).status == 200);
    }
}
