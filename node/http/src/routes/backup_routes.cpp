// Backups to a folder of this machine: begun, watched, stopped.

#include <boost/json/object.hpp>
#include <cassert>

#include "http/backups.h"
#include "json/record_input.h"
#include "json/record_json.h"
#include "routes.h"

namespace hansa::http {
namespace {

constexpr std::size_t path_bytes_max = 4000;

boost::json::value instant_or_null(std::uint64_t ms) {
  if (ms == 0) return nullptr;
  return boost::json::value(json::instant_text(ms));
}

boost::json::value text_or_null(const std::string& text) {
  if (text.empty()) return nullptr;
  return boost::json::value(text);
}

boost::json::object status_json(const BackupStatus& status) {
  boost::json::value made = nullptr;
  if (status.state == BackupStatus::State::done)
    made = boost::json::object{{"number", status.number},
                               {"bytes", status.backup_bytes},
                               {"expires", json::instant_text(status.expires_ms)}};
  return {{"state", name(status.state)},
          {"destination", text_or_null(status.order.destination)},
          {"step", text_or_null(status.step)},
          {"bytes", status.bytes},
          {"started", instant_or_null(status.started_ms)},
          {"ended", instant_or_null(status.ended_ms)},
          {"reason", text_or_null(status.reason)},
          {"backup", std::move(made)}};
}

Response fault(const std::string& field, const std::string& code, const std::string& detail) {
  json::Problem problem{code, 422, "The backup was not begun.", detail, {}};
  problem.errors.push_back({field, code, {}, ""});
  return problem_response(problem);
}

/// A whole number from 1 to `most`, if the field is there.
bool read_number(const boost::json::object& body, std::string_view field, std::uint32_t most,
                 std::uint32_t& number) {
  const auto* value = body.if_contains(field);
  if (value == nullptr) return true;
  boost::system::error_code failed;
  const auto given = value->to_number<std::uint32_t>(failed);
  if (failed || given == 0 || given > most) return false;
  number = given;
  return true;
}

protocol::Outcome<BackupOrder, Response> order_of(const Call& call) {
  const auto parsed = json::parse_json(call.request.body);
  if (!parsed) return problem_response(parsed.error());
  const auto* body = parsed->if_object();
  if (body == nullptr) return problem_response(422, "not_an_object", "The body is not a JSON object.");
  BackupOrder order;
  const auto* destination = body->if_contains("destination");
  if (destination == nullptr || !destination->is_string() || !destination->get_string().starts_with('/') ||
      destination->get_string().size() > path_bytes_max ||
      destination->get_string().find('\0') != boost::json::string::npos)
    return fault("destination", "bad_destination", "The absolute path of a folder on the node's machine");
  order.destination = std::string(destination->get_string());
  if (!read_number(*body, "keep", backups_kept_max, order.keep))
    return fault("keep", "out_of_range", "1 to " + std::to_string(backups_kept_max));
  if (!read_number(*body, "expireDays", backup_days_max, order.expire_days))
    return fault("expireDays", "out_of_range", "1 to " + std::to_string(backup_days_max));
  return order;
}

void start(BackupPort& backups, Call& call) {
  const auto order = order_of(call);
  if (!order) return call.respond(order.error());
  if (!backups.start(*order))
    return call.respond(problem_response(409, "backup_running", "A backup is under way already."));
  call.respond(json_response(202, status_json(backups.status())));
}

}  // namespace

std::string_view name(BackupStatus::State state) {
  switch (state) {
    case BackupStatus::State::none:
      return "none";
    case BackupStatus::State::running:
      return "running";
    case BackupStatus::State::done:
      return "done";
    case BackupStatus::State::failed:
      return "failed";
    case BackupStatus::State::stopped:
      return "stopped";
  }
  assert(!"every state has a name");
  return "unknown";
}

void add_backup_routes(Router& router, Services& services) {
  // A node that is composed without them (in tests) has no such paths.
  auto* backups = services.options.backups;
  if (backups == nullptr) return;
  router.add({"GET",
              "/api/v1/backups",
              Access::admin,
              {},
              "Shows the backup under way, or the last one.",
              [backups](Call& call) { call.respond(json_response(200, status_json(backups->status()))); }});
  router.add({"POST",
              "/api/v1/backups",
              Access::admin,
              {},
              "Begins a backup to a folder of the node's machine.",
              [backups](Call& call) { start(*backups, call); }});
  router.add(
      {"DELETE", "/api/v1/backups", Access::admin, {}, "Stops the backup under way.", [backups](Call& call) {
         backups->stop();
         call.respond(empty_response(204));
       }});
}

}  // namespace hansa::http
