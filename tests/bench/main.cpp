// hansa-bench NAME [--records N] [--json] [--seed S]: prints what is, beside what was promised and what the
// machine can do at best. It judges nothing.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <map>
#include <string>

#include "benchmarks.h"

int main(int count, char** words) {
  using hansa::bench::Order;
  using hansa::bench::Report;
  const std::map<std::string, Report (*)(const Order&)> benchmarks{
      {"sync", hansa::bench::sync},       {"diff", hansa::bench::diff},    {"publish", hansa::bench::publish},
      {"latency", hansa::bench::latency}, {"idle", hansa::bench::idle},    {"mesh", hansa::bench::mesh},
      {"search", hansa::bench::search},   {"import", hansa::bench::import}};
  std::string name;
  Order order;
  bool json = false;
  CLI::App app{"Figures of Hansa, each beside its promise and the floor measured in the same run."};
  app.add_option("NAME", name, "sync, diff, publish, latency, idle, mesh, search, import or all")->required();
  app.add_option("--records", order.records, "How many records there are")
      ->check(CLI::Range(std::uint64_t{20}, std::uint64_t{10'000'000}))
      ->capture_default_str();
  app.add_option("--seed", order.seed, "What the data is made from")->capture_default_str();
  app.add_flag("--json", json, "One JSON object a benchmark instead of text");
  try {
    app.parse(count, words);
  } catch (const CLI::ParseError& wrong) {
    return app.exit(wrong) == 0 ? 0 : 2;
  }
  if (name != "all" && !benchmarks.contains(name)) {
    std::fprintf(stderr, "hansa-bench: there is no benchmark \"%s\"; see --help\n", name.c_str());
    return 2;
  }
  try {
    for (const auto& [known, run] : benchmarks) {
      if (name != "all" && name != known) continue;
      const auto report = run(order);
      std::fputs((json ? report.json() : report.text()).c_str(), stdout);
      std::fflush(stdout);
    }
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "hansa-bench: %s\n", failure.what());
    return 1;
  }
  return 0;
}
