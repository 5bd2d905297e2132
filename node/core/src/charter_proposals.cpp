// The keeper's other half: proposals and approvals as control entries bring them.

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include "charter_rows.h"
#include "charter_times.h"
#include "core/charter_keeper.h"
#include "store/broken.h"

namespace hansa::core {
namespace {

using protocol::Bytes;
using protocol::Hash;
using protocol::PublicKey;
using State = CharterProposal::State;

constexpr std::size_t waiting_max = 256;
constexpr std::size_t waiting_of_node_max = 32;
constexpr std::size_t arrivals_at_once = 512;
/// What a start reads again of the change feed, at most about. Reading it twice changes nothing.
constexpr std::uint64_t arrivals_unstored_max = 4096;
constexpr std::array<std::string_view, 3> state_names = {"open", "adopted", "superseded"};

bool signs(const protocol::CharterBody& body, const PublicKey& key) {
  return std::ranges::find(body.signers, key, &protocol::CharterSigner::key) != body.signers.end();
}

bool is_of_charter(protocol::EntryKind kind) {
  return kind == protocol::EntryKind::charter_proposal || kind == protocol::EntryKind::charter_approval;
}

}  // namespace

std::string_view name(State state) { return state_names.at(static_cast<std::size_t>(state)); }

void CharterKeeper::load_proposals() {
  for (const auto& [key, row] : store_.snapshot()->settings(charter_rows::proposal_prefix)) {
    auto proposal = charter_rows::decode_proposal(row);
    if (!proposal || key != charter_rows::proposal_key(proposal->hash))
      throw store::StoreBroken("a stored proposal for the charter is damaged (" + key +
                               "); restore a backup of this node");
    proposals_.push_back(std::move(*proposal));
  }
  std::ranges::stable_sort(proposals_, {}, &CharterProposal::at_ms);
}

void CharterKeeper::load_watch() {
  const auto snapshot = store_.snapshot();
  charter_rows::Watch watch;
  if (const auto row = snapshot->setting(charter_rows::watch_key)) {
    const auto read = charter_rows::decode_watch(*row);
    if (!read)
      throw store::StoreBroken(
          "the stored place in the change feed is damaged; restore a backup of this node");
    watch = *read;
  }
  for (const auto& entry : watch.waiting) waiting_.push_back({entry.log, entry.sequence, {}, {}, 0, false});
  arrivals_stored_ = arrivals_through_ = watch.arrivals_through;
  for (;;) {
    const auto arrivals = snapshot->arrivals(arrivals_through_, arrivals_at_once);
    if (arrivals.empty()) break;
    arrived(arrivals);
  }
  look_again_ = true;
}

void CharterKeeper::store_watch() {
  charter_rows::Watch watch{arrivals_through_, {}};
  for (const auto& one : waiting_) watch.waiting.push_back({one.log, one.sequence});
  store_.put_setting(charter_rows::watch_key, charter_rows::encode_watch(watch));
  arrivals_stored_ = arrivals_through_;
}

void CharterKeeper::arrived(std::span<const store::Arrival> arrivals) {
  for (const auto& arrival : arrivals) {
    arrivals_through_ = std::max(arrivals_through_, arrival.number);
    if (is_of_charter(arrival.kind)) watch(arrival);
  }
}

void CharterKeeper::watch(const store::Arrival& arrival) {
  waiting_.push_back({arrival.log, arrival.sequence, {}, {}, 0, false});
  look_again_ = true;
}

bool CharterKeeper::look(std::uint64_t now_ms) {
  if (!chain_) return false;
  bool changed = false;
  while (std::exchange(look_again_, false)) {
    use_waiting();
    if (adopt_one(now_ms)) changed = look_again_ = true;
  }
  if (times_->store()) life_changed_ = true;
  make_life_if_changed();
  if (arrivals_through_ > arrivals_stored_ + arrivals_unstored_max) store_watch();
  return changed;
}

/// In the order in which they came; those that still wait keep their place. A node that fills the queue
/// pushes out its own.
void CharterKeeper::use_waiting() {
  const auto snapshot = store_.snapshot();
  std::deque<Waiting> left;
  for (auto& waiting : std::exchange(waiting_, {}))
    if (use(*snapshot, waiting) == Use::wait) left.push_back(std::move(waiting));
  std::map<PublicKey, std::size_t> of_node;
  for (auto one = left.rbegin(); one != left.rend(); ++one)
    if (++of_node[one->author] <= waiting_of_node_max && waiting_.size() < waiting_max)
      waiting_.push_front(std::move(*one));
}

CharterKeeper::Use CharterKeeper::use(const store::Snapshot& snapshot, Waiting& waiting) {
  if (waiting.later) return Use::wait;
  if (waiting.approval) return use_approval(*waiting.approval, waiting.at_ms);
  const auto log = snapshot.log(waiting.log);
  const auto headers = snapshot.headers(waiting.log, waiting.sequence, 1, protocol::header_bytes_max);
  if (!log || headers.empty()) return Use::done;  // it counts no more
  const auto header = protocol::HeaderView::parse(headers.front());
  assert(header.has_value());
  if (!header->is_understood() || header->is_declaration() || !is_of_charter(header->kind()))
    return Use::done;
  waiting.author = log->author;
  waiting.at_ms = header->author_time_ms();
  auto payload = snapshot.payload(waiting.log, waiting.sequence);
  if (!payload) return header->payload_blocks() == 0 ? Use::done : Use::wait;
  if (header->kind() == protocol::EntryKind::charter_proposal)
    return use_proposal(std::move(payload->content), waiting);
  auto approval = protocol::read_approval(payload->content);
  if (!approval) return Use::done;
  const auto used = use_approval(*approval, waiting.at_ms);
  if (used == Use::wait) waiting.approval = std::move(*approval);
  return used;
}

CharterKeeper::Use CharterKeeper::use_proposal(Bytes bytes, Waiting& waiting) {
  const auto& newest = chain_->newest();
  auto body = protocol::read_proposed_body(bytes, newest);
  if (!body) {
    const auto alone = protocol::read_charter_body(bytes);
    // After the next version, or after a sibling of the newest that may still win.
    waiting.later = alone && (alone->version > newest.version() + 1 ||
                              (alone->version == newest.version() + 1 && alone->previous != newest.hash()));
    return waiting.later ? Use::wait : Use::done;
  }
  CharterProposal proposal;
  proposal.hash = protocol::charter_hash(body->version, bytes);
  if (find(proposal.hash) != nullptr) return Use::done;
  proposal.body_bytes = std::move(bytes);
  proposal.body = std::move(*body);
  proposal.proposed_by = waiting.author;
  proposal.at_ms = waiting.at_ms;
  make_room(waiting.author);
  store_proposal(proposal);
  proposals_.push_back(std::move(proposal));
  look_again_ = true;  // approvals that came before it
  life_changed_ = true;
  return Use::done;
}

CharterKeeper::Use CharterKeeper::use_approval(const protocol::CharterApproval& approval,
                                               std::uint64_t at_ms) {
  if (const auto* version = version_named(approval.charter)) {
    times_->approved(*version, approval, at_ms);
    return Use::done;
  }
  auto* proposal = find(approval.charter);
  if (proposal == nullptr) return Use::wait;
  if (add_approvals(*proposal, approval, at_ms)) {
    store_proposal(*proposal);
    life_changed_ = true;
  }
  return Use::done;
}

/// True: there are some that it had not.
bool CharterKeeper::add_approvals(CharterProposal& proposal, const protocol::CharterApproval& approval,
                                  std::uint64_t at_ms) const {
  // One that is superseded opens again if the sibling that it follows wins after all.
  const auto* before = chain_->at(proposal.body.version - 1);
  bool added = false;
  for (const auto& [signer, signature] : approval.signatures) {
    const auto place = std::ranges::lower_bound(proposal.approvals, signer, {}, &ProposalApproval::signer);
    if (place != proposal.approvals.end() && place->signer == signer) continue;
    if (!signs(proposal.body, signer) && (before == nullptr || !signs(before->body(), signer))) continue;
    if (!protocol::verify(protocol::Purpose::charter, signer, approval.charter, signature)) continue;
    proposal.approvals.insert(place, {signer, signature, at_ms});
    added = true;
  }
  return added;
}

void CharterKeeper::make_room(const PublicKey& node) {
  const auto is_open = [](const CharterProposal& one) { return one.state == State::open; };
  const auto is_nodes = [&](const CharterProposal& one) { return is_open(one) && one.proposed_by == node; };
  auto oldest = proposals_.end();
  if (static_cast<std::size_t>(std::ranges::count_if(proposals_, is_nodes)) >= open_proposals_of_node_max)
    oldest = std::ranges::find_if(proposals_, is_nodes);
  else if (static_cast<std::size_t>(std::ranges::count_if(proposals_, is_open)) >= open_proposals_max)
    oldest = std::ranges::find_if(proposals_, is_open);
  if (oldest == proposals_.end()) return;
  store_.erase_setting(charter_rows::proposal_key(oldest->hash));
  proposals_.erase(oldest);
}

void CharterKeeper::drop_old_proposals() {
  auto closed = std::ranges::count_if(proposals_, [](const auto& one) { return one.state != State::open; });
  for (auto one = proposals_.begin(); one != proposals_.end();) {
    const bool drop = one->state != State::open && closed > static_cast<std::ptrdiff_t>(closed_proposals_max);
    if (!drop) {
      ++one;
      continue;
    }
    store_.erase_setting(charter_rows::proposal_key(one->hash));
    one = proposals_.erase(one);
    --closed;
  }
}

void CharterKeeper::store_proposal(const CharterProposal& proposal) {
  store_.put_setting(charter_rows::proposal_key(proposal.hash), charter_rows::encode_proposal(proposal));
}

/// Of several that have their quorum the lowest hash: the one that would win as a sibling.
bool CharterKeeper::adopt_one(std::uint64_t now_ms) {
  const CharterProposal* chosen = nullptr;
  for (const auto& proposal : proposals_) {
    if (proposal.state != State::open || (chosen != nullptr && chosen->hash < proposal.hash)) continue;
    if (quorum(proposal, chain_->newest()).complete()) chosen = &proposal;
  }
  if (chosen == nullptr) return false;
  std::vector<protocol::SignedBy> signatures;
  for (const auto& approval : chosen->approvals) signatures.emplace_back(approval.signer, approval.signature);
  const Bytes charter = protocol::assemble_charter(chosen->body_bytes, signatures);
  const Hash hash = chosen->hash;
  const bool changed = take({&charter, 1}, now_ms).changed;
  // All was checked but the pin: a store behind its pin waits for the version that is pinned.
  if (!changed) close(*find(hash), State::superseded, now_ms);
  return changed;
}

/// None: no version of the chain is called so.
const protocol::Charter* CharterKeeper::version_named(const Hash& hash) const {
  for (std::uint32_t version = chain_->newest().version(); version > 0; --version)
    if (chain_->at(version)->hash() == hash) return chain_->at(version);
  return nullptr;
}

void CharterKeeper::close(CharterProposal& proposal, State state, std::uint64_t now_ms) {
  proposal.state = state;
  proposal.closed_ms = state == State::open ? 0 : now_ms;
  store_proposal(proposal);
  life_changed_ = true;
}

CharterProposal* CharterKeeper::find(const Hash& hash) {
  const auto found = std::ranges::find(proposals_, hash, &CharterProposal::hash);
  return found == proposals_.end() ? nullptr : &*found;
}

ProposalQuorum quorum(const CharterProposal& proposal, const protocol::Charter& current) {
  ProposalQuorum quorum;
  for (const auto& approval : proposal.approvals) {
    quorum.of_current += signs(current.body(), approval.signer) ? 1 : 0;
    quorum.of_own += signs(proposal.body, approval.signer) ? 1 : 0;
  }
  quorum.current_needed = protocol::signatures_needed(current.body().signers.size());
  quorum.own_needed = protocol::signatures_needed(proposal.body.signers.size());
  return quorum;
}

}  // namespace hansa::core
