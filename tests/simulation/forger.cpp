#include "forger.h"

#include <algorithm>
#include <stdexcept>

namespace hansa::simulation {

using namespace protocol;

namespace {

Bytes bytes_of(const Charter& charter) { return {charter.bytes().begin(), charter.bytes().end()}; }

Bytes encoded(const CharterBody& body) {
  auto bytes = encode_charter_body(body);
  if (!bytes) throw std::runtime_error("a forged body: " + bytes.error().field);
  return std::move(*bytes);
}

}  // namespace

/// The next version, with as many signatures as it takes: of strangers, of one signer again and again, of bad
/// signers alone, or those of another version.
Bytes Forger::badly_signed(const Charter& newest) {
  auto body = next_body(newest, chance_.entropy());
  std::ranges::for_each(body.nodes, [](CharterNode& node) { node.status = NodeStatus::revoked; });
  const auto bytes = encoded(body);
  const auto hash = charter_hash(body.version, bytes);
  council_.condemn(hash);
  std::vector<SignedBy> signatures;
  const auto needed = signatures_needed(newest.body().signers.size());
  switch (chance_.below(4)) {
    case 0:
      for (std::size_t i = 0; i < needed; ++i) {
        const auto stranger = SecretKey::generate(chance_.entropy());
        signatures.emplace_back(stranger.public_key(), sign_charter(hash, stranger));
      }
      break;
    case 1: {
      const auto stranger = SecretKey::generate(chance_.entropy());
      for (const auto& signer : newest.body().signers)
        signatures.emplace_back(signer.key, sign_charter(hash, stranger));
      break;
    }
    case 2:
      for (auto* signer : council_.of(newest.body()))
        if (!signer->is_honest)
          signatures.insert(signatures.end(), needed,
                            {signer->key.public_key(), sign_charter(hash, signer->key)});
      break;
    default:
      signatures = newest.signatures();
  }
  std::ranges::sort(signatures, {}, &SignedBy::first);
  return assemble_charter(bytes, signatures);
}

/// The newest version with a bit turned somewhere.
Bytes Forger::damaged(const Charter& newest) {
  auto bytes = bytes_of(newest);
  bytes[chance_.below(bytes.size())] ^= static_cast<std::uint8_t>(1 << chance_.below(8));
  return bytes;
}

std::vector<Bytes> Forger::of_another_federation() {
  CharterBody body;
  body.names = {{"en", "Another federation"}};
  CharterPartner partner;
  chance_.fill(partner.id.bytes);
  partner.names = body.names;
  partner.country = "EE";
  CharterNode node;
  node.key = SecretKey::generate(chance_.entropy()).public_key();
  node.partner = partner.id;
  body.partners.push_back(partner);
  body.nodes.push_back(node);
  const auto key = SecretKey::generate(chance_.entropy());
  body.signers.push_back({key.public_key(), "Stranger", partner.id});
  const std::vector<const SecretKey*> keys{&key};
  const auto first = found_charter(body, keys, chance_.entropy());
  if (!first) throw std::runtime_error("another federation: " + first.error().field);
  const auto second = encoded(next_body(*first, chance_.entropy()));
  const std::vector<SignedBy> signatures{{key.public_key(), sign_charter(charter_hash(2, second), key)}};
  return {bytes_of(*first), assemble_charter(second, signatures)};
}

Lie Forger::forge(const CharterChain& truth) {
  Lie lie;
  chance_.fill(lie.hash);
  const auto newest = truth.newest().version();
  lie.version = newest - 1 + static_cast<std::uint32_t>(chance_.below(4));
  switch (chance_.below(5)) {
    case 0:
    case 1:
      lie.charters = {badly_signed(truth.newest())};
      break;
    case 2: {
      lie.charters = {damaged(truth.newest())};
      // With other signatures under the same body it is no other charter.
      const auto body = body_of_charter(lie.charters.front());
      lie.is_forged = !body || body->hash != truth.newest().hash();
      break;
    }
    case 3:
      lie.charters = of_another_federation();
      break;
    default:
      lie.is_forged = false;
      for (auto version = static_cast<std::uint32_t>(chance_.between(1, newest)); version <= newest;
           ++version)
        if (chance_.below(4) != 0) lie.charters.push_back(bytes_of(*truth.at(version)));
  }
  return lie;
}

std::vector<Signer*> Forger::former(const CharterChain& truth, std::uint32_t version) {
  auto signers = council_.of(truth.at(version)->body());
  std::erase_if(signers, [&](const Signer* signer) {
    return truth.newest().signer(signer->key.public_key()) != nullptr;
  });
  return signers;
}

Charter Forger::next_of(const Charter& before, const std::vector<Signer*>& signers) {
  auto body = next_body(before, chance_.entropy());
  body.signers.clear();
  for (const auto* signer : signers) body.signers.push_back({signer->key.public_key(), "Former", {}});
  auto& node = body.nodes[chance_.below(body.nodes.size())];
  node.status = NodeStatus::revoked;
  node.cuts.clear();
  const auto bytes = encoded(body);
  const auto hash = charter_hash(body.version, bytes);
  std::vector<SignedBy> signatures;
  for (const auto* signer : signers)
    signatures.emplace_back(signer->key.public_key(), sign_charter(hash, signer->key));
  auto charter = read_charter(assemble_charter(bytes, signatures), &before);
  if (!charter) throw std::runtime_error("a rewritten charter: " + charter.error().field);
  return std::move(*charter);
}

std::optional<Lie> Forger::rewrite(const CharterChain& truth) {
  std::vector<std::uint32_t> places;
  for (std::uint32_t version = 2; version <= truth.final().version; ++version)
    if (former(truth, version - 1).size() >= signatures_needed(truth.at(version - 1)->body().signers.size()))
      places.push_back(version);
  if (places.empty()) return std::nullopt;
  const auto from = places[chance_.below(places.size())];
  const auto signers = former(truth, from - 1);
  Lie lie;
  lie.is_forged = false;
  auto charter = *truth.at(from - 1);
  for (auto left = truth.newest().version() + 1 + chance_.below(3) - charter.version(); left > 0; --left) {
    charter = next_of(charter, signers);
    lie.charters.push_back(bytes_of(charter));
  }
  lie.version = charter.version();
  lie.hash = charter.hash();
  return lie;
}

}  // namespace hansa::simulation
