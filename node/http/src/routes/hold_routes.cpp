// Holds: a signer says that a node key is held, or is not any more.

#include <algorithm>
#include <boost/json/object.hpp>

#include "../charter_json.h"
#include "../log_place.h"
#include "../request_body.h"
#include "core/held_nodes.h"
#include "json/record_json.h"
#include "routes.h"

namespace hansa::http {
namespace {

using core::HoldTaken;
using protocol::Outcome;

Response refused(HoldTaken taken) {
  const std::string code(core::name(taken));
  switch (taken) {
    case HoldTaken::charter_changed:
      return problem_response(409, code, "The hold is of another version of the charter.",
                              "With each version holds are over. Sign it again for the one in force.");
    case HoldTaken::not_a_signer:
      return problem_response(409, code, "The charter does not list this signer.",
                              "Signers hold keys, and nobody else.");
    case HoldTaken::unknown_node:
      return problem_response(422, code, "The charter does not list this node key.", "",
                              {"key", code, {}, ""});
    case HoldTaken::not_the_latest:
      return problem_response(409, code, "This signer said something later about this key.",
                              "Look at the clock of the machine that signed, and sign again.");
    case HoldTaken::too_many:
      return problem_response(409, code, "This signer holds as many keys as are kept.",
                              "Another signer can hold this one, or the charter is changed.");
    default:
      return problem_response(500, code, "The hold was not taken.");
  }
}

Response refused(protocol::Refusal refusal) { return field_problem("line", protocol::name(refusal)); }

void give(const Services& services, Call& call, protocol::Bytes bytes) {
  services.node.hold(std::move(bytes), [&services, respond = call.respond](const auto& taken) {
    if (!taken) return respond(refused(taken.error()));
    if (*taken != HoldTaken::taken && *taken != HoldTaken::known) return respond(refused(*taken));
    respond(json_response(200, charter_json(*services.node.status())));
  });
}

/// `[{"log","sequence"}]`, or nothing: all of the node's logs. Its faults stay in `body`.
std::vector<protocol::EntryRef> positions(RequestBody& body, const store::Snapshot& snapshot,
                                          const protocol::PublicKey& node) {
  const auto places = read_log_places(body);
  std::vector<protocol::EntryRef> from;
  if (places.size() > protocol::hold_positions_max) return body.blame("from", "too_many"), from;
  for (const auto& [path, place] : places) {
    if (!core::is_log_of(snapshot, place.log, node)) body.blame(path + ".log", "not_of_node");
    from.push_back({place.log, place.sequence});
  }
  std::ranges::sort(from);
  const auto twice = std::ranges::adjacent_find(from, {}, &protocol::EntryRef::log);
  if (twice != from.end() && !body.at_fault()) body.blame("from", "duplicate");
  return from;
}

/// What this machine's signer is to sign, as far as it can be said without the passphrase.
Outcome<protocol::Hold, Response> asked(const Services& services, const protocol::PublicKey& key,
                                        bool is_release) {
  const auto status = services.node.status();
  if (services.options.signer == nullptr || !services.options.signer->key())
    return sign_refused_response(core::SignRefused::no_signer_key);
  protocol::Hold hold;
  hold.federation = status->charter->federation();
  hold.charter = status->charter->hash();
  hold.node = key;
  hold.signer = *services.options.signer->key();
  hold.is_release = is_release;
  if (status->charter->signer(hold.signer) == nullptr) return refused(HoldTaken::not_a_signer);
  if (status->charter->node(hold.node) == nullptr) return refused(HoldTaken::unknown_node);
  const auto snapshot = services.node.snapshot();
  const auto last = core::last_word(*snapshot, hold.signer, hold.node);
  const bool is_held = last && last->charter == hold.charter && !last->is_release;
  if (is_release && !is_held) return problem_response(409, "not_held", "This signer does not hold this key.");
  // Its clock may have been ahead when it was signed.
  hold.signed_ms = std::max(services.node.now_ms(), last ? last->signed_ms + 1 : 0);
  return hold;
}

void sign_and_give(const Services& services, Call& call, RequestBody& body, bool is_release) {
  const auto key = protocol::parse_public_key(body.text("key"));
  if (!key) body.blame("key", "not_a_key");
  const auto passphrase = body.text("passphrase");
  if (body.at_fault()) return call.respond(body.problem());
  auto hold = asked(services, *key, is_release);
  if (!hold) return call.respond(hold.error());
  if (!is_release) hold->from = positions(body, *services.node.snapshot(), *key);
  if (body.at_fault()) return call.respond(body.problem());
  auto sealed = services.options.signer->seal_hold(*hold, passphrase);
  if (!sealed) return call.respond(sign_refused_response(sealed.error()));
  give(services, call, std::move(*sealed));
}

void hold(const Services& services, Call& call, bool is_release) {
  if (!services.node.status()->charter)
    return call.respond(problem_response(404, "no_charter", "This node belongs to no federation yet."));
  auto body = is_release ? RequestBody::of(call, {"key", "passphrase"})
                         : RequestBody::of(call, {"line", "key", "from", "passphrase"});
  if (!body) return call.respond(body.error());
  const auto line = body->text_if_there("line");
  if (!line) return sign_and_give(services, call, *body, is_release);
  if (body->has("key")) body->blame("line", "one_of");
  if (body->at_fault()) return call.respond(body->problem());
  auto bytes = protocol::read_hold_text(*line);
  if (!bytes) return call.respond(refused(bytes.error()));
  give(services, call, std::move(*bytes));
}

}  // namespace

void add_hold_routes(Router& router, Services& services) {
  router.add({"POST",
              "/api/v1/charter/holds",
              Access::coordinator,
              {},
              "Holds a node key in the name of this machine's signer, or takes a hold or release that was "
              "signed elsewhere.",
              [&services](Call& call) { hold(services, call, false); }});
  router.add({"POST",
              "/api/v1/charter/holds/release",
              Access::coordinator,
              {},
              "Ends the hold of this machine's signer on a node key.",
              [&services](Call& call) { hold(services, call, true); }});
}

}  // namespace hansa::http
