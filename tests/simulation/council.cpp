#include "council.h"

#include <algorithm>

namespace hansa::simulation {

using namespace protocol;

Signer& Council::add(Chance& chance, bool is_honest) {
  signers_.push_back(std::make_unique<Signer>(Signer{SecretKey::generate(chance.entropy()), is_honest, {}}));
  return *signers_.back();
}

std::vector<const SecretKey*> Council::keys() const {
  std::vector<const SecretKey*> keys;
  for (const auto& signer : signers_) keys.push_back(&signer->key);
  return keys;
}

Signer* Council::find(const PublicKey& key) {
  for (auto& signer : signers_)
    if (signer->key.public_key() == key) return signer.get();
  return nullptr;
}

std::vector<Signer*> Council::of(const CharterBody& body) {
  std::vector<Signer*> known;
  for (const auto& listed : body.signers)
    if (auto* signer = find(listed.key)) known.push_back(signer);
  return known;
}

SignedBy Council::sign(Signer& signer, std::uint32_t version, const Hash& hash, std::uint64_t now_ms) {
  signer.votes[version] = {hash, now_ms};
  return {signer.key.public_key(), sign_charter(hash, signer.key)};
}

bool CharterHistory::add(Versions& versions, std::uint32_t version, const Hash& hash) {
  auto& hashes = versions[version];
  if (std::ranges::find(hashes, hash) != hashes.end()) return false;
  hashes.push_back(hash);
  return true;
}

std::vector<Hash> CharterHistory::seen(const CharterChain& chain) {
  std::vector<Hash> fresh;
  for (auto version = chain.newest().version(); version > 0; --version) {
    const auto& hash = chain.at(version)->hash();
    previous_[hash] = chain.at(version)->body().previous;
    if (add(held_, version, hash)) fresh.push_back(hash);
  }
  for (auto version = chain.final().version; version > 0; --version)
    if (const auto* held = chain.at(version)) add(settled_, version, held->hash());
  return fresh;
}

std::optional<Hash> CharterHistory::settled(std::uint32_t version) const {
  std::optional<Hash> right;
  for (std::uint32_t at = 1; at <= version; ++at) {
    const auto of_version = settled_.find(at);
    if (of_version == settled_.end()) return std::nullopt;
    const auto next = std::ranges::find_if(
        of_version->second, [&](const Hash& hash) { return !right || previous_.at(hash) == *right; });
    if (next == of_version->second.end()) return std::nullopt;
    right = *next;
  }
  return right;
}

std::size_t CharterHistory::with_several(const Versions& versions) {
  return static_cast<std::size_t>(
      std::ranges::count_if(versions, [](const auto& entry) { return entry.second.size() > 1; }));
}

std::size_t CharterHistory::siblings() const { return with_several(held_); }
std::size_t CharterHistory::splits() const { return with_several(settled_); }

}  // namespace hansa::simulation
