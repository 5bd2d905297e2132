#include "openapi_schemas.h"

#include <boost/json/array.hpp>
#include <cassert>
#include <cstdint>
#include <span>

#include "list_filters.h"
#include "protocol/code_lists.h"

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
    {"GET", "/api/v1/records.jsonld", "", "JsonLd", "application/ld+json", 200},
    {"GET", "/api/v1/records.atom", "", "Feed", "application/atom+xml", 200},
    {"GET", "/api/v1/records.ics", "", "Calendar", "text/calendar", 200},
    {"GET", "/api/v1/records.vcf", "", "Cards", "text/vcard", 200},
    {"GET", "/oai", "", "OaiAnswer", "text/xml", 200},
    {"GET", "/dcat", "", "Dcat", "application/ld+json", 200},
    {"POST", "/api/v1/records", "NewRecord", "Record", json, 201},
    {"GET", "/api/v1/records/{id}", "", "Record", json, 200},
    {"PUT", "/api/v1/records/{id}", "NewRecord", "Record", json, 200},
    {"GET", "/api/v1/records/{id}/revisions", "", "RecordList", json, 200},
    {"POST", "/api/v1/records/{id}/withdraw", "Withdrawal", "Record", json, 200},
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
  assert(!"every route has a line in openapi_schemas.cpp");
  return {};
}

namespace {

boost::json::object codes(std::span<const std::string_view> list) {
  boost::json::array values;
  for (const auto code : list) values.emplace_back(code);
  return {{"type", "string"}, {"enum", std::move(values)}};
}

boost::json::object number(std::uint64_t least, std::uint64_t most) {
  return {{"type", "integer"}, {"minimum", least}, {"maximum", most}};
}

}  // namespace

boost::json::object query_parameter_schema(std::string_view name) {
  static constexpr std::string_view states[] = {"published", "withdrawn", "any"};
  static constexpr std::string_view orders[] = {"relevance", "updated", "title"};
  static constexpr std::string_view truths[] = {"true", "false"};
  static constexpr std::string_view expansions[] = {"refs"};
  static constexpr std::string_view separators[] = {"comma", "semicolon"};
  static constexpr std::string_view versions[] = {"4.0", "3.0"};
  if (const auto* list = facet_codes(name)) return codes(list->codes);
  if (name == "status") return codes(states);
  if (name == "sort") return codes(orders);
  if (name == "dry_run") return codes(truths);
  if (name == "expand") return codes(expansions);
  if (name == "separator") return codes(separators);
  if (name == "version") return codes(versions);
  if (name == "token")
    return {{"type", "string"}, {"description", "Of the role feed, for programs that can send no header."}};
  if (name == "limit") return number(1, 1000);
  if (name == "since") return {{"type", "integer"}, {"minimum", 0}};
  if (name == "about") return {{"$ref", "#/components/schemas/RecordId"}};
  return {{"type", "string"}};
}

