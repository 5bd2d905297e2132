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
#include "memory_store.h"
#include "network.h"
#include "power_cut_file_system.h"
#include "protocol/charter.h"
#include "store/store.h"

namespace hansa::simulation {

struct Plan {
  std::string name;
  std::size_t nodes = 5;
  std::size_t extra_edges = 0;  ///< Beside a ring that connects all.
  bool full_mesh = false;
  bool line = false;  ///< No ring: a line.
  bool real_store = false;
  std::size_t backlog = 0;        ///< Entries that nodes have before anyone is linked, each of the first
  std::size_t backlog_nodes = 1;  ///< so many.
  std::uint32_t credit_bytes = protocol::receive_credit_bytes_default;  ///< Each node grants on each link.
  /// The plan is made so that queues come near the credit, several ranges are in flight over several peers,
  /// and a peer that stalls is relieved of what it owes: that must be seen.
  bool crowded = false;
  std::size_t content_bytes = 600;  ///< Of one payload, random.
  std::uint64_t storm_ms = 60'000;  ///< How long things go wrong.
  std::uint64_t publishes_per_second = 5;
  std::uint64_t cuts_per_million = 0;
  std::uint64_t stalls_per_million = 0;
  std::uint64_t crashes_per_minute = 0;
  std::uint64_t partitions_per_minute = 0;
  std::uint64_t charters_per_minute = 0;  ///< Changes of the charter, of every kind.
  std::uint64_t mishaps_per_minute = 0;   ///< Backups and restores, machines put back, copies (mishaps.cpp).
  bool stolen_keys = false;               ///< And keys that others use.
  std::uint64_t holds_per_minute = 0;     ///< Words of the signer about keys (holds.cpp).
  std::size_t bad_author = SIZE_MAX;      ///< This node signs badly now and then, and does not check itself.
};

/// An entry that was acknowledged.
struct Acknowledged {
  std::size_t node = 0;
  core::Published entry;
  protocol::Bytes content;
  bool excused = false;  ///< The last store that held it was destroyed.
};

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
    std::vector<protocol::RecordId> records;             ///< Its own, acknowledged.
    std::map<std::size_t, std::uint64_t> charter_at_ms;  ///< When it hears of which version.
    std::unique_ptr<protocol::SecretKey> next_key;       ///< Its operator has made one for a rotation.
    Host host;
    std::shared_ptr<const test::MemoryState> image;  ///< A backup, or its machine's snapshot,
    std::shared_ptr<const test::PowerCutFileSystem::Image> disk_image;  ///< of the real store.
    core::EpochGuard::Kept host_image;                                  ///< The host at that time.
    bool was_put_back = false;  ///< Its numbers may have been used before.
    bool is_copy = false;       ///< It has another one's key,
    bool gone = false;          ///< and was stopped for good.
    bool has_image() const { return image || disk_image; }
    store::Store& store() { return memory ? static_cast<store::Store&>(*memory) : *real; }
  };

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
  void sign_badly(Member& member);
  void check_signatures(Member& member, bool all);
  void misfortune();
  void step();
  void until_calm();
  bool all_equal();
  /// Every third node runs a program that speaks the protocol version before the newest.
  std::uint16_t version_of(std::size_t node) const {
    // Forks are proven over links, which the version before cannot.
    return protocol::link_versions[plan_.mishaps_per_minute == 0 && node % 3 == 2 ? 1 : 0];
  }
  // What happens to stores and keys (mishaps.cpp)
  void mishap();
  void put_back(Member& member, bool with_host);
  void take_image(Member& member);
  void put_image(Member& member, const Member& from);
  void copy(Member& member);
  void stop_copies();
  void steal(Member& victim, Member& receiver);
  bool is_held(const Acknowledged& one);
  void destroy(const std::function<void()>& what);
  bool lacks_payloads(Member& member);
  bool is_given_up(const Acknowledged& one);
  bool is_shown(const Acknowledged& one);
  void bring_back();
  void find_survivors(std::vector<std::string>& faults);
  std::size_t forks();
  // Keys that are held (holds.cpp)
  protocol::Hold some_hold(Member& member);
  void give_hold(Member& member, const protocol::Hold& hold);
  void hold_somebody();
  void hold_at_last(std::vector<std::string>& faults);
  // Charters that change (charters.cpp)
  const protocol::Charter& charter() const { return *charter_; }
  void change_charter();
  void enact(const protocol::CharterBody& body);
  bool change(protocol::CharterBody& body);
  void cut_all(protocol::CharterNode& node, bool deep);
  bool narrow_node(protocol::CharterBody& body, Member& member);
  bool change_role(protocol::CharterBody& body, Member& member);
  bool change_limits(protocol::CharterBody& body, Member& member);
  bool change_successor(protocol::CharterBody& body, Member& member);
  /// Those who stay have others to dial than those who went.
  void close_gaps();
  void hear_of_charters();
  void hear(Member& member, std::size_t version);
  void take_up_key(Member& member);
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
  std::uint64_t seed_;
  Chance chance_;
  std::size_t messages_at_once_;  ///< A node takes about so many together before it acts on them.
  std::uint64_t now_ms_ = 1'700'000'000'000;
  std::uint64_t started_ms_;
  std::unique_ptr<protocol::Charter> charter_;  ///< The newest.
  std::vector<std::shared_ptr<const protocol::Charter>> charters_;
  std::unique_ptr<protocol::SecretKey> signer_;
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
