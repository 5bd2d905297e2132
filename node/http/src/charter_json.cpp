#include "charter_json.h"

#include <algorithm>

#include "core/charter_holder.h"
#include "json/record_json.h"
#include "protocol/charter_changes.h"
#include "protocol/control_body.h"
#include "protocol/invitation.h"
#include "protocol/kinds.h"
#include "record_reading.h"

namespace hansa::http {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

object names_json(const std::vector<protocol::LocalText>& names) {
  object json;
  for (const auto& name : names) json[name.language] = name.text;
  return json;
}

array cuts_json(const std::vector<protocol::Cut>& cuts) {
  array items;
  for (const auto& cut : cuts)
    items.push_back(object{{"log", protocol::to_hex(cut.log)},
                           {"sequence", cut.sequence},
                           {"hash", cut.sequence == 0 ? value(nullptr) : value(protocol::to_hex(cut.hash))}});
  return items;
}

object node_json(const protocol::CharterNode& node) {
  array words;
  for (const auto word : protocol::key_words(node.key)) words.emplace_back(word);
  return {{"key", protocol::to_text(node.key)},
          {"words", std::move(words)},
          {"status", protocol::name(node.status)},
          {"cuts", cuts_json(node.cuts)},
          {"limits", object{{"logs", node.limits.logs},
                            {"entriesPerLog", node.limits.entries_per_log},
                            {"payloadBytesPerLog", node.limits.payload_bytes_per_log}}}};
}

object partner_json(const protocol::Charter& charter, const protocol::CharterPartner& partner) {
  array nodes;
  for (const auto& node : charter.body().nodes)
    if (node.partner == partner.id) nodes.push_back(node_json(node));
  array before;
  for (const auto& id : partner.successor_of) before.push_back(value(protocol::to_text(id)));
  object json{{"id", protocol::to_text(partner.id)},
              {"names", names_json(partner.names)},
              {"country", partner.country},
              {"role", protocol::name(partner.role)},
              {"status", protocol::name(partner.status)},
              {"successorOf", std::move(before)},
              {"nodes", std::move(nodes)}};
  if (partner.status == protocol::PartnerStatus::left) json["records"] = protocol::name(partner.records);
  return json;
}

object signer_json(const protocol::CharterSigner& signer) {
  return {{"key", protocol::to_text(signer.key)},
          {"name", signer.name},
          {"partner", signer.partner ? value(protocol::to_text(*signer.partner)) : value(nullptr)}};
}

const protocol::CharterSigner* signer_in(const protocol::CharterBody& body, const protocol::PublicKey& key) {
  const auto found = std::ranges::find(body.signers, key, &protocol::CharterSigner::key);
  return found == body.signers.end() ? nullptr : &*found;
}

object whose_node_json(const core::NodeStatus& status, const protocol::PublicKey& key) {
  object json{{"node", protocol::to_text(key)}, {"partner", nullptr}, {"name", ""}};
  const auto* node = status.charter ? status.charter->node(key) : nullptr;
  const auto* partner = node != nullptr ? status.charter->partner(node->partner) : nullptr;
  if (partner == nullptr) return json;
  json["partner"] = protocol::to_text(partner->id);
  json["name"] = core::name_of(*partner);
  return json;
}

array approvals_json(const core::CharterProposal& proposal, const std::optional<protocol::Charter>& before) {
  array items;
  for (const auto& approval : proposal.approvals) {
    const auto* signer = signer_in(proposal.body, approval.signer);
    if (signer == nullptr && before) signer = before->signer(approval.signer);
    items.push_back(object{{"signer", protocol::to_text(approval.signer)},
                           {"name", signer != nullptr ? signer->name : std::string()},
                           {"at", json::instant_text(approval.at_ms)}});
  }
  return items;
}

array holds_json(const core::NodeStatus& status) {
  array items;
  if (!status.held_nodes) return items;
  for (const auto& [hold, text] : *status.held_nodes) {
    auto item = whose_node_json(status, hold.node);
    const auto* signer = status.charter->signer(hold.signer);
    array from;
    for (const auto& [log, sequence] : hold.from)
      from.push_back(object{{"log", protocol::to_hex(log)}, {"sequence", sequence}});
    item["signer"] = protocol::to_text(hold.signer);
    item["signerName"] = signer != nullptr ? signer->name : std::string();
    item["signed"] = json::instant_text(hold.signed_ms);
    item["from"] = std::move(from);
    item["text"] = text;
    items.push_back(std::move(item));
  }
  return items;
}

array finalised_json(const core::CharterLife& life) {
  array items;
  for (const auto& one : life.siblings)
    items.push_back(
        object{{"version", one.version},
               {"hash", protocol::to_hex(one.hash)},
               {"own", protocol::to_hex(life.hash_at(one.version))},
               {"since", one.decided() ? value(nullptr) : value(json::instant_text(one.since_ms))}});
  return items;
}

/// What such a partner wrote is not hidden.
bool shows_records(const protocol::CharterPartner* partner) {
  return partner != nullptr && (partner->status == protocol::PartnerStatus::present ||
                                partner->records == protocol::RecordsLeft::stay);
}

/// Of an entry that lies aside, by the charter in force: neither what is hidden nor what is personal.
bool may_show_title(const core::NodeStatus& status, const protocol::HeaderView& header,
                    const protocol::RecordId& id, const protocol::PublicKey& author) {
  const auto* node = status.charter ? status.charter->node(author) : nullptr;
  return node != nullptr && !header.personal() && shows_records(status.charter->partner(node->partner)) &&
         shows_records(status.charter->partner(id.owner));
}

/// As it is shown now; one that is not in view, by the entry that lies aside.
json::ReferenceView named_record(const RecordReading& reading, const protocol::RecordId& id,
                                 const core::RevisionPlace& revision) {
  if (const auto shown = reading.reference(id); shown.state != "not_received") return shown;
  json::ReferenceView view;
  view.state = "aside";
  const auto& place = revision.place;
  for (const auto& entry : reading.snapshot().aside(revision.log, place.sequence, 1)) {
    const auto header = protocol::HeaderView::parse(entry.header);
    if (entry.place != place || !header || !header->is_understood()) continue;
    view.kind = protocol::name(header->record_kind());
    if (!may_show_title(reading.status(), *header, id, revision.author)) break;
    const auto held = reading.snapshot().aside_payload(revision.log, place);
    const auto content = held ? protocol::read_content(held->content)
                              : protocol::Outcome<protocol::ContentReader>(protocol::Refusal::not_found);
    if (content && content->understood()) view.title = protocol::summarise(*content).title;
    break;
  }
  return view;
}

/// Since when the version in force is; null: not known.
value in_force_since(const core::NodeStatus& status) {
  if (!status.charter_life || status.charter_life->versions.empty()) return nullptr;
  const auto& [newest, since_ms] = status.charter_life->versions.back();
  if (since_ms == 0 || newest.hash() != status.charter->hash()) return nullptr;
  return value(json::instant_text(since_ms));
}

}  // namespace

