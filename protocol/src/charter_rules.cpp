#include "charter_rules.h"

#include <algorithm>
#include <set>
#include <string>

#include "names.h"

namespace hansa::protocol {
namespace {

using Fault = std::optional<CharterFault>;

std::string at(std::string_view list, std::size_t index, std::string_view field = {}) {
  std::string path = std::string(list) + '[' + std::to_string(index) + ']';
  if (!field.empty()) path += '.' + std::string(field);
  return path;
}

Fault fault_of_names(const std::vector<LocalText>& names, const std::string& path) {
  if (names.empty()) return CharterFault{Refusal::malformed, path};
  if (names.size() > charter_languages_max) return CharterFault{Refusal::limit_exceeded, path};
  std::set<std::string_view> languages;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!is_language_tag(names[i].language)) return CharterFault{Refusal::malformed, at(path, i, "language")};
    if (names[i].text.size() > charter_name_bytes_max)
      return CharterFault{Refusal::too_large, at(path, i, "text")};
    if (!is_name(names[i].text, charter_name_bytes_max))
      return CharterFault{Refusal::malformed, at(path, i, "text")};
    if (!languages.insert(names[i].language).second)
      return CharterFault{Refusal::duplicate, at(path, i, "language")};
  }
  return {};
}

Fault fault_of_partner(const CharterPartner& partner, std::size_t i) {
  if (partner.id == PartnerId{}) return CharterFault{Refusal::malformed, at("partners", i, "id")};
  if (auto fault = fault_of_names(partner.names, at("partners", i, "names"))) return fault;
  if (!is_country(partner.country)) return CharterFault{Refusal::malformed, at("partners", i, "country")};
  if (partner.role > PartnerRole::observer)
    return CharterFault{Refusal::malformed, at("partners", i, "role")};
  if (partner.status > PartnerStatus::left)
    return CharterFault{Refusal::malformed, at("partners", i, "status")};
  const bool stay = partner.records == RecordsLeft::stay;
  if (partner.records > RecordsLeft::erased || (!stay && partner.status != PartnerStatus::left))
    return CharterFault{Refusal::malformed, at("partners", i, "records")};
  return {};
}

/// Each names others of this charter, none twice.
Fault fault_of_successions(const CharterBody& body, const std::set<PartnerId>& ids) {
  for (std::size_t i = 0; i < body.partners.size(); ++i) {
    const CharterPartner& partner = body.partners[i];
    const std::string path = at("partners", i, "successorOf");
    if (partner.successor_of.size() > charter_predecessors_max)
      return CharterFault{Refusal::limit_exceeded, path};
    std::set<PartnerId> named;
    for (const PartnerId& before : partner.successor_of) {
      if (before == partner.id || !ids.contains(before)) return CharterFault{Refusal::malformed, path};
      if (!named.insert(before).second) return CharterFault{Refusal::duplicate, path};
    }
  }
  return {};
}

/// Partners whose predecessors are all settled are settled, round by round; who never is stands in a circle.
Fault fault_of_circles(const CharterBody& body) {
  std::set<PartnerId> settled;
  for (bool more = true; more;) {
    more = false;
    for (const CharterPartner& partner : body.partners) {
      const auto is_settled = [&](const PartnerId& id) { return settled.contains(id); };
      if (settled.contains(partner.id) || !std::ranges::all_of(partner.successor_of, is_settled)) continue;
      more = settled.insert(partner.id).second;
    }
  }
  for (std::size_t i = 0; i < body.partners.size(); ++i) {
    if (!settled.contains(body.partners[i].id))
      return CharterFault{Refusal::malformed, at("partners", i, "successorOf")};
  }
  return {};
}

Fault fault_of_partners(const CharterBody& body) {
  if (body.partners.empty()) return CharterFault{Refusal::malformed, "partners"};
  if (body.partners.size() > charter_partners_max) return CharterFault{Refusal::limit_exceeded, "partners"};
  std::set<PartnerId> ids;
  for (std::size_t i = 0; i < body.partners.size(); ++i) {
    if (auto fault = fault_of_partner(body.partners[i], i)) return fault;
    if (!ids.insert(body.partners[i].id).second)
      return CharterFault{Refusal::duplicate, at("partners", i, "id")};
  }
  if (auto fault = fault_of_successions(body, ids)) return fault;
  return fault_of_circles(body);
}

bool lists(const CharterBody& body, const PartnerId& id) {
  return std::ranges::find(body.partners, id, &CharterPartner::id) != body.partners.end();
}

Fault fault_of_cuts(const std::vector<Cut>& cuts, const std::string& path) {
  std::set<Hash> logs;
  for (std::size_t i = 0; i < cuts.size(); ++i) {
    if ((cuts[i].sequence == 0) != (cuts[i].hash == Hash{}))
      return CharterFault{Refusal::malformed, at(path, i, "hash")};
    if (!logs.insert(cuts[i].log).second) return CharterFault{Refusal::duplicate, at(path, i, "log")};
  }
  return {};
}

