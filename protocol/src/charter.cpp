#include "protocol/charter.h"

#include <algorithm>
#include <cassert>

#include "armour.h"
#include "charter_rules.h"

namespace hansa::protocol {
namespace {

constexpr std::array<std::string_view, 3> role_names = {"coordinator", "member", "observer"};
constexpr std::array<std::string_view, 4> status_names = {"active", "retired", "rotated", "revoked"};
constexpr std::array<std::string_view, 2> partner_status_names = {"present", "left"};
constexpr std::array<std::string_view, 3> records_names = {"stay", "hidden", "erased"};
constexpr std::array<std::string_view, 8> why_names = {"active",  "cut",      "retired",     "rotated",
                                                       "revoked", "observer", "unknown_key", "left"};

bool signs(const CharterBody& body, const PublicKey& key) {
  return std::ranges::find(body.signers, key, &CharterSigner::key) != body.signers.end();
}

/// Each signature (no key twice, by their encoding) is good, of a signer, and there are enough of this
/// version's and the last one's signers.
std::optional<CharterFault> fault_of_signatures(const CharterBody& body, const Hash& hash,
                                                const Charter* previous,
                                                const std::vector<SignedBy>& signatures) {
  std::size_t of_own = 0;
  std::size_t of_previous = 0;
  for (std::size_t i = 0; i < signatures.size(); ++i) {
    const auto& [key, signature] = signatures[i];
    const std::string path = "signatures[" + std::to_string(i) + ']';
    const bool own = signs(body, key);
    const bool before = previous != nullptr && signs(previous->body(), key);
    if (!own && !before) return CharterFault{Refusal::unknown_key, path};
    if (!verify(Purpose::charter, key, hash, signature)) return CharterFault{Refusal::bad_signature, path};
    of_own += own ? 1 : 0;
    of_previous += before ? 1 : 0;
  }
  if (of_own < signatures_needed(body.signers.size())) return CharterFault{Refusal::not_signed, "signatures"};
  if (previous != nullptr && of_previous < signatures_needed(previous->body().signers.size())) {
    return CharterFault{Refusal::not_signed, "signatures"};
  }
  return {};
}

/// The partner, those that it succeeds, those that they succeed, and so on.
std::vector<PartnerId> with_predecessors(const Charter& charter, const PartnerId& partner) {
  std::vector<PartnerId> reached{partner};
  for (std::size_t i = 0; i < reached.size(); ++i) {
    const CharterPartner* listed = charter.partner(reached[i]);
    if (listed == nullptr) continue;
    for (const PartnerId& before : listed->successor_of)
      if (std::ranges::find(reached, before) == reached.end()) reached.push_back(before);
  }
  return reached;
}

/// A partner that has left is told apart from a key that was taken away: its whole catalogue is meant.
Rights::Why why_narrowed(const CharterNode& node, const CharterPartner& partner) {
  if (partner.status == PartnerStatus::left) return Rights::Why::left;
  switch (node.status) {
    case NodeStatus::retired:
      return Rights::Why::retired;
    case NodeStatus::rotated:
      return Rights::Why::rotated;
    case NodeStatus::revoked:
      return Rights::Why::revoked;
    case NodeStatus::active:
      break;
  }
  return partner.role == PartnerRole::observer ? Rights::Why::observer : Rights::Why::active;
}

}  // namespace

std::string_view name(PartnerRole role) { return role_names.at(static_cast<std::size_t>(role)); }
std::string_view name(PartnerStatus status) {
  return partner_status_names.at(static_cast<std::size_t>(status));
}
std::string_view name(RecordsLeft records) { return records_names.at(static_cast<std::size_t>(records)); }
std::string_view name(NodeStatus status) { return status_names.at(static_cast<std::size_t>(status)); }
std::string_view name(Rights::Why why) { return why_names.at(static_cast<std::size_t>(why)); }

const CharterPartner* Charter::partner(const PartnerId& id) const {
  const auto found = std::ranges::find(body().partners, id, &CharterPartner::id);
  return found == body().partners.end() ? nullptr : &*found;
}

const CharterNode* Charter::node(const PublicKey& key) const {
  const auto found = state_->nodes.find(key);
  return found == state_->nodes.end() ? nullptr : &body().nodes[found->second];
}

const CharterSigner* Charter::signer(const PublicKey& key) const {
  const auto found = std::ranges::find(body().signers, key, &CharterSigner::key);
  return found == body().signers.end() ? nullptr : &*found;
}

const std::string& Charter::name_in(const std::vector<LocalText>& names, std::string_view language) {
  assert(!names.empty());
  for (const std::string_view wanted : {language, std::string_view("en")}) {
    const auto found = std::ranges::find(names, wanted, &LocalText::language);
    if (found != names.end()) return found->text;
  }
  return names.front().text;
}

bool Charter::may_hold_personal_data(const PartnerId& id) const {
  const CharterPartner* listed = partner(id);
  const auto& countries = body().personal_data_countries;
  return listed != nullptr && std::ranges::find(countries, listed->country) != countries.end();
}

Hash charter_hash(std::uint32_t version, ByteView body) {
  return hash(version == 1 ? Tag::federation : Tag::charter, body);
}

Signature sign_charter(const Hash& hash, const SecretKey& signer) {
  return signer.sign(Purpose::charter, hash);
}

Outcome<CharterBody, CharterFault> read_charter_body(ByteView bytes) {
  auto body = decode_charter_body(bytes);
  if (!body) return body;
  if (auto fault = fault_within(*body)) return *fault;
  return body;
}

Outcome<NamedBody, CharterFault> body_of_charter(ByteView charter) {
  auto parts = decode_signed_charter(charter);
  if (!parts) return parts.error();
  auto body = read_charter_body(parts->body);
  if (!body) return body.error();
  const auto version = body->version;
  return NamedBody{std::move(*body), charter_hash(version, parts->body)};
}

Outcome<CharterBody, CharterFault> read_proposed_body(ByteView bytes, const Charter& previous) {
  auto body = read_charter_body(bytes);
  if (!body) return body;
  if (auto fault = fault_after(*body, previous)) return *fault;
  return body;
}

Outcome<Charter, CharterFault> read_charter(ByteView bytes, const Charter* previous) {
  auto parts = decode_signed_charter(bytes);
  if (!parts) return parts.error();
  auto body = read_charter_body(parts->body);
  if (!body) return body.error();
  if (previous != nullptr) {
    if (auto fault = fault_after(*body, *previous)) return *fault;
  } else if (body->version != 1) {
    return CharterFault{Refusal::bad_chain, "version"};
  }
  const Hash hash = charter_hash(body->version, parts->body);
  if (auto fault = fault_of_signatures(*body, hash, previous, parts->signatures)) return *fault;
  const Hash federation = previous != nullptr ? previous->federation() : hash;
  return Charter::made(std::move(*body), hash, federation, std::move(parts->signatures), bytes);
}

Outcome<Charter, CharterFault> imagine_charter(ByteView bytes, const Charter& previous) {
  auto body = read_proposed_body(bytes, previous);
  if (!body) return body.error();
  const Hash hash = charter_hash(body->version, bytes);
  return Charter::made(std::move(*body), hash, previous.federation(), {}, assemble_charter(bytes, {}));
}

Charter Charter::made(CharterBody body, const Hash& hash, const Hash& federation,
                      std::vector<SignedBy> signatures, ByteView bytes) {
  auto state = std::make_shared<State>();
  state->body = std::move(body);
  state->hash = hash;
  state->federation = federation;
  state->signatures = std::move(signatures);
  state->bytes.assign(bytes.begin(), bytes.end());
  for (std::size_t i = 0; i < state->body.nodes.size(); ++i)
    state->nodes.emplace(state->body.nodes[i].key, i);
  return Charter(std::move(state));
}

Outcome<Charter, CharterFault> found_charter(CharterBody body, std::span<const SecretKey* const> signers,
                                             const Entropy& entropy) {
  body.version = 1;
  body.federation = {};
  body.previous = {};
  entropy(body.nonce);
  const auto bytes = encode_charter_body(body);
  if (!bytes) return bytes.error();
  const Hash hash = charter_hash(1, *bytes);
  std::vector<SignedBy> signatures;
  for (const SecretKey* signer : signers)
    signatures.emplace_back(signer->public_key(), sign_charter(hash, *signer));
  return read_charter(assemble_charter(*bytes, signatures), nullptr);
}

CharterBody next_body(const Charter& charter, const Entropy& entropy) {
  CharterBody body = charter.body();
  ++body.version;
  body.federation = charter.federation();
  body.previous = charter.hash();
  entropy(body.nonce);
  return body;
}

Rights rights(const Charter& charter, const PublicKey& author, const Hash& log) {
  const CharterNode* node = charter.node(author);
  if (node == nullptr) return {};
  const CharterPartner* partner = charter.partner(node->partner);
  assert(partner != nullptr);  // fault_within() saw to it
  Rights rights;
  rights.partner = node->partner;
  rights.limits = node->limits;
  rights.why = why_narrowed(*node, *partner);
  if (partner->records != RecordsLeft::stay) return rights;
  const bool narrowed = rights.why != Rights::Why::active;
  const auto cut = std::ranges::find(node->cuts, log, &Cut::log);
  if (cut == node->cuts.end()) {
    rights.reach = narrowed ? Rights::Reach::none : Rights::Reach::all;
    return rights;
  }
  if (!narrowed) rights.why = Rights::Why::cut;
  rights.reach = cut->sequence == 0 ? Rights::Reach::none : Rights::Reach::up_to;
  rights.last = *cut;
  return rights;
}

bool may_write(const Charter& charter, const PublicKey& node) {
  const CharterNode* listed = charter.node(node);
  return listed != nullptr && why_narrowed(*listed, *charter.partner(listed->partner)) == Rights::Why::active;
}

bool may_link(const Charter& charter, const PublicKey& node) {
  const CharterNode* listed = charter.node(node);
  return listed != nullptr && listed->status == NodeStatus::active &&
         charter.partner(listed->partner)->status == PartnerStatus::present;
}

bool may_revise(const Charter& charter, const PartnerId& writer, const PartnerId& owner) {
  const auto reached = with_predecessors(charter, writer);
  return std::ranges::find(reached, owner) != reached.end();
}

std::vector<PartnerId> partners_of(const Charter& charter, const PublicKey& node) {
  const CharterNode* listed = charter.node(node);
  return listed == nullptr ? std::vector<PartnerId>{} : with_predecessors(charter, listed->partner);
}

std::string armour_charter(ByteView charter) { return armour("charter", charter); }

Outcome<Bytes> read_charter_text(std::string_view text) {
  return read_armour("charter", text, charter_bytes_max);
}

}  // namespace hansa::protocol
