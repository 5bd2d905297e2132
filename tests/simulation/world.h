#pragma once
// A whole federation in one process: real core::Nodes on the store's model or on the real store, a clock of
// its own, and everything that can go wrong, from one seed.

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "chance.h"
#include "core/node.h"
#include "council.h"
#include "intruder.h"
#include "memory_store.h"
#include "network.h"
#include "plan.h"
#include "power_cut_file_system.h"
#include "protocol/charter.h"
#include "store/store.h"

namespace hansa::simulation {

/// An entry that was acknowledged.
struct Acknowledged {
  std::size_t node = 0;
  core::Published entry;
  protocol::Bytes content;
  bool excused = false;  ///< The last store that held it was destroyed.
};

bool is_approved_by(const core::CharterProposal& proposal, const protocol::PublicKey& signer);
/// An entry with this content counts here that proposes or approves a charter, in whatever log.
bool says_of_charters(const store::Snapshot& snapshot, const protocol::Bytes& content);

/// Its number in the network is of no member.
inline constexpr std::size_t intruder_number = 1'000'000;

class World {
 public:
  World(Plan plan, std::uint64_t seed);
  ~World();

  /// The whole plan: storm, calm, wait until all agree. What is wrong; empty: nothing.
  std::vector<std::string> run();
  std::string summary();

 private:
  struct Links;
  /// What the host remembers beside the store.
  struct Host final : core::EpochGuard {
    Kept kept() const override;
    void bind(const core::HostMark& mark) override;
    void advance(std::uint64_t sequence) override;
    void power_cut(Chance& chance);
    Kept now;
    std::uint64_t durable = 0;
  };
  struct Member {
    std::size_t number = 0;
    std::unique_ptr<protocol::SecretKey> key;
    core::CharterHolder charters;
    std::unique_ptr<test::MemoryStore> memory;
    std::shared_ptr<test::PowerCutFileSystem> disk;  ///< Of the real store.
    std::unique_ptr<rocksdb::Env> environment;
    std::unique_ptr<store::Store> real;
    std::unique_ptr<Links> links;
    std::unique_ptr<core::Node> node;
    std::uint64_t restart_at_ms = 0;
    std::vector<protocol::RecordId> records;                       ///< Its own, acknowledged.
    std::map<std::size_t, std::uint64_t> charter_at_ms;            ///< When it hears of which version.
    std::vector<std::unique_ptr<protocol::SecretKey>> spare_keys;  ///< Made for a rotation, or used before.
    protocol::CharterPin seen;                                     ///< The newest that it was seen to hold,
    protocol::CharterPin settled;  ///< and what it will never leave by itself.
    Host host;
    std::shared_ptr<const test::MemoryState> image;  ///< A backup, or its machine's snapshot,
    std::shared_ptr<const test::PowerCutFileSystem::Image> disk_image;  ///< of the real store.
    core::EpochGuard::Kept host_image;                                  ///< The host at that time.
    bool was_put_back = false;       ///< Its numbers may have been used before.
    bool is_copy = false;            ///< It has another one's key,
    bool gone = false;               ///< and was stopped for good.
    bool is_invited = false;         ///< It waits until the charter lists it
    protocol::PartnerId invited_as;  ///< as this partner's node.
    bool has_image() const { return image || disk_image; }
    store::Store& store() { return memory ? static_cast<store::Store&>(*memory) : *real; }
  };

