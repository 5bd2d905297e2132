#pragma once

#include <filesystem>
#include <mutex>

#include "core/signer_port.h"
#include "directory.h"

namespace hansa {

/// `D/signer.key`, the armoured sealed key, and `D/host/signed.json`, what it signed; both mode 0600. The
/// memory is of this host and in no backup: a restored one would have forgotten. A key that another replaces
/// is put away beside it as `signer-<number>.key`. Formats: docs/storage.md. Any thread. Throws
/// DirectoryRefused when a file is there and cannot be read or written.
class SignerFile final : public core::SignerPort {
 public:
  explicit SignerFile(const NodeDirectory& directory)
      : key_file_(directory.path() / "signer.key"), memory_file_(directory.path() / "host" / "signed.json") {}
  SignerFile(std::filesystem::path key_file, std::filesystem::path memory_file)
      : key_file_(std::move(key_file)), memory_file_(std::move(memory_file)) {}

  std::optional<protocol::PublicKey> key() const override;
  protocol::Outcome<protocol::SignedBy, core::SignRefused> sign(const core::SignRequest& request) override;
  protocol::Outcome<protocol::Bytes, core::SignRefused> seal_hold(const protocol::Hold& hold,
                                                                  const std::string& passphrase) override;
  protocol::Outcome<std::string, core::SignRefused> keep(const protocol::SecretKey& key,
                                                         bool replace) override;

 private:
  std::optional<protocol::Bytes> sealed() const;
  protocol::Outcome<protocol::SecretKey, core::SignRefused> opened(const std::string& passphrase) const;
  void put_away();

  std::filesystem::path key_file_;
  std::filesystem::path memory_file_;
  std::mutex memory_;  ///< of both files
};

}  // namespace hansa
