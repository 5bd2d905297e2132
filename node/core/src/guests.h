#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/applicant.h"
#include "core/link_port.h"
#include "core/reception.h"

namespace hansa::core {

inline constexpr std::size_t guest_messages_max = 128;  ///< of one link

/// The links that are for joining alone, whichever end asks. Owned by the core thread.
class Guests {
 public:
  Guests(Reception& reception, Applicant& applicant) : reception_(reception), applicant_(applicant) {}

  /// A guest's link: it asks (accepted), or we do (dialled).
  void up(LinkId link, const protocol::PublicKey& peer, LinkRole role, std::string address, LinkOut& links);
  /// A link of a node that the charter lists. It may not have heard so: then it still asks.
  void listed_up(LinkId link, const protocol::PublicKey& peer, LinkRole role, std::string address);
  /// Whether this message, the first on a listed node's link, makes it a guest's.
  bool turns_guest(LinkId link, protocol::ByteView bytes);
  bool has(LinkId link) const { return links_.contains(link); }
  void down(LinkId link, std::uint64_t now_ms);
  /// Charters to take, if this node was told that it is in.
  std::vector<protocol::Bytes> message(LinkId link, protocol::ByteView bytes, LinkOut& links,
                                       std::uint64_t now_ms);

 private:
  struct Guest {
    protocol::PublicKey peer;
    LinkRole role{};
    std::string address;
    std::size_t messages = 0;
    std::optional<protocol::InvitationId> asked;  ///< the last invitation that a question named, either way
  };
  void answer(LinkId link, Guest& guest, const protocol::wire::Join& join, LinkOut& links,
              std::uint64_t now_ms);
  std::vector<protocol::Bytes> hear(LinkId link, Guest& guest, const protocol::wire::JoinState& state,
                                    LinkOut& links, std::uint64_t now_ms);

  Reception& reception_;
  Applicant& applicant_;
  std::map<LinkId, Guest> links_;
  std::map<LinkId, Guest> listed_;  ///< accepted, and nothing has come yet
};

}  // namespace hansa::core
