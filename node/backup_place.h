#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "directory.h"

namespace hansa {

/// What is written beside a backup for people and for `hansa restore`.
struct BackupNote {
  std::uint32_t number = 0;
  std::uint64_t made_ms = 0;
  std::uint64_t expires_ms = 0;
  boost::json::object facts;  ///< backup.json as it stands there
};

/// Every backup of a folder by its note.
struct HeldNotes {
  std::vector<BackupNote> notes;     ///< Ascending by number
  std::vector<std::string> damaged;  ///< What is wrong with each of the others; they stay until somebody acts
};

/// A folder for backups of one node: `hansa-backup` marks it, `store/` holds the stores, and `N/` what
/// belongs to backup N: backup.json, hansa.toml, node-key.sealed. A backup without its folder N was not
/// finished. Layout: docs/storage.md. One thread. Throws DirectoryRefused.
class BackupPlace {
 public:
  explicit BackupPlace(std::filesystem::path path) : path_(std::move(path)) {}

  /// Makes the folder if there is none, and removes what was cut short. Refuses one that holds something
  /// else, or lies within `node`.
  void prepare(const NodeDirectory& node) const;
  /// Refuses a folder without backups.
  void require() const;

  std::string store() const { return (path_ / "store").string(); }
  HeldNotes held() const;
  /// One of them, whatever the others look like.
  BackupNote note(std::uint32_t number) const;
  bool holds(std::uint32_t number) const;
  /// All of it or nothing.
  void add(const BackupNote& note, const std::string& settings, const std::string& sealed_key) const;
  void remove(std::uint32_t number) const;

  std::string settings(std::uint32_t number) const;
  std::string sealed_key(std::uint32_t number) const;

 private:
  void clear_leftovers() const;
  std::filesystem::path folder_of(std::uint32_t number) const { return path_ / std::to_string(number); }

  std::filesystem::path path_;
};

}  // namespace hansa
