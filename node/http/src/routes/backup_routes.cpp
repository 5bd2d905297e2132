// Backups to a folder of this machine: begun, watched, stopped.

#include <boost/json/object.hpp>
#include <cassert>

#include "../request_body.h"
#include "http/backups.h"
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
  boost::json::array damaged(status.damaged.begin(), status.damaged.end());
  return {{"state", name(status.state)},
          {"destination", text_or_null(status.order.destination)},
          {"step", text_or_null(status.step)},
          {"bytes", status.bytes},
          {"started", instant_or_null(status.started_ms)},
          {"ended", instant_or_null(status.ended_ms)},
          {"reason", text_or_null(status.reason)},
          {"damaged", std::move(damaged)},
          {"backup", std::move(made)}};
}

protocol::Outcome<BackupOrder, Response> order_of(const Call& call) {
  auto body = RequestBody::of(call, {"destination", "keep", "expireDays"});
  if (!body) return body.error();
  BackupOrder order;
  order.destination = body->text("destination");
  if (!order.destination.starts_with('/') || order.destination.size() > path_bytes_max ||
      order.destination.find('\0') != std::string::npos)
    body->blame({"destination",
                 "bad_destination",
                 {{"expected", std::string("the absolute path of a folder on the node's machine")}},
                 shown_value(order.destination)});
  const auto keep = body->number_if_there("keep", 1, backups_kept_max);
  const auto days = body->number_if_there("expireDays", 1, backup_days_max);
  if (body->at_fault()) return body->problem("invalid_request", "The backup was not begun.");
  if (keep) order.keep = static_cast<std::uint32_t>(*keep);
  if (days) order.expire_days = static_cast<std::uint32_t>(*days);
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
