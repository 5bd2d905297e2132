// Joining, seen from the node that asks.

#include <boost/json/object.hpp>
#include <iterator>

#include "../request_body.h"
#include "core/node.h"
#include "joining.h"
#include "json/record_json.h"
#include "routes.h"

namespace hansa::http {
namespace {

using core::JoinRefused;

boost::json::object join_json(const core::NodeStatus& status, const store::Snapshot& snapshot) {
  if (status.charter) {
    const auto& charter = *status.charter;
    return {{"state", "member"},
            {"federation", protocol::to_hex(charter.federation())},
            {"federationName", protocol::Charter::name_in(charter.body().names, "en")}};
  }
  const auto application = core::application(snapshot);
  if (!application) return {{"state", "none"}};
  const auto& invitation = application->invitation;
  boost::json::object out{
      {"state", core::name(application->state)},
      {"federation", protocol::to_hex(invitation.federation)},
      {"federationName", invitation.federation_name},
      {"inviter", protocol::to_text(invitation.inviter)},
      {"address", invitation.address},
      {"words", words_json(protocol::joining_words(status.key, invitation, application->nonce))},
      {"expires", json::instant_text(invitation.expires_ms)},
      {"started", json::instant_text(application->started_ms)},
      {"since", json::instant_text(application->since_ms)},
      {"lastAnswer", nullptr},
      {"reason", nullptr}};
  if (application->heard_ms != 0) out["lastAnswer"] = json::instant_text(application->heard_ms);
  if (!application->reason.empty()) {
    out["reason"] = application->reason;
    out["detail"] = joining_sentence(application->reason);
  }
  return out;
}

void show_join(const Services& services, Call& call) {
  call.respond(json_response(200, join_json(*services.node.status(), *services.node.snapshot())));
}

void join(const Services& services, Call& call) {
  auto body = RequestBody::of(call, {"line"});
  if (!body) return call.respond(body.error());
  const auto line = body->text("line");
  if (body->at_fault()) return call.respond(body->problem());
  services.node.in_core([respond = call.respond, line](core::Node& node) {
    const auto begun = node.join(line);
    respond(begun ? json_response(202, join_json(node.status(), *node.store().snapshot()))
                  : joining_problem(begun.error(), "line"));
  });
}

void give_up(const Services& services, Call& call) {
  services.node.in_core([respond = call.respond](core::Node& node) {
    const auto done = node.give_up_joining();
    respond(done ? empty_response(204) : joining_problem(done.error()));
  });
}

struct Sentence {
  JoinRefused refusal;
  int status;
  const char* text;
};

constexpr Sentence sentences[] = {
    {JoinRefused::no_charter, 409, "This node belongs to no federation yet."},
    {JoinRefused::not_a_coordinator, 403, "Only a coordinator's node invites."},
    {JoinRefused::no_address, 409,
     "The settings name no link address that another node could dial: set link.address and start again."},
    {JoinRefused::too_many_invitations, 409, "Too many invitations are open; withdraw some first."},
    {JoinRefused::bad_expiry, 422, "An invitation is valid for 1 to 90 days."},
    {JoinRefused::not_found, 404, "There is no such invitation or request here."},
    {JoinRefused::already_member, 409, "This node is in the charter already."},
    {JoinRefused::unknown_invitation, 422, "The inviter made no such invitation; ask for a new one."},
    {JoinRefused::wrong_secret, 422, "The inviter made this invitation with another secret; it is forged."},
    {JoinRefused::expired, 422, "The invitation has expired; ask for a new one."},
    {JoinRefused::withdrawn, 422, "The inviter withdrew this invitation; ask for a new one."},
    {JoinRefused::used, 422, "Another node has used this invitation; each is for one node."},
    {JoinRefused::bad_card, 422, "The inviter does not take this node's card; is its program older?"},
    {JoinRefused::key_not_active, 422, "The charter lists this node's key as one that is no longer used."},
    {JoinRefused::refused_by_coordinator, 422, "A coordinator has refused this node."},
    {JoinRefused::malformed_line, 422,
     "This is not an invitation, or a part of it is missing: it is one line from hansa-join-1: on."},
    {JoinRefused::tampered_line, 422, "The invitation was changed on its way; ask for it again."},
    {JoinRefused::unsupported_version, 422, "The invitation was made by a newer program; update this one."},
    {JoinRefused::in_a_federation, 409, "This node belongs to a federation already."},
    {JoinRefused::not_joining, 409, "This node has not asked to join."},
    {JoinRefused::charter_differs, 422,
     "The charter that came is not the one that the invitation was made under; do not go on before you have "
     "spoken with the inviter."},
    {JoinRefused::charter_invalid, 422, "What came as the charter is not valid."},
    {JoinRefused::not_listed, 422, "The charter that came does not list this node."},
};
static_assert(std::size(sentences) == core::join_refused_count);

const Sentence* sentence_of(JoinRefused refusal) {
  for (const auto& sentence : sentences)
    if (sentence.refusal == refusal) return &sentence;
  return nullptr;
}

}  // namespace

Response joining_problem(JoinRefused refusal, std::string_view field) {
  const auto* sentence = sentence_of(refusal);
  const std::string code(core::name(refusal));
  if (field.empty() || sentence->status != 422)
    return problem_response(sentence->status, code, sentence->text);
  return problem_response(sentence->status, code, sentence->text, "", {std::string(field), code, {}, ""});
}

std::string joining_sentence(std::string_view reason) {
  const auto refusal = core::join_refused(reason);
  return refusal ? sentence_of(*refusal)->text : std::string();
}

boost::json::array words_json(const protocol::ComparedWords& words) {
  boost::json::array out;
  for (const auto word : words) out.emplace_back(word);
  return out;
}

void add_join_routes(Router& router, Services& services) {
  const auto with = [&services](void (*run)(const Services&, Call&)) {
    return [&services, run](Call& call) { run(services, call); };
  };
  router.add({"POST",
              "/api/v1/join",
              Access::admin,
              {},
              "Asks for a place in the federation that an invitation names.",
              with(join)});
  router.add({"GET",
              "/api/v1/join",
              Access::reader,
              {},
              "Says how far this node is with joining a federation.",
              with(show_join)});
  router.add({"DELETE", "/api/v1/join", Access::admin, {}, "Asks no more.", with(give_up)});
}

}  // namespace hansa::http
