// Publishing, revising and withdrawing.

#include <boost/json/object.hpp>

#include "../corrections.h"
#include "../if_match.h"
#include "../list_query.h"
#include "../publishing.h"
#include "../request_body.h"
#include "catalogue_check.h"
#include "json/record_input.h"
#include "json/record_json.h"
#include "protocol/code_lists.h"
#include "protocol/kinds.h"
#include "routes.h"

namespace hansa::http {
namespace {

Response record_response(const RecordReading& reading, const store::RecordState& record, int status) {
  auto response = json_response(status, reading.json(record));
  response.headers.emplace_back("ETag", "\"" + protocol::to_hex(record.revisions[record.live].hash) + "\"");
  return response;
}

/// Answers when the entry is on disk: with the record as it now stands.
core::PublishDone answer_with_record(const Services& services, const Respond& respond, int status) {
  return [&services, respond, status](const core::PublishOutcome& outcome) {
    if (!outcome) return respond(publish_refused_response(outcome.error()));
    const RecordReading reading(services.node);
    const auto record = reading.snapshot().record(outcome->record);
    if (!record)
      return respond(problem_response(500, "not_found", "The record was published but cannot be read."));
    if (record->kind == protocol::RecordKind::organisation) services.own_organisation.look_again();
    auto response = record_response(reading, *record, status);
    if (status == 201)
      response.headers.emplace_back("Location", "/api/v1/records/" + protocol::to_text(outcome->record));
    respond(std::move(response));
  };
}

protocol::Outcome<json::PreparedRecord, json::Problem> prepared(const Services& services, const Call& call,
                                                                const store::RecordState* revised) {
  const auto body = json::parse_json(call.request.body);
  if (!body) return body.error();
  return prepare_record(services, RecordReading(services.node), *body, revised);
}

/// The answer to a dry run.
Response judged(const json::PreparedRecord& record, bool unchanged) {
  boost::json::array warnings;
  for (const auto& warning : record.warnings) warnings.push_back(json::to_json(warning));
  return json_response(
      200, boost::json::object{{"valid", true}, {"unchanged", unchanged}, {"warnings", std::move(warnings)}});
}

/// `dry_run=true` or `false`, or nothing; none if it says anything else: a typing error must not publish.
std::optional<bool> is_dry_run(const Call& call) {
  const auto values = call.query_values("dry_run");
  if (values.empty()) return false;
  if (values.size() != 1 || (values.front() != "true" && values.front() != "false")) return std::nullopt;
  return values.front() == "true";
}

Response bad_dry_run(const Call& call) {
  return bad_parameter({"dry_run", "bad_parameter", {}, call.query_value("dry_run")},
                       "dry_run is true or false, once; nothing was published");
}

void create(const Services& services, Call& call) {
  const auto dry_run = is_dry_run(call);
  if (!dry_run) return call.respond(bad_dry_run(call));
  auto record = prepared(services, call, nullptr);
  if (!record) return call.respond(problem_response(record.error()));
  if (*dry_run) return call.respond(judged(*record, false));
  const auto id = record->id;
  auto request = request_of(std::move(*record));
  request.record = id;
  services.node.publish(std::move(request), answer_with_record(services, call.respond, 201));
}

/// Why a change that names `condition` is not made on `live`; none if it may go on.
std::optional<Response> unmet(const IfMatch& condition, const protocol::Hash& live) {
  switch (condition.form) {
    case IfMatch::Form::any:
      return std::nullopt;
    case IfMatch::Form::tags:
      if (condition.names(protocol::to_hex(live))) return std::nullopt;
      return publish_refused_response(core::PublishRefused::revision_changed);
    case IfMatch::Form::malformed:
      return problem_response(400, "bad_if_match", "If-Match is no list of entity tags.",
                              "Send the record's revision in double quotes, or *.",
                              {"If-Match", "malformed", {}, ""});
    case IfMatch::Form::absent:
      break;
  }
  return problem_response(428, "if_match_required", "Say which revision was edited.",
                          "Send If-Match with the record's revision in double quotes.",
                          {"If-Match", "required", {}, ""});
}

void revise(const Services& services, Call& call) {
  const auto dry_run = is_dry_run(call);
  if (!dry_run) return call.respond(bad_dry_run(call));
  const RecordReading reading(services.node);
  const auto record = record_of(reading, call.path["id"]);
  if (!record) return call.respond(record.error());
  const auto condition = read_if_match(call.request.headers);
  const auto& live = record->revisions[record->live].hash;
  if (auto refused = unmet(condition, live)) return call.respond(std::move(*refused));
  // Said before anything about fields: no correction of them would help.
  if (reading.own_partner() && !may_revise(reading, record->id))
    return call.respond(publish_refused_response(core::PublishRefused::not_owner));
  auto content = prepared(services, call, &*record);
  if (!content) return call.respond(problem_response(content.error()));
  const bool unchanged = is_unchanged(services, reading, *record, *content);
  if (*dry_run) return call.respond(judged(*content, unchanged));
  if (unchanged) return call.respond(record_response(reading, *record, 200));
  auto request = request_of(std::move(*content));
  request.record = record->id;
  request.is_new = false;
  // "*" asks for whatever is live once its turn has come.
  if (condition.form == IfMatch::Form::tags) request.expected = live;
  services.node.publish(std::move(request), answer_with_record(services, call.respond, 200));
}

/// What the body of a withdrawal says; its faults stay in `body`.
core::PublishRequest withdrawal(RequestBody& body, const protocol::RecordId& record) {
  core::PublishRequest request;
  request.kind = protocol::EntryKind::withdraw;
  request.record = record;
  request.is_new = false;
  const auto reason = body.text("reason");
  const auto blame = [&body](const char* field, const char* code, const std::string& value) {
    body.blame({field, code, {}, shown_value(value)});
  };
  if (!protocol::code_lists::withdrawal_reasons.contains(reason)) blame("reason", "unknown_code", reason);
  // It would say what is not so: a withdrawal leaves the bytes where they are.
  if (reason == "erased") blame("reason", "not_by_withdrawing", reason);
  const auto replaced_by = body.text_if_there("replacedBy").value_or("");
  if (replaced_by.empty()) {
    if (reason == "merged") blame("replacedBy", "required", "");
    return request;
  }
  const auto id = protocol::parse_record_id(replaced_by);
  if (!id)
    blame("replacedBy", "not_a_record_id", replaced_by);
  else if (*id == record)
    blame("replacedBy", "own_record", replaced_by);
  else
    request.subject = *id;
  return request;
}

void withdraw(const Services& services, Call& call) {
  const RecordReading reading(services.node);
  const auto record = record_of(reading, call.path["id"]);
  if (!record) return call.respond(record.error());
  auto body = RequestBody::of(call, {"reason", "replacedBy"});
  if (!body) return call.respond(body.error());
  auto request = withdrawal(*body, record->id);
  if (body->at_fault())
    return call.respond(body->problem("invalid_withdrawal", "The record was not withdrawn."));
  protocol::ContentBuilder content;
  content.root().setSchemaVersion(protocol::content_schema_version);
  content.root().setLanguage(services.options.language);
  content.root().setWithdrawnReason(body->text("reason"));
  content.root().setModifiedMs(services.node.now_ms());
  count_on(reading, *record, content);
  auto bytes = content.to_bytes();
  if (!bytes) return call.respond(problem_response(500, "too_large", "The withdrawal cannot be written."));
  request.content = std::move(*bytes);
  services.node.publish(std::move(request), answer_with_record(services, call.respond, 200));
}

/// Corrections of one's own records: those that wait for an answer, or all.
void inbox(const Services& services, Call& call) {
  const auto state = call.query_value("state");
  if (!state.empty() && state != "open" && state != "all")
    return call.respond(bad_parameter(call, "state", "state is open or all"));
  const RecordReading reading(services.node);
  boost::json::array items;
  for (const auto& correction : corrections(reading, services.search))
    if (state == "all" || std::string_view(correction.state) == "open")
      items.push_back(correction_json(reading, correction));
  call.respond(list_response(std::move(items)));
}

/// The corrected record becomes a new version.
void accept(const Services& services, Call& call) {
  const RecordReading reading(services.node);
  const auto response = record_of(reading, call.path["id"]);
  if (!response) return call.respond(response.error());
  const auto correction = correction_of(reading, *response);
  if (!correction)
    return call.respond(problem_response(409, "no_correction",
                                         "This is no correction of a record of your own that could be taken.",
                                         call.path["id"]));
  const auto& record = correction->about;
  auto body = applied(reading, *correction);
  if (!body) return call.respond(problem_response(body.error()));
  auto content = prepare_record(services, reading, *std::move(body), &record);
  if (!content) return call.respond(problem_response(content.error()));
  if (is_unchanged(services, reading, record, *content))
    return call.respond(record_response(reading, record, 200));
  auto request = request_of(std::move(*content));
  request.record = record.id;
  request.is_new = false;
  request.expected = record.revisions[record.live].hash;
  services.node.publish(std::move(request), answer_with_record(services, call.respond, 200));
}

}  // namespace

Response publish_refused_response(core::PublishRefused refused) {
  return problem_response(publish_refused(refused));
}

void add_publishing_routes(Router& router, Services& services) {
  router.add({"POST",
              "/api/v1/records",
              Access::editor,
              {"dry_run"},
              "Publishes a new record; answers once it is synced to disk.",
              [&services](Call& call) { create(services, call); }});
  router.add({"PUT",
              "/api/v1/records/{id}",
              Access::editor,
              {"dry_run"},
              "Publishes a new revision of one's own record; needs If-Match.",
              [&services](Call& call) { revise(services, call); }});
  router.add({"POST",
              "/api/v1/records/{id}/withdraw",
              Access::editor,
              {},
              "Withdraws one's own record.",
              [&services](Call& call) { withdraw(services, call); }});
  router.add({"GET",
              "/api/v1/inbox",
              Access::reader,
              {"state"},
              "Lists corrections that others propose to one's own records.",
              [&services](Call& call) { inbox(services, call); }});
  router.add({"POST",
              "/api/v1/inbox/{id}/accept",
              Access::editor,
              {},
              "Makes what a correction proposes a new version of the record.",
              [&services](Call& call) { accept(services, call); }});
}

}  // namespace hansa::http
