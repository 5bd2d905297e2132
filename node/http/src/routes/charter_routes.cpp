// The charter in force, and the way to its next version: proposing, approving, deciding.

#include <boost/json/object.hpp>

#include "../charter_json.h"
#include "../request_body.h"
#include "json/record_input.h"
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

object whole_proposal(const Services& services, const core::NodeStatus& status,
                      const core::ShownProposal& shown, const std::string& language) {
  auto json = proposal_json(status, shown, language);
  json["stopsCounting"] = stops_counting_json(shown, *services.node.snapshot());
  return json;
}

void list_proposals(const Services& services, Call& call) {
  const auto status = services.node.status();
  boost::json::array items;
  if (status->charter_life)
    for (const auto& shown : status->charter_life->proposals)
      items.push_back(whole_proposal(services, *status, shown, language_of(services, call)));
  call.respond(json_response(200, object{{"items", std::move(items)}, {"next", nullptr}}));
}

void show_proposal(const Services& services, Call& call) {
  const auto status = services.node.status();
  const auto hash = protocol::hash_from_hex(call.path["hash"]);
  const auto* shown = hash ? find(*status, *hash) : nullptr;
  if (shown == nullptr) return call.respond(problem_response(404, "not_found", "There is no such proposal."));
  call.respond(json_response(200, whole_proposal(services, *status, *shown, language_of(services, call))));
}

/// Answers with the proposal as it stands once the entry is on disk and did what it does.
core::PublishDone answer_with_proposal(const Services& services, const Call& call, const protocol::Hash& hash,
                                       int http_status) {
  return [&services, hash, http_status, respond = call.respond,
          language = language_of(services, call)](const core::PublishOutcome& outcome) {
    if (!outcome) return respond(publish_refused_response(outcome.error()));
    const auto status = services.node.status();
    const auto* shown = find(*status, hash);
    if (shown == nullptr)
      return respond(
          problem_response(409, "superseded", "The charter changed in the meantime.",
                           "Look at the charter in force, and propose again if it is still needed."));
    respond(json_response(http_status, proposal_json(*status, *shown, language)));
  };
}

core::PublishRequest control(protocol::EntryKind kind, protocol::Bytes content) {
  core::PublishRequest request;
  request.kind = kind;
  request.content = std::move(content);
  return request;
}

/// The proposed body: whole, or made of changes.
protocol::Outcome<protocol::Bytes, Response> proposed_body(const Services& services, const object& body,
                                                           const protocol::Charter& charter) {
  const auto text = text_in(body, "body");
  if (!text) return text.error();
  if (*text) {
    auto bytes = protocol::read_proposal_text(**text);
    if (!bytes)
      return problem_response(422, std::string(protocol::name(bytes.error())), "This is no proposal's text.");
    return std::move(*bytes);
  }
  const auto* changes = body.if_contains("changes");
  if (changes == nullptr || !changes->is_array() || changes->get_array().empty())
    return problem_response(422, "no_changes", "Say what is to change: \"changes\" is a list of changes.");
  const auto snapshot = services.node.snapshot();
  core::CharterDraft draft(charter, *snapshot, services.options.entropy);
  if (const auto problem = apply_changes(changes->get_array(), draft)) return problem_response(*problem);
  auto bytes = protocol::encode_charter_body(draft.body());
  if (!bytes)
    return problem_response(
        422, "invalid_charter", "No valid charter comes of these changes.",
        std::string(protocol::name(bytes.error().refusal)) + " at " + bytes.error().field);
  return std::move(*bytes);
}

protocol::Outcome<protocol::CharterApproval, Response> signed_here(
    const Services& services, const object& body, const std::string& passphrase,
    const protocol::Charter& charter, std::uint32_t version, const protocol::Hash& hash) {
  if (services.options.signer == nullptr) return sign_refused_response(SignRefused::no_signer_key);
  core::SignRequest request{charter.federation(), version, hash, passphrase, false};
  const auto* release = body.if_contains("release");
  request.release = release != nullptr && release->is_bool() && release->get_bool();
  auto signed_by = services.options.signer->sign(request);
  if (!signed_by) return sign_refused_response(signed_by.error());
  return protocol::CharterApproval{hash, {*signed_by}};
}

