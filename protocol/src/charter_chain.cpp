#include "protocol/charter_chain.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "charter_rules.h"

namespace hansa::protocol {
namespace {

constexpr std::array<std::string_view, 7> taken_names = {
    "extended", "replaced", "known", "sibling_loses", "sibling_final", "held_back", "refused"};

/// Each costs a majority of signers that sign twice; a few are enough for any accident.
constexpr std::size_t beside_max = 8;
/// Histories towards the pin, of different peers.
constexpr std::size_t ahead_max = 16;

CharterOffer refuse(CharterOffer offer, Refusal refusal, std::string field) {
  offer.taken = CharterTaken::refused;
  offer.fault = CharterFault{refusal, std::move(field)};
  return offer;
}

CharterOffer refuse(CharterOffer offer, CharterFault fault) {
  return refuse(std::move(offer), fault.refusal, std::move(fault.field));
}

}  // namespace

std::string_view name(CharterTaken taken) { return taken_names.at(static_cast<std::size_t>(taken)); }

Outcome<CharterChain, CharterFault> CharterChain::start(ByteView founding) {
  auto charter = read_charter(founding, nullptr);
  if (!charter) return charter.error();
  return CharterChain(std::move(*charter));
}

const Charter* CharterChain::at(std::uint32_t version) const {
  return version == 0 || version > versions_.size() ? nullptr : &versions_[version - 1];
}

CharterPin CharterChain::final() const {
  const Charter& last = versions_.size() == 1 ? versions_.front() : versions_[versions_.size() - 2];
  return pin_.version > last.version() && reached_pin() ? pin_ : CharterPin{last.version(), last.hash()};
}

bool CharterChain::pin(const CharterPin& pin) {
  const Charter* held = at(pin.version);
  if (held != nullptr && held->hash() != pin.hash) return false;
  if (pin.version > pin_.version) {
    pin_ = pin;
    ahead_.clear();  // they may not lead to this one
  }
  return pin.version != pin_.version || pin.hash == pin_.hash;
}

bool CharterChain::let_go_of_pin() {
  if (reached_pin()) return false;
  pin_ = {newest().version(), newest().hash()};
  ahead_.clear();
  return true;
}

CharterOffer CharterChain::take(ByteView charter, const PublicKey& from) {
  CharterOffer offer;
  const auto parts = decode_signed_charter(charter);
  if (!parts) return refuse(offer, parts.error());
  const auto body = read_charter_body(parts->body);
  if (!body) return refuse(offer, body.error());
  offer.version = body->version;
  offer.hash = charter_hash(body->version, parts->body);
  if (const Charter* held = at(offer.version); held != nullptr && held->hash() == offer.hash) {
    offer.taken = CharterTaken::known;
    return offer;
  }
  if (offer.version == 1) return refuse(offer, Refusal::wrong_federation, "federation");
  if (!reached_pin()) return take_towards_pin(charter, std::move(offer), ahead_of(from));
  if (offer.version > newest().version() + 1) return refuse(offer, Refusal::bad_chain, "version");
  if (offer.version <= newest().version()) return take_sibling(charter, std::move(offer));
  return take_next(charter, std::move(offer));
}

/// Of too many the shortest makes room: it is soonest sent again.
std::vector<Charter>& CharterChain::ahead_of(const PublicKey& from) {
  auto& ahead = ahead_[from];
  if (ahead_.size() <= ahead_max) return ahead;
  auto shortest = ahead_.end();
  for (auto one = ahead_.begin(); one != ahead_.end(); ++one)
    if (one->first != from && (shortest == ahead_.end() || one->second.size() < shortest->second.size()))
      shortest = one;
  ahead_.erase(shortest);
  return ahead;
}

/// Whoever signed once can make histories that are valid as far as they go. Only one leads to the pin, and it
/// may part from what is held.
CharterOffer CharterChain::take_towards_pin(ByteView bytes, CharterOffer offer, std::vector<Charter>& ahead) {
  if (offer.version == pin_.version && offer.hash != pin_.hash)
    return refuse(std::move(offer), Refusal::not_permitted, "pin");
  const auto before = std::ranges::find(ahead, offer.version - 1, &Charter::version);
  const Charter* const held = at(offer.version - 1);
  if (offer.version > pin_.version || (before == ahead.end() && held == nullptr))
    return refuse(std::move(offer), Refusal::bad_chain, "version");
  bool after_held = before == ahead.end();
  auto next = read_charter(bytes, after_held ? held : &*before);
  if (!next && !after_held && held != nullptr) {
    next = read_charter(bytes, held);
    after_held = true;
  }
  if (!next) return refuse(std::move(offer), next.error());
  ahead.erase(after_held ? ahead.begin() : std::next(before), ahead.end());
  ahead.push_back(std::move(*next));
  offer.taken = CharterTaken::held_back;
  if (offer.version < pin_.version) return offer;
  const bool parts = ahead.front().version() <= newest().version();
  offer.taken = parts ? CharterTaken::replaced : CharterTaken::extended;
  versions_.erase(versions_.begin() + (ahead.front().version() - 1), versions_.end());
  std::ranges::move(ahead, std::back_inserter(versions_));
  ahead_.clear();
  beside_.clear();
  return offer;
}

CharterOffer CharterChain::take_next(ByteView bytes, CharterOffer offer) {
  auto next = read_charter(bytes, &newest());
  if (next) {
    versions_.push_back(std::move(*next));
    beside_.clear();
    offer.taken = CharterTaken::extended;
    return offer;
  }
  for (const Charter& sibling : beside_) {
    auto of_sibling = read_charter(bytes, &sibling);
    if (!of_sibling) continue;
    versions_.back() = sibling;
    versions_.push_back(std::move(*of_sibling));
    beside_.clear();
    offer.taken = CharterTaken::replaced;
    return offer;
  }
  return refuse(std::move(offer), next.error());
}

CharterOffer CharterChain::take_sibling(ByteView bytes, CharterOffer offer) {
  auto sibling = read_charter(bytes, at(offer.version - 1));
  if (!sibling) return refuse(std::move(offer), sibling.error());
  const bool replaceable = offer.version == newest().version() && offer.version != pin_.version;
  if (!replaceable) {
    offer.taken = CharterTaken::sibling_final;
    return offer;
  }
  offer.taken = CharterTaken::sibling_loses;
  if (sibling->hash() < newest().hash()) {
    std::swap(*sibling, versions_.back());
    offer.taken = CharterTaken::replaced;
  }
  remember_beside(std::move(*sibling));
  return offer;
}

void CharterChain::remember_beside(Charter sibling) {
  const auto place = std::ranges::lower_bound(beside_, sibling.hash(), {}, &Charter::hash);
  if (place != beside_.end() && place->hash() == sibling.hash()) return;
  const auto kept = beside_.insert(place, std::move(sibling));
  if (beside_.size() <= beside_max) return;
  // Not the one that has just come: its successor may come next.
  beside_.erase(kept == std::prev(beside_.end()) ? std::prev(kept) : std::prev(beside_.end()));
}

Outcome<Done, CharterFault> CharterChain::follow(ByteView sibling) {
  const auto parts = decode_signed_charter(sibling);
  if (!parts) return parts.error();
  const auto body = read_charter_body(parts->body);
  if (!body) return body.error();
  if (body->version == 1) return CharterFault{Refusal::wrong_federation, "federation"};
  const Charter* before = at(body->version - 1);
  if (before == nullptr) return CharterFault{Refusal::bad_chain, "version"};
  auto charter = read_charter(sibling, before);
  if (!charter) return charter.error();
  pin_ = {charter->version(), charter->hash()};
  versions_.erase(versions_.begin() + (charter->version() - 1), versions_.end());
  versions_.push_back(std::move(*charter));
  beside_.clear();
  ahead_.clear();
  return Done{};
}

}  // namespace hansa::protocol
