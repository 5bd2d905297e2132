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
using hansa::simulation::plans;
using hansa::simulation::World;

bool run(const Plan& plan, std::uint64_t seed) {
  const auto began = std::chrono::steady_clock::now();
  std::cout << plan.name << " seed " << seed << ": "
            << std::flush;  // also of one that does not come to its end
  std::vector<std::string> faults;
  {
    World world(plan, seed);
    faults = world.run();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    std::cout << world.summary() << "; took " << took.count() << " s" << std::endl;
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
