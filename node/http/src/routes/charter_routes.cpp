// The charter in force, and the way to its next version: proposing, approving, deciding.

#include <boost/json/object.hpp>
#include <memory>

#include "../charter_json.h"
#include "../record_reading.h"
#include "../request_body.h"
#include "json/record_json.h"
#include "protocol/control_body.h"
#include "routes.h"

namespace hansa::http {
namespace {

using boost::json::object;
using boost::json::value;
using core::SignRefused;

Response no_charter() {
  return problem_response(404, "no_charter", "This node belongs to no federation yet.",
                          "Accept a charter: hansa charter accept FILE, or found a federation.");
}

std::string language_of(const Services& services, const Call& call) {
  return call.principal.language.empty() ? services.options.language : call.principal.language;
}

const core::ShownProposal* find(const core::NodeStatus& status, const protocol::Hash& hash) {
  if (!status.charter_life) return nullptr;
  for (const auto& shown : status.charter_life->proposals)
    if (shown.proposal->hash == hash) return &shown;
  return nullptr;
}

void show_charter(const Services& services, Call& call) {
  const auto status = services.node.status();
  if (!status->charter) return call.respond(no_charter());
  call.respond(json_response(200, charter_json(*status)));
}

/// What an open proposal would do, as it is shown beside it; `effect` null: it is not open. Reads the store:
/// not on the core thread.
object effects_json(const RecordReading& reading, const core::CharterEffects::Effect& effect,
                    boost::json::array warnings) {
  object json{{"stopsCounting", nullptr}, {"countsAgain", nullptr}, {"warnings", std::move(warnings)}};
  if (!effect) return json;
  json["stopsCounting"] = effect_json(reading, effect->stops);
  json["countsAgain"] = effect_json(reading, effect->again);
  return json;
}

object effects_json(const Services& services, const RecordReading& reading, core::CharterEffects& effects,
                    const core::ShownProposal& shown) {
  const auto effect = effects.of(shown, reading.snapshot(), reading.status().forks, services.node.now_ms());
  return effects_json(
      reading, effect,
      effect ? warnings_json(shown.before->body(), shown.proposal->body) : boost::json::array());
}

object whole_proposal(const Services& services, const RecordReading& reading, core::CharterEffects& effects,
                      const core::ShownProposal& shown, const Call& call) {
  auto json = proposal_json(reading.status(), shown, language_of(services, call));
  for (auto& [name, value] : effects_json(services, reading, effects, shown)) json[name] = std::move(value);
  return json;
}

void list_proposals(const Services& services, core::CharterEffects& effects, Call& call) {
  const RecordReading reading(services.node);
  boost::json::array items;
  if (reading.status().charter_life)
    for (const auto& shown : reading.status().charter_life->proposals)
      items.push_back(whole_proposal(services, reading, effects, shown, call));
  call.respond(json_response(200, object{{"items", std::move(items)}, {"next", nullptr}}));
}

void show_proposal(const Services& services, core::CharterEffects& effects, Call& call) {
  const RecordReading reading(services.node);
  const auto hash = protocol::hash_from_hex(call.path["hash"]);
  const auto* shown = hash ? find(reading.status(), *hash) : nullptr;
  if (shown == nullptr) return call.respond(problem_response(404, "not_found", "There is no such proposal."));
  call.respond(json_response(200, whole_proposal(services, reading, effects, *shown, call)));
}

/// Answers with the proposal as it stands once the entry is on disk and did what it does; with `effects`,
/// which were looked up before, as long as it is open.
core::PublishDone answer_with_proposal(const Services& services, const Call& call, const protocol::Hash& hash,
                                       object effects, int http_status) {
  return [&services, hash, http_status, effects = std::move(effects), respond = call.respond,
          language = language_of(services, call)](const core::PublishOutcome& outcome) {
    if (!outcome) return respond(publish_refused_response(outcome.error()));
    const auto status = services.node.status();
    const auto* shown = find(*status, hash);
    if (shown == nullptr)
      return respond(
          problem_response(409, "superseded", "The charter changed in the meantime.",
                           "Look at the charter in force, and propose again if it is still needed."));
    auto json = proposal_json(*status, *shown, language);
    const bool open = shown->proposal->state == core::CharterProposal::State::open;
    for (const auto& [name, value] : effects)
      json[name] = open || value.is_array() ? value : boost::json::value(nullptr);
    respond(json_response(http_status, json));
  };
}

core::PublishRequest control(protocol::EntryKind kind, protocol::Bytes content) {
  core::PublishRequest request;
  request.kind = kind;
  request.content = std::move(content);
  return request;
}

/// What a proposal asks for; `changes` lies in the request's body.
struct WantedProposal {
  std::optional<std::string> body;
  const boost::json::array* changes = nullptr;
  std::optional<std::string> passphrase;
  bool release = false;
};

WantedProposal wanted_in(RequestBody& body) {
  WantedProposal wanted{body.text_if_there("body"), body.list_if_there("changes"),
                        body.text_if_there("passphrase"), body.flag("release")};
  if (wanted.body && wanted.changes != nullptr) body.blame("changes", "one_of");
  if (!wanted.body && (wanted.changes == nullptr || wanted.changes->empty()))
    body.blame("changes", "required");
  return wanted;
}

Response invalid_charter(const char* title, const protocol::CharterFault& fault) {
  return problem_response(422, "invalid_charter", title,
                          std::string(protocol::name(fault.refusal)) + " at " + fault.field);
}

/// The proposed body: whole, or made of changes.
protocol::Outcome<protocol::Bytes, Response> proposed_body(const Services& services,
                                                           const WantedProposal& wanted,
                                                           const protocol::Charter& charter) {
  if (wanted.body) {
    auto bytes = protocol::read_proposal_text(*wanted.body);
    if (bytes) return std::move(*bytes);
    return field_problem("body", protocol::name(bytes.error()));
  }
  const auto snapshot = services.node.snapshot();
  core::CharterDraft draft(charter, *snapshot, services.options.entropy);
  if (const auto problem = apply_changes(*wanted.changes, draft)) return problem_response(*problem);
  auto bytes = protocol::encode_charter_body(draft.body());
  if (!bytes) return invalid_charter("No valid charter comes of these changes.", bytes.error());
  return std::move(*bytes);
}

/// What is signed and cannot be published would still be the signer's only word about that version: asked
/// before.
std::optional<Response> cannot_publish(const core::NodeStatus& status) {
  if (!protocol::may_write(*status.charter, status.key))
    return publish_refused_response(core::PublishRefused::not_a_publisher);
  if (status.own_log_state == protocol::OwnLogState::fetching_back)
    return publish_refused_response(core::PublishRefused::own_log_behind);
  const auto* own = status.charter->node(status.key);
  if (own != nullptr && status.own_log && status.own_log->sequence >= own->limits.entries_per_log)
    return publish_refused_response(core::PublishRefused::log_full);
  return std::nullopt;
}

/// A signature by any other key would count for nothing.
std::optional<Response> not_a_signer(const protocol::PublicKey& key, const protocol::CharterBody& now,
                                     const protocol::CharterBody& proposed) {
  for (const auto* body : {&now, &proposed})
    for (const auto& signer : body->signers)
      if (signer.key == key) return std::nullopt;
  return problem_response(
      422, "signature_without_effect", "This key's signature counts for nothing.",
      protocol::to_text(key) + " is a signer neither of the version in force nor of the proposed one.");
}

protocol::Outcome<protocol::CharterApproval, Response> signed_here(const Services& services,
                                                                   const protocol::Charter& charter,
                                                                   const protocol::CharterBody& proposed,
                                                                   core::SignRequest request) {
  const auto key = services.options.signer == nullptr ? std::nullopt : services.options.signer->key();
  if (!key) return sign_refused_response(SignRefused::no_signer_key);
  if (auto refused = not_a_signer(*key, charter.body(), proposed)) return std::move(*refused);
  request.federation = charter.federation();
  auto signed_by = services.options.signer->sign(request);
  if (!signed_by) return sign_refused_response(signed_by.error());
  return protocol::CharterApproval{request.charter, {*signed_by}};
}

/// And its approval, if there is one, in the next entry; then `done`.
void publish_proposal(const Services& services, const Call& call, protocol::Bytes body,
                      const std::optional<protocol::CharterApproval>& approval, core::PublishDone done) {
  auto request = control(protocol::EntryKind::charter_proposal, std::move(body));
  if (!approval) return services.node.publish(std::move(request), std::move(done));
  services.node.publish(
      std::move(request), [&services, content = protocol::write_approval(*approval), respond = call.respond,
                           last = std::move(done)](const core::PublishOutcome& outcome) {
        if (!outcome) return respond(publish_refused_response(outcome.error()));
        services.node.publish(control(protocol::EntryKind::charter_approval, content), last);
      });
}

void propose(const Services& services, core::CharterEffects& effects, Call& call) {
  const auto status = services.node.status();
  if (!status->charter) return call.respond(no_charter());
  auto body = RequestBody::of(call, {"changes", "body", "passphrase", "release"});
  if (!body) return call.respond(body.error());
  const auto wanted = wanted_in(*body);
  if (body->at_fault()) return call.respond(body->problem());
  auto proposed = proposed_body(services, wanted, *status->charter);
  if (!proposed) return call.respond(proposed.error());
  const auto read = protocol::read_proposed_body(*proposed, *status->charter);
  if (!read) return call.respond(invalid_charter("This cannot follow the charter in force.", read.error()));
  if (auto refused = cannot_publish(*status)) return call.respond(std::move(*refused));
  const auto hash = protocol::charter_hash(read->version, *proposed);
  std::optional<protocol::CharterApproval> approval;
  if (wanted.passphrase) {
    auto signed_now = signed_here(services, *status->charter, *read,
                                  {{}, read->version, hash, *wanted.passphrase, wanted.release});
    if (!signed_now) return call.respond(signed_now.error());
    approval = std::move(*signed_now);
  }
  // What is refused is refused before what it would do is worked out.
  const RecordReading reading(services.node);
  const auto effect = effects.of(hash, *proposed, *status->charter, reading.snapshot(),
                                 reading.status().forks, services.node.now_ms());
  publish_proposal(services, call, std::move(*proposed), approval,
                   answer_with_proposal(
                       services, call, hash,
                       effects_json(reading, effect, warnings_json(status->charter->body(), *read)), 201));
}

/// Signed elsewhere, on a machine without a network.
protocol::Outcome<protocol::CharterApproval, Response> approval_text(const std::string& text,
                                                                     const protocol::Hash& hash) {
  const auto refused = [](std::string code, const char* title) {
    return problem_response(422, code, title, "", {"approval", code, {}, ""});
  };
  auto approval = protocol::read_approval_text(text);
  if (!approval) return field_problem("approval", protocol::name(approval.error()));
  if (approval->charter != hash) return refused("other_proposal", "This approval is of another proposal.");
  for (const auto& [key, signature] : approval->signatures)
    if (!protocol::verify(protocol::Purpose::charter, key, hash, signature))
      return refused("bad_signature", "A signature in this approval is not valid.");
  return std::move(*approval);
}

void approve(const Services& services, core::CharterEffects& effects, Call& call) {
  const auto status = services.node.status();
  if (!status->charter) return call.respond(no_charter());
  const auto hash = protocol::hash_from_hex(call.path["hash"]);
  const auto* shown = hash ? find(*status, *hash) : nullptr;
  if (shown == nullptr) return call.respond(problem_response(404, "not_found", "There is no such proposal."));
  if (shown->proposal->state != core::CharterProposal::State::open)
    return call.respond(problem_response(409, "not_open", "The proposal is no longer open.",
                                         std::string(core::name(shown->proposal->state))));
  auto body = RequestBody::of(call, {"passphrase", "approval", "release"});
  if (!body) return call.respond(body.error());
  const auto passphrase = body->text_if_there("passphrase");
  const auto text = body->text_if_there("approval");
  const bool release = body->flag("release");
  if (passphrase.has_value() == text.has_value()) body->blame("passphrase", "one_of");
  if (body->at_fault()) return call.respond(body->problem());
  if (auto refused = cannot_publish(*status)) return call.respond(std::move(*refused));
  const auto& proposed = shown->proposal->body;
  const auto approval = text ? approval_text(*text, *hash)
                             : signed_here(services, *status->charter, proposed,
                                           {{}, proposed.version, *hash, *passphrase, release});
  if (!approval) return call.respond(approval.error());
  for (const auto& [key, signature] : approval->signatures)
    if (auto refused = not_a_signer(key, status->charter->body(), proposed))
      return call.respond(std::move(*refused));
  services.node.publish(
      control(protocol::EntryKind::charter_approval, protocol::write_approval(*approval)),
      answer_with_proposal(services, call, *hash,
                           effects_json(services, RecordReading(services.node), effects, *shown), 200));
}

void follow(const Services& services, Call& call) {
  auto body = RequestBody::of(call, {"hash"});
  if (!body) return call.respond(body.error());
  const auto hash = protocol::hash_from_hex(body->text("hash"));
  if (!hash) body->blame("hash", "not_a_hash");
  if (body->at_fault()) return call.respond(body->problem());
  services.node.follow_charter(*hash, [&services, respond = call.respond](const auto& followed) {
    if (!followed)
      return respond(problem_response(
          followed.error().refusal == protocol::Refusal::not_found ? 404 : 409,
          std::string(protocol::name(followed.error().refusal)), "This charter cannot be followed.",
          "Only a version that is shown under \"finalised\" can be, or, with the alarm "
          "charter_behind, the one in force here."));
    respond(json_response(200, charter_json(*services.node.status())));
  });
}

void show_signer(const Services& services, Call& call) {
  const auto status = services.node.status();
  const auto key = services.options.signer != nullptr ? services.options.signer->key() : std::nullopt;
  object json{{"key", nullptr}, {"name", nullptr}, {"listed", false}};
  if (key) {
    json["key"] = protocol::to_text(*key);
    const auto* signer = status->charter ? status->charter->signer(*key) : nullptr;
    json["listed"] = signer != nullptr;
    if (signer != nullptr) json["name"] = signer->name;
  }
  call.respond(json_response(200, json));
}

}  // namespace

void add_charter_routes(Router& router, Services& services) {
  const auto add = [&](const char* method, const char* pattern, Access access, const char* summary,
                       auto run) {
    router.add({method, pattern, access, {}, summary, [&services, run](Call& call) { run(services, call); }});
  };
  // Of all requests together.
  const auto effects = std::make_shared<core::CharterEffects>();
  const auto with_effects = [effects](auto run) {
    return [effects, run](const Services& with, Call& call) { run(with, *effects, call); };
  };
  add("GET", "/api/v1/charter", Access::reader, "Gives the charter in force.", show_charter);
  add("GET", "/api/v1/charter/proposals", Access::reader,
      "Lists what is proposed for the next version of the charter, and what became of the last proposals.",
      with_effects(list_proposals));
  add("GET", "/api/v1/charter/proposals/{hash}", Access::reader, "Gives one proposal.",
      with_effects(show_proposal));
  add("POST", "/api/v1/charter/proposals", Access::coordinator,
      "Proposes the next version of the charter; with a passphrase, approves it, too.",
      with_effects(propose));
  add("POST", "/api/v1/charter/proposals/{hash}/approve", Access::coordinator,
      "Approves a proposal with this machine's signer key, or with an approval signed elsewhere.",
      with_effects(approve));
  add("POST", "/api/v1/charter/follow", Access::coordinator,
      "Decides for one side of a federation that is split, this node's own or the other.", follow);
  add("GET", "/api/v1/charter/signer", Access::reader, "Says whether this machine holds a signer key.",
      show_signer);
}

}  // namespace hansa::http
