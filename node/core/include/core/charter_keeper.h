#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "protocol/charter.h"
#include "protocol/charter_chain.h"
#include "protocol/control_body.h"
#include "store/store.h"

/// The charter's life on this node: the chain that was taken, and what is proposed for its next version.
namespace hansa::core {

inline constexpr std::size_t open_proposals_max = 64;
inline constexpr std::size_t open_proposals_of_node_max = 8;  ///< a node's oldest makes room
inline constexpr std::size_t closed_proposals_max = 16;       ///< kept to be shown
inline constexpr std::size_t sibling_evidence_max = 16;
inline constexpr std::size_t charters_at_once_max = 64;  ///< in one take()

struct ProposalApproval {
  protocol::PublicKey signer;
  protocol::Signature signature;
  std::uint64_t at_ms = 0;  ///< author time of the entry that carried it
};

/// A body that somebody wants to be the next version. Immutable once shown.
struct CharterProposal {
  enum class State : std::uint8_t { open = 0, adopted = 1, superseded = 2 };
  protocol::Hash hash{};
  protocol::Bytes body_bytes;
  protocol::CharterBody body;
  protocol::PublicKey proposed_by;  ///< the node whose entry carried it
  std::uint64_t at_ms = 0;          ///< author time of that entry
  State state = State::open;
  std::uint64_t closed_ms = 0;              ///< local clock; 0 while open
  std::vector<ProposalApproval> approvals;  ///< verified, of signers of either version; ascending by signer
};
std::string_view name(CharterProposal::State state);

/// How many approvals there are and how many it takes, of either version's signers.
struct ProposalQuorum {
  std::size_t of_current = 0;
  std::size_t of_own = 0;
  std::size_t current_needed = 0;
  std::size_t own_needed = 0;
  bool complete() const { return of_current >= current_needed && of_own >= own_needed; }
};
/// `current`: the version that the proposal follows.
ProposalQuorum quorum(const CharterProposal& proposal, const protocol::Charter& current);

/// A version that a majority of signers signed beside one that is final here.
struct SiblingEvidence {
  std::uint32_t version = 0;
  protocol::Hash hash{};
  std::uint64_t since_ms = 0;
  /// An operator of this node has decided against it; no alarm, but it can be followed again.
  bool decided() const { return since_ms == 0; }
};

/// A proposal with the version that it would follow; none if that one is not held any more.
struct ShownProposal {
  std::shared_ptr<const CharterProposal> proposal;
  std::optional<protocol::Charter> before;
};

/// A version of the chain, and since when it is in force as far as this node knows (charter_times.h); 0: it
/// does not.
struct DatedCharter {
  protocol::Charter charter;
  std::uint64_t since_ms = 0;
};

/// For other threads; immutable once made.
struct CharterLife {
  std::vector<DatedCharter> versions;     ///< from 1 to the newest
  std::vector<ShownProposal> proposals;   ///< the open ones first, then newest first
  std::vector<SiblingEvidence> siblings;  ///< none of a version that is held
  protocol::CharterPin final;             ///< for the host-bound file: no sibling can replace it
  /// The store is older than what this host remembers: peers hold a newer charter. 0: it is not.
  std::uint32_t behind_version = 0;

  /// What is held at that place; zeros: nothing is.
  protocol::Hash hash_at(std::uint32_t version) const {
    return version == 0 || version > versions.size() ? protocol::Hash{}
                                                     : versions[version - 1].charter.hash();
  }
};

struct Alarm;
class CharterTimes;

/// What became of a list of charters.
struct ChartersTaken {
  bool changed = false;                        ///< the newest is another version than before
  std::vector<protocol::CharterOffer> offers;  ///< as far as they were judged: up to the first refused one
  bool refused() const { return !offers.empty() && offers.back().fault.has_value(); }
};

/// Owns the chain of charters and the open proposals, and keeps both in the store's settings. Judges what
/// links, commands and control entries bring; says when the newest version is another one. It never touches
/// the CharterHolder: core::Node does, at a moment when nothing is under way.
///
/// Core thread. Throws StoreBroken.
class CharterKeeper {
 public:
  /// Reads what is kept; a charter in the place where format 1 of the store had it is moved.
  explicit CharterKeeper(store::Store& store);
  ~CharterKeeper();

  /// Null: no federation yet.
  const protocol::CharterChain* chain() const { return chain_ ? &*chain_ : nullptr; }