  void link_up(std::size_t node, LinkId link, std::size_t peer, core::LinkRole role);
  void link_down(std::size_t node, LinkId link);
  void message(std::size_t node, LinkId link, protocol::Bytes bytes);
  Member& add_member(protocol::SecretKey key);
  void found_federation();
  void open(Member& member);
  void make_disk(Member& member);
  void start(Member& member);
  void end_batch(Member& member);
  void crash(Member& member);
  void make_edges();
  void dial();
  void publish(Member& member);
  void acknowledge(Member& member, const core::Published& entry, const protocol::Bytes& content);
  void sign_badly(Member& member);
  void check_signatures(Member& member, bool all);
  void misfortune();
  void step();
  void calm_down();
  void until_calm();
  bool all_equal();
  /// Every third node runs a program that speaks the protocol version before the newest.
  std::uint16_t version_of(std::size_t node) const {
    // Forks are proven, and charters carried, over links, which the version before cannot.
    const bool some_old = !logs_may_part() && !has_council();
    return protocol::link_versions[some_old && node % 3 == 2 ? 1 : 0];
  }
  // What happens to stores and keys (mishaps.cpp)
  /// Somebody writes twice at one place of a log, so that not all that was acknowledged counts where it was
  /// written.
  bool logs_may_part() const { return plan_.mishaps_per_minute > 0 || plan_.thieves; }
  void mishap();
  void put_back(Member& member, bool with_host);
  void take_image(Member& member);
  void put_image(Member& member, const Member& from);
  void copy(Member& member);
  void stop_copies();
  // Stolen keys (thefts.cpp)
  const protocol::SecretKey* stolen_key(const Member& victim);
  std::optional<protocol::LogTip> place_to_steal(const store::Snapshot& snapshot,
                                                 const protocol::PublicKey& key);
  std::vector<protocol::Bytes> stolen_entries(const protocol::SecretKey& key,
                                              const std::optional<protocol::LogTip>& tip);
  void steal(Member& victim, Member& receiver);
  Loot loot_of(Member& victim);
  // One that keeps no rules (intrusions.cpp)
  void list_intruder(protocol::CharterBody& body);
  void intrude();
  void meet_intruder(core::LinkId link, Member& member);
  void carry_intruders_words();
  void hear_intruder(Member& member, core::LinkId link, protocol::Bytes bytes);
  static bool is_intruder(std::size_t node) { return node == intruder_number; }
  const protocol::PublicKey& key_of(std::size_t node) const;
  static bool holds(const store::Snapshot& snapshot, const core::Published& entry);
  bool is_held(const Acknowledged& one);
  void destroy(const std::function<void()>& what);
  bool lacks_payloads(Member& member);
  bool is_given_up(const Acknowledged& one);
  bool is_shown(const Acknowledged& one);
  bool is_within_reach(const Acknowledged& one) const;
  void bring_back();
  void find_survivors(std::vector<std::string>& faults);
  std::size_t forks();
  // Keys that are held (holds.cpp)
  protocol::Hold some_hold(Member& member);
  void give_hold(Member& member, const protocol::Hold& hold);
  void hold_somebody();
  std::uint64_t links_over_a_limit() const;
  void hold_at_last(std::vector<std::string>& faults);
  // Charters that change (charters.cpp)
  const protocol::Charter& charter() const { return *charter_; }
  void change_charter();
  void enact(const protocol::CharterBody& body);
  bool change(protocol::CharterBody& body, Member& at);
  void cut_all(protocol::CharterNode& node, Member& at, bool deep);
  bool narrow_node(protocol::CharterBody& body, Member& member, Member& at);
  bool change_role(protocol::CharterBody& body, Member& member, Member& at);
  bool change_limits(protocol::CharterBody& body, Member& member, Member& at);
  bool change_successor(protocol::CharterBody& body, Member& member);
  /// Those who stay have others to dial than those who went.
  void close_gaps();
  void hear_of_charters();
  void hear(Member& member, std::size_t version);
  void take_up_key(Member& member);
  /// Its place among the spare keys; none: there is nothing to take up.
  std::optional<std::size_t> spare_for(const Member& member) const;
  // Several signers (signers.cpp)
  bool has_council() const { return plan_.signers > 1; }
  void propose();
  bool replace_signers(protocol::CharterBody& body);
  void approve();
  void misbehave(Signer& signer, Member& at);
  bool is_due(const Signer& signer, const core::ShownProposal& shown) const;
  bool release(Signer& signer, const core::ShownProposal& shown);
  void look_at_charters();
  void look_at_charter(Member& member);
  bool is_misled(const protocol::CharterChain& chain) const;
  void decide_conflicts();
  bool may_be_held(const protocol::CharterPin& pin) const;
  void let_go_of_pin(Member& member);
  void hand_over_charters();
  void look_for_conflicts();
  void look_at_conflict(Member& member, const Member& other);
  bool agree_on(const protocol::CharterBody& body);
  // What they say (votes.cpp)
  std::optional<core::PublishRefused> say(Member& member, protocol::EntryKind kind, protocol::Bytes content);
  void say_proposal(Member& at, const protocol::CharterBody& body);
  void say_approval(Signer& signer, const core::CharterProposal& proposal, Member& at);
  bool has_said(const Signer& signer, const protocol::Hash& body);
  bool was_dropped(const Acknowledged& one);
  void look_at_votes();
  // Nodes that lag (lagging.cpp)
  void switch_off();
  void give_key(protocol::CharterBody& body, Member& member, const protocol::PartnerId& partner);
  bool change_key(protocol::CharterBody& body, Member& member, Member& at);
  void note_stranger(const Member& member, const Member& other);
  // Newcomers (newcomers.cpp)
  bool add_newcomer(protocol::CharterBody& body);
  void welcome_newcomers();
  bool stayed_with_author(const Acknowledged& one);
  // When all is over (last_words.cpp)
  void last_words();
  void write_once(Member& member);
  /// Both would let the other in.
  bool may_link(const Member& a, const Member& b) const;
  /// By the newest charter, and the only ones whose end is asked for.
  bool belongs(const Member& member) const;
  /// Whether an acknowledged entry must be there in the end.
  bool still_counts(const Acknowledged& acknowledged);

