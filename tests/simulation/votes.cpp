// What is proposed and approved is said once, and carried by entries alone through whatever happens to nodes:
// it is said again only if it was lost with the last store that held it, or if its node lost the right to say
// it.

#include <algorithm>

#include "protocol/control_body.h"
#include "world.h"

namespace hansa::simulation {

using namespace protocol;

namespace {

using State = core::CharterProposal::State;

bool is_of_charters(EntryKind kind) {
  return kind == EntryKind::charter_proposal || kind == EntryKind::charter_approval;
}

const core::CharterProposal* find_open(const core::CharterLife& life, const Hash& hash) {
  const auto found =
      std::ranges::find_if(life.proposals, [&](const auto& shown) { return shown.proposal->hash == hash; });
  const bool is_open = found != life.proposals.end() && found->proposal->state == State::open;
  return is_open ? found->proposal.get() : nullptr;
}

}  // namespace

bool is_approved_by(const core::CharterProposal& proposal, const PublicKey& signer) {
  return std::ranges::find(proposal.approvals, signer, &core::ProposalApproval::signer) !=
         proposal.approvals.end();
}

bool says_of_charters(const store::Snapshot& snapshot, const Bytes& content) {
  for (const auto& log : snapshot.logs())
    for (const auto& bytes : snapshot.headers(log.log, 1, log.sequence, SIZE_MAX)) {
      const auto header = HeaderView::parse(bytes);
      if (!header || header->is_declaration() || !is_of_charters(header->kind())) continue;
      const auto payload = snapshot.payload(log.log, header->sequence());
      if (payload && payload->content == content) return true;
    }
  return false;
}

/// None: it was acknowledged.
std::optional<core::PublishRefused> World::say(Member& member, EntryKind kind, Bytes content) {
  core::PublishRequest request;
  request.kind = kind;
  request.content = content;
  std::optional<core::PublishOutcome> outcome;
  member.node->publish(std::move(request), [&](core::PublishOutcome result) { outcome = std::move(result); });
  member.node->after_batch();
  if (!outcome) throw std::logic_error("a control entry was neither published nor refused");
  if (!*outcome) return outcome->error();
  // Elsewhere what was said of charters is not asked for where stores get lost: signers say it again.
  if (!logs_may_part() || plan_.entries_alone) acknowledge(member, **outcome, content);
  return std::nullopt;
}

void World::say_proposal(Member& at, const CharterBody& body) {
  const auto bytes = encode_charter_body(body);
  if (!bytes) throw std::runtime_error("proposal: " + bytes.error().field);
  const bool refused = say(at, EntryKind::charter_proposal, *bytes).has_value();
  if (plan_.entries_alone && !refused) proposals_said_.push_back(acknowledged_.size() - 1);
}

void World::say_approval(Signer& signer, const core::CharterProposal& proposal, Member& at) {
  const auto vote = Council::sign(signer, proposal.body.version, proposal.hash, now_ms_);
  const bool refused =
      say(at, EntryKind::charter_approval, write_approval({proposal.hash, {vote}})).has_value();
  if (!plan_.entries_alone || refused) return;
  const auto [said, is_new] =
      votes_said_.insert_or_assign({vote.first, proposal.hash}, acknowledged_.size() - 1);
  votes_said_again_ += is_new ? 0 : 1;
}

/// And it need not say so again.
bool World::has_said(const Signer& signer, const Hash& body) {
  const auto vote = votes_said_.find({signer.key.public_key(), body});
  if (vote == votes_said_.end()) return false;
  const auto& one = acknowledged_[vote->second];
  return !one.excused && !is_given_up(one);
}

/// Its author holds it, may say it, and has not said it again where it counts.
bool World::was_dropped(const Acknowledged& one) {
  if (one.excused || is_given_up(one) || is_shown(one)) return false;
  return holds(*members_[one.node]->store().snapshot(), one.entry);
}

/// Every node knows what is proposed behind the newest version, and who approved it, as far as the entries
/// that say so count.
void World::look_at_votes() {
  const auto dropped = [this](std::size_t index) { return was_dropped(acknowledged_[index]); };
  if (std::ranges::any_of(proposals_said_, dropped)) found_.push_back("a proposal was not said again");
  if (std::ranges::any_of(votes_said_, [&](const auto& vote) { return dropped(vote.second); }))
    found_.push_back("an approval was not said again");
  for (const auto& member : members_) {
    if (!belongs(*member)) continue;
    const auto life = member->node->charter_keeper().life();
    const auto node = "node " + std::to_string(member->number);
    for (const auto index : proposals_said_) {
      const auto& said = acknowledged_[index];
      const auto body = read_charter_body(said.content);
      if (!body || body->previous != charter_->hash() || !is_shown(said)) continue;
      const bool made_room = life->proposals.size() >= core::open_proposals_of_node_max;
      if (!made_room && find_open(*life, charter_hash(body->version, said.content)) == nullptr)
        found_.push_back(node + " does not know of a proposal");
    }
    for (const auto& [vote, index] : votes_said_) {
      const auto* proposal = find_open(*life, vote.second);
      if (proposal != nullptr && !is_approved_by(*proposal, vote.first) && is_shown(acknowledged_[index]))
        found_.push_back(node + " does not know of an approval");
    }
  }
}

}  // namespace hansa::simulation
