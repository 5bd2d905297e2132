#include "protocol/sync.h"

#include <algorithm>
#include <cassert>

#include "sync/engine.h"

namespace hansa::protocol {

SyncEngine::SyncEngine(SyncTerms terms, const SecretKey& key, std::uint64_t now_ms)
    : core_(std::make_unique<Core>(std::move(terms), key, now_ms)) {}
SyncEngine::~SyncEngine() = default;

void SyncEngine::load(const std::vector<HeldHead>& logs, const std::vector<EntryRange>& missing,
                      bool missing_complete) {
  core_->load(logs, missing, missing_complete);
}

void SyncEngine::set_own_log(const HeldHead& log, std::uint64_t now_ms) {
  core_->at(now_ms);
  core_->set_own_log(log);
  core_->settle();
}

void SyncEngine::set_terms(SyncTerms terms, std::uint64_t now_ms) {
  core_->at(now_ms);
  core_->state.terms = std::move(terms);
  core_->close_all(Refusal::different_charter);
  core_->settle();
}

void SyncEngine::link_up(LinkId link, const PublicKey& peer, LinkRole role, std::uint16_t version,
                         std::uint64_t now_ms) {
  core_->at(now_ms);
  core_->link_up(link, peer, role, version);
  core_->settle();
}

void SyncEngine::link_down(LinkId link, std::uint64_t now_ms) {
  core_->at(now_ms);
  core_->link_down(link);
  core_->settle();
}

void SyncEngine::message(LinkId link, ByteView bytes, std::uint64_t now_ms) {
  core_->at(now_ms);
  core_->message(link, bytes);
  core_->settle();
}

void SyncEngine::tick(std::uint64_t now_ms) {
  core_->at(now_ms);
  core_->tick();
  core_->settle();
}

void SyncEngine::headers_admitted(StoreTicket ticket, const HeadersAdmitted& outcome, std::uint64_t now_ms) {
  core_->at(now_ms);
  core_->admissions.headers_admitted(ticket, outcome);
  core_->settle();
}

void SyncEngine::payloads_admitted(StoreTicket ticket, const PayloadsAdmitted& outcome,
                                   std::uint64_t now_ms) {
  core_->at(now_ms);
  core_->admissions.payloads_admitted(ticket, outcome);
  core_->settle();
}

void SyncEngine::headers_read(StoreTicket ticket, const std::vector<Bytes>& headers, std::uint64_t now_ms) {
  core_->at(now_ms);
  core_->headers_read(ticket, headers);
  core_->settle();
}

void SyncEngine::payloads_read(StoreTicket ticket, std::vector<CarriedPayload> items, bool complete,
                               std::uint64_t now_ms) {
  core_->at(now_ms);
  core_->serving.payloads_read(ticket, std::move(items), complete);
  core_->settle();
}

void SyncEngine::missing_read(StoreTicket ticket, const std::vector<EntryRange>& missing, bool complete,
                              std::uint64_t now_ms) {
  core_->at(now_ms);
  core_->missing_read(ticket, missing, complete);
  core_->settle();
}

void SyncEngine::charters_read(StoreTicket ticket, std::vector<Bytes> charters, std::uint64_t now_ms) {
  core_->at(now_ms);
  core_->charters.read(ticket, std::move(charters));
  core_->settle();
}

void SyncEngine::charters_taken(StoreTicket ticket, const CharterVerdict& verdict, std::uint64_t now_ms) {
  core_->at(now_ms);
  core_->charters.taken(ticket, verdict);
  core_->settle();
}

void SyncEngine::proof_admitted(StoreTicket ticket, std::optional<Refusal> refusal, std::uint64_t now_ms) {
  core_->at(now_ms);
  core_->proofs.admitted(ticket, refusal);
  core_->settle();
}

void SyncEngine::set_proofs(const std::vector<Bytes>& proofs, std::uint64_t now_ms) {
  core_->at(now_ms);
  core_->proofs.set(proofs);
  core_->settle();
}

void SyncEngine::published(const std::vector<OwnEntry>& entries, const HeldHead& state,
                           std::uint64_t now_ms) {
  core_->at(now_ms);
  core_->live.published(entries, state);
  core_->settle();
}

void SyncEngine::head_changed(const HeldHead& state, const std::optional<Hash>& refused,
                              std::uint64_t now_ms) {
  core_->at(now_ms);
  core_->admissions.head_changed(state, refused);
  core_->settle();
}

void SyncEngine::brought_in(const HeldHead& state, const std::vector<EntryRange>& payloads_due,
                            const std::vector<std::uint64_t>& payloads_held, std::uint64_t now_ms) {
  core_->at(now_ms);
  core_->admissions.brought_in(state, payloads_due, payloads_held);
  core_->settle();
}

void SyncEngine::set_payloads_wanted(bool wanted, std::uint64_t now_ms) {
  core_->at(now_ms);
  core_->state.payloads_wanted = wanted;
  core_->settle();
}

std::vector<Deed> SyncEngine::take_deeds() { return core_->state.take_deeds(); }
OwnLogState SyncEngine::own_log_state() const { return core_->gate.state(); }
std::optional<std::uint64_t> SyncEngine::own_log_parted_at() const { return core_->gate.parted_at(); }
const std::set<PublicKey>& SyncEngine::own_log_doubters() const { return core_->gate.doubters(); }
bool SyncEngine::is_pulling() const {
  const auto& sessions = core_->state.sessions;
  return std::any_of(sessions.begin(), sessions.end(), [](const auto& entry) {
    return !entry.second.header_pulls.empty() || !entry.second.payload_pulls.empty();
  });
}
std::vector<PeerView> SyncEngine::peer_views(std::uint64_t now_ms) const {
  core_->at(now_ms);
  return core_->views();
}
std::size_t SyncEngine::holders(const Hash& log, std::uint64_t sequence) const {
  return core_->holders(log, sequence);
}
Hash SyncEngine::digest() const { return core_->state.snapshot()->digest; }
const SyncCounters& SyncEngine::counters() const { return core_->state.counters; }
std::uint64_t SyncEngine::credit_in_use(LinkId link) const {
  const Session* session = core_->state.session(link);
  return session == nullptr ? 0 : session->send_window - session->send_credit;
}

// ---- What can be seen

PeerView SyncEngine::Core::view(const PublicKey& node) {
  const Session* session = state.session_with(node);
  if (session != nullptr) state.note_progress(*session);
  const auto& shown = state.board.peer(node);
  PeerView view;
  view.node = node;
  view.state = shown.state;
  view.state_since_ms = shown.state_since_ms;
  view.last_contact_ms = shown.last_contact_ms;
  view.last_error = shown.last_error;
  view.round_trip_ms = shown.round_trip_ms;
  view.clock_offset_ms = shown.clock_offset_ms;
  view.software = shown.software;
  view.done = shown.done;
  view.total = shown.total;
  if (session == nullptr) {
    for (const auto& [log, through] : shown.held) view.held.push_back({log, through});
    return view;
  }
  const auto outstanding = state.outstanding(*session);
  view.outstanding_entries = outstanding.entries;
  view.outstanding_payloads = outstanding.payloads;
  view.agrees = state.agrees(*session);
  for (const auto& [log, claim] : session->claims)
    if (state.logs.find(log) != nullptr && SyncState::holds_through(claim) > 0)
      view.held.push_back({log, SyncState::holds_through(claim)});
  std::sort(view.held.begin(), view.held.end(),
            [](const HeldLog& a, const HeldLog& b) { return a.log < b.log; });
  return view;
}

std::vector<PeerView> SyncEngine::Core::views() {
  std::vector<PeerView> views;
  for (const auto& [node, partner] : state.terms.nodes)
    if (node != state.key.public_key()) views.push_back(view(node));
  return views;
}

std::size_t SyncEngine::Core::holders(const Hash& log, std::uint64_t sequence) const {
  std::size_t count = 0;
  for (const auto& [node, partner] : state.terms.nodes) {
    const auto linked = std::find_if(state.sessions.begin(), state.sessions.end(), [&](const auto& entry) {
      return entry.second.open && entry.second.peer == node;
    });
    if (linked == state.sessions.end()) {
      const auto* shown = state.board.find(node);
      const auto at = shown == nullptr ? decltype(shown->held.end()){} : shown->held.find(log);
      if (shown != nullptr && at != shown->held.end() && at->second >= sequence) ++count;
      continue;
    }
    const auto claim = linked->second.claims.find(log);
    if (claim != linked->second.claims.end() && SyncState::holds_through(claim->second) >= sequence) ++count;
  }
  return count;
}

}  // namespace hansa::protocol
