#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "core/address_book.h"
#include "core/applicant.h"
#include "core/charter_holder.h"
#include "core/charter_keeper.h"
#include "core/counting.h"
#include "core/doorway.h"
#include "core/epoch_guard.h"
#include "core/link_port.h"
#include "core/node_port.h"
#include "core/reception.h"
#include "core/signature_check.h"
#include "protocol/keys.h"
#include "protocol/sync.h"
#include "store/store.h"

namespace hansa::protocol {
struct BundleOpening;
struct BundlePart;
}  // namespace hansa::protocol

namespace hansa::core {

/// Of one log's own entries that do not count any more, so many are written again without being asked.
inline constexpr std::size_t reissued_max = 1000;

class Reissue;
struct BundleTaken;

/// One node: publishes, admits what peers send by the one door, answers them, and checks in the background.
/// No sockets, threads or clock of its own; time and chance are arguments, so a simulator runs many in one
/// process.
///
/// Owned by one thread (the core thread), except what says otherwise. After each batch of calls,
/// after_batch() commits what was asked, does what sync asks for and answers. Throws StoreBroken when the
/// disk fails.
class Node final : public LinkPort {
 public:
  struct Options {
    std::function<std::uint64_t()> now_ms;  ///< milliseconds since the Unix epoch
    protocol::Entropy entropy;
    std::string software;  ///< name and version told to peers, at most 64 bytes
    std::optional<std::vector<protocol::PublicKey>>
        expected_statements;  ///< see protocol::SyncTerms::expected
    std::uint32_t receive_credit_bytes = protocol::receive_credit_bytes_default;  ///< see protocol::SyncTerms
    EpochGuard* epoch_guard = nullptr;   ///< outlives the node; null: see Epochs
    std::vector<std::string> addresses;  ///< of this node's links, announced to the others; at most 8
    std::function<std::string()> card;   ///< this node's card line, on the core thread; empty: it cannot join
  };

  /// All references outlive the node. The holder gets the newest charter of the store; one that it has
  /// already, a founding version, is taken into a store that has none.
  Node(store::Store& store, const protocol::SecretKey& key, CharterHolder& charters, Options options);

  ~Node() override;

  /// What it sends by; outlives the node. Before the first link_up; without, the node has no links.
  void attach(LinkOut& links) { links_ = &links; }

  /// The holder has another charter: what counts is judged anew over the whole store, this node's log is
  /// declared or ended if need be, and syncing starts again, with links of its own. While the node is doing
  /// what sync asks for, that happens when it is done.
  void charter_changed();
  /// What is known of forks changed: the same is done.
  void forks_changed(Forks forks);

  /// Charters that came by a link, a file or an invitation; see CharterKeeper::take(). What was taken is on
  /// disk at once; the holder has it, and sync starts under it, when after_batch() comes to its end.
  ChartersTaken take_charters(std::span<const protocol::Bytes> charters);
  /// The operator's decision in a split federation; see CharterKeeper::follow(). In force as above.
  protocol::Outcome<protocol::Done, protocol::CharterFault> follow_charter(const protocol::Hash& version);
  const CharterKeeper& charter_keeper() const;
  /// A signer's hold on a node key, or its release, that an operator of this node gives: on disk when it is
  /// taken, sent to the peers by after_batch(). Refusals: of protocol::read_hold().
  protocol::Outcome<HoldTaken> hold(protocol::ByteView bytes);

  /// Signs the opening of a bundle in this node's name, with what is said there of federation, charter, time
  /// and digest, and puts the charters and proofs behind it. Precondition: there is a charter. Refusals: of
  /// protocol::seal_bundle_opening().
  protocol::Outcome<protocol::Bytes> begin_bundle(const protocol::BundleOpening& what) const;
  /// Takes proofs, headers and payloads of a bundle in by the door for what peers send, synced; its charters
  /// are for take_charters(). Precondition: there is a charter.
  BundleTaken take_in(const protocol::BundlePart& part);

  void publish(PublishRequest request, PublishDone done);
  void put_setting(std::string_view key, std::optional<protocol::Bytes> value);

  // LinkPort
  void link_up(LinkId link, const protocol::PublicKey& peer, LinkRole role, std::uint16_t version,
               std::string address) override;
  void link_down(LinkId link, LinkEnd reason) override;
  void message(LinkId link, protocol::Bytes bytes) override;
  void guest_up(LinkId link, const protocol::PublicKey& peer, LinkRole role, std::string address) override;
  void knock(const protocol::PublicKey& peer, std::string address) override;

