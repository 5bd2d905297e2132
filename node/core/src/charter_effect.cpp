// What a charter that is proposed would do.

#include <algorithm>
#include <set>

#include "aside_branch.h"
#include "core/charter_effects.h"
#include "cut_places.h"
#include "parted_logs.h"
#include "protocol/entry.h"

namespace hansa::core {
namespace {

using namespace protocol;

constexpr std::size_t headers_at_once = 1024;

/// Counts entries of one log, in their order.
class Tally {
 public:
  Tally(const Hash& log, const PublicKey& node, std::uint64_t from) {
    effect_.log = log;
    effect_.node = node;
    effect_.from = from;
  }

  void add(ByteView bytes) {
    ++effect_.entries;
    const auto header = HeaderView::parse(bytes);
    if (!header || header->is_declaration() || !header->is_understood()) return;
    const auto record = header->record();
    if (!record) return;
    records_.insert(*record);
    effect_.named[*record] = {header->sequence(), header->hash()};
    if (effect_.named.size() > records_named_max) effect_.named.erase(std::prev(effect_.named.end()));
  }

  LogEffect done() {
    effect_.records = records_.size();
    return std::move(effect_);
  }

 private:
  LogEffect effect_;
  std::set<RecordId> records_;
};

LogEffect stopping(const store::Snapshot& snapshot, const store::LogState& log, std::uint64_t first) {
  Tally tally(log.log, log.author, first);
  for (auto from = first; from <= log.sequence;) {
    const auto headers = snapshot.headers(log.log, from, headers_at_once, headers_at_once * header_bytes_max);
    if (headers.empty()) break;
    for (const auto& header : headers) tally.add(header);
    from += headers.size();
  }
  return tally.done();
}

/// The held entry there; none before the first.
store::EntryPlace held_at(const store::Snapshot& snapshot, const Hash& log, std::uint64_t sequence) {
  if (sequence == 0) return {};
  const auto headers = snapshot.headers(log, sequence, 1, header_bytes_max);
  return headers.empty() ? store::EntryPlace{} : store::EntryPlace{sequence, entry_hash(headers.front())};
}

LogEffect counting_again(const store::Snapshot& snapshot, const DeclaredLog& log,
                         const store::EntryPlace& end, const std::vector<Hash>& branch) {
  Tally tally(log.log, log.author, end.sequence + 1);
  auto sequence = end.sequence;
  for (const auto& hash : branch)
    if (const auto entry = entry_aside(snapshot, log.log, {++sequence, hash})) tally.add(entry->header);
  return tally.done();
}

bool has_coordinator(const CharterBody& body) {
  return std::ranges::any_of(body.partners, [](const CharterPartner& partner) {
    return partner.role == PartnerRole::coordinator && partner.status == PartnerStatus::present;
  });
}

/// One signer that is lost can be replaced by the others.
bool has_spare_signer(const CharterBody& body) {
  return body.signers.size() > signatures_needed(body.signers.size());
}

bool enough_signers_present(const CharterBody& body) {
  const auto has_left = [&](const CharterSigner& signer) {
    return signer.partner && std::ranges::any_of(body.partners, [&](const CharterPartner& partner) {
             return partner.id == *signer.partner && partner.status == PartnerStatus::left;
           });
  };
  const auto left = static_cast<std::size_t>(std::ranges::count_if(body.signers, has_left));
  return body.signers.size() - left >= signatures_needed(body.signers.size());
}

}  // namespace

CharterEffect effect_of(const store::Snapshot& snapshot, const Forks& forks, const Charter& proposed) {
  CharterEffect effect;
  const auto logs = declared_logs(snapshot);
  std::map<Hash, std::uint64_t> stays;  // how far each held log would
  for (const auto& log : snapshot.logs()) {
    const DeclaredLog declared{log.log, log.author, log.epoch};
    const auto reach = reach_of(proposed, forks, declared, rank_of(proposed, forks, declared, logs));
    const auto first = first_not_counting(snapshot, log, reach);
    stays[log.log] = std::min(first - 1, log.sequence);
    if (first <= log.sequence) effect.stops.push_back(stopping(snapshot, log, first));
  }
  for (const auto& id : snapshot.aside_logs()) {
    // Our own branch, of which the peers have another, moves to another log.
    const auto parted = parted_log(snapshot, id);
    const auto log = declared_log(snapshot, id);
    if (!log || (parted && parted->is_aside)) continue;
    const auto reach = reach_of(proposed, forks, *log, rank_of(proposed, forks, *log, logs));
    const auto end = held_at(snapshot, id, stays[id]);
    const auto branch = branch_aside(snapshot, id, reach, end);
    if (!branch.empty()) effect.again.push_back(counting_again(snapshot, *log, end, branch));
  }
  return effect;
}

std::vector<std::string_view> charter_warnings(const CharterBody& before, const CharterBody& after) {
  std::vector<std::string_view> warnings;
  if (has_coordinator(before) && !has_coordinator(after)) warnings.push_back("last_coordinator");
  if (has_spare_signer(before) && !has_spare_signer(after)) warnings.push_back("every_signer_needed");
  if (enough_signers_present(before) && !enough_signers_present(after))
    warnings.push_back("signers_have_left");
  return warnings;
}

CharterEffects::Effect CharterEffects::of(const ShownProposal& shown, const store::Snapshot& snapshot,
                                          const Forks& forks) {
  const auto& proposal = *shown.proposal;
  if (proposal.state != CharterProposal::State::open || !shown.before) return nullptr;
  return of(proposal.hash, proposal.body_bytes, *shown.before, snapshot, forks);
}

CharterEffects::Effect CharterEffects::of(const Hash& hash, ByteView body, const Charter& before,
                                          const store::Snapshot& snapshot, const Forks& forks) {
  const auto totals = snapshot.totals();
  const Held held{totals.last_arrival, totals.entries, totals.entries_aside};
  {
    const std::lock_guard lock(mutex_);
    if (held_ != held || forks_ != forks || known_.size() >= open_proposals_max) known_.clear();
    held_ = held;
    forks_ = forks;
    if (const auto known = known_.find(hash); known != known_.end()) return known->second;
  }
  const auto imagined = imagine_charter(body, before);
  if (!imagined) return nullptr;
  auto effect = std::make_shared<const CharterEffect>(effect_of(snapshot, forks, *imagined));
  const std::lock_guard lock(mutex_);
  if (held_ == held && forks_ == forks) known_.insert_or_assign(hash, effect);
  return effect;
}

}  // namespace hansa::core
