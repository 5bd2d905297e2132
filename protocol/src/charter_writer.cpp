// Charter fields to bytes.

#include "charter_rules.h"
#include "flat_message.h"
#include "protocol/schema/charter.capnp.h"

namespace hansa::protocol {
namespace {

capnp::Data::Reader data_of(ByteView bytes) { return {bytes.data(), bytes.size()}; }

unsigned count(std::size_t size) { return static_cast<unsigned>(size); }

void write_names(capnp::List<schema::CharterText>::Builder out, const std::vector<LocalText>& names) {
  for (unsigned i = 0; i < names.size(); ++i) {
    out[i].setLanguage(names[i].language.c_str());
    out[i].setText(names[i].text.c_str());
  }
}

void write_partners(schema::CharterBody::Builder out, const CharterBody& body) {
  auto list = out.initPartners(count(body.partners.size()));
  for (unsigned i = 0; i < body.partners.size(); ++i) {
    const CharterPartner& partner = body.partners[i];
    list[i].setId(data_of(partner.id.bytes));
    write_names(list[i].initNames(count(partner.names.size())), partner.names);
    list[i].setCountry(partner.country.c_str());
    list[i].setRole(static_cast<std::uint8_t>(partner.role));
    if (!partner.successor_of.empty()) {
      auto before = list[i].initSuccessorOf(count(partner.successor_of.size()));
      for (unsigned b = 0; b < partner.successor_of.size(); ++b)
        before.set(b, data_of(partner.successor_of[b].bytes));
    }
    list[i].setStatus(static_cast<std::uint8_t>(partner.status));
    list[i].setRecords(static_cast<std::uint8_t>(partner.records));
  }
}

void write_nodes(schema::CharterBody::Builder out, const CharterBody& body) {
  auto list = out.initNodes(count(body.nodes.size()));
  for (unsigned i = 0; i < body.nodes.size(); ++i) {
    const CharterNode& node = body.nodes[i];
    list[i].setKey(data_of(node.key.bytes));
    list[i].setPartner(data_of(node.partner.bytes));
    list[i].setStatus(static_cast<std::uint8_t>(node.status));
    auto cuts = list[i].initCuts(count(node.cuts.size()));
    for (unsigned c = 0; c < node.cuts.size(); ++c) {
      cuts[c].setLog(data_of(node.cuts[c].log));
      cuts[c].setSequence(node.cuts[c].sequence);
      if (node.cuts[c].sequence != 0) cuts[c].setHash(data_of(node.cuts[c].hash));
    }
    list[i].setLogs(node.limits.logs);
    list[i].setEntriesPerLog(node.limits.entries_per_log);
    list[i].setPayloadBytesPerLog(node.limits.payload_bytes_per_log);
  }
}

void write_signers(schema::CharterBody::Builder out, const CharterBody& body) {
  auto list = out.initSigners(count(body.signers.size()));
  for (unsigned i = 0; i < body.signers.size(); ++i) {
    list[i].setKey(data_of(body.signers[i].key.bytes));
    list[i].setName(body.signers[i].name.c_str());
    if (body.signers[i].partner) list[i].setPartner(data_of(body.signers[i].partner->bytes));
  }
}

void write_terms(schema::CharterBody::Builder out, const CharterBody& body) {
  auto countries = out.initPersonalDataCountries(count(body.personal_data_countries.size()));
  for (unsigned i = 0; i < countries.size(); ++i) countries.set(i, body.personal_data_countries[i].c_str());
  auto erasures = out.initQuorumErasures(count(body.quorum_erasures.size()));
  for (unsigned i = 0; i < erasures.size(); ++i) {
    if (const auto* record = std::get_if<RecordId>(&body.quorum_erasures[i])) {
      erasures[i].setRecord(data_of(to_bytes(*record)));
    } else if (const auto* entry = std::get_if<EntryRef>(&body.quorum_erasures[i])) {
      erasures[i].setLog(data_of(entry->log));
      erasures[i].setSequence(entry->sequence);
    }
  }
  out.setErasureDelayDays(body.erasure_delay_days);
  out.setErasuresPerDay(body.erasures_per_day);
  out.setHeaderVersionMax(body.header_version_max);
  out.setContentVersionMax(body.content_version_max);
}

}  // namespace

Outcome<Bytes, CharterFault> encode_charter_body(const CharterBody& body) {
  if (auto fault = fault_within(body)) return *fault;
  // One segment for all that the limits allow.
  capnp::MallocMessageBuilder message(4 * charter_bytes_max / sizeof(capnp::word),
                                      capnp::AllocationStrategy::FIXED_SIZE);
  auto out = message.initRoot<schema::CharterBody>();
  out.setFormatVersion(charter_format_version);
  out.setVersion(body.version);
  if (body.version != 1) {
    out.setFederation(data_of(body.federation));
    out.setPrevious(data_of(body.previous));
  }
  out.setNonce(data_of(body.nonce));
  write_names(out.initNames(count(body.names.size())), body.names);
  write_partners(out, body);
  write_nodes(out, body);
  write_signers(out, body);
  write_terms(out, body);
  Bytes bytes = to_flat(message);
  if (bytes.size() > charter_body_bytes_max) return CharterFault{Refusal::too_large, {}};
  return bytes;
}

}  // namespace hansa::protocol
