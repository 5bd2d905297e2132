#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/bytes.h"
#include "protocol/charter.h"
#include "protocol/hold.h"
#include "protocol/outcome.h"

namespace hansa::core {

/// Why nothing was signed. Names are stable; the API shows them.
enum class SignRefused : std::uint8_t {
  no_signer_key,     ///< this machine holds none
  key_damaged,       ///< what it holds cannot be read
  wrong_passphrase,  ///< the key does not open
  signed_another,    ///< it signed another proposal for this version, and was not released
  memory_damaged,    ///< what it signed before cannot be read
  signer_key_there,  ///< this machine holds one already
};
std::string_view name(SignRefused refusal);

struct SignRequest {
  protocol::Hash federation{};
  std::uint32_t version = 0;
  protocol::Hash charter{};  ///< hash of the proposed body
  std::string passphrase;
  bool release = false;  ///< the operator wants another signature for this version
};

/// The signer's key on this machine, sealed under its owner's passphrase, and the memory of what it signed:
/// one proposal a version. Any thread; signing and keeping take half a second and 256
/// MiB.
class SignerPort {
 public:
  virtual ~SignerPort() = default;
  virtual std::optional<protocol::PublicKey> key() const = 0;
  /// What was signed is remembered on disk before the signature is given out.
  virtual protocol::Outcome<protocol::SignedBy, SignRefused> sign(const SignRequest& request) = 0;
  /// A hold, or its release, that can be sealed; nothing is remembered.
  virtual protocol::Outcome<protocol::Bytes, SignRefused> seal_hold(const protocol::Hold& hold,
                                                                    const std::string& passphrase) = 0;
  /// Makes `key` this machine's signer key: on disk, sealed under a passphrase of random words, when it
  /// answers with them. They are kept nowhere; the caller shows them once. `replace`: a key that is there
  /// already is put away, not lost; otherwise signer_key_there.
  virtual protocol::Outcome<std::string, SignRefused> keep(const protocol::SecretKey& key, bool replace) = 0;
};

}  // namespace hansa::core
