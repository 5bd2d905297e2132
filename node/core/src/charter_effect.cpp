// What a charter that is proposed would do.

#include <algorithm>
#include <set>
#include <utility>

#include "aside_branch.h"
#include "coming_back.h"
#include "core/charter_effects.h"
#include "protocol/entry.h"

namespace hansa::core {
namespace {

using namespace protocol;

constexpr std::size_t headers_at_once = 1024;

/// Counts entries of one log after the other, in their order.
class Tally {
 public:
  void begin(const Hash& log, const PublicKey& node, std::uint64_t from) {
    end_log();
    effect_.logs.push_back({log, node, from, 0, 0});
  }

  void add(ByteView bytes) {
    auto& log = effect_.logs.back();
    ++log.entries;
    ++effect_.entries;
    const auto header = HeaderView::parse(bytes);
    if (!header || header->is_declaration() || !header->is_understood()) return;
    const auto record = header->record();
    if (!record) return;
    of_log_.insert(*record);
    auto& named = effect_.named[*record];
    named =
        std::max(named, {header->author_time_ms(), log.log, {header->sequence(), header->hash()}, log.node});
    if (effect_.named.size() > records_named_max) effect_.named.erase(std::prev(effect_.named.end()));
  }

  EntriesEffect done() {
    end_log();
    effect_.records = of_all_.size();
    std::ranges::sort(effect_.logs, {}, &LogEffect::log);
    return std::move(effect_);
  }

 private:
  void end_log() {
    if (effect_.logs.empty()) return;
    effect_.logs.back().records = of_log_.size();
    of_all_.merge(std::exchange(of_log_, {}));
  }

  EntriesEffect effect_;
  std::set<RecordId> of_log_;
  std::set<RecordId> of_all_;
};

void add_stopping(Tally& tally, const store::Snapshot& snapshot, const Staying& held) {
  const auto& log = held.log;
  tally.begin(log.log, log.author, held.through + 1);
  for (auto from = held.through + 1; from <= log.sequence;) {
    const auto headers = snapshot.headers(log.log, from, headers_at_once, headers_at_once * header_bytes_max);
    if (headers.empty()) break;
    for (const auto& header : headers) tally.add(header);
    from += headers.size();
  }
}

void add_coming_back(Tally& tally, const store::Snapshot& snapshot, const ComingBack& back) {
  auto sequence = back.behind.sequence;
  tally.begin(back.log.log, back.log.author, sequence + 1);
  for (const auto& hash : back.branch)
    if (const auto entry = entry_aside(snapshot, back.log.log, {++sequence, hash})) tally.add(entry->header);
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
  auto held = what_stays(snapshot, proposed, forks);
  const auto back = what_comes_back(snapshot, proposed, forks, held);
  make_room(held, back, proposed, forks);
  Tally stops;
  for (const auto& one : held)
    if (one.through < one.log.sequence) add_stopping(stops, snapshot, one);
  Tally again;
  for (const auto& one : back) add_coming_back(again, snapshot, one);
  return {stops.done(), again.done()};
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
                                          const Forks& forks, std::uint64_t now_ms) {
  const auto& proposal = *shown.proposal;
  if (proposal.state != CharterProposal::State::open || !shown.before) return nullptr;
  return of(proposal.hash, proposal.body_bytes, *shown.before, snapshot, forks, now_ms);
}

CharterEffects::Effect CharterEffects::of(const Hash& hash, ByteView body, const Charter& before,
                                          const store::Snapshot& snapshot, const Forks& forks,
                                          std::uint64_t now_ms) {
  {
    const std::lock_guard lock(mutex_);
    // The clock may go back.
    std::erase_if(known_, [now_ms](const auto& one) {
      const auto made_ms = one.second.made_ms;
      return now_ms < made_ms || now_ms >= made_ms + effect_lives_ms;
    });
    if (const auto known = known_.find(hash); known != known_.end()) return known->second.effect;
  }
  const auto imagined = imagine_charter(body, before);
  if (!imagined) return nullptr;
  auto effect = std::make_shared<const CharterEffect>(effect_of(snapshot, forks, *imagined));
  const std::lock_guard lock(mutex_);
  if (known_.size() < open_proposals_max) known_.insert_or_assign(hash, Known{effect, now_ms});
  return effect;
}

}  // namespace hansa::core
