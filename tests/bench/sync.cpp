// An empty node takes everything from a full one: on loopback, and with 50 ms of round trip.

#include <future>

#include "benchmarks.h"
#include "child.h"
#include "delay_line.h"
#include "floor.h"
#include "linked_node.h"
#include "measure.h"

namespace hansa::bench {
namespace {

constexpr std::size_t full_node = 0;
constexpr std::size_t empty_node = 1;
constexpr int one_way_ms = 25;
constexpr std::chrono::minutes patience{4};

struct Prepared {
  BareRate rocksdb;
  BareRate hash;
  double content_bytes = 0;     ///< a record
  double compressed_bytes = 0;  ///< of these
};

/// How far the empty node is, by its own clock.
struct Progress {
  double seconds = 0;
  double cpu_seconds = 0;
};

struct Taken {
  Progress held;
  Progress checked;
  double peak_mib = 0;
  double wire_bytes = 0;
  double sender_cpu_seconds = 0;
  double sender_peak_mib = 0;
};

/// In a child, so that the memory it takes is not inherited by the nodes.
Prepared prepare(const Order& order, const Federation& federation, const test::TemporaryDirectory& scratch) {
  Child child([&](const Talk& talk) {
    const auto catalogue = write_catalogue(federation, order.records, order.seed);
    fill(*open(scratch.path("full"), federation), federation, catalogue, true);
    settle_disk(scratch.path());
    const auto rocksdb = bare_rocksdb(scratch.path("bare"), catalogue);
    const auto hash = bare_hash(catalogue);
    double bytes = 0;
    for (const auto& log : catalogue) bytes += static_cast<double>(log.payload_bytes);
    for (const double number : {rocksdb.per_second, rocksdb.cpu_us, hash.per_second, hash.cpu_us, bytes,
                                compressed_bytes(catalogue)})
      talk.say(number);
  });
  Prepared prepared;
  prepared.rocksdb.per_second = child.talk().hear();
  prepared.rocksdb.cpu_us = child.talk().hear();
  prepared.hash.per_second = child.talk().hear();
  prepared.hash.cpu_us = child.talk().hear();
  prepared.content_bytes = child.talk().hear() / static_cast<double>(order.records);
  prepared.compressed_bytes = child.talk().hear();
  child.wait();
  return prepared;
}

void serve(const Federation& federation, const std::string& directory, const Talk& talk) {
  LinkedNode node(federation, full_node, directory, 0, nullptr);
  talk.say(node.link_port());
  const double before = cpu_seconds();
  talk.hear();
  talk.say(cpu_seconds() - before);
  talk.say(memory().peak_mib);
}

void take(const Federation& federation, const std::string& directory, std::uint16_t port,
          std::uint64_t entries, const Talk& talk) {
  const double start = now_seconds();
  const double cpu = cpu_seconds();
  const auto progress = [=] { return Progress{now_seconds() - start, cpu_seconds() - cpu}; };
  Progress held;
  std::promise<Progress> checked;
  bool is_over = false;
  {
    LinkedNode node(federation, empty_node, directory, port, [&](core::Node& core, const auto&) {
      const auto totals = core.store().snapshot()->totals();
      if (is_over || totals.entries < entries || totals.missing_payloads > 0) return;
      if (held.seconds == 0) held = progress();
      if (totals.unchecked_entries > 0) return;
      is_over = true;
      checked.set_value(progress());
    });
    auto end = checked.get_future();
    if (end.wait_for(patience) != std::future_status::ready)
      throw std::runtime_error("the empty node did not catch up in time");
    const auto all = end.get();
    for (const double number : {held.seconds, held.cpu_seconds, all.seconds, all.cpu_seconds,
                                memory().peak_mib, static_cast<double>(node.bytes_received())})
      talk.say(number);
  }
}

Taken run(const Order& order, const Federation& federation, const test::TemporaryDirectory& scratch,
          bool delayed) {
  const std::uint64_t entries = order.records + author_logs + federation.measuring;
  settle_disk(scratch.path());
  Child sender([&](const Talk& talk) { serve(federation, scratch.path("full"), talk); });
  auto port = static_cast<std::uint16_t>(sender.talk().hear());
  std::unique_ptr<Child> line;
  if (delayed) {
    line = std::make_unique<Child>([&](const Talk& talk) { run_delay_line(talk, port, one_way_ms); });
    port = static_cast<std::uint16_t>(line->talk().hear());
  }
  Child receiver([&](const Talk& talk) {
    take(federation, scratch.path(delayed ? "taken-delayed" : "taken"), port, entries, talk);
  });
  Taken taken;
  taken.held.seconds = receiver.talk().hear();
  taken.held.cpu_seconds = receiver.talk().hear();
  taken.checked.seconds = receiver.talk().hear();
  taken.checked.cpu_seconds = receiver.talk().hear();
  taken.peak_mib = receiver.talk().hear();
  taken.wire_bytes = receiver.talk().hear();
  sender.talk().say(0);
  taken.sender_cpu_seconds = sender.talk().hear();
  taken.sender_peak_mib = sender.talk().hear();
  receiver.wait();
  sender.wait();
  return taken;
}

void tell(Report& report, const std::string& where, const Taken& taken, double records, const Floor& floor,
          const std::string& promise) {
  const auto us = [&](double seconds) { return seconds * 1e6 / records; };
  report.add({where + ": records held", records / taken.held.seconds, "/s", promise, floor});
  report.add({where + ": records checked", records / taken.checked.seconds, "/s", "", floor});
  report.add({where + ": receiver CPU until held", us(taken.held.cpu_seconds), "us/record", "", {}});
  report.add({where + ": receiver CPU until checked", us(taken.checked.cpu_seconds), "us/record", "", {}});
  report.add({where + ": sender CPU", us(taken.sender_cpu_seconds), "us/record", "", {}});
  report.add({where + ": bytes on the wire", taken.wire_bytes / records, "B/record", "<= 700 B", {}});
  report.add({where + ": receiver's peak memory", taken.peak_mib, "MiB", "", {}});
  report.add({where + ": sender's peak memory", taken.sender_peak_mib, "MiB", "", {}});
}

}  // namespace

Report sync(const Order& order) {
  const Federation federation(order.seed, 2);
  const test::TemporaryDirectory scratch;
  const auto prepared = prepare(order, federation, scratch);
  const auto loopback = run(order, federation, scratch, false);
  const auto delayed = run(order, federation, scratch, true);
  const auto records = static_cast<double>(order.records);
  Report report("sync");
  report.condition("records", records);
  report.condition("seed", static_cast<double>(order.seed));
  report.condition("content bytes a record", prepared.content_bytes);
  report.condition("of these compressed", prepared.compressed_bytes);
  report.add({"floor: bare RocksDB", prepared.rocksdb.per_second, "/s", "", {}});
  report.add({"floor: bare RocksDB CPU", prepared.rocksdb.cpu_us, "us/record", "", {}});
  report.add({"floor: BLAKE2b", prepared.hash.per_second, "/s", "", {}});
  report.add({"floor: BLAKE2b CPU", prepared.hash.cpu_us, "us/record", "", {}});
  tell(report, "loopback", loopback, records, {prepared.rocksdb.per_second, "bare RocksDB"},
       ">= 0.5 x bare RocksDB");
  tell(report, "50 ms round trip", delayed, records, {records / loopback.held.seconds, "loopback"},
       ">= 0.8 x loopback");
  return report;
}

}  // namespace hansa::bench
