#include "proofs.h"

#include <algorithm>
#include <string>

#include "aside_branch.h"
#include "cut_places.h"
#include "parted_logs.h"
#include "protocol/ids.h"
#include "protocol/proof.h"
#include "protocol/sync_limits.h"
#include "row.h"

namespace hansa::core {

using protocol::Bytes;
using protocol::ByteView;
using protocol::Hash;
using protocol::Refusal;

namespace {

constexpr std::string_view prefix = "proof/";

std::string setting_of(const Hash& log) { return std::string(prefix) + protocol::to_hex(log); }

/// As `hansa charter propose --from LOG:` wants them: behind its last entry, and the hash of that.
std::string told(const std::vector<store::EntryPlace>& branches) {
  constexpr std::size_t branches_told_max = 8;
  std::string text;
  for (std::size_t i = 0; i < branches.size() && i < branches_told_max; ++i)
    text += (i == 0 ? "" : " ") + std::to_string(branches[i].sequence + 1) + ":" +
            protocol::to_hex(branches[i].hash);
  return text;
}

}  // namespace

static_assert(Proofs::forks_max + protocol::holds_max <= protocol::proofs_max);

Proofs::Proofs(store::Store& store, const CharterHolder& charters)
    : store_(store), charters_(charters), holds_(store, charters) {
  for (const auto& [key, value] : store_.snapshot()->settings(prefix)) {
    RowReader row(value);
    const auto since_ms = row.number<std::uint64_t>();
    const auto proof = row.rest();
    // It was checked when it was taken.
    auto evidence = protocol::read_fork(protocol::federation_of_fork(proof), proof);
    if (evidence) forks_.insert_or_assign(evidence->log(), Kept{*evidence, since_ms});
  }
  trim();  // what a crash left to be done
}

protocol::Outcome<bool> Proofs::take(ByteView bytes, std::uint64_t now_ms) {
  const bool is_hold = protocol::kind_of(bytes) == protocol::ProofKind::hold;
  auto taken = is_hold ? take_hold(bytes) : take_fork(bytes, now_ms);
  if (!taken && taken.error() == Refusal::unsupported_version) return false;
  changed_ = changed_ || (taken && *taken);
  return taken;
}

protocol::Outcome<bool> Proofs::take_hold(ByteView bytes) {
  const auto taken = holds_.take(bytes);
  if (!taken) return taken.error();
  return *taken == HoldTaken::taken;
}

protocol::Outcome<HoldTaken> Proofs::take_own_hold(ByteView bytes) {
  auto taken = holds_.take_own(bytes);
  changed_ = changed_ || (taken && *taken == HoldTaken::taken);
  return taken;
}

protocol::Outcome<bool> Proofs::take_fork(ByteView bytes, std::uint64_t now_ms) {
  const auto charter = charters_.get();
  if (!charter) return false;
  auto evidence = protocol::read_fork(charter->federation(), bytes);
  if (!evidence) return evidence.error();
  if (charter->node(evidence->author()) == nullptr) return false;
  const auto known = forks_.find(evidence->log());
  const bool better =
      known == forks_.end() ? has_room(*evidence) : protocol::outranks(*evidence, known->second.evidence);
  if (!better) return false;
  const auto since_ms = known == forks_.end() ? now_ms : known->second.since_ms;
  store_.put_setting(setting_of(evidence->log()), RowWriter().number(since_ms).bytes(bytes).take());
  forks_.insert_or_assign(evidence->log(), Kept{std::move(*evidence), since_ms});
  trim();
  return true;
}

void Proofs::take_fork_aside(const Hash& log, std::uint64_t now_ms) {
  const auto snapshot = store_.snapshot();
  const auto beside = entry_beside(*snapshot, log);
  if (!beside || parted_log(*snapshot, log)) return;
  const auto one_header = [&](std::uint64_t sequence) {
    return snapshot->headers(log, sequence, 1, protocol::header_bytes_max).at(0);
  };
  const auto evidence = protocol::make_fork(charters_.get()->federation(), one_header(1),
                                            one_header(beside->place.sequence), beside->header);
  // One with a bad signature proves nothing, and is found by the background check if it is the held one.
  if (evidence) (void)take(evidence->bytes(), now_ms);
}

void Proofs::take_forks_aside(std::uint64_t now_ms) {
  for (const auto& log : store_.snapshot()->aside_logs()) take_fork_aside(log, now_ms);
}

/// Whether trim() would keep it.
bool Proofs::has_room(const protocol::ForkEvidence& evidence) const {
  const auto before = std::count_if(forks_.begin(), forks_.end(), [&](const auto& fork) {
    return fork.first < evidence.log() && fork.second.evidence.author() == evidence.author();
  });
  const auto place = std::distance(forks_.begin(), forks_.lower_bound(evidence.log()));
  return static_cast<std::size_t>(before) < forks_per_key_max && static_cast<std::size_t>(place) < forks_max;
}

void Proofs::trim() {
  std::map<protocol::PublicKey, std::size_t> of_key;
  std::vector<Hash> beyond;
  for (const auto& [log, kept] : forks_)
    if (++of_key[kept.evidence.author()] > forks_per_key_max) beyond.push_back(log);
  for (const auto& log : beyond) forget(log);
  while (forks_.size() > forks_max) forget(std::prev(forks_.end())->first);
}

void Proofs::forget(const Hash& log) {
  store_.erase_setting(setting_of(log));
  forks_.erase(log);
}

std::vector<Bytes> Proofs::all() const {
  std::vector<Bytes> proofs;
  for (const auto& [log, kept] : forks_) proofs.push_back(kept.evidence.bytes());
  for (auto& hold : holds_.all()) proofs.push_back(std::move(hold));
  return proofs;
}

Forks Proofs::forks() const {
  Forks forks;
  std::map<protocol::PublicKey, std::size_t> of_key;
  for (const auto& [log, kept] : forks_) {
    forks.at.emplace(log, kept.evidence.sequence());
    if (++of_key[kept.evidence.author()] == forks_per_key_max) forks.overrun.insert(kept.evidence.author());
  }
  return forks;
}

void Proofs::find_branches() {
  const auto snapshot = store_.snapshot();
  for (auto& [log, kept] : forks_) kept.branches = branch_ends(*snapshot, log, kept.evidence.sequence());
}

void Proofs::tell(std::vector<Alarm>& alarms) const {
  const auto charter = charters_.get();
  for (const auto& [log, kept] : forks_) {
    const auto* node = charter ? charter->node(kept.evidence.author()) : nullptr;
    alarms.push_back({"log_forked",
                      {{"log", protocol::to_hex(log)},
                       {"node", protocol::to_text(kept.evidence.author())},
                       {"partner", node == nullptr ? "" : protocol::to_text(node->partner)},
                       {"partnerName", charter ? owner_name(*charter, kept.evidence.author()) : ""},
                       {"sequence", std::to_string(kept.evidence.sequence())},
                       {"branches", told(kept.branches)}},
                      kept.since_ms});
  }
  holds_.tell(alarms);
}

}  // namespace hansa::core
