// A node that holds N records and has nothing to do: how soon it is ready, and what it takes.

#include <future>

#include "benchmarks.h"
#include "child.h"
#include "linked_node.h"
#include "measure.h"

namespace hansa::bench {
namespace {

constexpr std::size_t idle_ticks = 30;  ///< of 100 ms
constexpr std::chrono::minutes patience{1};

struct Idleness {
  double ready_seconds = 0;
  double ready_cpu_seconds = 0;
  double resident_at_start_mib = 0;
  double cpu_share = 0;
  Memory settled;
};

void run_idle(const Federation& federation, const std::string& directory, const Talk& talk) {
  const double start = now_seconds();
  const double cpu = cpu_seconds();
  std::size_t ticks = 0;
  std::promise<void> settled;
  LinkedNode node(federation, 0, directory, 0, [&](core::Node&, const core::NodeEvents&) {
    if (++ticks == idle_ticks) settled.set_value();
  });
  node.on_core([](core::Node& core) { (void)core.status(); });
  const double ready = now_seconds() - start;
  const double ready_cpu = cpu_seconds() - cpu;
  const double resident = memory().resident_mib;
  if (settled.get_future().wait_for(patience) != std::future_status::ready)
    throw std::runtime_error("the idle node does not tick");
  const double share = (cpu_seconds() - cpu - ready_cpu) / (now_seconds() - start - ready);
  const auto after = memory();
  for (const double number : {ready, ready_cpu, resident, share, after.resident_mib, after.peak_mib})
    talk.say(number);
}

Idleness measure_idleness(const Federation& federation, const std::string& directory) {
  Child child([&](const Talk& talk) { run_idle(federation, directory, talk); });
  Idleness idleness;
  idleness.ready_seconds = child.talk().hear();
  idleness.ready_cpu_seconds = child.talk().hear();
  idleness.resident_at_start_mib = child.talk().hear();
  idleness.cpu_share = child.talk().hear();
  idleness.settled.resident_mib = child.talk().hear();
  idleness.settled.peak_mib = child.talk().hear();
  child.wait();
  return idleness;
}

}  // namespace

Report idle(const Order& order) {
  const Federation federation(order.seed, 1);
  const test::TemporaryDirectory scratch;
  in_child([&](const Talk&) {
    const auto catalogue = write_catalogue(federation, order.records, order.seed);
    fill(*open(scratch.path("node"), federation), federation, catalogue, false);
  });
  const auto found = measure_idleness(federation, scratch.path("node"));
  Report report("idle");
  report.condition("records", static_cast<double>(order.records));
  report.condition("seed", static_cast<double>(order.seed));
  report.add(
      {"start until links listen and the core answers", found.ready_seconds * 1e3, "ms", "<= 500 ms", {}});
  report.add({"CPU of the start", found.ready_cpu_seconds * 1e3, "ms", "", {}});
  report.add({"resident memory at the start", found.resident_at_start_mib, "MiB", "", {}});
  report.add({"resident memory after 3 s of idleness",
              found.settled.resident_mib,
              "MiB",
              "<= 100 MiB with 100 000 records",
              {}});
  report.add({"peak memory", found.settled.peak_mib, "MiB", "", {}});
  report.add({"CPU while idle", found.cpu_share * 100, "% of core", "", {}});
  return report;
}

}  // namespace hansa::bench
