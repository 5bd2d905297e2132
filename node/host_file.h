#pragma once

#include <filesystem>
#include <string>

#include "core/epoch_guard.h"
#include "directory.h"

namespace hansa {

/// `D/host/epoch`: what this host remembers of its node, bound to the machine's id and to inode and birth of
/// `D/store`. The folder `D/host` belongs in no backup: without it, or with another host's, the node begins a
/// new epoch. Format: docs/storage.md. Core thread. Throws DirectoryRefused.
class HostFile final : public core::EpochGuard {
 public:
  /// The store's directory must exist.
  explicit HostFile(const NodeDirectory& directory);
  HostFile(const HostFile&) = delete;
  HostFile& operator=(const HostFile&) = delete;
  ~HostFile() override;

  Kept kept() const override;
  void bind(const core::HostMark& mark) override;
  void advance(std::uint64_t sequence) override;

 private:
  void close();

  std::filesystem::path file_;
  std::string machine_;  ///< This machine's id; "unknown" if it has none.
  std::string store_;    ///< Inode and birth of the store's directory.
  int descriptor_ = -1;  ///< Open for advance(); -1: not yet.
};

}  // namespace hansa
