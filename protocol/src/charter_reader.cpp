// Bytes to charter fields: sizes and encodings, no rule about what they mean (charter_rules.cpp).

#include <cstring>

#include "charter_rules.h"
#include "flat_message.h"
#include "protocol/schema/charter.capnp.h"
#include "protocol/unicode.h"

namespace hansa::protocol {
namespace {

/// Caught by read_flat(): a decoder of nested lists has no other short way out.
[[noreturn]] void refuse(Refusal refusal, std::string field) {
  throw RefusedFields<CharterFault>{{refusal, std::move(field)}};
}

template <std::size_t n>
std::array<std::uint8_t, n> exactly(capnp::Data::Reader data, const std::string& field) {
  if (data.size() != n) refuse(Refusal::malformed, field);
  std::array<std::uint8_t, n> bytes;
  std::memcpy(bytes.data(), data.begin(), n);
  return bytes;
}

/// Empty stands for none, which is zeros here; zeros spelled out would be a second form of the same.
template <std::size_t n>
std::optional<std::array<std::uint8_t, n>> if_present(capnp::Data::Reader data, const std::string& field) {
  if (data.size() == 0) return std::nullopt;
  const auto bytes = exactly<n>(data, field);
  if (bytes == std::array<std::uint8_t, n>{}) refuse(Refusal::malformed, field);
  return bytes;
}

std::string text_in(capnp::Text::Reader text, const std::string& field) {
  const std::string_view view(text.begin(), text.size());
  if (view.size() > charter_name_bytes_max) refuse(Refusal::too_large, field);
  if (!is_utf8(view) || view.find('\0') != std::string_view::npos) refuse(Refusal::malformed, field);
  return std::string(view);
}

template <class List>
void at_most(const List& list, std::size_t count, const std::string& field) {
  if (list.size() > count) refuse(Refusal::limit_exceeded, field);
}

std::string at(const std::string& list, std::size_t index) {
  return list + '[' + std::to_string(index) + ']';
}

std::vector<LocalText> names_in(capnp::List<schema::CharterText>::Reader list, const std::string& field) {
  at_most(list, charter_languages_max, field);
  std::vector<LocalText> names;
  for (const auto name : list) {
    const std::string path = at(field, names.size());
    names.push_back(
        {text_in(name.getLanguage(), path + ".language"), text_in(name.getText(), path + ".text")});
  }
  return names;
}

std::optional<PartnerId> partner_in(capnp::Data::Reader data, const std::string& field) {
  const auto bytes = if_present<id_bytes>(data, field);
  if (!bytes) return std::nullopt;
  return PartnerId{*bytes};
}

CharterPartner read_partner(schema::CharterPartner::Reader in, const std::string& path) {
  CharterPartner partner;
  partner.id.bytes = exactly<id_bytes>(in.getId(), path + ".id");
  partner.names = names_in(in.getNames(), path + ".names");
  partner.country = text_in(in.getCountry(), path + ".country");
  partner.role = static_cast<PartnerRole>(in.getRole());
  at_most(in.getSuccessorOf(), charter_predecessors_max, path + ".successorOf");
  for (const auto before : in.getSuccessorOf()) {
    const std::string field = at(path + ".successorOf", partner.successor_of.size());
    partner.successor_of.push_back(PartnerId{exactly<id_bytes>(before, field)});
  }
  partner.status = static_cast<PartnerStatus>(in.getStatus());
  partner.records = static_cast<RecordsLeft>(in.getRecords());
  return partner;
}

CharterNode read_node(schema::CharterNode::Reader in, const std::string& path) {
  CharterNode node;
  node.key.bytes = exactly<32>(in.getKey(), path + ".key");
  node.partner.bytes = exactly<id_bytes>(in.getPartner(), path + ".partner");
  node.status = static_cast<NodeStatus>(in.getStatus());
  node.limits = {in.getLogs(), in.getEntriesPerLog(), in.getPayloadBytesPerLog()};
  at_most(in.getCuts(), charter_cuts_max, path + ".cuts");
  for (const auto cut : in.getCuts()) {
    const std::string field = at(path + ".cuts", node.cuts.size());
    node.cuts.push_back({exactly<32>(cut.getLog(), field + ".log"), cut.getSequence(),
                         if_present<32>(cut.getHash(), field + ".hash").value_or(Hash{})});
  }
  return node;
}

Subject read_subject(schema::CharterSubject::Reader in, const std::string& path) {
  const auto record = if_present<record_id_bytes>(in.getRecord(), path + ".record");
  const auto log = if_present<32>(in.getLog(), path + ".log");
  if (record.has_value() == log.has_value()) refuse(Refusal::malformed, path);
  if (log) return EntryRef{*log, in.getSequence()};
  if (in.getSequence() != 0) refuse(Refusal::malformed, path + ".sequence");
  return *record_id_from_bytes(*record);
}

void read_lists(schema::CharterBody::Reader in, CharterBody& body) {
  at_most(in.getPartners(), charter_partners_max, "partners");
  for (const auto partner : in.getPartners()) {
    body.partners.push_back(read_partner(partner, at("partners", body.partners.size())));
  }
  at_most(in.getNodes(), charter_nodes_max, "nodes");
  for (const auto node : in.getNodes()) body.nodes.push_back(read_node(node, at("nodes", body.nodes.size())));
  at_most(in.getSigners(), charter_signers_max, "signers");
  for (const auto signer : in.getSigners()) {
    const std::string path = at("signers", body.signers.size());
    body.signers.push_back({PublicKey{exactly<32>(signer.getKey(), path + ".key")},
                            text_in(signer.getName(), path + ".name"),
                            partner_in(signer.getPartner(), path + ".partner")});
  }
  at_most(in.getPersonalDataCountries(), charter_countries_max, "personalDataCountries");
  for (const auto country : in.getPersonalDataCountries()) {
    body.personal_data_countries.push_back(
        text_in(country, at("personalDataCountries", body.personal_data_countries.size())));
  }
  at_most(in.getQuorumErasures(), charter_erasures_max, "quorumErasures");
  for (const auto subject : in.getQuorumErasures()) {
    body.quorum_erasures.push_back(read_subject(subject, at("quorumErasures", body.quorum_erasures.size())));
  }
}

CharterBody read_body(schema::CharterBody::Reader in) {
  if (in.getFormatVersion() != charter_format_version) refuse(Refusal::unsupported_version, "formatVersion");
  CharterBody body;
  body.version = in.getVersion();
  body.federation = if_present<32>(in.getFederation(), "federation").value_or(Hash{});
  body.previous = if_present<32>(in.getPrevious(), "previous").value_or(Hash{});
  body.nonce = exactly<32>(in.getNonce(), "nonce");
  body.names = names_in(in.getNames(), "names");
  read_lists(in, body);
  body.erasure_delay_days = in.getErasureDelayDays();
  body.erasures_per_day = in.getErasuresPerDay();
  body.header_version_max = in.getHeaderVersionMax();
  body.content_version_max = in.getContentVersionMax();
  return body;
}

}  // namespace

Outcome<CharterBody, CharterFault> decode_charter_body(ByteView bytes) {
  return read_flat<schema::CharterBody, CharterBody, CharterFault>(bytes, charter_body_bytes_max, read_body);
}

}  // namespace hansa::protocol
