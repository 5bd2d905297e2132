#include "sync_bench.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace hansa::test {

using namespace protocol;

Bench::Bench(std::size_t count, std::uint64_t seed) {
  federation[0] = 7;
  for (std::size_t i = 0; i < count; ++i) {
    nodes.push_back(std::make_unique<BenchNode>(seed * 1000 + i, federation, now_ms));
    nodes.back()->clock = &now_ms;
    nodes.back()->declare();
  }
}

void Bench::start() {
  SyncTerms terms;
  terms.federation = federation;
  terms.charter_version = 1;
  terms.charter_hash[0] = 9;
  terms.software = "hansa/test";
  for (const auto& node : nodes) {
    PartnerId partner;
    std::copy_n(node->key.public_key().bytes.begin(), partner.bytes.size(), partner.bytes.begin());
    terms.nodes[node->key.public_key()] = partner;
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    SyncTerms own = terms;
    own.expected.emplace();  // tests of the gate say whom to wait for
    if (adjust_terms) adjust_terms(own, i);
    nodes[i]->start(std::move(own), now_ms);
    carry_out(i);
  }
}

LinkId Bench::link(std::size_t a, std::size_t b, std::uint16_t version) {
  const LinkId id = ++last_link_;
  wires_[id] = {{a, b}, {}};
  engine(a).link_up(id, nodes[b]->key.public_key(), LinkRole::initiator, version, now_ms);
  carry_out(a);
  engine(b).link_up(id, nodes[a]->key.public_key(), LinkRole::responder, version, now_ms);
  carry_out(b);
  return id;
}

void Bench::cut(LinkId link) {
  const auto at = wires_.find(link);
  if (at == wires_.end()) return;
  const Wire wire = std::move(at->second);
  wires_.erase(at);
  for (const auto end : wire.ends) {
    engine(end).link_down(link, now_ms);
    carry_out(end);
  }
}

void Bench::publish(std::size_t node, std::size_t size) {
  nodes[node]->publish(1, size);
  carry_out(node);
}

void Bench::inject(LinkId link, std::size_t to, ByteView bytes) {
  engine(to).message(link, bytes, now_ms);
  carry_out(to);
}

void Bench::carry_out(std::size_t node) {
  for (auto deeds = engine(node).take_deeds(); !deeds.empty(); deeds = engine(node).take_deeds()) {
    for (Deed& deed : nodes[node]->perform(std::move(deeds))) {
      if (auto* send = std::get_if<SendMessage>(&deed)) {
        const auto wire = wires_.find(send->link);
        if (wire == wires_.end()) continue;
        ++traffic.messages;
        traffic.bytes += send->bytes.size();
        wire->second.to[wire->second.ends[0] == node ? 1 : 0].push_back(std::move(send->bytes));
      } else if (auto* close = std::get_if<CloseLink>(&deed)) {
        closed.emplace_back(node, close->reason);
        cuts_.push_back(close->link);
      }
    }
  }
}

std::size_t Bench::round() {
  std::vector<std::tuple<LinkId, int, Bytes>> in_flight;
  for (auto& [link, wire] : wires_)
    for (const int side : {0, 1})
      for (auto& bytes : std::exchange(wire.to[side], {}))
        in_flight.emplace_back(link, side, std::move(bytes));
  const auto cuts = std::exchange(cuts_, {});
  for (auto& [link, side, bytes] : in_flight) {
    const auto wire = wires_.find(link);
    if (wire == wires_.end()) continue;
    const std::size_t to = wire->second.ends[side];
    const std::size_t from = wire->second.ends[1 - side];
    if (filter) {
      const auto message = wire::decode(bytes);
      if (message && !filter(from, to, *message)) continue;
    }
    engine(to).message(link, bytes, now_ms);
    carry_out(to);
  }
  for (const LinkId link : cuts) cut(link);
  return in_flight.size() + cuts.size();
}

std::size_t Bench::settle(std::size_t rounds_max) {
  std::size_t rounds = 0;
  while (rounds < rounds_max && round() > 0) ++rounds;
  CHECK(rounds < rounds_max);
  return rounds;
}

void Bench::run_for(std::uint64_t ms) {
  for (const auto until = now_ms + ms; now_ms < until;) {
    now_ms += 50;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      engine(i).tick(now_ms);
      carry_out(i);
    }
    settle();
  }
}

}  // namespace hansa::test
