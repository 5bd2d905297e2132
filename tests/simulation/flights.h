#pragma once
// Who has asked whom for what and waits for the answer, as an onlooker sees it from the messages: how much is
// in flight at once, and whether what one peer owes is asked of another.

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "core/link_port.h"
#include "protocol/wire.h"

namespace hansa::simulation {

class Flights {
 public:
  /// The node sent this message on the link.
  void sent(std::size_t node, core::LinkId link, const protocol::wire::Message& message);
  /// Names the question that a message answers; 0: none, or its answer goes on.
  static std::uint32_t answered(const protocol::wire::Message& message);
  /// The node heard the answer.
  void heard(std::size_t node, core::LinkId link, std::uint32_t ticket);
  void link_gone(core::LinkId link);

  /// Most questions of one node that one peer owed at the same time.
  std::size_t on_one_link_max() const { return on_one_link_max_; }
  /// Most peers that owed one node an answer at the same time.
  std::size_t peers_max() const { return peers_max_; }
  /// The nodes that wait for several peers at this moment, and their links to those.
  std::vector<std::pair<std::size_t, core::LinkId>> owed_by_several() const;
  /// How often a node asked another peer for a range that one still owed.
  std::uint64_t reassigned() const { return reassigned_; }

 private:
  struct Range {
    protocol::wire::Prefix log{};
    bool payloads = false;
    std::uint64_t from = 0;
    std::uint64_t to = 0;
  };
  using Questions = std::map<std::uint32_t, std::vector<Range>>;
  void asked(std::size_t node, core::LinkId link, std::uint32_t ticket, std::vector<Range> ranges);

  std::map<std::size_t, std::map<core::LinkId, Questions>> open_;
  std::size_t on_one_link_max_ = 0;
  std::size_t peers_max_ = 0;
  std::uint64_t reassigned_ = 0;
};

}  // namespace hansa::simulation
