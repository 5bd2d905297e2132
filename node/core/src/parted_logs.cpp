#include "parted_logs.h"

#include <string>
#include <string_view>

#include "protocol/ids.h"

namespace hansa::core {
namespace {

constexpr std::string_view prefix = "parted/";
constexpr std::size_t value_bytes = 9;  // from (8), is_aside (1)

std::string setting_of(const protocol::Hash& log) { return std::string(prefix) + protocol::to_hex(log); }

std::optional<PartedLog> read(const protocol::Hash& log, protocol::ByteView value) {
  if (value.size() != value_bytes) return std::nullopt;
  PartedLog parted{log, 0, value.back() != 0};
  for (std::size_t i = 0; i < 8; ++i) parted.from |= std::uint64_t{value[i]} << (8 * i);
  return parted;
}

}  // namespace

std::vector<PartedLog> parted_logs(const store::Snapshot& snapshot) {
  std::vector<PartedLog> logs;
  for (const auto& [key, value] : snapshot.settings(prefix)) {
    const auto log = protocol::hash_from_hex(std::string_view(key).substr(prefix.size()));
    if (!log) continue;
    if (const auto parted = read(*log, value)) logs.push_back(*parted);
  }
  return logs;
}

std::optional<PartedLog> parted_log(const store::Snapshot& snapshot, const protocol::Hash& log) {
  const auto value = snapshot.setting(setting_of(log));
  return value ? read(log, *value) : std::nullopt;
}

void remember(store::Store& store, const PartedLog& parted) {
  protocol::Bytes value;
  for (std::size_t i = 0; i < 8; ++i) value.push_back(static_cast<std::uint8_t>(parted.from >> (8 * i)));
  value.push_back(parted.is_aside ? 1 : 0);
  store.put_setting(setting_of(parted.log), value);
}

void forget_parted(store::Store& store, const protocol::Hash& log) { store.erase_setting(setting_of(log)); }

}  // namespace hansa::core
