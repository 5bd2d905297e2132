#include "parted_logs.h"

#include <string>
#include <string_view>

#include "protocol/ids.h"
#include "row.h"

namespace hansa::core {
namespace {

constexpr std::string_view prefix = "parted/";

std::string setting_of(const protocol::Hash& log) { return std::string(prefix) + protocol::to_hex(log); }

std::optional<PartedLog> read(const protocol::Hash& log, protocol::ByteView value) {
  RowReader row(value);
  PartedLog parted{log, row.number<std::uint64_t>(), false};
  parted.is_aside = row.number<std::uint8_t>() != 0;
  return row.ended() ? std::optional(parted) : std::nullopt;
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
  RowWriter row;
  row.number(parted.from).number(static_cast<std::uint8_t>(parted.is_aside));
  store.put_setting(setting_of(parted.log), row.take());
}

void forget_parted(store::Store& store, const protocol::Hash& log) { store.erase_setting(setting_of(log)); }

}  // namespace hansa::core
