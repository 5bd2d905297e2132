#include "core/reception.h"

#include <algorithm>
#include <cassert>

#include "joining_rows.h"

namespace hansa::core {
namespace {

using protocol::Done;
using protocol::wire::JoinAnswer;
using protocol::wire::JoinState;

/// Who asks more often than this does not make the disk work.
constexpr std::uint64_t seen_kept_every_ms = 5'000;

/// Takes as long whatever the difference is.
bool equal(const protocol::InvitationSecret& one, const protocol::InvitationSecret& other) {
  unsigned difference = 0;
  for (std::size_t i = 0; i < one.size(); ++i) difference |= static_cast<unsigned>(one[i] ^ other[i]);
  return difference == 0;
}

/// The text's first bytes, not ending within a character.
std::string shortened(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  while (bytes_max > 0 && (static_cast<unsigned char>(text[bytes_max]) & 0xc0U) == 0x80U) --bytes_max;
  return std::string(text.substr(0, bytes_max));
}

}  // namespace

Reception::Reception(store::Store& store, const protocol::SecretKey& key, const CharterHolder& charters,
                     const CharterKeeper& keeper, Doorway& doorway, protocol::Entropy entropy)
    : store_(store),
      key_(key),
      charters_(charters),
      keeper_(keeper),
      doorway_(doorway),
      entropy_(std::move(entropy)),
      invitations_(made_invitations(*store.snapshot())) {
  doorway_.set_open(!invitations_.empty());
}

protocol::Outcome<MadeInvitation, JoinRefused> Reception::invite(std::uint64_t expires_ms,
                                                                 const std::string& address,
                                                                 std::string_view by, std::uint64_t now_ms) {
  const auto charter = charters_.get();
  if (!charter) return JoinRefused::no_charter;
  const auto* node = charter->node(key_.public_key());
  const auto* partner = node == nullptr ? nullptr : charter->partner(node->partner);
  const bool active = node != nullptr && node->status == protocol::NodeStatus::active;
  if (!active || partner->role != protocol::PartnerRole::coordinator) return JoinRefused::not_a_coordinator;
  if (address.empty()) return JoinRefused::no_address;
  if (expires_ms <= now_ms || expires_ms - now_ms > invitation_days_max * ms_per_day)
    return JoinRefused::bad_expiry;
  if (!make_room(now_ms)) return JoinRefused::too_many_invitations;

  MadeInvitation made;
  auto& invitation = made.invitation;
  invitation.federation = charter->federation();
  // The newest may still give way to a sibling.
  const auto pin = keeper_.chain()->final();
  invitation.charter_version = pin.version;
  invitation.charter_hash = pin.hash;
  invitation.inviter = key_.public_key();
  entropy_(invitation.id);
  entropy_(invitation.secret);
  invitation.expires_ms = expires_ms;
  invitation.address = address;
  invitation.federation_name = protocol::Charter::name_in(charter->body().names, "en");
  auto line = protocol::write_invitation(invitation, key_);
  if (!line) return JoinRefused::no_address;  // The charter's name is one; the settings' address is not.
  made.line = std::move(*line);
  made.by = shortened(by, invited_by_bytes_max);
  made.made_ms = now_ms;
  keep(made);
  invitations_.insert(invitations_.begin(), made);
  doorway_.set_open(true);
  return made;
}

protocol::Outcome<Done, JoinRefused> Reception::withdraw(const protocol::InvitationId& id,
                                                         std::uint64_t now_ms) {
  auto* made = find(id);
  if (made == nullptr) return JoinRefused::not_found;
  if (made->request) return JoinRefused::used;
  if (now_ms >= made->invitation.expires_ms) return JoinRefused::expired;
  made->withdrawn = true;
  keep(*made);
  return Done{};
}

protocol::Outcome<Done, JoinRefused> Reception::refuse(const protocol::PublicKey& key) {
  const auto charter = charters_.get();
  if (charter && charter->node(key) != nullptr) return JoinRefused::already_member;
  bool found = false;
  for (auto& made : invitations_) {
    if (!made.request || made.request->key != key) continue;
    made.request->refused = true;
    keep(made);
    found = true;
  }
  if (!found) return JoinRefused::not_found;
  return Done{};
}

JoinState Reception::answer(const protocol::PublicKey& guest, const std::string& address,
                            const protocol::wire::Join& join, std::uint64_t now_ms) {
  const auto refused = [](JoinRefused why) {
    return JoinState{JoinAnswer::refused, std::string(name(why)), 0, {}};
  };
  const auto charter = charters_.get();
  if (!charter) return refused(JoinRefused::no_charter);
  if (const auto* node = charter->node(guest)) {
    if (node->status != protocol::NodeStatus::active) return refused(JoinRefused::key_not_active);
    return approval(join.charters);
  }
  const auto judged = judge(guest, address, join, now_ms);
  if (!judged) return refused(judged.error());
  return JoinState{JoinAnswer::pending, {}, 0, {}};
}

Reception::Judged Reception::judge(const protocol::PublicKey& guest, const std::string& address,
                                   const protocol::wire::Join& join, std::uint64_t now_ms) {
  auto* made = find(join.invitation);
  if (made == nullptr) return JoinRefused::unknown_invitation;
  if (!equal(made->invitation.secret, join.secret)) return JoinRefused::wrong_secret;
  auto& request = made->request;
  if (request && request->key != guest) return JoinRefused::used;
  if (request && request->refused) return JoinRefused::refused_by_coordinator;
  if (made->withdrawn) return JoinRefused::withdrawn;
  // Who asked in time waits as long as people take.
  if (!request && now_ms >= made->invitation.expires_ms) return JoinRefused::expired;
  const auto card = protocol::read_card(join.card);
  if (!card || card->node_key != guest) return JoinRefused::bad_card;
  if (!request) request = JoinRequest{guest, {}, {}, now_ms, 0, false, {}};
  const bool news = request->seen_ms == 0 || now_ms >= request->seen_ms + seen_kept_every_ms;
  request->card_line = join.card;
  request->nonce = join.nonce;
  request->address = address;
  if (!news) return Done{};
  request->seen_ms = now_ms;
  keep(*made);
  return Done{};
}

JoinState Reception::approval(std::uint32_t charters_held) const {
  JoinState state;
  state.state = JoinAnswer::approved;
  state.newest = keeper_.chain()->newest().version();
  if (charters_held < state.newest)
    state.charters = keeper_.from(charters_held + 1, protocol::wire::join_charters_max,
                                  protocol::wire::join_charter_bytes_max);
  return state;
}

void Reception::knock(const protocol::PublicKey& key, const std::string& address, std::uint64_t now_ms) {
  Knock knock{key, address, now_ms, now_ms, 1};
  const auto before = std::ranges::find(knocks_, key, &Knock::key);
  if (before != knocks_.end()) {
    knock.first_ms = before->first_ms;
    knock.count = before->count + 1;
    knocks_.erase(before);
  }
  knocks_.push_front(std::move(knock));
  if (knocks_.size() > knocks_max) knocks_.pop_back();
}

void Reception::tick(std::uint64_t now_ms) {
  for (std::size_t i = invitations_.size(); i-- > 0;) {
    const auto& made = invitations_[i];
    const bool asks = made.request && !made.request->refused;
    const auto charter = charters_.get();
    const bool waits = asks && !(charter && charter->node(made.request->key) != nullptr);
    if (!waits && now_ms >= made.invitation.expires_ms + invitation_kept_ms) forget(i);
  }
}

MadeInvitation* Reception::find(const protocol::InvitationId& id) {
  const auto found =
      std::ranges::find_if(invitations_, [&id](const auto& made) { return made.invitation.id == id; });
  return found == invitations_.end() ? nullptr : &*found;
}

/// The oldest that nobody waits for goes. False: somebody waits for each.
bool Reception::make_room(std::uint64_t now_ms) {
  if (invitations_.size() < invitations_max) return true;
  const auto charter = charters_.get();
  for (std::size_t i = invitations_.size(); i-- > 0;) {
    const auto& made = invitations_[i];
    const bool answered =
        made.request && (made.request->refused || (charter && charter->node(made.request->key) != nullptr));
    const auto state = state_of(made, now_ms);
    if (state == "open" || (state == "used" && !answered)) continue;
    forget(i);
    return true;
  }
  return false;
}

void Reception::forget(std::size_t index) {
  store_.erase_setting(invitation_key(invitations_[index].invitation.id));
  invitations_.erase(invitations_.begin() + static_cast<std::ptrdiff_t>(index));
  doorway_.set_open(!invitations_.empty());
}

void Reception::keep(const MadeInvitation& made) {
  store_.put_setting(invitation_key(made.invitation.id), to_bytes(made));
}

}  // namespace hansa::core