object charter_json(const core::NodeStatus& status) {
  const auto& charter = *status.charter;
  array partners;
  for (const auto& partner : charter.body().partners) partners.push_back(partner_json(charter, partner));
  array signers;
  for (const auto& signer : charter.body().signers) signers.push_back(signer_json(signer));
  array countries;
  for (const auto& country : charter.body().personal_data_countries) countries.push_back(value(country));
  array erasures;
  for (const auto& subject : charter.body().quorum_erasures)
    erasures.push_back(value(protocol::text_of_subject(subject)));
  object json{{"federation", protocol::to_hex(charter.federation())},
              {"name", protocol::Charter::name_in(charter.body().names, "en")},
              {"names", names_json(charter.body().names)},
              {"version", charter.version()},
              {"hash", protocol::to_hex(charter.hash())},
              {"inForceSince", in_force_since(status)},
              {"partners", std::move(partners)},
              {"signers", std::move(signers)},
              {"signatures", charter.signatures().size()},
              {"signaturesNeeded", protocol::signatures_needed(charter.body().signers.size())},
              {"personalDataCountries", std::move(countries)},
              {"erasureDelayDays", charter.body().erasure_delay_days},
              {"erasuresPerDay", charter.body().erasures_per_day},
              {"orderedErasures", std::move(erasures)},
              {"formats", object{{"header", charter.body().header_version_max},
                                 {"content", charter.body().content_version_max}}},
              {"text", protocol::armour_charter(charter.bytes())},
              {"holds", holds_json(status)},
              {"alarm", nullptr},
              {"finalised", array()}};
  if (status.charter_life) {
    json["finalised"] = finalised_json(*status.charter_life);
    if (!std::ranges::all_of(status.charter_life->siblings, &core::SiblingEvidence::decided))
      json["alarm"] = "charter_conflict";
    else if (status.charter_life->behind_version != 0)
      json["alarm"] = "charter_behind";
  }
  return json;
}

