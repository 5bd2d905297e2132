#pragma once
// The charter over time: versions 1, 2, …, each valid after the one before it, and what to do with one that
// is offered. Judged from the bytes of the chain alone. Rules: docs/protocol.md, "The chain of charters".
//
// Of two valid siblings the lower hash wins until a valid successor of one is held; from then on that
// version is final here, and a sibling of it is evidence that a majority of signers signed twice.
// A value: no I/O, no clock, no thread of its own. Memory: every version, parsed.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "protocol/bytes.h"
#include "protocol/charter.h"
#include "protocol/outcome.h"

namespace hansa::protocol {

/// A version that is never gone below and never replaced by a sibling: from an invitation, from the
/// host-bound file, or by an operator's decision. Version 0: none.
struct CharterPin {
  std::uint32_t version = 0;
  Hash hash{};
  friend bool operator==(const CharterPin&, const CharterPin&) = default;
};

/// What became of a charter that was offered.
enum class CharterTaken : std::uint8_t {
  extended,       ///< The version after the newest.
  replaced,       ///< The newest gave way to a sibling: one of a lower hash, or one that has a successor.
  known,          ///< Held already, whoever signed these bytes.
  sibling_loses,  ///< Valid, but the newest has the lower hash; remembered until one has a successor.
  sibling_final,  ///< Valid beside a version that is final here: evidence, and an alarm.
  held_back,      ///< Valid, on the way to the pin: taken together with the pinned version when that comes.
  refused,
};
std::string_view name(CharterTaken taken);

struct CharterOffer {
  CharterTaken taken = CharterTaken::refused;
  /// Why it was refused. Besides read_charter()'s: bad_chain at "version" (a gap: the versions before it
  /// are not held), not_permitted at "pin" (the next version, and another one than is pinned there).
  std::optional<CharterFault> fault;
  std::uint32_t version = 0;  ///< Of what was offered; 0 if it could not be read.
  Hash hash{};
};

class CharterChain {
 public:
  /// The founding version, which fixes the federation. Faults as read_charter().
  static Outcome<CharterChain, CharterFault> start(ByteView founding);

  /// Judges one version and keeps what is to be kept. `from`: the peer that sent it; zeros: no peer. As long
  /// as the pin is not reached, each peer's history stands for itself: none disturbs another's.
  CharterOffer take(ByteView charter, const PublicKey& from = {});

  const Charter& newest() const { return versions_.back(); }
  /// Null before 1 and behind the newest. Valid until the chain changes.
  const Charter* at(std::uint32_t version) const;
  const Hash& federation() const { return versions_.front().federation(); }
  /// The newest version that no sibling can replace any more.
  CharterPin final() const;

  /// Refused (false, and nothing changes) if the chain holds another version at that place.
  bool pin(const CharterPin& pin);
  const CharterPin& pinned() const { return pin_; }
  /// The chain has come as far as the pin.
  bool reached_pin() const { return newest().version() >= pin_.version; }

  /// The operator's decision against a pin that no history leads to any more: the newest version that is held
  /// is pinned instead. False, and nothing changes: the pin is reached.
  bool let_go_of_pin();

  /// The operator's decision for the other side of a federation that is split: the sibling takes the place
  /// of the version that was final here, everything behind that is dropped, and it is pinned. Not for
  /// version 1. Faults as read_charter().
  Outcome<Done, CharterFault> follow(ByteView sibling);

 private:
  explicit CharterChain(Charter founding) { versions_.push_back(std::move(founding)); }
  CharterOffer take_next(ByteView bytes, CharterOffer offer);
  CharterOffer take_sibling(ByteView bytes, CharterOffer offer);
  CharterOffer take_towards_pin(ByteView bytes, CharterOffer offer, std::vector<Charter>& ahead);
  std::vector<Charter>& ahead_of(const PublicKey& from);
  void remember_beside(Charter sibling);

  std::vector<Charter> versions_;
  std::vector<Charter> beside_;  ///< Valid siblings of the newest, ascending by hash.
  /// What each peer sent towards the pin: each after the one before it, the first after one that is held.
  std::map<PublicKey, std::vector<Charter>> ahead_;
  CharterPin pin_;
};

}  // namespace hansa::protocol
