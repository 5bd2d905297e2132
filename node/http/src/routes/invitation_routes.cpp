// Joining, seen from the federation: invitations, who asks with them, and who knocks without one.

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "../request_body.h"
#include "core/node.h"
#include "joining.h"
#include "json/record_json.h"
#include "routes.h"

namespace hansa::http {
namespace {

constexpr std::uint64_t default_days = 14;

boost::json::object invitation_json(const core::MadeInvitation& made, std::uint64_t now_ms) {
  const auto state = core::state_of(made, now_ms);
  boost::json::object out{{"id", protocol::to_hex(made.invitation.id)},
                          {"state", state},
                          {"created", json::instant_text(made.made_ms)},
                          {"expires", json::instant_text(made.invitation.expires_ms)},
                          {"by", made.by},
                          {"address", made.invitation.address},
                          {"usedBy", nullptr},
                          {"line", nullptr}};
  if (made.request) out["usedBy"] = protocol::to_text(made.request->key);
  if (state == "open") out["line"] = made.line;
  return out;
}

/// What the body asks for: a whole number of days, 14 unless it says otherwise.
protocol::Outcome<std::uint64_t, Response> days_of(const Call& call) {
  if (call.request.body.empty()) return default_days;
  auto body = RequestBody::of(call, {"days"});
  if (!body) return body.error();
  const auto days = body->number_if_there("days", 1, core::invitation_days_max);
  if (body->at_fault()) return body->problem();
  return days ? static_cast<std::uint64_t>(*days) : default_days;
}

void invite(const Services& services, Call& call) {
  const auto days = days_of(call);
  if (!days) return call.respond(days.error());
  services.node.in_core([respond = call.respond, by = call.principal.name, days = *days](core::Node& node) {
    const auto now = node.now_ms();
    const auto made = node.invite(now + days * core::ms_per_day, by);
    respond(made ? json_response(201, invitation_json(*made, now)) : joining_problem(made.error()));
  });
}

void list_invitations(const Services& services, Call& call) {
  boost::json::array items;
  for (const auto& made : core::made_invitations(*services.node.snapshot()))
    items.push_back(invitation_json(made, services.node.now_ms()));
  call.respond(json_response(200, boost::json::object{{"items", std::move(items)}, {"next", nullptr}}));
}

void withdraw(const Services& services, Call& call) {
  const auto bytes = protocol::from_hex(call.path["id"]);
  if (!bytes || bytes->size() != protocol::invitation_id_bytes)
    return call.respond(joining_problem(core::JoinRefused::not_found));
  protocol::InvitationId id{};
  std::copy(bytes->begin(), bytes->end(), id.begin());
  services.node.in_core([respond = call.respond, id](core::Node& node) {
    const auto done = node.reception().withdraw(id, node.now_ms());
    respond(done ? empty_response(204) : joining_problem(done.error()));
  });
}

boost::json::object request_json(const core::MadeInvitation& made, const protocol::Charter* charter,
                                 const std::string& language) {
  const auto& request = *made.request;
  const auto& invitation = made.invitation;
  const auto* listed = charter == nullptr ? nullptr : charter->node(request.key);
  const auto words = protocol::joining_words(request.key, invitation, request.nonce);
  boost::json::object out{{"key", protocol::to_text(request.key)},
                          {"state", listed != nullptr ? "approved"
                                    : request.refused ? "refused"
                                                      : "pending"},
                          {"words", words_json(words)},
                          {"invitation", protocol::to_hex(invitation.id)},
                          {"invitedBy", made.by},
                          {"asked", json::instant_text(request.asked_ms)},
                          {"seen", json::instant_text(request.seen_ms)},
                          {"from", request.address},
                          {"card", request.card_line}};
  const auto card = protocol::read_card(request.card_line);
  if (!card) return out;  // It was read when it came; a card of a later layout can only be passed on.
  out["name"] = card->name;
  out["language"] = card->language;
  out["country"] = card->country;
  out["organisationType"] = card->org_type;
  out["address"] = card->address;
  out["partner"] = protocol::to_text(card->partner);
  // A further node of a partner that is in: whoever approves must know that it claims to be that.
  const auto* partner = charter == nullptr ? nullptr : charter->partner(card->partner);
  out["partnerName"] = nullptr;
  if (partner != nullptr) out["partnerName"] = protocol::Charter::name_in(partner->names, language);
  return out;
}

void list_requests(const Services& services, Call& call) {
  const auto status = services.node.status();
  boost::json::array items;
  for (const auto& made : core::made_invitations(*services.node.snapshot()))
    if (made.request) items.push_back(request_json(made, status->charter.get(), services.options.language));
  call.respond(json_response(200, boost::json::object{{"items", std::move(items)}, {"next", nullptr}}));
}

void refuse(const Services& services, Call& call) {
  const auto key = protocol::parse_public_key(call.path["key"]);
  if (!key) return call.respond(joining_problem(core::JoinRefused::not_found));
  services.node.in_core([respond = call.respond, key = *key](core::Node& node) {
    const auto done = node.reception().refuse(key);
    respond(done ? empty_response(204) : joining_problem(done.error()));
  });
}

void list_knocks(const Services& services, Call& call) {
  boost::json::array items;
  const auto status = services.node.status();
  for (const auto& knock : status->knocks)
    items.push_back(boost::json::object{{"key", protocol::to_text(knock.key)},
                                        {"words", words_json(protocol::key_words(knock.key))},
                                        {"from", knock.address},
                                        {"first", json::instant_text(knock.first_ms)},
                                        {"last", json::instant_text(knock.last_ms)},
                                        {"count", knock.count}});
  call.respond(json_response(200, boost::json::object{{"items", std::move(items)}, {"next", nullptr}}));
}

}  // namespace

void add_invitation_routes(Router& router, Services& services) {
  const auto with = [&services](void (*run)(const Services&, Call&)) {
    return [&services, run](Call& call) { run(services, call); };
  };
  router.add({"POST",
              "/api/v1/invitations",
              Access::coordinator,
              {},
              "Makes an invitation: one line for one node that is to join.",
              with(invite)});
  router.add({"GET",
              "/api/v1/invitations",
              Access::coordinator,
              {},
              "Lists this node's invitations.",
              with(list_invitations)});
  router.add({"DELETE",
              "/api/v1/invitations/{id}",
              Access::coordinator,
              {},
              "Withdraws an invitation that nobody has used.",
              with(withdraw)});
  router.add({"GET",
              "/api/v1/join-requests",
              Access::coordinator,
              {},
              "Lists who asked to join with this node's invitations.",
              with(list_requests)});
  router.add({"POST",
              "/api/v1/join-requests/{key}/refuse",
              Access::coordinator,
              {},
              "Tells a node that asks to join no.",
              with(refuse)});
  router.add({"GET",
              "/api/v1/knocks",
              Access::coordinator,
              {},
              "Lists unknown nodes that came without an invitation.",
              with(list_knocks)});
}

}  // namespace hansa::http
