// What must be true when the storm is over.

#include <algorithm>
#include <sstream>

#include "store/verify.h"
#include "world.h"

namespace hansa::simulation {

using namespace protocol;

namespace {

std::string of(std::size_t node) { return "node " + std::to_string(node) + ": "; }

}  // namespace

void World::compare(Member& a, Member& b, std::vector<std::string>& faults) {
  const auto left = a.store().snapshot();
  const auto right = b.store().snapshot();
  const auto logs_a = left->logs();
  const auto logs_b = right->logs();
  const auto same_log = [](const store::LogState& x, const store::LogState& y) {
    return x.log == y.log && x.sequence == y.sequence && x.head == y.head &&
           x.checked_sequence == y.checked_sequence;
  };
  if (!std::equal(logs_a.begin(), logs_a.end(), logs_b.begin(), logs_b.end(), same_log))
    faults.push_back(of(b.number) + "its heads are not those of node 0");
  const auto records_a = left->records(std::nullopt, SIZE_MAX);
  const auto records_b = right->records(std::nullopt, SIZE_MAX);
  const auto same_record = [](const store::RecordState& x, const store::RecordState& y) {
    const auto same_revision = [](const store::Revision& r, const store::Revision& s) {
      return r.hash == s.hash;
    };
    return x.id == y.id && x.kind == y.kind && x.tips == y.tips && x.live == y.live &&
           std::equal(x.revisions.begin(), x.revisions.end(), y.revisions.begin(), y.revisions.end(),
                      same_revision);
  };
  if (!std::equal(records_a.begin(), records_a.end(), records_b.begin(), records_b.end(), same_record))
    faults.push_back(of(b.number) + "its catalogue is not that of node 0");
  if (a.node->status().digest != b.node->status().digest)
    faults.push_back(of(b.number) + "its digest is not that of node 0");
}

void World::find_acknowledged(Member& member, std::vector<std::string>& faults) {
  const auto snapshot = member.store().snapshot();
  for (const auto& acknowledged : acknowledged_) {
    if (!still_counts(acknowledged)) continue;
    const auto& [author, entry, content, excused] = acknowledged;
    const auto headers = snapshot->headers(entry.log, entry.sequence, 1, header_bytes_max);
    const bool is_here = !headers.empty() && entry_hash(headers[0]) == entry.revision;
    if (!is_here && stayed_with_author(acknowledged)) continue;
    if (!is_here)
      return faults.push_back(of(member.number) + "an acknowledged entry of node " + std::to_string(author) +
                              " is not there: sequence " + std::to_string(entry.sequence));
    const auto payload = snapshot->payload(entry.log, entry.sequence);
    if (!payload || payload->content != content)
      return faults.push_back(of(member.number) + "the payload of an acknowledged entry of node " +
                              std::to_string(author) + " is not there: sequence " +
                              std::to_string(entry.sequence));
  }
}

void World::verify(Member& member, std::vector<std::string>& faults) {
  const auto verified = store::verify_store(
      *member.store().snapshot(), charter_->federation(),
      [&](const PublicKey& key) { return member.charters.partners_of(key); },
      [](std::uint64_t, std::uint64_t) { return true; });
  for (const auto& found : verified.found)
    faults.push_back(of(member.number) + "its store does not verify: " + std::string(name(found.difference)) +
                     " at sequence " + std::to_string(found.sequence));
  if (member.charters.get()->hash() != charter_->hash())
    faults.push_back(of(member.number) + "it has another charter");
}

void World::look_for_crowd(std::vector<std::string>& faults) {
  if (network_.bulk_queue_bytes_max() < plan_.credit_bytes / 4 * 3)
    faults.push_back("no queue came near the credit");
  const auto& flights = network_.flights();
  if (flights.on_one_link_max() < 2) faults.push_back("never two questions in flight to one peer");
  if (flights.peers_max() < 2) faults.push_back("never two peers asked at once");
  if (flights.reassigned() == 0) faults.push_back("nothing that a stalled peer owed was asked of another");
}

std::string World::member_of(const PublicKey& key) const {
  std::string found;
  for (const auto& member : members_)
    if (member->key->public_key() == key)
      found += (found.empty() ? "" : ", ") + std::to_string(member->number) + (member->gone ? " gone" : "");
  return found;
}

std::vector<std::string> World::faults() {
  std::vector<std::string> faults;
  ceased_ =
      static_cast<std::size_t>(std::count_if(acknowledged_.begin(), acknowledged_.end(),
                                             [this](const auto& entry) { return !still_counts(entry); }));
  for (auto& member : members_) {
    if (!belongs(*member)) continue;
    const auto totals = member->store().snapshot()->totals();
    const bool lacks = logs_may_part() ? lacks_payloads(*member) : totals.missing_payloads != 0;
    if (lacks)
      faults.push_back(of(member->number) + std::to_string(totals.missing_payloads) + " payloads missing");
    if (totals.unchecked_entries != 0) faults.push_back(of(member->number) + "unchecked entries remain");
    compare(*members_[0], *member, faults);
    if (plan_.charters_per_minute > 0 || logs_may_part()) verify(*member, faults);
    if (!logs_may_part()) find_acknowledged(*member, faults);
    for (const auto& peer : member->node->status().peers) {
      if (intruder_ && peer.node == intruder_->key()) continue;
      if (peer.state == PeerState::unlinked || (peer.agrees == true && peer.state == PeerState::live))
        continue;
      // It goes on asking for a payload that was lost with its author's store, and hears from nobody who has
      // as much as itself that its payloads are there up to the last entry.
      if (logs_may_part() && totals.missing_payloads > 0) continue;
      faults.push_back(of(member->number) + "shows a peer (" + member_of(peer.node) + ") as " +
                       std::string(name(peer.state)) + (peer.agrees == true ? "" : ", differing") +
                       (peer.last_error ? ", last error " + std::string(name(peer.last_error->code)) : ""));
    }
  }
  if (logs_may_part()) find_survivors(faults);
  if (network_.bulk_queue_bytes_max() > plan_.credit_bytes)
    faults.push_back("a queue held more than the credit: " + std::to_string(network_.bulk_queue_bytes_max()));
  if (plan_.crowded) look_for_crowd(faults);
  // A link may have ended while one was on its way.
  if (unheard_ > 2 + forgeries_ / 2)
    faults.push_back(std::to_string(unheard_) + " forged charters of " + std::to_string(forgeries_) +
                     " were not counted");
  // Hellos and heads for each link, and for each entry some words to each neighbour.
  const std::uint64_t news = acknowledged_.size() + bad_entries_ * 2 + members_.size();
  // Everything that starts anew says hello to everybody and states all its heads again.
  const std::uint64_t hellos = (charters_.size() - 1 + mishaps_ * 4) * edges_.size() * 4 * 20;
  const std::uint64_t allowed = 200'000 + news * edges_.size() * 12 + hellos;
  if (network_.messages_but_pings() > allowed)
    faults.push_back(std::to_string(network_.messages_but_pings()) + " messages, more than " +
                     std::to_string(allowed));
  return faults;
}

std::string World::summary() {
  std::ostringstream text;
  text << members_.size() << " nodes, " << edges_.size() << " links, " << acknowledged_.size()
       << " entries acknowledged, " << crashes_ << " crashes, " << bad_entries_ << " bad signatures, "
       << charters_.size() << " charters, " << ceased_ << " entries that ceased, " << history_.siblings()
       << " versions with siblings, " << history_.splits() << " splits, " << releases_
       << " signers released, " << decisions_ << " decisions to follow, " << intrusions_ << " intrusions, "
       << forgeries_ << " forgeries heard, " << unheard_ << " of them not, " << rewrites_
       << " histories rewritten, " << mishaps_ << " mishaps, " << holds_ << " holds, " << forks()
       << " forks, " << votes_said_.size() << " votes, " << votes_said_again_ << " of them said again, "
       << strangers_met_.size() << " strangers met, " << branch_named_.size() << " branches named, "
       << network_.messages() << " messages, " << network_.bytes() / 1024 << " KiB, about "
       << messages_at_once_ << " taken at once, queue " << network_.bulk_queue_bytes_max() / 1024
       << " KiB at most, " << network_.flights().on_one_link_max() << " questions to one peer and "
       << network_.flights().peers_max() << " peers asked at once, " << network_.flights().reassigned()
       << " reassigned, equal " << equal_after_ms_ / 1000 << " s after the storm";
  return text.str();
}

}  // namespace hansa::simulation