Fault fault_of_nodes(const CharterBody& body) {
  if (body.nodes.size() > charter_nodes_max) return CharterFault{Refusal::limit_exceeded, "nodes"};
  std::set<PublicKey> keys;
  std::size_t cuts = 0;
  for (std::size_t i = 0; i < body.nodes.size(); ++i) {
    const CharterNode& node = body.nodes[i];
    if (!keys.insert(node.key).second) return CharterFault{Refusal::duplicate, at("nodes", i, "key")};
    if (!lists(body, node.partner)) return CharterFault{Refusal::malformed, at("nodes", i, "partner")};
    if (node.status > NodeStatus::revoked) return CharterFault{Refusal::malformed, at("nodes", i, "status")};
    if (node.limits.logs == 0) return CharterFault{Refusal::malformed, at("nodes", i, "logs")};
    cuts += node.cuts.size();
    if (cuts > charter_cuts_max) return CharterFault{Refusal::limit_exceeded, at("nodes", i, "cuts")};
    if (auto fault = fault_of_cuts(node.cuts, at("nodes", i, "cuts"))) return fault;
  }
  return {};
}

Fault fault_of_signers(const CharterBody& body) {
  if (body.signers.empty()) return CharterFault{Refusal::malformed, "signers"};
  if (body.signers.size() > charter_signers_max) return CharterFault{Refusal::limit_exceeded, "signers"};
  std::set<PublicKey> keys;
  for (const CharterNode& node : body.nodes) keys.insert(node.key);
  for (std::size_t i = 0; i < body.signers.size(); ++i) {
    const CharterSigner& signer = body.signers[i];
    // A signer's key is never a node's: a stolen server must not sign charters.
    if (!keys.insert(signer.key).second) return CharterFault{Refusal::duplicate, at("signers", i, "key")};
    if (!is_name(signer.name, charter_name_bytes_max))
      return CharterFault{Refusal::malformed, at("signers", i, "name")};
    if (signer.partner && !lists(body, *signer.partner)) {
      return CharterFault{Refusal::malformed, at("signers", i, "partner")};
    }
  }
  return {};
}

bool whole(const Subject& subject) {
  if (const auto* record = std::get_if<RecordId>(&subject)) {
    return record->owner != PartnerId{} && record->local != RecordId{}.local;
  }
  const auto* entry = std::get_if<EntryRef>(&subject);
  return entry != nullptr && entry->log != Hash{} && entry->sequence != 0;
}

Fault fault_of_terms(const CharterBody& body) {
  const auto& countries = body.personal_data_countries;
  if (countries.size() > charter_countries_max)
    return CharterFault{Refusal::limit_exceeded, "personalDataCountries"};
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < countries.size(); ++i) {
    if (!is_country(countries[i])) return CharterFault{Refusal::malformed, at("personalDataCountries", i)};
    if (!seen.insert(countries[i]).second)
      return CharterFault{Refusal::duplicate, at("personalDataCountries", i)};
  }
  if (body.quorum_erasures.size() > charter_erasures_max)
    return CharterFault{Refusal::limit_exceeded, "quorumErasures"};
  std::set<Subject> erased;
  for (std::size_t i = 0; i < body.quorum_erasures.size(); ++i) {
    if (!whole(body.quorum_erasures[i])) return CharterFault{Refusal::malformed, at("quorumErasures", i)};
    if (!erased.insert(body.quorum_erasures[i]).second)
      return CharterFault{Refusal::duplicate, at("quorumErasures", i)};
  }
  if (body.erasure_delay_days > charter_erasure_delay_days_max)
    return CharterFault{Refusal::limit_exceeded, "erasureDelayDays"};
  if (body.header_version_max == 0) return CharterFault{Refusal::malformed, "headerVersionMax"};
  if (body.content_version_max == 0) return CharterFault{Refusal::malformed, "contentVersionMax"};
  return {};
}

}  // namespace

std::optional<CharterFault> fault_within(const CharterBody& body) {
  if (body.version == 0) return CharterFault{Refusal::malformed, "version"};
  const bool first = body.version == 1;
  if (first != (body.federation == Hash{})) return CharterFault{Refusal::malformed, "federation"};
  if (first != (body.previous == Hash{})) return CharterFault{Refusal::malformed, "previous"};
  if (body.nonce == Hash{}) return CharterFault{Refusal::malformed, "nonce"};
  if (auto fault = fault_of_names(body.names, "names")) return fault;
  if (auto fault = fault_of_partners(body)) return fault;
  if (auto fault = fault_of_nodes(body)) return fault;
  if (auto fault = fault_of_signers(body)) return fault;
  return fault_of_terms(body);
}

std::optional<CharterFault> fault_after(const CharterBody& body, const Charter& previous) {
  if (body.federation != previous.federation()) return CharterFault{Refusal::wrong_federation, "federation"};
  if (body.version == 1 || body.version - 1 != previous.version())
    return CharterFault{Refusal::bad_chain, "version"};
  if (body.previous != previous.hash()) return CharterFault{Refusal::bad_chain, "previous"};
  for (const CharterPartner& partner : previous.body().partners) {
    if (!lists(body, partner.id)) return CharterFault{Refusal::not_permitted, "partners"};
  }
  for (const CharterNode& before : previous.body().nodes) {
    const auto now = std::ranges::find(body.nodes, before.key, &CharterNode::key);
    if (now == body.nodes.end()) return CharterFault{Refusal::not_permitted, "nodes"};
    const auto index = static_cast<std::size_t>(now - body.nodes.begin());
    if (now->partner != before.partner)
      return CharterFault{Refusal::not_permitted, at("nodes", index, "partner")};
    if (before.status != NodeStatus::active && now->status == NodeStatus::active) {
      return CharterFault{Refusal::not_permitted, at("nodes", index, "status")};
    }
  }
  return {};
}

}  // namespace hansa::protocol