  bool is_bad(const Member& member) const { return member.number == plan_.bad_author; }
  std::vector<std::string> faults();
  std::string member_of(const protocol::PublicKey& key) const;
  void verify(Member& member, std::vector<std::string>& faults);
  void look_for_crowd(std::vector<std::string>& faults);
  void compare(Member& a, Member& b, std::vector<std::string>& faults);
  void find_acknowledged(Member& member, std::vector<std::string>& faults);

  Plan plan_;
  Chance chance_;
  std::size_t messages_at_once_;  ///< A node takes about so many together before it acts on them.
  std::uint64_t now_ms_ = 1'700'000'000'000;
  std::uint64_t started_ms_;
  std::unique_ptr<protocol::Charter> charter_;  ///< The newest.
  std::vector<std::shared_ptr<const protocol::Charter>> charters_;
  Council council_;
  CharterHistory history_;
  std::unique_ptr<Intruder> intruder_;
  Forger forger_{chance_, council_};
  std::size_t forgeries_ = 0;  ///< Lists of them that nodes got,
  std::size_t unheard_ = 0;    ///< and how many of these were not even counted.
  std::size_t intrusions_ = 0;
  std::size_t rewrites_ = 0;                 ///< Histories that it told.
  std::vector<std::size_t> proposals_said_;  ///< Where they stand among those acknowledged; and approvals,
  std::map<std::pair<protocol::PublicKey, protocol::Hash>, std::size_t> votes_said_;  ///< by signer and body,
  std::size_t votes_said_again_ = 0;                                     ///< and how often one had got lost.
  std::set<std::pair<std::size_t, protocol::PublicKey>> strangers_met_;  ///< By nodes that were behind.
  std::size_t newcomers_ = 0;
  std::size_t conflicts_ = 0;  ///< Links between two sides, before operators decided.
  std::size_t files_ = 0;      ///< How often an operator was given the charter in a file.
  bool operators_wait_ = false;
  std::size_t releases_ = 0;   ///< How often a signer signed a second body of a version,
  std::size_t decisions_ = 0;  ///< and how often an operator followed another side.
  std::vector<std::unique_ptr<Member>> members_;
  std::vector<std::pair<std::size_t, std::size_t>> edges_;
  std::map<std::pair<std::size_t, std::size_t>, std::uint64_t> dial_at_ms_;
  std::set<std::size_t> island_;
  std::uint64_t island_until_ms_ = 0;
  Network network_;
  std::vector<Acknowledged> acknowledged_;
  std::map<protocol::EntryRef, protocol::Hash> numbers_used_;
  std::map<protocol::Hash, protocol::PublicKey> authors_of_logs_;
  std::vector<std::string> found_;
  std::uint64_t calm_at_ms_ = 0;
  std::uint64_t equal_after_ms_ = 0;
  std::size_t crashes_ = 0;
  std::size_t bad_entries_ = 0;
  std::size_t ceased_ = 0;
  std::size_t mishaps_ = 0;
  std::size_t copies_ = 0;
  std::size_t holds_ = 0;
  std::set<protocol::Hash> branch_named_;  ///< Logs of which a charter named the branch, in the end.
  bool storm_ = true;
};

}  // namespace hansa::simulation
