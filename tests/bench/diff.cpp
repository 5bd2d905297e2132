// Two nodes that differ by a few records among N: what crosses the link until they are equal again.

#include "benchmarks.h"
#include "child.h"
#include "table_links.h"

namespace hansa::bench {
namespace {

constexpr std::size_t differences[] = {0, 1, 10, 1000};
/// Before the dialler's hello leaves: WebSocket upgrade, then the first two messages of the handshake.
constexpr double round_trips_before_hello = 2;

struct Found {
  Traffic until_equal;
  double round_trips_until_held = 0;
  double waited_ms = 0;
};

/// Spreads what the second node lacks over the authors' logs.
Lack lack_of(const Federation& federation, std::size_t missing) {
  return [measuring = federation.measuring, missing](std::size_t log) {
    if (log < measuring) return std::size_t{0};
    const auto author = log - measuring;
    return missing / author_logs + (author < missing % author_logs ? 1 : 0);
  };
}

Found measure_one(const Federation& federation, const test::TemporaryDirectory& scratch,
                  const std::string& prefix, std::uint64_t seed) {
  TableNodes nodes(federation, scratch, prefix, seed);
  const auto equal = [&] {
    const auto one = nodes.totals(0);
    const auto other = nodes.totals(1);
    return one.entries == other.entries && other.missing_payloads == 0 &&
           nodes.node(0).status().digest == nodes.node(1).status().digest;
  };
  Found found;
  double rounds = 0;
  nodes.link(1, 0);  // the one that lacks dials
  nodes.run_until([&] {
    if (equal()) return true;
    rounds += 1;
    return false;
  });
  found.round_trips_until_held = rounds == 0 ? 0 : round_trips_before_hello + rounds / 2;
  found.waited_ms = static_cast<double>(nodes.waited_ms());
  while (nodes.round()) {  // what they still tell each other
  }
  found.until_equal = nodes.traffic;
  return found;
}

void tell(Report& report, std::size_t missing, const Found& found) {
  const auto who = std::to_string(missing) + " missing: ";
  const auto overhead = static_cast<double>(found.until_equal.bytes - found.until_equal.record_bytes);
  report.add({who + "messages, both ways",
              static_cast<double>(found.until_equal.messages),
              "",
              missing == 0 ? "<= 3" : "",
              {}});
  report.add({who + "bytes beside the records, both ways",
              overhead,
              "B",
              missing == 0 ? "<= 1 kB" : "<= 1.5 kB + 24 B x logs in differing buckets (all 22: 2 kB)",
              {}});
  report.add({who + "bytes of records", static_cast<double>(found.until_equal.record_bytes), "B", "", {}});
  if (missing == 0) return;
  report.add({who + "round trips from opening until held", found.round_trips_until_held, "", "<= 4", {}});
  report.add({who + "time without anything in flight", found.waited_ms, "ms", "", {}});
}

}  // namespace

Report diff(const Order& order) {
  const Federation federation(order.seed, 2);
  const test::TemporaryDirectory scratch;
  in_child([&](const Talk&) {
    const auto catalogue = write_catalogue(federation, order.records, order.seed);
    for (const auto missing : differences) {
      if (missing > order.records) continue;
      const auto prefix = "diff-" + std::to_string(missing) + "-";
      fill(*open(scratch.path(prefix + "0"), federation), federation, catalogue, false);
      fill(*open(scratch.path(prefix + "1"), federation), federation, catalogue, false,
           lack_of(federation, missing));
    }
  });
  Report report("diff");
  report.condition("records", static_cast<double>(order.records));
  report.condition("seed", static_cast<double>(order.seed));
  for (const auto missing : differences) {
    if (missing > order.records) {
      report.remark(std::to_string(missing) + " missing: left out, there are only " +
                    std::to_string(order.records) + " records");
      continue;
    }
    const auto prefix = "diff-" + std::to_string(missing) + "-";
    tell(report, missing, measure_one(federation, scratch, prefix, order.seed));
  }
  return report;
}

}  // namespace hansa::bench