void propose(const Services& services, Call& call) {
  const auto status = services.node.status();
  if (!status->charter) return call.respond(no_charter());
  const auto body = body_of(call);
  if (!body) return call.respond(body.error());
  auto proposed = proposed_body(services, *body, *status->charter);
  if (!proposed) return call.respond(proposed.error());
  const auto read = protocol::read_proposed_body(*proposed, *status->charter);
  if (!read)
    return call.respond(
        problem_response(422, "invalid_charter", "This cannot follow the charter in force.",
                         std::string(protocol::name(read.error().refusal)) + " at " + read.error().field));
  const auto hash = protocol::charter_hash(read->version, *proposed);
  const auto passphrase = text_in(*body, "passphrase");
  if (!passphrase) return call.respond(passphrase.error());
  auto request = control(protocol::EntryKind::charter_proposal, std::move(*proposed));
  if (!*passphrase)
    return services.node.publish(std::move(request), answer_with_proposal(services, call, hash, 201));
  const auto approval = signed_here(services, *body, **passphrase, *status->charter, read->version, hash);
  if (!approval) return call.respond(approval.error());
  services.node.publish(
      std::move(request),
      [&services, content = protocol::write_approval(*approval), respond = call.respond,
       last = answer_with_proposal(services, call, hash, 201)](const core::PublishOutcome& outcome) {
        if (!outcome) return respond(publish_refused_response(outcome.error()));
        services.node.publish(control(protocol::EntryKind::charter_approval, content), last);
      });
}

/// Signed elsewhere, on a machine without a network.
protocol::Outcome<protocol::CharterApproval, Response> approval_text(const std::string& text,
                                                                     const protocol::Hash& hash) {
  auto approval = protocol::read_approval_text(text);
  if (!approval)
    return problem_response(422, std::string(protocol::name(approval.error())), "This is no approval.");
  if (approval->charter != hash)
    return problem_response(422, "other_proposal", "This approval is of another proposal.");
  for (const auto& [key, signature] : approval->signatures)
    if (!protocol::verify(protocol::Purpose::charter, key, hash, signature))
      return problem_response(422, "bad_signature", "A signature in this approval is not valid.");
  return std::move(*approval);
}

void approve(const Services& services, Call& call) {
  const auto status = services.node.status();
  if (!status->charter) return call.respond(no_charter());
  const auto hash = protocol::hash_from_hex(call.path["hash"]);
  const auto* shown = hash ? find(*status, *hash) : nullptr;
  if (shown == nullptr) return call.respond(problem_response(404, "not_found", "There is no such proposal."));
  if (shown->proposal->state != core::CharterProposal::State::open)
    return call.respond(problem_response(409, "not_open", "The proposal is no longer open.",
                                         std::string(core::name(shown->proposal->state))));
  const auto body = body_of(call);
  if (!body) return call.respond(body.error());
  const auto passphrase = text_in(*body, "passphrase");
  const auto text = text_in(*body, "approval");
  if (!passphrase || !text) return call.respond(passphrase ? text.error() : passphrase.error());
  if (passphrase->has_value() == text->has_value())
    return call.respond(problem_response(
        422, "passphrase_or_approval", "Give the passphrase of this machine's signer key, or an approval."));
  const auto approval = *text ? approval_text(**text, *hash)
                              : signed_here(services, *body, **passphrase, *status->charter,
                                            shown->proposal->body.version, *hash);
  if (!approval) return call.respond(approval.error());
  services.node.publish(control(protocol::EntryKind::charter_approval, protocol::write_approval(*approval)),
                        answer_with_proposal(services, call, *hash, 200));
}

void follow(const Services& services, Call& call) {
  const auto body = body_of(call);
  if (!body) return call.respond(body.error());
  const auto text = text_in(*body, "hash");
  if (!text) return call.respond(text.error());
  const auto hash = protocol::hash_from_hex(text->value_or(""));
  if (!hash) return call.respond(problem_response(422, "not_a_hash", "Say which charter: its hash."));
  services.node.follow_charter(*hash, [&services, respond = call.respond](const auto& followed) {
    if (!followed)
      return respond(problem_response(followed.error().refusal == protocol::Refusal::not_found ? 404 : 409,
                                      std::string(protocol::name(followed.error().refusal)),
                                      "This charter cannot be followed.",
                                      "Only a version that is shown under \"finalised\" can be."));
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
  add("GET", "/api/v1/charter", Access::reader, "Gives the charter in force.", show_charter);
  add("GET", "/api/v1/charter/proposals", Access::reader,
      "Lists what is proposed for the next version of the charter, and what became of the last proposals.",
      list_proposals);
  add("GET", "/api/v1/charter/proposals/{hash}", Access::reader, "Gives one proposal.", show_proposal);
  add("POST", "/api/v1/charter/proposals", Access::coordinator,
      "Proposes the next version of the charter; with a passphrase, approves it, too.", propose);
  add("POST", "/api/v1/charter/proposals/{hash}/approve", Access::coordinator,
      "Approves a proposal with this machine's signer key, or with an approval signed elsewhere.", approve);
  add("POST", "/api/v1/charter/follow", Access::coordinator,
      "Decides for the other side of a federation that is split.", follow);
  add("GET", "/api/v1/charter/signer", Access::reader, "Says whether this machine holds a signer key.",
      show_signer);
}

}  // namespace hansa::http
