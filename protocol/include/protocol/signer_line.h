#pragma once
// One line by which a signer introduces itself to those who write charters: its key, its name, for whom it
// signs. Signed by the key itself, which proves that who made the line holds it, and nothing else. Bytes:
// docs/protocol.md, "Signers". Pure functions; any thread.

#include <string>
#include <string_view>

#include "protocol/charter.h"
#include "protocol/keys.h"
#include "protocol/outcome.h"

namespace hansa::protocol {

/// `hansa-signer-1:` and base64url; `signer.key` is set from the key. Error: malformed (the name is not one
/// line of 1 to charter_name_bytes_max bytes).
Outcome<std::string> write_signer_line(CharterSigner signer, const SecretKey& key);
/// Errors: malformed, unsupported_version, too_large, bad_signature. White space is ignored as in cards.
Outcome<CharterSigner> read_signer_line(std::string_view text);

}  // namespace hansa::protocol