  // Joining, see there
  Reception& reception();
  const Doorway& doorway() const;  ///< any thread
  /// A coordinator's invitation to this node, until `expires_ms`.
  protocol::Outcome<MadeInvitation, JoinRefused> invite(std::uint64_t expires_ms, std::string_view by);
  protocol::Outcome<protocol::Done, JoinRefused> join(std::string_view line);
  protocol::Outcome<protocol::Done, JoinRefused> give_up_joining();
  AddressBook& addresses();
  /// The address of the invitation, or those of the federation's other nodes.
  std::vector<std::string> to_dial() const;

  /// At least every 100 ms.
  void tick();
  /// Commits what is staged in one synced batch, does the deeds of sync until none is left, then puts a
  /// charter that was taken or reached its quorum in force.
  void after_batch();

  /// Below the disk floor the node goes on taking headers, but no payloads, and publishes nothing.
  void set_disk_low(bool low);

  /// Signatures that are to be checked, if there are any and no check is under way. Any thread may run it
  /// (see run_check); the result comes back by check_done. While peers deliver what was asked of them, a
  /// check waits: until nothing was admitted for check_idle_ms, but no longer than check_wait_ms.
  std::optional<CheckJob> next_check();
  void check_done(const CheckResult& result);

  /// What happened since the last call, for those who watch.
  NodeEvents take_events();

  /// A picture of this moment.
  NodeStatus status() const;
  const store::Store& store() const { return store_; }
  std::uint64_t now_ms() const { return options_.now_ms(); }

 private:
  struct Parts;
  void judge_anew();
  /// The own log, if it was open to the peers that had stated where they stand on it.
  std::optional<protocol::Hash> stop_sync();
  void start_sync(const std::optional<protocol::Hash>& open_log);
  void run_deeds();
  /// Begins a log if there is none to go on with, and follows it.
  void ensure_own_log();
  bool end_own_log();
  void flush_publishing();
  bool check_must_wait();
  void look_what_is_out_of_step();
  void remember_contacts();
  void do_deeds();
  void take_back_own();
  void take_proofs();
  void leave_lost_log();
  void forks_found();
  bool may_judge_forks();
  bool holds_doubtful_branch(const protocol::Hash& log) const;
  void drop_doubtful_branches();
  bool believes_doubters();
  void leave_parted_log();
  void set_parted_aside();
  void write_again();
  std::optional<std::uint64_t> write_again_from(const store::Snapshot& snapshot, const protocol::Hash& log,
                                                const protocol::PublicKey& author);
  bool write_log_again(const store::Snapshot& snapshot, const protocol::Hash& log, std::uint64_t from);
  bool write_entry_again(Reissue& reissue, const store::Snapshot& snapshot, const protocol::Hash& log,
                         const store::AsideEntry& entry);
  void flush_again(Reissue& reissue);
  void note(const store::Committed& committed);
  void take_entries(const protocol::BundlePart& part, std::size_t which, BundleTaken& taken);
  void take_payloads(const protocol::BundlePart& part, std::size_t which, BundleTaken& taken);
  void note_other_branch(const store::Snapshot& snapshot, protocol::ByteView ours, protocol::ByteView theirs);
  void take_host_pin();
  bool apply_charter();
  void enter_federation(const std::vector<protocol::Bytes>& charters);
  void announce_addresses();

  store::Store& store_;
  const protocol::SecretKey& key_;
  CharterHolder& charters_;
  LinkOut* links_ = nullptr;
  Options options_;
  std::uint64_t started_ms_;
  std::uint64_t sync_started_ms_ = 0;
  std::uint64_t retracted_entries_ = 0;
  bool check_under_way_ = false;
  bool pin_differs_ = false;       ///< the store's charter is not the one that this host remembers
  std::uint64_t admitted_ms_ = 0;  ///< when something came in over a link last
  std::optional<std::uint64_t> check_waits_since_ms_;
  bool check_void_ = false;  ///< what is being checked may not be held any more
  bool in_deeds_ = false;
  bool judgement_due_ = false;                                ///< asked for while in_deeds_
  std::map<protocol::Refusal, std::uint64_t> past_refusals_;  ///< of syncing that has ended
  bool disk_low_ = false;
  bool reissue_due_ = false;         ///< something may be there to be written again
  bool fork_judgement_due_ = false;  ///< asked for by what is known of forks
  std::optional<std::uint64_t> forks_judged_ms_;
  std::set<protocol::Hash> doubtful_;          ///< logs that may be held on the wrong branch
  std::set<protocol::PublicKey> disbelieved_;  ///< whose word made this node begin a log before
  NodeEvents events_;
  std::map<LinkId, LinkedPeer> linked_;
  bool announcing_ = false;
  std::uint64_t announced_ms_ = 0;
  std::unique_ptr<Parts> parts_;
};

}  // namespace hansa::core
