#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hansa::bench {

/// The best the machine can do, measured in the same run.
struct Floor {
  double value = 0;
  std::string of;  ///< what was measured
};

struct Figure {
  std::string name;
  double value = 0;
  std::string unit;
  std::string promise;  ///< as design states it; empty: none
  std::optional<Floor> floor;
};

/// What one benchmark found. It judges nothing.
class Report {
 public:
  explicit Report(std::string benchmark) : benchmark_(std::move(benchmark)) {}
  void add(Figure figure) { figures_.push_back(std::move(figure)); }
  /// What a reader must know to compare: number of records, seed, …
  void condition(std::string_view name, double value) { conditions_.emplace_back(name, value); }
  /// What this run left out, or what else limits what it says; a sentence.
  void remark(std::string text) { remarks_.push_back(std::move(text)); }
  std::string text() const;
  std::string json() const;

 private:
  std::string benchmark_;
  std::vector<std::pair<std::string, double>> conditions_;
  std::vector<Figure> figures_;
  std::vector<std::string> remarks_;
};

}  // namespace hansa::bench
