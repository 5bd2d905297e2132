#include "log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace hansa {
namespace {

constexpr std::size_t value_bytes_max = 400;

/// A value as logfmt has it: quoted if it holds a space, quote or control character; never more than one
/// line.
std::string as_value(std::string_view text) {
  const bool plain =
      !text.empty() && text.find_first_of(" \"=\\") == std::string_view::npos &&
      std::none_of(text.begin(), text.end(), [](unsigned char letter) { return letter < 0x20; });
  if (plain && text.size() <= value_bytes_max) return std::string(text);
  std::string out = "\"";
  for (const char letter : text.substr(0, value_bytes_max)) {
    if (letter == '"' || letter == '\\') out += '\\';
    out += static_cast<unsigned char>(letter) < 0x20 ? ' ' : letter;
  }
  return out + "\"";
}

std::string line(std::string_view event, Log::Fields fields) {
  std::string text = "event=" + as_value(event);
  for (const auto& [key, value] : fields) text += " " + std::string(key) + "=" + as_value(value);
  return text;
}

}  // namespace

struct Log::Sink {
  spdlog::logger logger{"hansa", std::make_shared<spdlog::sinks::stderr_sink_mt>()};
};

Log::Log(const std::string& level) : sink_(std::make_unique<Sink>()) {
  sink_->logger.set_level(spdlog::level::from_str(level));
  sink_->logger.set_pattern("time=%Y-%m-%dT%H:%M:%S.%eZ level=%l %v", spdlog::pattern_time_type::utc);
  sink_->logger.flush_on(spdlog::level::trace);
}

Log::~Log() = default;

void Log::error(std::string_view event, Fields fields) const {
  sink_->logger.error("{}", line(event, fields));
}
void Log::warning(std::string_view event, Fields fields) const {
  sink_->logger.warn("{}", line(event, fields));
}
void Log::info(std::string_view event, Fields fields) const { sink_->logger.info("{}", line(event, fields)); }
void Log::debug(std::string_view event, Fields fields) const {
  sink_->logger.debug("{}", line(event, fields));
}

}  // namespace hansa