  /// Charters in ascending order, at most charters_at_once_max; stops at the first that is refused. Without
  /// a federation the first must be a founding version: whoever calls has judged whether to trust it. `from`:
  /// the peer that sent them; zeros: no peer.
  ChartersTaken take(std::span<const protocol::Bytes> charters, std::uint64_t now_ms,
                     const protocol::PublicKey& from = {});
  /// For a peer: versions from `from` on, as received; at most `count_max` and `bytes_max`, at least one if
  /// there is one.
  std::vector<protocol::Bytes> from(std::uint32_t from, std::size_t count_max, std::size_t bytes_max) const;
  /// Never below or beside this again. False: the chain already holds another version there.
  bool pin(const protocol::CharterPin& pin);
  /// The operator's decision for one of two sides: `hash` is one of the evidence, or one that is held here
  /// and beside which there is evidence: then nothing changes but that it is decided; or the newest that is
  /// held, behind a pin that no peer's history leads to: the pin is let go of. not_found: it is none of
  /// these.
  protocol::Outcome<protocol::Done, protocol::CharterFault> follow(const protocol::Hash& hash,
                                                                   std::uint64_t now_ms);

  /// Entries that became checked, in any order.
  void arrived(std::span<const store::Arrival> arrivals);
  /// Payloads have come; those of control entries may be among them.
  void payloads_came() { look_again_ = !waiting_.empty() || look_again_; }
  /// Reads what arrived and adopts what has its quorum. True: the newest version is another one.
  bool look(std::uint64_t now_ms);

  std::shared_ptr<const CharterLife> life() const { return life_; }
  /// What an operator should know.
  void tell(std::vector<Alarm>& alarms) const;

 private:
  /// A control entry that could not be used yet.
  struct Waiting {
    protocol::Hash log{};
    std::uint64_t sequence = 0;
    protocol::PublicKey author;                         ///< zeros until its header was looked at
    std::optional<protocol::CharterApproval> approval;  ///< of a proposal that is not held
    std::uint64_t at_ms = 0;
    bool later = false;  ///< a proposal for a version after the next one
  };
  enum class Use : std::uint8_t { done, wait };

  void load_chain();
  void load_proposals();
  void load_siblings();
  void load_watch();
  void store_chain(std::uint32_t from, std::uint32_t versions_before);
  void store_proposal(const CharterProposal& proposal);
  void store_watch();
  protocol::Outcome<protocol::Done, protocol::CharterFault> stay_with(const protocol::Charter& version);
  bool let_go_of_pin(const protocol::Hash& newest);
  void keep_evidence(const protocol::CharterOffer& offer, protocol::ByteView charter, std::uint64_t now_ms);
  void newest_changed(std::uint64_t now_ms);
  void make_life();
  void make_life_if_changed();

  void watch(const store::Arrival& arrival);
  void use_waiting();
  Use use(const store::Snapshot& snapshot, Waiting& waiting);
  Use use_proposal(protocol::Bytes bytes, Waiting& waiting);
  Use use_approval(const protocol::CharterApproval& approval, std::uint64_t at_ms);
  bool add_approvals(CharterProposal& proposal, const protocol::CharterApproval& approval,
                     std::uint64_t at_ms) const;
  void make_room(const protocol::PublicKey& node);
  void drop_old_proposals();
  bool adopt_one(std::uint64_t now_ms);
  CharterProposal* find(const protocol::Hash& hash);
  const protocol::Charter* version_named(const protocol::Hash& hash) const;
  void date(std::uint32_t from, std::uint64_t now_ms);
  void close(CharterProposal& proposal, CharterProposal::State state, std::uint64_t now_ms);

  store::Store& store_;
  std::unique_ptr<CharterTimes> times_;
  std::optional<protocol::CharterChain> chain_;
  std::vector<CharterProposal> proposals_;  ///< in the order in which they came
  std::map<protocol::Hash, SiblingEvidence> siblings_;
  std::deque<Waiting> waiting_;
  std::uint64_t arrivals_through_ = 0;
  std::uint64_t arrivals_stored_ = 0;
  bool look_again_ = false;
  bool life_changed_ = false;  ///< life_ is to be made anew
  std::shared_ptr<const CharterLife> life_ = std::make_shared<CharterLife>();
};

}  // namespace hansa::core
