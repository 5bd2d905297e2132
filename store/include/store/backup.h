#pragma once
// Backups of a store: a folder that holds several of them, which share the files that did not change.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/rocks_store.h"

namespace hansa::store {

enum class BackupStep : std::uint8_t { copying, verifying, restoring };

struct BackupProgress {
  BackupStep step{};
  std::uint64_t bytes = 0;  ///< written or read in this step so far
};

/// Told every few kilobytes, on the thread that works (and on another one of RocksDB's, one at a time); false
/// stops the work. Must not throw.
using WatchBackup = std::function<bool(const BackupProgress&)>;

struct HeldBackup {
  std::uint32_t number = 0;  ///< 1, 2, …; the folder never gives a number again while it holds a later one
  std::uint64_t bytes = 0;   ///< of all its files, also those it shares with others
};

/// A folder of backups. What stops in the middle, or is killed, leaves the older ones as they were; what it
/// leaves behind is cleared away by the next make(). One thread and one object for a folder at a time.
/// Throws StoreBroken for the folder's disk as well as for the store's.
class BackupFolder {
 public:
  /// Makes the folder if there is none; its parent must exist.
  BackupFolder(std::string path, WatchBackup watch);
  ~BackupFolder();
  BackupFolder(const BackupFolder&) = delete;
  BackupFolder& operator=(const BackupFolder&) = delete;

  /// Ascending by number. Those whose files are all there; verify() says what is in them.
  std::vector<HeldBackup> held() const;
  /// A backup of everything the store held when it was called, while others go on using the store. It is
  /// synced. Nothing: it was stopped.
  std::optional<HeldBackup> make(const DiskStore& store);
  /// Reads every file of a held backup: whether its bytes are those that were written. Nothing: it was
  /// stopped.
  std::optional<bool> verify(std::uint32_t number);
  void remove(std::uint32_t number);
  /// Writes a held backup as a store into `directory`, in which none may be; files with other bytes than were
  /// written are an error. False: it was stopped, and `directory` holds a part.
  bool restore(std::uint32_t number, const std::string& directory);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace hansa::store