const std::string_view openapi_components = R"json({
  "securitySchemes": {
    "token": {"type": "http", "scheme": "bearer"},
    "feed": {"type": "apiKey", "in": "query", "name": "token", "description": "A token of the role feed."},
    "session": {"type": "apiKey", "in": "cookie", "name": "hansa_session_PORT", "description": "The name holds the port of the Host header."},
    "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"}
  },
  "schemas": {
    "Problem": {
      "type": "object", "description": "RFC 9457", "required": ["type", "title", "status", "code"],
      "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable; what programs and translations go by."}, "detail": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object", "required": ["field", "code"],
          "properties": {"field": {"type": "string"}, "code": {"type": "string"}, "params": {"type": "object"}, "value": {"type": "string"}}}}
      }
    },
    "Text": {"type": "object", "description": "A text by language, BCP 47.", "additionalProperties": {"type": "string"}},
    "Instant": {"type": "string", "format": "date-time"},
    "RecordId": {"type": "string", "pattern": "^urn:hansa:[a-z2-7]{26}:[a-z2-7]{26}$"},
    "Hash": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    "NewRecord": {
      "type": "object", "required": ["kind", "language", "content"],
      "properties": {
        "id": {"$ref": "#/components/schemas/RecordId"},
        "kind": {"type": "string", "description": "What the content is; each has a schema of its own."},
        "language": {"type": "string", "description": "Of the original, BCP 47."},
        "visibility": {"enum": ["public", "network"], "default": "network"},
        "licence": {"type": "string", "default": "CC-BY-4.0"}, "attribution": {"type": "string", "maxLength": 300},
        "source": {"type": "string", "format": "uri"}, "reviewBy": {"type": "string", "description": "A date: 2028, 2028-11 or 2028-11-21."},
        "publisher": {"$ref": "#/components/schemas/RecordId"}, "attachments": {"type": "array", "maxItems": 10, "items": {"type": "object"}},
        "translations": {"type": "object", "description": "How a text was translated: by the text's path, by language.",
          "additionalProperties": {"type": "object", "additionalProperties": {"enum": ["human", "machine", "machine-reviewed"]}}},
        "keywords": {"type": "array", "maxItems": 15, "items": {"$ref": "#/components/schemas/Text"}},
        "importedFrom": {"type": "object", "required": ["system", "id"],
          "properties": {"system": {"type": "string"}, "id": {"type": "string"}, "when": {"type": "string"}}},
        "content": {"type": "object", "description": "The fields of the kind."}
      }
    },
    "Record": {
      "type": "object", "required": ["id", "kind", "partner", "revision", "version", "status", "visibility", "content", "contentState"],
      "properties": {
        "id": {"$ref": "#/components/schemas/RecordId"}, "kind": {"type": "string"},
        "partner": {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}, "country": {"type": "string"}}},
        "revision": {"$ref": "#/components/schemas/Hash"}, "version": {"type": "integer"},
        "status": {"enum": ["published", "withdrawn"]}, "withdrawnReason": {"type": "string"},
        "replacedBy": {"$ref": "#/components/schemas/RecordId"}, "visibility": {"type": "string"}, "personal": {"type": "boolean"},
        "conflict": {"type": "boolean", "description": "Two revisions were made side by side."},
        "aboutVersion": {"type": "integer", "description": "Of a response: the version its author had seen."},
        "language": {"type": "string"}, "licence": {"type": "string"}, "attribution": {"type": "string"}, "source": {"type": "string"},
        "keywords": {"type": "array", "items": {"$ref": "#/components/schemas/Text"}}, "reviewBy": {"type": "string"},
        "importedFrom": {"type": "object"}, "publisher": {"$ref": "#/components/schemas/RecordId"},
        "attachments": {"type": "array", "items": {"type": "object"}}, "translations": {"type": "object"},
        "live": {"type": "boolean", "description": "Of a list of revisions: the one that is shown."},
        "parents": {"type": "array", "description": "Of a list of revisions: those that it continues.", "items": {"$ref": "#/components/schemas/Hash"}},
        "created": {"$ref": "#/components/schemas/Instant"}, "modified": {"$ref": "#/components/schemas/Instant"},
        "content": {"type": "object", "description": "As the kind's schema says; a newer version may know more fields and codes."}, "contentState": {"enum": ["present", "missing", "erased", "not_understood"]},
        "snippet": {"type": ["object", "null"], "description": "Of a list with q: where the words stand.", "properties": {"language": {"type": "string"},
          "parts": {"type": "array", "items": {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}, "match": {"type": "boolean"}}}}}},
        "refs": {"type": "object", "description": "With expand=refs: title, kind and state of each record referred to."},
        "provenance": {"type": "object", "properties": {
          "node": {"$ref": "#/components/schemas/Hash"}, "nodeName": {"type": "string"}, "log": {"$ref": "#/components/schemas/Hash"},
          "sequence": {"type": "integer"}, "signature": {"enum": ["valid", "invalid", "unchecked"]},
          "hash": {"$ref": "#/components/schemas/Hash"},
          "heldBy": {"type": "object", "properties": {"held": {"type": "integer"}, "of": {"type": "integer"}}},
          "authorTime": {"$ref": "#/components/schemas/Instant"}, "receivedAt": {"$ref": "#/components/schemas/Instant"}}}
      }
    },
    "Judgement": {"type": "object", "required": ["valid", "unchanged", "warnings"], "properties": {
      "valid": {"const": true}, "unchanged": {"type": "boolean", "description": "Publishing it would change nothing."},
      "warnings": {"type": "array", "items": {"type": "object"}}}},
    "RecordOrJudgement": {"anyOf": [{"$ref": "#/components/schemas/Record"}, {"$ref": "#/components/schemas/Judgement"}]},
    "RecordList": {"type": "object", "required": ["items", "next"], "properties": {
      "total": {"type": "integer"}, "items": {"type": "array", "items": {"$ref": "#/components/schemas/Record"}},
      "facets": {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": {"type": "integer"}}},
      "next": {"type": ["string", "null"]},
      "index": {"type": "object", "description": "Of a list of records.", "properties": {
        "behind": {"type": "integer", "description": "Arrivals that the search index has not taken in yet; 0: the list is complete."}}}}},
    "Withdrawal": {"type": "object", "additionalProperties": false, "required": ["reason"], "properties": {
      "reason": {"enum": ["error", "obsolete", "erased", "merged", "licence", "other"]},
      "replacedBy": {"$ref": "#/components/schemas/RecordId"}}},
    "Vocabularies": {"type": "object", "description": "Code lists by name."},
    "Node": {"type": "object", "required": ["name", "country", "nodeKey", "version", "digest", "records", "entries"], "properties": {
      "name": {"type": "string"}, "country": {"type": "string"}, "language": {"type": "string"}, "partner": {"type": ["string", "null"]},
      "organisation": {"type": ["string", "null"]}, "nodeKey": {"$ref": "#/components/schemas/Hash"}, "card": {"type": "string"},
      "version": {"type": "string"}, "federation": {"type": ["object", "null"]}, "digest": {"$ref": "#/components/schemas/Hash"},
      "records": {"type": "integer"}, "entries": {"type": "integer"}, "uncheckedEntries": {"type": "integer"},
      "missingPayloads": {"type": "integer"}, "index": {"type": "object", "properties": {"through": {"type": "integer"}, "behind": {"type": "integer"}, "records": {"type": "integer"}, "waiting": {"type": "integer"}}}, "log": {"type": ["object", "null"]}, "ownLogState": {"type": "string"}, "diskLow": {"type": "boolean"},
      "alarms": {"type": "array", "items": {"$ref": "#/components/schemas/Alarm"}},
      "startedAt": {"type": ["string", "null"], "description": "null: asked of a directory that no process serves."}}},
    "Alarm": {"type": "object", "required": ["code", "params", "since"], "properties": {
      "code": {"type": "string"}, "params": {"type": "object", "additionalProperties": {"type": "string"}},
      "since": {"$ref": "#/components/schemas/Instant"}}},
    "BackupOrder": {"type": "object", "additionalProperties": false, "required": ["destination"], "properties": {
      "destination": {"type": "string", "description": "The absolute path of a folder on the node's machine."},
      "keep": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 7},
      "expireDays": {"type": "integer", "minimum": 1, "maximum": 3650, "default": 90}}},
    "BackupStatus": {"type": "object", "required": ["state"], "properties": {
      "damaged": {"type": "array", "items": {"type": "string"}, "description": "What is wrong with other backups of the folder."},
      "state": {"enum": ["none", "running", "done", "failed", "stopped"]}, "destination": {"type": ["string", "null"]},
      "step": {"enum": ["copying", "verifying", "tidying", null]}, "bytes": {"type": "integer", "description": "Done in this step."},
      "started": {"type": ["string", "null"]}, "ended": {"type": ["string", "null"]},
      "reason": {"type": ["string", "null"], "description": "Why it failed, in words."},
      "backup": {"type": ["object", "null"], "properties": {"number": {"type": "integer"}, "bytes": {"type": "integer"},
        "expires": {"$ref": "#/components/schemas/Instant"}}}}},
    "AlarmList": {"type": "object", "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/Alarm"}},
      "next": {"type": ["string", "null"]}}},
    "PeerList": {"type": "object", "properties": {"items": {"type": "array", "items": {"type": "object", "properties": {
      "node": {"$ref": "#/components/schemas/Hash"}, "partner": {"type": ["string", "null"]}, "name": {"type": "string"},
      "country": {"type": "string"}, "state": {"type": "string"}, "stateSince": {"$ref": "#/components/schemas/Instant"},
      "address": {"type": ["string", "null"]}, "direction": {"type": ["string", "null"]}, "lastContact": {"type": ["string", "null"]},
      "retryAt": {"type": ["string", "null"]}, "outstanding": {"type": "object"}, "agrees": {"type": ["boolean", "null"]},
      "lastError": {"type": ["object", "null"]}, "roundTripMs": {"type": ["integer", "null"]},
      "clockOffsetMs": {"type": ["integer", "null"]}, "software": {"type": "string"}}}}, "next": {"type": ["string", "null"]}}},
    "Charter": {"type": "object", "properties": {
      "federation": {"$ref": "#/components/schemas/Hash"}, "name": {"type": "string"}, "names": {"$ref": "#/components/schemas/Text"},
      "version": {"type": "integer"}, "hash": {"$ref": "#/components/schemas/Hash"},
      "inForceSince": {"type": ["string", "null"], "description": "When the last of its approvals was given, or when this node took it, if no entry says; null: not known."},
      "partners": {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "string"}, "names": {"$ref": "#/components/schemas/Text"},
        "country": {"type": "string"}, "role": {"enum": ["coordinator", "member", "observer"]}, "status": {"enum": ["present", "left"]},
        "records": {"enum": ["stay", "hidden", "erased"], "description": "Of a partner that has left."},
        "successorOf": {"type": "array", "items": {"type": "string"}},
        "nodes": {"type": "array", "items": {"type": "object", "properties": {"key": {"$ref": "#/components/schemas/Hash"},
          "words": {"$ref": "#/components/schemas/Words"},
          "status": {"enum": ["active", "retired", "rotated", "revoked"]}, "cuts": {"$ref": "#/components/schemas/Cuts"},
          "limits": {"type": "object", "additionalProperties": {"type": "integer"}}}}}}}},
      "signers": {"type": "array", "items": {"type": "object", "properties": {"key": {"$ref": "#/components/schemas/Hash"},
        "name": {"type": "string"}, "partner": {"type": ["string", "null"]}}}},
      "signatures": {"type": "integer"}, "signaturesNeeded": {"type": "integer"},
      "personalDataCountries": {"type": "array", "items": {"type": "string"}}, "erasureDelayDays": {"type": "integer"},
      "erasuresPerDay": {"type": "integer"},
      "orderedErasures": {"type": "array", "description": "Records and entries (LOG:SEQUENCE) that the signers have erased.", "items": {"type": "string"}}, "text": {"type": "string"},
      "formats": {"type": "object", "description": "The newest versions of entries' headers and of content that authors may use.",
        "properties": {"header": {"type": "integer"}, "content": {"type": "integer"}}},
      "holds": {"type": "array", "items": {"$ref": "#/components/schemas/Hold"}},
      "alarm": {"type": ["string", "null"], "description": "charter_conflict, charter_behind"},
      "finalised": {"type": "array", "description": "Versions signed beside ones that are final here.", "items": {"type": "object",
        "properties": {"version": {"type": "integer"}, "hash": {"$ref": "#/components/schemas/Hash"}, "own": {"$ref": "#/components/schemas/Hash"}, "since": {"type": ["string", "null"], "description": "null: this node's operator has decided against it."}}}}}},
    "Hold": {"type": "object", "description": "A signer holds a node key.", "properties": {"node": {"$ref": "#/components/schemas/Hash"},
      "partner": {"type": ["string", "null"]}, "name": {"type": "string"}, "signer": {"$ref": "#/components/schemas/Hash"},
      "signerName": {"type": "string"}, "signed": {"$ref": "#/components/schemas/Instant"}, "from": {"$ref": "#/components/schemas/HoldPlaces"},
      "text": {"type": "string", "description": "hansa-hold-1:…"}}},
    "HoldPlaces": {"type": "array", "description": "The first held entry of each log; other logs of the node are held whole.", "maxItems": 20,
      "items": {"type": "object", "required": ["log", "sequence"], "properties": {"log": {"$ref": "#/components/schemas/Hash"}, "sequence": {"type": "integer", "minimum": 1}}}},
    "NewHold": {"type": "object", "additionalProperties": false, "properties": {"key": {"$ref": "#/components/schemas/Hash"}, "from": {"$ref": "#/components/schemas/HoldPlaces"},
      "passphrase": {"type": "string", "description": "Of this machine's signer key."},
      "line": {"type": "string", "description": "Instead of all this: hansa-hold-1:…, signed elsewhere."}}},
    "HoldRelease": {"type": "object", "additionalProperties": false, "required": ["key", "passphrase"], "properties": {"key": {"$ref": "#/components/schemas/Hash"},
      "passphrase": {"type": "string"}}},
    "Cuts": {"type": "array", "items": {"type": "object", "properties": {"log": {"$ref": "#/components/schemas/Hash"},
      "sequence": {"type": "integer", "description": "The last entry that counts; 0: none."}, "hash": {"type": ["string", "null"]}}}},
    "CharterChange": {"type": "object", "required": ["code"], "properties": {"code": {"type": "string"},
      "params": {"type": "object", "additionalProperties": {"type": "string"}}, "cuts": {"$ref": "#/components/schemas/Cuts"}}},
    "Quorum": {"type": ["object", "null"], "description": "Of the signers of the version in force, and of the proposed one.",
      "properties": {"current": {"type": "integer"}, "own": {"type": "integer"}}},
    "CharterProposal": {"type": "object", "required": ["hash", "version", "state", "changes", "approvals"], "properties": {
      "hash": {"$ref": "#/components/schemas/Hash"}, "version": {"type": "integer"},
      "proposedBy": {"type": "object", "properties": {"node": {"$ref": "#/components/schemas/Hash"}, "partner": {"type": ["string", "null"]}, "name": {"type": "string"}}},
      "at": {"$ref": "#/components/schemas/Instant"}, "state": {"enum": ["open", "adopted", "superseded"]}, "closedAt": {"type": ["string", "null"]},
      "changes": {"type": "array", "items": {"$ref": "#/components/schemas/CharterChange"}},
      "approvals": {"type": "array", "items": {"type": "object", "properties": {"signer": {"$ref": "#/components/schemas/Hash"},
        "name": {"type": "string"}, "at": {"$ref": "#/components/schemas/Instant"}}}},
      "needed": {"$ref": "#/components/schemas/Quorum"}, "given": {"$ref": "#/components/schemas/Quorum"},
      "stopsCounting": {"anyOf": [{"$ref": "#/components/schemas/CharterEffect"}, {"type": "null"}], "description": "What this node holds that would not count; null once it is closed."},
      "countsAgain": {"anyOf": [{"$ref": "#/components/schemas/CharterEffect"}, {"type": "null"}], "description": "What lies aside at this node and would count; null once it is closed."},
      "warnings": {"type": "array", "description": "What could not be mended afterwards: last_coordinator, every_signer_needed, signers_have_left.", "items": {"$ref": "#/components/schemas/Coded"}},
      "text": {"type": "string", "description": "For signers whose key is elsewhere: hansa charter sign."}}},
    "CharterEffect": {"type": "object", "required": ["entries", "records", "logs", "named"], "properties": {
      "entries": {"type": "integer"}, "records": {"type": "integer"}, "logs": {"type": "array", "items": {"type": "object", "properties": {
        "log": {"$ref": "#/components/schemas/Hash"}, "node": {"$ref": "#/components/schemas/Hash"}, "from": {"type": "integer"},
        "entries": {"type": "integer"}, "records": {"type": "integer"}}}},
      "named": {"type": "object", "description": "By id, the first 20 of these records.", "additionalProperties": {"type": "object", "properties": {
        "title": {"$ref": "#/components/schemas/Text"}, "kind": {"type": "string"}, "state": {"enum": ["present", "withdrawn", "aside"]}}}}}},
    "CharterProposalList": {"type": "object", "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/CharterProposal"}},
      "next": {"type": "null"}}},
    "NewCharterProposal": {"type": "object", "additionalProperties": false, "properties": {
      "changes": {"type": "array", "description": "docs/api.md lists the codes and their fields.", "items": {"type": "object", "required": ["code"],
        "properties": {"code": {"type": "string"}}}},
      "body": {"type": "string", "description": "Instead of changes: hansa-proposal-1:…"},
      "passphrase": {"type": "string", "description": "Of this machine's signer key: approves it, too."}, "release": {"type": "boolean"}}},
    "Approval": {"type": "object", "additionalProperties": false, "properties": {"passphrase": {"type": "string"},
      "approval": {"type": "string", "description": "Instead: hansa-approval-1:…, signed elsewhere."},
      "release": {"type": "boolean", "description": "Sign although this key signed another proposal for the same version."}}},
    "CharterDecision": {"type": "object", "additionalProperties": false, "required": ["hash"], "properties": {"hash": {"$ref": "#/components/schemas/Hash"}}},
    "Signer": {"type": "object", "properties": {"key": {"type": ["string", "null"]}, "name": {"type": ["string", "null"]}, "listed": {"type": "boolean"}}},
    "NewSigner": {"type": "object", "additionalProperties": false, "required": ["name"], "properties": {"name": {"type": "string"},
      "replace": {"type": "boolean", "description": "A key that is there already is put away."}}},
    "MadeSigner": {"type": "object", "required": ["key", "line", "passphrase"], "properties": {"key": {"$ref": "#/components/schemas/Hash"},
      "line": {"type": "string", "description": "hansa-signer-1:… for whoever proposes the signer."},
      "passphrase": {"type": "string", "description": "Shown this once."}}},
    "NewFederation": {"type": "object", "additionalProperties": false, "required": ["name"], "properties": {"name": {"type": "string"},
      "language": {"type": "string", "description": "Of the name; the node's own if it is not given."}}},
    "FoundedFederation": {"type": "object", "required": ["federation", "name", "signer", "passphrase"], "properties": {
      "federation": {"$ref": "#/components/schemas/Hash"}, "name": {"type": "string"}, "signer": {"$ref": "#/components/schemas/Hash"},
      "passphrase": {"type": "string", "description": "Of the signer key, shown this once."}}},
    "ChangeList": {"type": "object", "properties": {"items": {"type": "array", "items": {"type": "object", "properties": {
      "arrival": {"type": "integer"}, "record": {"$ref": "#/components/schemas/RecordId"}, "kind": {"type": "string"},
      "revision": {"type": ["string", "null"]}, "change": {"enum": ["published", "revised", "withdrawn", "ceased"]}, "log": {"$ref": "#/components/schemas/Hash"},
      "sequence": {"type": "integer"}}}}, "next": {"type": ["string", "null"]}, "last": {"type": "integer"}}},
    "Coded": {"type": "object", "required": ["code", "params"], "properties": {"code": {"type": "string"},
      "params": {"type": "object", "additionalProperties": {"type": "string"}}}},
    "Explanation": {"type": "object", "required": ["id", "kind", "name", "inStep", "findings"], "properties": {
      "id": {"type": "string"}, "kind": {"enum": ["this", "partner", "node", "log", "record"]}, "name": {"type": "string"},
      "inStep": {"type": "boolean"}, "findings": {"type": "array", "items": {"type": "object",
        "required": ["code", "params", "since", "next"], "properties": {"code": {"type": "string"}, "params": {"type": "object"},
        "since": {"type": ["string", "null"]}, "next": {"anyOf": [{"$ref": "#/components/schemas/Coded"}, {"type": "null"}]}}}}}},
    "ExplanationList": {"type": "object", "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/Explanation"}},
      "next": {"type": "null"}}},
    "Table": {"type": "string", "description": "RFC 4180 in UTF-8 with a byte order mark; the first line names the columns."},
    "JsonLd": {"type": "object", "required": ["@context", "@graph"], "properties": {"@context": {"type": "object"},
      "@graph": {"type": "array", "items": {"type": "object", "required": ["@id", "@type"], "additionalProperties": true}}}},
    "OaiAnswer": {"type": "string", "description": "OAI-PMH 2.0; errors are part of it."},
    "Dcat": {"type": "object", "required": ["@context", "@id", "@type"], "additionalProperties": true},
    "Feed": {"type": "string", "description": "RFC 4287 with the tombstones of RFC 6721 and the pages of RFC 5005."},
    "Calendar": {"type": "string", "description": "RFC 5545 and 7986."},
    "Cards": {"type": "string", "description": "RFC 6350, or RFC 2426 for version 3.0."},
    "EventText": {"type": "string", "description": "Server-sent events: change (a change of /changes, its arrival as id), peers (ask again), reset (more happened than a stream holds: ask /changes behind the last id)."},
    "Credentials": {"type": "object", "additionalProperties": false, "required": ["user", "password"], "properties": {"user": {"type": "string"}, "password": {"type": "string"}}},
    "Session": {"type": "object", "properties": {"user": {"type": "string"}, "role": {"type": "string"}, "language": {"type": "string"},
      "csrf": {"type": "string", "description": "Send as X-CSRF-Token with every change."}}},
    "User": {"type": "object", "properties": {"name": {"type": "string"}, "role": {"type": "string"}, "language": {"type": "string"}}},
    "UserList": {"type": "object", "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/User"}}, "next": {"type": "null"}}},
    "NewUser": {"type": "object", "additionalProperties": false, "required": ["name", "password", "role"], "properties": {
      "name": {"type": "string", "pattern": "^[a-z0-9_.-]{1,64}$"},
      "password": {"type": "string", "minLength": 10, "maxLength": 256}, "role": {"enum": ["reader", "editor", "coordinator", "admin"]},
      "language": {"type": "string"}}},
    "NewPassword": {"type": "object", "additionalProperties": false, "required": ["password"], "properties": {"password": {"type": "string", "minLength": 10, "maxLength": 256},
      "current": {"type": "string", "description": "The password so far; asked of whoever sets their own in a session."}}},
    "NewToken": {"type": "object", "additionalProperties": false, "required": ["label", "role"], "properties": {"label": {"type": "string", "minLength": 1, "maxLength": 100},
      "role": {"enum": ["feed", "reader", "editor", "coordinator", "admin"]}}},
    "Token": {"type": "object", "properties": {"id": {"type": "string"}, "label": {"type": "string"}, "role": {"type": "string"},
      "created": {"$ref": "#/components/schemas/Instant"}, "secret": {"type": "string", "description": "Only when it was just made."}}},
    "TokenList": {"type": "object", "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/Token"}}, "next": {"type": "null"}}},
    "Words": {"type": "array", "items": {"type": "string"}, "minItems": 6, "maxItems": 6},
    "NewInvitation": {"type": "object", "additionalProperties": false, "properties": {"days": {"type": "integer", "minimum": 1, "maximum": 90, "default": 14}}},
    "Invitation": {"type": "object", "properties": {"id": {"type": "string"}, "state": {"enum": ["open", "used", "withdrawn", "expired"]},
      "created": {"$ref": "#/components/schemas/Instant"}, "expires": {"$ref": "#/components/schemas/Instant"}, "by": {"type": "string"},
      "address": {"type": "string"}, "usedBy": {"type": ["string", "null"]},
      "line": {"type": ["string", "null"], "description": "What the invited node is given, while the invitation is open. Secret."}}},
    "InvitationList": {"type": "object", "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/Invitation"}}, "next": {"type": "null"}}},
    "JoinRequestList": {"type": "object", "properties": {"items": {"type": "array", "items": {"type": "object", "properties": {
      "key": {"$ref": "#/components/schemas/Hash"}, "state": {"enum": ["pending", "approved", "refused"]},
      "words": {"$ref": "#/components/schemas/Words"}, "invitation": {"type": "string"}, "invitedBy": {"type": "string"},
      "asked": {"$ref": "#/components/schemas/Instant"}, "seen": {"$ref": "#/components/schemas/Instant"}, "from": {"type": "string"},
      "card": {"type": "string"}, "name": {"type": "string"}, "language": {"type": "string"}, "country": {"type": "string"},
      "organisationType": {"type": "string"}, "address": {"type": "string"}, "partner": {"type": "string"},
      "partnerName": {"type": ["string", "null"], "description": "Of the partner that is in the charter already, if it asks as a further node of it."}}}},
      "next": {"type": "null"}}},
    "KnockList": {"type": "object", "properties": {"items": {"type": "array", "maxItems": 32, "items": {"type": "object", "properties": {
      "key": {"$ref": "#/components/schemas/Hash"}, "words": {"$ref": "#/components/schemas/Words"}, "from": {"type": "string"},
      "first": {"$ref": "#/components/schemas/Instant"}, "last": {"$ref": "#/components/schemas/Instant"}, "count": {"type": "integer"}}}},
      "next": {"type": "null"}}},
    "JoinLine": {"type": "object", "additionalProperties": false, "required": ["line"], "properties": {"line": {"type": "string", "maxLength": 2048}}},
    "Joining": {"type": "object", "required": ["state"], "properties": {"state": {"enum": ["none", "waiting", "pending", "refused", "member"]},
      "federation": {"$ref": "#/components/schemas/Hash"}, "federationName": {"type": "string"}, "inviter": {"$ref": "#/components/schemas/Hash"},
      "address": {"type": "string"}, "words": {"$ref": "#/components/schemas/Words"}, "expires": {"$ref": "#/components/schemas/Instant"},
      "started": {"$ref": "#/components/schemas/Instant"}, "since": {"$ref": "#/components/schemas/Instant"},
      "lastAnswer": {"type": ["string", "null"]}, "reason": {"type": ["string", "null"]}, "detail": {"type": "string"}}},
    "PlainText": {"type": "string"},
    "OpenApi": {"type": "object"}
  }
})json";

}  // namespace hansa::http
