#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace hansa {

/// Lines that an operator can read and a program can parse: time, level, event, then key=value pairs (logfmt)
/// on standard error. The level says who must act: `error` an operator, now; `warning` an operator, some day;
/// `info` nobody, it tells the story; `debug` a developer. Never a secret, never an e-mail address. Any
/// thread.
class Log {
 public:
  using Fields = std::initializer_list<std::pair<std::string_view, std::string>>;

  /// `level`: error, warning, info or debug.
  explicit Log(const std::string& level);
  ~Log();

  void error(std::string_view event, Fields fields = {}) const;
  void warning(std::string_view event, Fields fields = {}) const;
  void info(std::string_view event, Fields fields = {}) const;
  void debug(std::string_view event, Fields fields = {}) const;

 private:
  struct Sink;
  std::unique_ptr<Sink> sink_;
};

}  // namespace hansa
