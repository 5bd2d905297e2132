// A new federation, and the signer key of this machine: what is made once, with a passphrase shown once.

#include <atomic>
#include <boost/json/object.hpp>
#include <memory>

#include "../request_body.h"
#include "core/charter_keeper.h"
#include "core/founding.h"
#include "core/joining.h"
#include "protocol/signer_line.h"
#include "routes.h"

namespace hansa::http {
namespace {

using boost::json::object;
using core::SignRefused;

/// One founding at a time: a second one would put the signer key of the first away.
using UnderWay = std::shared_ptr<std::atomic<bool>>;

Response in_a_federation() {
  return problem_response(409, "in_a_federation", "This node belongs to a federation already.");
}

/// What of the request no charter may hold; the card was judged when the node was set up.
Response invalid_founding(const protocol::CharterFault& fault) {
  if (fault.field.ends_with("language")) return field_problem("language", "bad_language");
  if (!fault.field.starts_with("names"))
    return problem_response(422, "invalid_charter", "No valid charter comes of this.",
                            std::string(protocol::name(fault.refusal)) + " at " + fault.field);
  return field_problem("name", fault.refusal == protocol::Refusal::too_large ? "too_large" : "not_a_name");
}

void found(const Services& services, Call& call, const UnderWay& under_way) {
  if (services.node.status()->charter) return call.respond(in_a_federation());
  if (core::application(*services.node.snapshot()))
    return call.respond(problem_response(409, "joining_under_way", "This node asks to join a federation.",
                                         "DELETE /api/v1/join gives that up."));
  auto body = RequestBody::of(call, {"name", "language"});
  if (!body) return call.respond(body.error());
  const auto name = body->text("name");
  const auto language = body->text_if_there("language").value_or(services.options.language);
  if (body->at_fault()) return call.respond(body->problem());
  if (services.options.signer == nullptr)
    return call.respond(sign_refused_response(SignRefused::no_signer_key));
  const auto card = protocol::read_card(services.options.card);
  if (!card) return call.respond(problem_response(500, "no_card", "This node's card cannot be read."));

  const auto key = protocol::SecretKey::generate(services.options.entropy);
  const protocol::LocalText called{language, name};
  const auto charter = core::first_charter(called, {&*card, 1}, key, services.options.entropy);
  if (!charter) return call.respond(invalid_founding(charter.error()));
  if (under_way->exchange(true))
    return call.respond(problem_response(409, "founding_under_way", "A federation is being founded."));
  // The signer key first: a charter whose signer is lost can never be changed.
  const auto passphrase = services.options.signer->keep(key, true);
  if (!passphrase) {
    *under_way = false;
    return call.respond(sign_refused_response(passphrase.error()));
  }
  object answer{{"federation", protocol::to_hex(charter->federation())},
                {"name", name},
                {"signer", protocol::to_text(key.public_key())},
                {"passphrase", *passphrase}};
  services.node.take_charters(
      {{charter->bytes().begin(), charter->bytes().end()}},
      [respond = call.respond, under_way, answer = std::move(answer)](const core::ChartersTaken& taken) {
        *under_way = false;
        respond(taken.changed ? json_response(201, answer) : in_a_federation());
      });
}

/// Whose signer it is: as the charter says of this node, or else its card.
std::optional<protocol::PartnerId> own_partner(const Services& services) {
  const auto status = services.node.status();
  const auto* node = status->charter ? status->charter->node(status->key) : nullptr;
  if (node != nullptr) return node->partner;
  const auto card = protocol::read_card(services.options.card);
  return card ? std::optional(card->partner) : std::nullopt;
}

void make_signer(const Services& services, Call& call) {
  auto body = RequestBody::of(call, {"name", "replace"});
  if (!body) return call.respond(body.error());
  const auto name = body->text("name");
  const bool replace = body->flag("replace");
  if (body->at_fault()) return call.respond(body->problem());
  if (services.options.signer == nullptr)
    return call.respond(sign_refused_response(SignRefused::no_signer_key));
  const auto key = protocol::SecretKey::generate(services.options.entropy);
  const auto line = protocol::write_signer_line({{}, name, own_partner(services)}, key);
  if (!line) return call.respond(field_problem("name", "not_a_name"));
  const auto passphrase = services.options.signer->keep(key, replace);
  if (!passphrase) return call.respond(sign_refused_response(passphrase.error()));
  call.respond(json_response(
      201,
      object{{"key", protocol::to_text(key.public_key())}, {"line", *line}, {"passphrase", *passphrase}}));
}

}  // namespace

Response sign_refused_response(SignRefused refused) {
  const std::string code(core::name(refused));
  switch (refused) {
    case SignRefused::no_signer_key:
      return problem_response(409, code, "This machine holds no signer key.",
                              "Approve where it is, or make one: hansa charter new-signer.");
    case SignRefused::signer_key_there:
      return problem_response(409, code, "This machine holds a signer key already.",
                              "\"replace\": true puts it away and makes another.");
    case SignRefused::wrong_passphrase:
      return problem_response(403, code, "The passphrase does not open the signer key.", "",
                              {"passphrase", code, {}, ""});
    case SignRefused::signed_another:
      return problem_response(
          409, code, "This key signed another proposal for the same version.",
          "Two versions side by side split a federation. If the other one is given up, say "
          "so: \"release\": true, or --release.");
    case SignRefused::key_damaged:
      return problem_response(500, code, "The signer key of this machine cannot be read.",
                              "Put signer.key back from your copy of it.");
    case SignRefused::memory_damaged:
      return problem_response(
          500, code, "What this signer key signed before cannot be read.",
          "Look at host/signed.json; delete it only if nothing was signed for this version.");
  }
  return problem_response(500, code, "Nothing was signed.");
}

void add_federation_routes(Router& router, Services& services) {
  router.add({"POST",
              "/api/v1/federation",
              Access::admin,
              {},
              "Founds a federation with this node as its coordinator and first signer; the answer shows the "
              "signer key's passphrase once.",
              [&services, under_way = std::make_shared<std::atomic<bool>>(false)](Call& call) {
                found(services, call, under_way);
              }});
  router.add({"POST",
              "/api/v1/charter/signer",
              Access::admin,
              {},
              "Makes this machine's signer key; the answer shows its passphrase once.",
              [&services](Call& call) { make_signer(services, call); }});
}

}  // namespace hansa::http
