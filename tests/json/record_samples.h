#pragma once
// Records as JSON that tests start from and change one field of.

#include <boost/json.hpp>
#include <string>
#include <string_view>

namespace samples {

inline constexpr std::uint64_t now_ms = 1'795'300'000'000;  // 2026-11-21

inline const std::string organisation_id = "urn:hansa:aaqqaaqqaaqqaaqqaaqqaaqqaa:bbqqaaqqaaqqaaqqaaqqaaqqaa";
inline const std::string practice_id = "urn:hansa:ccqqaaqqaaqqaaqqaaqqaaqqaa:ddqqaaqqaaqqaaqqaaqqaaqqaa";

inline boost::json::object parse(std::string_view text) { return boost::json::parse(text).as_object(); }

inline boost::json::object practice() {
  return parse(R"({"kind":"practice","language":"lv","content":{
    "title":{"lv":"Elektronisks pakalpojumu reģistrs","en":"Electronic register of services"},
    "summary":{"lv":"Reģistrs rāda, kas kur ko piedāvā, lai pakalpojumi nepārklātos."},
    "country":["LV"],"level":"national","themes":["information"],"targetGroups":["third-country-nationals"],
    "lead":")" +
               organisation_id +
               R"(","practiceStatus":"completed","period":"2009-08/2009-12","evidence":"self-reported"}})");
}

inline boost::json::object event() {
  return parse(R"({"kind":"event","language":"et","content":{
    "title":{"et":"Keeletrenn Maardus"},"eventType":"course","start":"2026-02-12T16:30","end":"2026-02-12T19:00",
    "timezone":"Europe/Tallinn","eventStatus":"confirmed","mode":"onsite","venue":{"country":"EE","locality":"Maardu"},
    "organisers":[")" +
               organisation_id + R"("],"languages":["et"],"themes":["language"]}})");
}

inline boost::json::object organisation() {
  return parse(R"({"kind":"organisation","language":"is","content":{
    "name":{"is":"Sýnishnútur Ísland"},"orgType":"municipality","country":"IS"}})");
}

inline boost::json::object contact() {
  return parse(R"({"kind":"contact","language":"lv","content":{
    "contactType":"role-mailbox","displayName":{"lv":"Bēgļu koordinators"},"organisation":")" +
               organisation_id + R"(",
    "roles":["local-coordinator"],"email":"koordinators@demo-lv.example"}})");
}

inline boost::json::object project() {
  return parse(R"({"kind":"project","language":"lv","content":{
    "title":{"lv":"Nacionālā integrācijas centra izveide"},"number":"2007/1.2./7","period":"2009-08/2009-12","lead":")" +
               organisation_id + R"("}})");
}

inline boost::json::object service() {
  return parse(R"({"kind":"service","language":"lv","content":{
    "name":{"lv":"Konsultācijas"},"description":{"lv":"Konsultācijas par dzīvi Latvijā."},"provider":")" +
               organisation_id + R"(",
    "serviceType":"counselling","themes":["information"],"targetGroups":["third-country-nationals"],
    "languages":["lv","en","ru"],"area":{"country":"LV","name":"Rīga"},
    "channels":[{"type":"phone","value":"+37100000000","free":true}]}})");
}

inline boost::json::object resource() {
  return parse(R"({"kind":"resource","language":"en","content":{
    "title":{"en":"Handbook on Integration"},"type":"handbook","issued":"2010-04","languages":["en"],
    "url":"https://example.org/handbook","themes":["governance"]}})");
}

inline boost::json::object response(std::string_view type) {
  auto record = parse(R"({"kind":"response","language":"en","content":{}})");
  auto& content = record["content"].as_object();
  content["about"] = practice_id;
  content["by"] = organisation_id;
  content["type"] = type;
  return record;
}

inline boost::json::object& content_of(boost::json::object& record) { return record["content"].as_object(); }

}  // namespace samples
