// Durable publishes a second on one node, beside the disk's own rate of syncs.

#include <future>
#include <thread>

#include "benchmarks.h"
#include "child.h"
#include "linked_node.h"
#include "measure.h"
#include "practice_text.h"

namespace hansa::bench {
namespace {

constexpr double for_seconds = 3;
constexpr std::size_t many_clients = 64;

core::PublishRequest request(Dice& dice) {
  core::PublishRequest request;
  request.record_kind = protocol::RecordKind::practice;
  request.visibility = protocol::Visibility::everyone;
  request.content = practice_content(dice);
  return request;
}

/// One client: publishes, waits for the acknowledgement, and again. How long each took, seconds.
std::vector<double> publish_until(LinkedNode& node, double end, std::uint64_t seed) {
  Dice dice(seed);
  std::vector<double> times;
  for (auto next = request(dice); now_seconds() < end; next = request(dice)) {
    std::promise<core::PublishOutcome> promise;
    auto answer = promise.get_future();
    const double before = now_seconds();
    node.publish(std::move(next),
                 [&](core::PublishOutcome outcome) { promise.set_value(std::move(outcome)); });
    const auto outcome = answer.get();
    if (!outcome) throw std::runtime_error("not published: " + std::string(name(outcome.error())));
    times.push_back(now_seconds() - before);
  }
  return times;
}

struct Round {
  double per_second = 0;
  double cpu_us = 0;
  std::vector<double> times;
};

Round with_clients(LinkedNode& node, std::size_t clients, std::uint64_t seed) {
  const double start = now_seconds();
  const double cpu = cpu_seconds();
  std::vector<std::future<std::vector<double>>> running;
  for (std::size_t client = 0; client < clients; ++client)
    running.push_back(std::async(std::launch::async, [&node, start, seed = seed + client + 1] {
      return publish_until(node, start + for_seconds, seed);
    }));
  Round round;
  for (auto& one : running) {
    const auto times = one.get();
    round.times.insert(round.times.end(), times.begin(), times.end());
  }
  const auto count = static_cast<double>(round.times.size());
  round.per_second = count / (now_seconds() - start);
  round.cpu_us = (cpu_seconds() - cpu) * 1e6 / count;
  return round;
}

void tell(Report& report, const std::string& who, const Round& round, const Floor& floor) {
  report.add({who + ": publishes", round.per_second, "/s", "", floor});
  report.add({who + ": p50", percentile(round.times, 0.5) * 1e3, "ms", "", {}});
  report.add({who + ": p99", percentile(round.times, 0.99) * 1e3, "ms", "", {}});
  report.add({who + ": CPU, making the text included", round.cpu_us, "us/record", "", {}});
}

}  // namespace

Report publish(const Order& order) {
  const Federation federation(order.seed, 1);
  const test::TemporaryDirectory scratch;
  LinkedNode node(federation, 0, scratch.path("node"), 0, nullptr);
  const auto syncs = fdatasync_times(scratch.path(), for_seconds);
  const auto one = with_clients(node, 1, order.seed);
  const auto many = with_clients(node, many_clients, order.seed);
  const auto after = fdatasync_times(scratch.path(), for_seconds);
  const double rate = static_cast<double>(syncs.size() + after.size()) / (2 * for_seconds);
  Report report("publish");
  report.condition("seed", static_cast<double>(order.seed));
  report.add({"floor: fdatasync of 4 KiB", rate, "/s", "", {}});
  tell(report, "1 client", one, {rate, "fdatasync"});
  tell(report, "64 clients", many, {rate, "fdatasync"});
  return report;
}

}  // namespace hansa::bench
