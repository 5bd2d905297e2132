#include "protocol/guest_messages.h"

#include <algorithm>
#include <string_view>

#include "protocol/card.h"
#include "protocol/charter.h"
#include "protocol/unicode.h"
#include "wire/frame.h"

namespace hansa::protocol::wire {
namespace {

/// A name that programs and people can be shown: what a stranger sends is nothing else.
bool is_reason(std::string_view text) {
  return !text.empty() && text.size() <= join_reason_bytes_max &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

template <std::size_t n>
bool take_exactly(capnp::Data::Reader data, std::array<std::uint8_t, n>& into) {
  if (data.size() != n) return false;
  std::copy(data.begin(), data.end(), into.begin());
  return true;
}

Outcome<GuestMessage> read(schema::Join::Reader in) {
  Join join;
  if (!take_exactly(in.getInvitation(), join.invitation)) return Refusal::malformed;
  if (!take_exactly(in.getSecret(), join.secret)) return Refusal::malformed;
  const auto card = in.getCard();
  if (card.size() > card_chars_max) return Refusal::too_large;
  join.card.assign(card.begin(), card.size());
  // A card is one line: what it is shown in, and logged in, holds no other.
  if (!is_utf8(join.card) || has_control_character(join.card) || join.card.find('\n') != std::string::npos)
    return Refusal::malformed;
  join.charters = in.getCharters();
  if (!take_exactly(in.getNonce(), join.nonce)) return Refusal::malformed;
  return GuestMessage(std::move(join));
}

Outcome<std::vector<Bytes>> read_charters(capnp::List<capnp::Data>::Reader list) {
  if (list.size() > join_charters_max) return Refusal::too_large;
  std::vector<Bytes> out;
  out.reserve(list.size());
  for (const auto item : list) {
    if (item.size() > charter_bytes_max) return Refusal::too_large;
    if (item.size() == 0) return Refusal::malformed;
    out.emplace_back(item.begin(), item.end());
  }
  return out;
}

Outcome<GuestMessage> read(schema::JoinState::Reader in) {
  const auto number = in.getState();
  if (number < 1 || number > 3) return Refusal::malformed;
  JoinState state;
  state.state = static_cast<JoinAnswer>(number);
  const auto reason = in.getReason();
  if (reason.size() > join_reason_bytes_max) return Refusal::too_large;
  state.reason.assign(reason.begin(), reason.size());
  const bool refused = state.state == JoinAnswer::refused;
  if (refused ? !is_reason(state.reason) : !state.reason.empty()) return Refusal::malformed;
  auto charters = read_charters(in.getCharters());
  if (!charters) return charters.error();
  state.charters = std::move(*charters);
  state.newest = in.getNewest();
  const bool approved = state.state == JoinAnswer::approved;
  if (approved != (state.newest != 0) || (!approved && !state.charters.empty())) return Refusal::malformed;
  return GuestMessage(std::move(state));
}

}  // namespace

Bytes encode(const Join& join) {
  return framed(join.card.size() + 256, [&join](schema::Message::Builder to) {
    auto out = to.initJoin();
    out.setInvitation({join.invitation.data(), join.invitation.size()});
    out.setSecret({join.secret.data(), join.secret.size()});
    out.setCard(join.card.c_str());
    out.setCharters(join.charters);
    out.setNonce({join.nonce.data(), join.nonce.size()});
  });
}

Bytes encode(const JoinState& state) {
  std::size_t bytes = 256;
  for (const auto& charter : state.charters) bytes += charter.size() + 16;
  return framed(bytes, [&state](schema::Message::Builder to) {
    auto out = to.initJoinState();
    out.setState(static_cast<std::uint16_t>(state.state));
    out.setReason(state.reason.c_str());
    out.setNewest(state.newest);
    auto list = out.initCharters(static_cast<unsigned>(state.charters.size()));
    for (unsigned i = 0; i < list.size(); ++i)
      list.set(i, {state.charters[i].data(), state.charters[i].size()});
  });
}

Outcome<GuestMessage> decode_guest_message(ByteView bytes) {
  return read_framed<GuestMessage>(bytes, [](schema::Message::Reader in) -> Outcome<GuestMessage> {
    switch (in.which()) {
      case schema::Message::JOIN:
        return read(in.getJoin());
      case schema::Message::JOIN_STATE:
        return read(in.getJoinState());
      default:
        return Refusal::out_of_order;
    }
  });
}

}  // namespace hansa::protocol::wire
