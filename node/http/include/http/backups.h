#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// The seam between the API and whoever makes backups of the node.
namespace hansa::http {

struct BackupOrder {
  std::string destination;         ///< absolute path of a folder on this machine
  std::uint32_t keep = 7;          ///< so many stay, the newest; at least 1
  std::uint32_t expire_days = 90;  ///< a backup is removed, and not restored any more, after so many days
};
inline constexpr std::uint32_t backups_kept_max = 1000;
inline constexpr std::uint32_t backup_days_max = 3650;

/// The backup under way, or the last one since the node started.
struct BackupStatus {
  enum class State : std::uint8_t { none, running, done, failed, stopped };
  State state = State::none;
  BackupOrder order;
  std::string step;         ///< while running: copying, verifying, tidying
  std::uint64_t bytes = 0;  ///< done in this step
  std::uint64_t started_ms = 0;
  std::uint64_t ended_ms = 0;      ///< 0: not yet
  std::uint32_t number = 0;        ///< of the finished backup in its folder
  std::uint64_t backup_bytes = 0;  ///< of all its files
  std::uint64_t expires_ms = 0;
  std::string reason;                ///< why it failed, in words
  std::vector<std::string> damaged;  ///< what is wrong with other backups of the folder, in words
};
/// Stable.
std::string_view name(BackupStatus::State state);

/// Any thread.
class BackupPort {
 public:
  virtual ~BackupPort() = default;
  /// Begins one. False: one is under way already.
  virtual bool start(const BackupOrder& order) = 0;
  virtual BackupStatus status() const = 0;
  /// The one under way, if there is one, ends soon, as stopped.
  virtual void stop() = 0;
};

}  // namespace hansa::http
