#pragma once

#include <filesystem>

#include "directory.h"

namespace hansa {

/// A node directory while it is made, by `init` or `restore`. A file in it, `unfinished`, says so from the
/// first moment: what a killed process left is no node to anybody, and the next attempt takes it away. One
/// thread.
class NewDirectory {
 public:
  /// Throws DirectoryRefused if the directory holds anything but what such an attempt left.
  explicit NewDirectory(const std::filesystem::path& path);
  /// Takes away what was made, unless it was finished.
  ~NewDirectory();
  NewDirectory(const NewDirectory&) = delete;
  NewDirectory& operator=(const NewDirectory&) = delete;

  /// It may be opened as a node already, by whoever goes on making it.
  const NodeDirectory& directory() const { return directory_; }
  /// It is a node from here on.
  void finish();

 private:
  NodeDirectory directory_;
  bool finished_ = false;
};

}  // namespace hansa
