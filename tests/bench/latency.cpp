// From the wish to publish on one node to the record standing in a linked node's catalogue, on loopback.

#include <condition_variable>
#include <mutex>

#include "benchmarks.h"
#include "linked_node.h"
#include "measure.h"
#include "practice_text.h"

namespace hansa::bench {
namespace {

constexpr std::size_t samples = 500;
constexpr std::chrono::seconds patience{60};

/// When which record became visible; written by B's core thread.
class Watch {
 public:
  void saw(const core::NodeEvents& events) {
    if (events.arrivals.empty()) return;
    const double now = now_seconds();
    const std::lock_guard lock(mutex_);
    for (const auto& arrival : events.arrivals) seen_[arrival.record] = now;
    changed_.notify_all();
  }
  double await(const protocol::RecordId& record) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, patience, [&] { return seen_.contains(record); }))
      throw std::runtime_error("what was published did not arrive at the linked node");
    return seen_.at(record);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<protocol::RecordId, double> seen_;
};

double one_sample(LinkedNode& from, Watch& watch, const Federation& federation, Dice& dice) {
  core::PublishRequest request;
  request.record_kind = protocol::RecordKind::practice;
  request.visibility = protocol::Visibility::everyone;
  protocol::RecordId record{federation.partners_of()(federation.keys[0].public_key()).front(), {}};
  dice.fill(record.local);
  request.record = record;
  request.content = practice_content(dice);
  const double start = now_seconds();
  from.publish(std::move(request), [](const core::PublishOutcome&) {});
  return watch.await(record) - start;
}

}  // namespace

Report latency(const Order& order) {
  const Federation federation(order.seed, 2);
  const test::TemporaryDirectory scratch;
  Watch watch;
  LinkedNode from(federation, 0, scratch.path("from"), 0, nullptr);
  LinkedNode to(federation, 1, scratch.path("to"), from.link_port(),
                [&](core::Node&, const core::NodeEvents& events) { watch.saw(events); });
  Dice dice(order.seed);
  one_sample(from, watch, federation, dice);  // until the link is up and the nodes have compared
  settle_disk(scratch.path());
  SyncedFile file(scratch.path());
  std::vector<double> times;
  std::vector<double> syncs;  // in turns, so that both meet the same disk
  for (std::size_t sample = 0; sample < samples; ++sample) {
    times.push_back(one_sample(from, watch, federation, dice));
    syncs.push_back(file.append());
  }
  Report report("latency");
  report.condition("samples", samples);
  report.condition("seed", static_cast<double>(order.seed));
  const auto tell = [&](const std::string& which, double share, const std::string& promise) {
    const double floor = percentile(syncs, share) * 1e3;
    const double value = percentile(times, share) * 1e3;
    report.add({"floor: fdatasync of 4 KiB, " + which, floor, "ms", "", {}});
    report.add({"publish to visible on the peer, " + which, value, "ms", promise, Floor{floor, "fdatasync"}});
    report.add({"above one fdatasync, " + which, value - floor, "ms", "", {}});
  };
  tell("p50", 0.5, "");
  tell("p99", 0.99, "<= fdatasync + 5 ms");
  return report;
}

}  // namespace hansa::bench
