#include "report.h"

#include <boost/json.hpp>
#include <cmath>
#include <cstdio>

namespace hansa::bench {
namespace {

std::string number(double value) {
  char text[32];
  const double size = std::fabs(value);
  const int digits = size >= 100 || value == std::floor(value) ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

}  // namespace

std::string Report::text() const {
  std::string text = benchmark_;
  for (const auto& [name, value] : conditions_) text += "  " + name + " " + number(value);
  text += "\n";
  for (const auto& figure : figures_) {
    char line[256];
    std::snprintf(line, sizeof line, "  %-58s %12s %-10s", figure.name.c_str(), number(figure.value).c_str(),
                  figure.unit.c_str());
    text += line;
    if (figure.floor)
      text += "  " + number(figure.value / figure.floor->value) + " x " + figure.floor->of + " (" +
              number(figure.floor->value) + ")";
    if (!figure.promise.empty()) text += "  promised: " + figure.promise;
    text += "\n";
  }
  for (const auto& remark : remarks_) text += "  " + remark + "\n";
  return text;
}

std::string Report::json() const {
  boost::json::object conditions;
  for (const auto& [name, value] : conditions_) conditions[name] = value;
  boost::json::array figures;
  for (const auto& figure : figures_) {
    boost::json::object one{{"name", figure.name}, {"value", figure.value}, {"unit", figure.unit}};
    if (!figure.promise.empty()) one["promise"] = figure.promise;
    if (figure.floor) {
      one["floor"] = figure.floor->value;
      one["floorOf"] = figure.floor->of;
      one["ratio"] = figure.value / figure.floor->value;
    }
    figures.push_back(std::move(one));
  }
  return boost::json::serialize(boost::json::object{{"benchmark", benchmark_},
                                                    {"conditions", std::move(conditions)},
                                                    {"figures", std::move(figures)},
                                                    {"remarks", boost::json::value_from(remarks_)}}) +
         "\n";
}

}  // namespace hansa::bench
