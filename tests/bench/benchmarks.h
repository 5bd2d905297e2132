#pragma once

#include <cstdint>

#include "report.h"

namespace hansa::bench {

struct Order {
  std::uint64_t records = 20'000;
  std::uint64_t seed = 1;
};

// One for each name of the command line. Each throws std::exception when the machine fails it.
Report sync(const Order& order);
Report diff(const Order& order);
Report publish(const Order& order);
Report latency(const Order& order);
Report idle(const Order& order);
Report mesh(const Order& order);
Report search(const Order& order);
Report import(const Order& order);

}  // namespace hansa::bench
