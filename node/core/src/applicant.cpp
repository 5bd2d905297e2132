#include "core/applicant.h"

#include <cassert>

#include "joining_rows.h"

namespace hansa::core {
namespace {

using protocol::Done;
using protocol::Refusal;
using protocol::wire::JoinAnswer;

JoinRefused fault_of_line(Refusal refusal) {
  switch (refusal) {
    case Refusal::bad_signature:
      return JoinRefused::tampered_line;
    case Refusal::unsupported_version:
      return JoinRefused::unsupported_version;
    default:
      return JoinRefused::malformed_line;
  }
}

}  // namespace

Applicant::Applicant(store::Store& store, const protocol::SecretKey& key, const CharterHolder& charters,
                     Doorway& doorway, std::function<std::string()> card, protocol::Entropy entropy)
    : store_(store),
      key_(key),
      charters_(charters),
      doorway_(doorway),
      card_(std::move(card)),
      entropy_(std::move(entropy)) {
  application_ = core::application(*store.snapshot());
  show();
}

protocol::Outcome<Done, JoinRefused> Applicant::start(std::string_view line, std::uint64_t now_ms) {
  assert(card_);
  if (charters_.get()) return JoinRefused::in_a_federation;
  auto invitation = protocol::read_invitation(line);
  if (!invitation) return fault_of_line(invitation.error());
  const bool same = application_ && application_->invitation == *invitation;
  if (same && application_->state != Application::State::refused) return Done{};
  if (!same && now_ms >= invitation->expires_ms) return JoinRefused::expired;
  Application begun;
  begun.line = std::string(line);
  begun.invitation = std::move(*invitation);
  begun.started_ms = now_ms;
  entropy_(begun.nonce);
  application_ = std::move(begun);
  enter(Application::State::waiting, {}, now_ms);
  return Done{};
}

protocol::Outcome<Done, JoinRefused> Applicant::give_up() {
  if (!application_) return JoinRefused::not_joining;
  arrived();
  return Done{};
}

std::optional<protocol::wire::Join> Applicant::first_question() {
  if (!application_ || application_->state == Application::State::refused) return std::nullopt;
  chain_.clear();
  return question();
}

protocol::wire::Join Applicant::question() const {
  protocol::wire::Join join;
  join.invitation = application_->invitation.id;
  join.secret = application_->invitation.secret;
  join.card = card_();
  join.charters = static_cast<std::uint32_t>(chain_.size());
  join.nonce = application_->nonce;
  return join;
}

Applicant::Heard Applicant::take(const protocol::wire::JoinState& answer, const protocol::InvitationId& asked,
                                 std::uint64_t now_ms) {
  if (!application_ || application_->state == Application::State::refused) return {};
  if (application_->invitation.id != asked) return {};
  application_->heard_ms = now_ms;
  if (answer.state == JoinAnswer::refused) {
    enter(Application::State::refused, answer.reason, now_ms);
    return {};
  }
  if (answer.state == JoinAnswer::pending) {
    enter(Application::State::pending, {}, now_ms);
    return {};
  }
  if (const auto fault = extend(answer.charters)) return refuse(*fault, now_ms);
  if (chain_.size() < answer.newest) {
    // An answer that brings nothing would go on for ever.
    if (answer.charters.empty() || answer.newest > joining_charters_max)
      return refuse(JoinRefused::charter_invalid, now_ms);
    return {question(), {}};
  }
  if (const auto fault = fault_of_chain()) return refuse(*fault, now_ms);
  Heard heard;
  for (const auto& charter : chain_)
    heard.charters.emplace_back(charter.bytes().begin(), charter.bytes().end());
  chain_.clear();
  return heard;
}

/// Each version is valid after the one before it, the first one is the federation's.
std::optional<JoinRefused> Applicant::extend(const std::vector<protocol::Bytes>& charters) {
  for (const auto& bytes : charters) {
    auto charter = protocol::read_charter(bytes, chain_.empty() ? nullptr : &chain_.back());
    if (!charter) return JoinRefused::charter_invalid;
    if (charter->federation() != application_->invitation.federation) return JoinRefused::charter_differs;
    chain_.push_back(std::move(*charter));
  }
  return std::nullopt;
}

std::optional<JoinRefused> Applicant::fault_of_chain() const {
  const auto& invitation = application_->invitation;
  if (chain_.empty()) return JoinRefused::charter_invalid;
  if (chain_.size() < invitation.charter_version) return JoinRefused::charter_differs;
  if (chain_[invitation.charter_version - 1].hash() != invitation.charter_hash)
    return JoinRefused::charter_differs;
  const auto* node = chain_.back().node(key_.public_key());
  if (node == nullptr || node->status != protocol::NodeStatus::active) return JoinRefused::not_listed;
  return std::nullopt;
}

Applicant::Heard Applicant::refuse(JoinRefused why, std::uint64_t now_ms) {
  enter(Application::State::refused, std::string(name(why)), now_ms);
  return {};
}

void Applicant::arrived() {
  if (!application_) return;
  application_.reset();
  chain_.clear();
  store_.erase_setting(application_key);
  show();
}

void Applicant::enter(Application::State state, std::string reason, std::uint64_t now_ms) {
  if (application_->state != state || application_->since_ms == 0) application_->since_ms = now_ms;
  application_->state = state;
  application_->reason = std::move(reason);
  chain_.clear();
  store_.put_setting(application_key, to_bytes(*application_));
  show();
}

void Applicant::show() const {
  if (!application_ || application_->state == Application::State::refused || charters_.get())
    return doorway_.set_target(std::nullopt);
  const auto& invitation = application_->invitation;
  doorway_.set_target(JoinTarget{invitation.federation, invitation.inviter, invitation.address});
}

}  // namespace hansa::core
