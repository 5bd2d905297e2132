// hansa_simulation [--plan NAME] [--seed S] [--seeds N] [--list]
// Runs plans from seeds; prints the seed of every run, and what is wrong. `--plan P --seed S` repeats one
// exactly.

#include <chrono>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "world.h"

namespace {

using hansa::simulation::Plan;
using hansa::simulation::World;

std::vector<Plan> charter_plans() {
  Plan charters{.name = "charters",
                .nodes = 7,
                .extra_edges = 4,
                .storm_ms = 90'000,
                .publishes_per_second = 10,
                .cuts_per_million = 500,
                .stalls_per_million = 100,
                .crashes_per_minute = 6,
                .partitions_per_minute = 2,
                .charters_per_minute = 10};
  Plan real_charters = charters;
  real_charters.name = "real-charters";
  real_charters.nodes = 5;
  real_charters.storm_ms = 40'000;
  real_charters.real_store = true;
  return {charters, real_charters};
}

std::vector<Plan> mishap_plans() {
  Plan restores{.name = "restores",
                .nodes = 6,
                .extra_edges = 4,
                .storm_ms = 90'000,
                .publishes_per_second = 8,
                .cuts_per_million = 500,
                .crashes_per_minute = 3,
                .partitions_per_minute = 3,
                .mishaps_per_minute = 20,
                .holds_per_minute = 20};
  Plan stolen = restores;
  stolen.name = "stolen-keys";
  stolen.stolen_keys = true;
  Plan everything = stolen;
  everything.name = "charters-and-mishaps";
  everything.charters_per_minute = 6;
  everything.mishaps_per_minute = 12;
  Plan real = everything;
  real.name = "real-mishaps";
  real.nodes = 4;
  real.real_store = true;
  real.storm_ms = 40'000;
  real.mishaps_per_minute = 30;
  return {restores, stolen, everything, real};
}

/// Large payloads, the smallest credit, and peers that hold everything back now and then.
Plan crowded() {
  return {.name = "crowded",
          .nodes = 5,
          .full_mesh = true,
          .backlog = 120,
          .backlog_nodes = 3,
          .credit_bytes = hansa::protocol::receive_credit_bytes_min,
          .crowded = true,
          .content_bytes = 60'000,
          .storm_ms = 60'000,
          .publishes_per_second = 1,
          .cuts_per_million = 20,
          .stalls_per_million = 100};
}

std::vector<Plan> plans() {
  Plan calm{.name = "calm", .nodes = 5, .extra_edges = 2};
  Plan line{.name = "line", .nodes = 4, .line = true, .cuts_per_million = 500};
  Plan mesh{.name = "mesh", .nodes = 8, .full_mesh = true, .cuts_per_million = 200, .crashes_per_minute = 4};
  Plan storm{.name = "storm",
             .nodes = 6,
             .extra_edges = 4,
             .publishes_per_second = 10,
             .cuts_per_million = 2000,
             .stalls_per_million = 300,
             .crashes_per_minute = 10,
             .partitions_per_minute = 3};
  Plan backlog{.name = "backlog",
               .nodes = 4,
               .extra_edges = 2,
               .backlog = 6000,
               .content_bytes = 1400,
               .storm_ms = 20'000,
               .cuts_per_million = 500,
               .stalls_per_million = 200};
  Plan bad{.name = "bad-author",
           .nodes = 6,
           .extra_edges = 4,
           .publishes_per_second = 10,
           .cuts_per_million = 500,
           .crashes_per_minute = 3,
           .bad_author = 2};
  Plan fifty{.name = "fifty",
             .nodes = 50,
             .extra_edges = 100,
             .storm_ms = 45'000,
             .publishes_per_second = 6,
             .cuts_per_million = 200,
             .stalls_per_million = 50,
             .crashes_per_minute = 12,
             .partitions_per_minute = 2,
             .bad_author = 7};
  Plan real{.name = "real-store",
            .nodes = 5,
            .extra_edges = 3,
            .real_store = true,
            .storm_ms = 30'000,
            .cuts_per_million = 1000,
            .stalls_per_million = 100,
            .crashes_per_minute = 10,
            .partitions_per_minute = 2,
            .bad_author = 3};
  std::vector<Plan> all{calm, line, mesh, storm, backlog, crowded(), bad, fifty, real};
  for (auto& plan : charter_plans()) all.push_back(std::move(plan));
  for (auto& plan : mishap_plans()) all.push_back(std::move(plan));
  return all;
}

bool run(const Plan& plan, std::uint64_t seed) {
  const auto began = std::chrono::steady_clock::now();
  std::vector<std::string> faults;
  {
    World world(plan, seed);
    faults = world.run();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    std::cout << world.summary() << "; took " << took.count() << " s\n";
  }
  for (std::size_t i = 0; i < faults.size() && i < 20; ++i) std::cout << "  FAULT " << faults[i] << "\n";
  if (!faults.empty())
    std::cout << "  again: hansa_simulation --plan " << plan.name << " --seed " << seed << std::endl;
  return faults.empty();
}

}  // namespace

int main(int argc, char** argv) {
  std::optional<std::string> wanted;
  std::optional<std::uint64_t> seed;
  std::uint64_t seeds = 1;
  for (int i = 1; i < argc; ++i) {
    const std::string option = argv[i];
    if (option == "--list") {
      for (const auto& plan : plans()) std::cout << plan.name << "\n";
      return 0;
    }
    if (i + 1 == argc) {
      std::cerr << "hansa_simulation [--plan NAME] [--seed S] [--seeds N] [--list]\n";
      return 2;
    }
    const std::string value = argv[++i];
    if (option == "--plan")
      wanted = value;
    else if (option == "--seed")
      seed = std::stoull(value);
    else if (option == "--seeds")
      seeds = std::stoull(value);
    else
      return std::cerr << "unknown option " << option << "\n", 2;
  }
  std::size_t ran = 0;
  std::size_t failed = 0;
  std::random_device entropy;
  for (const auto& plan : plans()) {
    if (wanted && *wanted != plan.name) continue;
    for (std::uint64_t i = 0; i < seeds; ++i, ++ran)
      if (!run(plan, seed ? *seed + i : entropy())) ++failed;
  }
  std::cout << ran << " runs, " << failed << " failed" << std::endl;
  return ran > 0 && failed == 0 ? 0 : 1;
}
