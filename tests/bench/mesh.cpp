// Eight nodes, each linked with all others, all publishing: how often an entry crosses each node's downlink.

#include <algorithm>

#include "benchmarks.h"
#include "practice_text.h"
#include "table_links.h"

namespace hansa::bench {
namespace {

constexpr std::size_t mesh_nodes = 8;
constexpr std::uint64_t entries_max = 4'000;  ///< every one is checked seven times
constexpr std::size_t published_a_round = 4;  ///< by each node

void publish_some(TableNodes& nodes, std::size_t from, std::size_t count, Dice& dice) {
  for (std::size_t i = 0; i < count; ++i) {
    core::PublishRequest request;
    request.record_kind = protocol::RecordKind::practice;
    request.visibility = protocol::Visibility::everyone;
    request.content = practice_content(dice);
    nodes.node(from).publish(std::move(request), [](const core::PublishOutcome& outcome) {
      if (!outcome) throw std::runtime_error("not published: " + std::string(name(outcome.error())));
    });
  }
  nodes.node(from).after_batch();
}

bool all_hold(const TableNodes& nodes, std::uint64_t entries) {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto totals = nodes.totals(i);
    if (totals.entries < entries || totals.missing_payloads > 0) return false;
  }
  return true;
}

}  // namespace

Report mesh(const Order& order) {
  const Federation federation(order.seed, mesh_nodes);
  const test::TemporaryDirectory scratch;
  TableNodes nodes(federation, scratch, "mesh-", order.seed);
  for (std::size_t a = 0; a < mesh_nodes; ++a)
    for (std::size_t b = a + 1; b < mesh_nodes; ++b) nodes.link(a, b);
  nodes.run_until([&] { return all_hold(nodes, mesh_nodes); });
  while (nodes.round()) {  // until the greetings are over
  }
  std::fill(nodes.entries_received.begin(), nodes.entries_received.end(), 0);
  nodes.traffic = {};

  Dice dice(order.seed + 2);
  const auto each = std::min(order.records, entries_max) / mesh_nodes;
  for (std::uint64_t done = 0; done < each; done += published_a_round) {
    const auto count = std::min<std::uint64_t>(published_a_round, each - done);
    for (std::size_t node = 0; node < mesh_nodes; ++node) publish_some(nodes, node, count, dice);
    if (!nodes.round()) nodes.pass(10);
  }
  nodes.run_until([&] { return all_hold(nodes, mesh_nodes + each * mesh_nodes); });
  while (nodes.round()) {  // late repetitions count, too
  }

  const auto others = static_cast<double>(each * (mesh_nodes - 1));
  double most = 0;
  double sum = 0;
  for (const auto received : nodes.entries_received) {
    most = std::max(most, static_cast<double>(received) / others);
    sum += static_cast<double>(received) / others;
  }
  const auto received = others * mesh_nodes;
  Report report("mesh");
  report.condition("entries", static_cast<double>(each * mesh_nodes));
  report.condition("seed", static_cast<double>(order.seed));
  report.add({"an entry crosses a node's downlink, average", sum / mesh_nodes, "times", "<= 1.05", {}});
  report.add({"the same, the worst node", most, "times", "<= 1.05", {}});
  report.add(
      {"messages for an entry received", static_cast<double>(nodes.traffic.messages) / received, "", "", {}});
  report.add(
      {"bytes for an entry received", static_cast<double>(nodes.traffic.bytes) / received, "B", "", {}});
  return report;
}

}  // namespace hansa::bench
