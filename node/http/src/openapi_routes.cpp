#include <boost/json/array.hpp>
#include <cassert>
#include <cstdint>
#include <span>

#include "list_filters.h"
#include "openapi_schemas.h"
#include "protocol/code_lists.h"
#include "search/record_texts.h"

namespace hansa::http {
namespace {

struct Line {
  std::string_view method, pattern, request, response, media_type;
  int status;
};

constexpr std::string_view json = "application/json";
constexpr std::string_view text = "text/plain";
constexpr Line lines[] = {
    {"GET", "/api/v1/records", "", "RecordList", json, 200},
    {"GET", "/api/v1/records.csv", "", "Table", "text/csv", 200},
    {"GET", "/api/v1/records.json", "", "SignedRecords", json, 200},
    {"GET", "/api/v1/records.jsonld", "", "JsonLd", "application/ld+json", 200},
    {"GET", "/api/v1/records.atom", "", "Feed", "application/atom+xml", 200},
    {"GET", "/api/v1/records.ics", "", "Calendar", "text/calendar", 200},
    {"GET", "/api/v1/records.vcf", "", "Cards", "text/vcard", 200},
    {"GET", "/api/v1/coverage", "", "Coverage", json, 200},
    {"GET", "/api/v1/bundle", "", "BundleBytes", bundle_media_type, 200},
    {"GET", "/api/v1/bundle/opening", "", "BundleBytes", bundle_media_type, 200},
    {"GET", "/api/v1/bundle/entries", "", "BundleBytes", bundle_media_type, 200},
    {"GET", "/api/v1/records/{id}/proof", "", "BundleBytes", bundle_media_type, 200},
    {"POST", "/api/v1/bundle/parts", "BundleBytes", "BundleTaken", json, 200},
    {"GET", "/oai", "", "OaiAnswer", "text/xml", 200},
    {"POST", "/oai", "", "OaiAnswer", "text/xml", 200},
    {"GET", "/dcat", "", "Dcat", "application/ld+json", 200},
    {"POST", "/api/v1/records", "NewRecord", "Record", json, 201},
    {"GET", "/api/v1/records/{id}", "", "Record", json, 200},
    {"PUT", "/api/v1/records/{id}", "NewRecord", "Record", json, 200},
    {"GET", "/api/v1/records/{id}/revisions", "", "RecordList", json, 200},
    {"POST", "/api/v1/records/{id}/withdraw", "Withdrawal", "Record", json, 200},
    {"GET", "/api/v1/inbox", "", "CorrectionList", json, 200},
    {"POST", "/api/v1/inbox/{id}/accept", "", "Record", json, 200},
    {"POST", "/api/v1/imports", "Document", "Import", json, 201},
    {"GET", "/api/v1/imports", "", "ImportList", json, 200},
    {"POST", "/api/v1/imports/{id}/parts", "Document", "Import", json, 200},
    {"GET", "/api/v1/imports/{id}", "", "Import", json, 200},
    {"GET", "/api/v1/imports/{id}/lines", "", "ImportLineList", json, 200},
    {"POST", "/api/v1/imports/{id}/run", "ImportStep", "Import", json, 200},
    {"DELETE", "/api/v1/imports/{id}", "", "", json, 204},
    {"GET", "/api/v1/vocabularies", "", "Vocabularies", json, 200},
    {"GET", "/api/v1/node", "", "Node", json, 200},
    {"GET", "/api/v1/peers", "", "PeerList", json, 200},
    {"GET", "/api/v1/alarms", "", "AlarmList", json, 200},
    {"POST", "/api/v1/logs/{log}/reissue", "", "", json, 204},
    {"GET", "/api/v1/charter", "", "Charter", json, 200},
    {"GET", "/api/v1/charter/proposals", "", "CharterProposalList", json, 200},
    {"POST", "/api/v1/charter/proposals", "NewCharterProposal", "CharterProposal", json, 201},
    {"GET", "/api/v1/charter/proposals/{hash}", "", "CharterProposal", json, 200},
    {"POST", "/api/v1/charter/proposals/{hash}/approve", "Approval", "CharterProposal", json, 200},
    {"POST", "/api/v1/charter/follow", "CharterDecision", "Charter", json, 200},
    {"POST", "/api/v1/charter/holds", "NewHold", "Charter", json, 200},
    {"POST", "/api/v1/charter/holds/release", "HoldRelease", "Charter", json, 200},
    {"GET", "/api/v1/charter/signer", "", "Signer", json, 200},
    {"POST", "/api/v1/charter/signer", "NewSigner", "MadeSigner", json, 201},
    {"POST", "/api/v1/federation", "NewFederation", "FoundedFederation", json, 201},
    {"GET", "/api/v1/changes", "", "ChangeList", json, 200},
    {"GET", "/api/v1/events", "", "EventText", "text/event-stream", 200},
    {"POST", "/api/v1/session", "Credentials", "Session", json, 200},
    {"GET", "/api/v1/explain", "", "ExplanationList", json, 200},
    {"GET", "/api/v1/explain/{id}", "", "Explanation", json, 200},
    {"GET", "/api/v1/session", "", "Session", json, 200},
    {"DELETE", "/api/v1/session", "", "", json, 204},
    {"GET", "/api/v1/users", "", "UserList", json, 200},
    {"POST", "/api/v1/users", "NewUser", "User", json, 201},
    {"DELETE", "/api/v1/users/{name}", "", "", json, 204},
    {"PUT", "/api/v1/users/{name}/password", "NewPassword", "", json, 204},
    {"GET", "/api/v1/tokens", "", "TokenList", json, 200},
    {"POST", "/api/v1/tokens", "NewToken", "Token", json, 201},
    {"DELETE", "/api/v1/tokens/{id}", "", "", json, 204},
    {"GET", "/api/v1/backups", "", "BackupStatus", json, 200},
    {"POST", "/api/v1/backups", "BackupOrder", "BackupStatus", json, 202},
    {"DELETE", "/api/v1/backups", "", "", json, 204},
    {"POST", "/api/v1/invitations", "NewInvitation", "Invitation", json, 201},
    {"GET", "/api/v1/invitations", "", "InvitationList", json, 200},
    {"DELETE", "/api/v1/invitations/{id}", "", "", json, 204},
    {"GET", "/api/v1/join-requests", "", "JoinRequestList", json, 200},
    {"POST", "/api/v1/join-requests/{key}/refuse", "", "", json, 204},
    {"GET", "/api/v1/knocks", "", "KnockList", json, 200},
    {"POST", "/api/v1/join", "JoinLine", "Joining", json, 202},
    {"GET", "/api/v1/join", "", "Joining", json, 200},
    {"DELETE", "/api/v1/join", "", "", json, 204},
    {"GET", "/healthz", "", "PlainText", text, 200},
    {"GET", "/readyz", "", "PlainText", text, 200},
    {"GET", "/metrics", "", "PlainText", text, 200},
    {"GET", "/api/v1/openapi.json", "", "OpenApi", json, 200},
};

}  // namespace

RouteBody body_of_route(std::string_view method, std::string_view pattern) {
  for (const auto& line : lines)
    if (line.method == method && line.pattern == pattern)
      return {std::string(line.request), std::string(line.response), std::string(line.media_type),
              line.status};
  assert(!"every route has a line in openapi_routes.cpp");
  return {};
}

namespace {

boost::json::object codes(std::span<const std::string_view> list) {
  boost::json::array values;
  for (const auto code : list) values.emplace_back(code);
  return {{"type", "string"}, {"enum", std::move(values)}};
}

/// Lists grow: what a newer node writes is found under its code, too.
boost::json::object codes_or_others(std::span<const std::string_view> list) {
  return {{"description", "One of these codes, or another one that a record here has."},
          {"anyOf", boost::json::array{codes(list), boost::json::object{{"type", "string"}}}}};
}

boost::json::object number(std::uint64_t least, std::uint64_t most) {
  return {{"type", "integer"}, {"minimum", least}, {"maximum", most}};
}

}  // namespace

boost::json::object query_parameter_schema(const Route& route, std::string_view name) {
  static constexpr std::string_view states[] = {"published", "withdrawn", "any"};
  static constexpr std::string_view orders[] = {"relevance", "updated", "title"};
  static constexpr std::string_view truths[] = {"true", "false"};
  static constexpr std::string_view expansions[] = {"refs"};
  static constexpr std::string_view separators[] = {"comma", "semicolon", "tab"};
  static constexpr std::string_view formats[] = {"json", "csv", "ics", "vcf"};
  static constexpr std::string_view versions[] = {"4.0", "3.0"};
  if (name == "rows" || name == "columns") return codes(search::facet_names());
  if (const auto* list = facet_codes(name)) return codes_or_others(list->codes);
  if (name == "status") return codes(states);
  if (name == "sort") return codes(orders);
  if (name == "dry_run" || name == "more" || name == "only_new") return codes(truths);
  if (name == "format") return codes(formats);
  if (name == "map" || name == "set")
    return {{"type", "array"}, {"items", boost::json::object{{"type", "string"}, {"pattern", "^[^=]+="}}}};
  if (name == "expand") return codes(expansions);
  if (name == "separator") return codes(separators);
  if (name == "version") return codes(versions);
  if (name == "token")
    return {{"type", "string"}, {"description", "Of the role feed, for programs that can send no header."}};
  if (name == "limit") return number(1, route.limit_max);
  if (name == "since") return {{"type", "integer"}, {"minimum", 0}};
  if (name == "about" || name == "refers_to") return {{"$ref", "#/components/schemas/RecordId"}};
  return {{"type", "string"}};
}

}  // namespace hansa::http