array changes_json(const protocol::CharterBody& before, const protocol::CharterBody& after,
                   std::string_view language) {
  array items;
  for (const auto& change : protocol::charter_changes(before, after, language)) {
    object params;
    for (const auto& [name, text] : change.params) params[name] = text;
    object item{{"code", change.code}, {"params", std::move(params)}};
    if (!change.cuts.empty()) item["cuts"] = cuts_json(change.cuts);
    items.push_back(std::move(item));
  }
  return items;
}

object effect_json(const RecordReading& reading, const core::EntriesEffect& effect) {
  array logs;
  for (const auto& log : effect.logs)
    logs.push_back(object{{"log", protocol::to_hex(log.log)},
                          {"node", protocol::to_text(log.node)},
                          {"from", log.from},
                          {"entries", log.entries},
                          {"records", log.records}});
  std::map<protocol::RecordId, json::ReferenceView> named;
  for (const auto& [record, revision] : effect.named)
    named.emplace(record, named_record(reading, record, revision));
  return object{{"entries", effect.entries},
                {"records", effect.records},
                {"logs", std::move(logs)},
                {"named", json::references_json(named)}};
}

array warnings_json(const protocol::CharterBody& before, const protocol::CharterBody& after) {
  array warnings;
  for (const auto code : core::charter_warnings(before, after))
    warnings.push_back(object{{"code", code}, {"params", object()}});
  return warnings;
}

object proposal_json(const core::NodeStatus& status, const core::ShownProposal& shown,
                     std::string_view language) {
  const auto& proposal = *shown.proposal;
  object json{
      {"hash", protocol::to_hex(proposal.hash)},
      {"version", proposal.body.version},
      {"proposedBy", whose_node_json(status, proposal.proposed_by)},
      {"at", json::instant_text(proposal.at_ms)},
      {"state", core::name(proposal.state)},
      {"closedAt", proposal.closed_ms == 0 ? value(nullptr) : value(json::instant_text(proposal.closed_ms))},
      {"changes", array()},
      {"approvals", approvals_json(proposal, shown.before)},
      {"needed", nullptr},
      {"given", nullptr},
      {"text", protocol::armour_proposal(proposal.body_bytes)}};
  if (!shown.before) return json;
  const auto quorum = core::quorum(proposal, *shown.before);
  json["changes"] = changes_json(shown.before->body(), proposal.body, language);
  json["needed"] = object{{"current", quorum.current_needed}, {"own", quorum.own_needed}};
  json["given"] = object{{"current", quorum.of_current}, {"own", quorum.of_own}};
  return json;
}

}  // namespace hansa::http
