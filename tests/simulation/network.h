#pragma once
// Links between simulated nodes: the order within a link is kept, nothing else is. Loss is the loss of the
// whole link, as with TCP; the two ends hear of it at different times.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <vector>

#include "chance.h"
#include "core/link_port.h"
#include "flights.h"

namespace hansa::simulation {

using core::LinkId;

class Network {
 public:
  /// What the ends hear. Links and nodes by number.
  struct Ears {
    std::function<void(std::size_t node, LinkId link, std::size_t peer, core::LinkRole role)> up;
    std::function<void(std::size_t node, LinkId link)> down;
    std::function<void(std::size_t node, LinkId link, protocol::Bytes bytes)> message;
  };
  struct Weather {
    std::uint64_t latency_min_ms = 1;
    std::uint64_t latency_max_ms = 80;
    std::uint64_t cuts_per_million = 0;    ///< For each link and 10 ms.
    std::uint64_t stalls_per_million = 0;  ///< A direction holds everything back for up to 40 s.
    std::uint64_t hear_of_cut_ms_max = 3000;
    /// So often a peer that owes an answer holds everything back, longer than it is waited for, while another
    /// one is asked, too; 0: never.
    std::uint64_t debtor_stalls_every_ms = 0;
  };

  Network(Chance& chance, Ears ears) : chance_(chance), ears_(std::move(ears)) {}
  Weather weather;

  void connect(std::size_t dialler, std::size_t listener, std::uint64_t now_ms);
  bool connected(std::size_t a, std::size_t b) const;
  /// By one end; what was sent before still arrives.
  void close(std::size_t node, LinkId link);
  void send(std::size_t node, LinkId link, protocol::Bytes bytes, std::uint64_t now_ms);
  /// The node is gone: it hears nothing more, the others hear of it.
  void node_gone(std::size_t node, std::uint64_t now_ms);
  void cut_all_between(const std::set<std::size_t>& side, std::uint64_t now_ms);
  /// Delivers what is due, in random order between links.
  void step(std::uint64_t now_ms);
  void calm(std::uint64_t now_ms);

  std::uint64_t messages() const { return messages_; }
  std::uint64_t messages_but_pings() const { return messages_ - pings_; }
  /// The same, by sender.
  const std::map<std::size_t, std::uint64_t>& said_by() const { return said_by_; }
  std::uint64_t bytes() const { return bytes_; }
  std::uint64_t bulk_queue_bytes_max() const { return bulk_max_; }
  const Flights& flights() const { return flights_; }
  std::size_t link_count() const { return pipes_.size(); }

 private:
  struct Item {
    std::uint64_t at_ms = 0;
    protocol::Bytes bytes;
    bool bulk = false;
    std::uint32_t answers = 0;  ///< the question it answers
  };
  struct End {
    std::size_t node = 0;
    std::deque<Item> inbox;
    std::uint64_t stalled_until_ms = 0;
    std::uint64_t down_at_ms = 0;  ///< Once the link is dead; 0: it has heard of it.
    std::uint64_t bulk_bytes = 0;
    bool has_closed = false;
  };
  struct Pipe {
    End ends[2];
    bool dead = false;
  };
  void kill(LinkId link, Pipe& pipe, std::uint64_t now_ms);
  void deliver(LinkId link, std::uint64_t now_ms);
  void stall_debtor(std::uint64_t now_ms);

  Chance& chance_;
  Ears ears_;
  std::map<LinkId, Pipe> pipes_;
  LinkId last_link_ = 0;
  std::uint64_t messages_ = 0;
  std::uint64_t pings_ = 0;
  std::map<std::size_t, std::uint64_t> said_by_;
  std::uint64_t bytes_ = 0;
  std::uint64_t bulk_max_ = 0;
  std::uint64_t debtor_stalled_ms_ = 0;
  Flights flights_;
};

}  // namespace hansa::simulation
