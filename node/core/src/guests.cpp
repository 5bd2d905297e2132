#include "guests.h"

#include <utility>

namespace hansa::core {

using protocol::wire::Join;
using protocol::wire::JoinState;

void Guests::up(LinkId link, const protocol::PublicKey& peer, LinkRole role, std::string address,
                LinkOut& links) {
  links_[link] = {peer, role, std::move(address), 0, {}};
  if (role == LinkRole::accepted) return;
  const auto question = applicant_.first_question();
  if (!question) return links.close(link, LinkEnd::stopped);
  links_[link].asked = question->invitation;
  links.send(link, protocol::wire::encode(*question));
}

void Guests::listed_up(LinkId link, const protocol::PublicKey& peer, LinkRole role, std::string address) {
  if (role == LinkRole::accepted) listed_[link] = {peer, role, std::move(address), 0, {}};
}

bool Guests::turns_guest(LinkId link, protocol::ByteView bytes) {
  const auto found = listed_.find(link);
  if (found == listed_.end()) return false;
  const auto message = protocol::wire::decode_guest_message(bytes);
  const bool asks = message && std::holds_alternative<Join>(*message);
  if (asks) links_[link] = std::move(found->second);
  listed_.erase(found);
  return asks;
}

void Guests::down(LinkId link, std::uint64_t now_ms) {
  listed_.erase(link);
  const auto found = links_.find(link);
  if (found == links_.end()) return;
  const Guest guest = std::move(found->second);
  links_.erase(found);
  if (guest.role == LinkRole::accepted && !guest.asked) reception_.knock(guest.peer, guest.address, now_ms);
}

std::vector<protocol::Bytes> Guests::message(LinkId link, protocol::ByteView bytes, LinkOut& links,
                                             std::uint64_t now_ms) {
  auto& guest = links_.at(link);
  if (++guest.messages > guest_messages_max) {
    links.close(link, LinkEnd::limit_exceeded);
    return {};
  }
  const auto message = protocol::wire::decode_guest_message(bytes);
  if (!message) {
    // A node with a charter of its own, in which we are listed and it is not in ours.
    const bool is_stranger = guest.role == LinkRole::accepted && !guest.asked;
    links.close(link, is_stranger ? LinkEnd::unknown_key : link_end(message.error()));
    return {};
  }
  const auto* join = std::get_if<Join>(&*message);
  const auto* state = std::get_if<JoinState>(&*message);
  if (join != nullptr && guest.role == LinkRole::accepted) {
    answer(link, guest, *join, links, now_ms);
  } else if (state != nullptr && guest.role == LinkRole::dialled) {
    return hear(link, guest, *state, links, now_ms);
  } else {
    links.close(link, LinkEnd::malformed);
  }
  return {};
}

void Guests::answer(LinkId link, Guest& guest, const Join& join, LinkOut& links, std::uint64_t now_ms) {
  guest.asked = join.invitation;
  const auto state = reception_.answer(guest.peer, guest.address, join, now_ms);
  links.send(link, protocol::wire::encode(state));
  // The asker closes once it has what it asked for; its time runs out if it does not.
}

std::vector<protocol::Bytes> Guests::hear(LinkId link, Guest& guest, const JoinState& state, LinkOut& links,
                                          std::uint64_t now_ms) {
  auto heard = applicant_.take(state, *guest.asked, now_ms);
  if (heard.ask) {
    links.send(link, protocol::wire::encode(*heard.ask));
  } else {
    links.close(link, LinkEnd::guest_answered);
  }
  return std::move(heard.charters);
}

}  // namespace hansa::core
