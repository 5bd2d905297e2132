#pragma once
// The node key at rest, D/node.key: 64 hexadecimal digits, or sealed under a passphrase (docs/protocol.md,
// "Sealed keys"; argon2id, half a second and 256 MiB to open). Mode 0600 in both cases.

#include <string>

#include "directory.h"
#include "protocol/keys.h"

namespace hansa {

/// Asks for the passphrase if the key is sealed: `passphrase_file` has it in its first line; empty: the
/// terminal is asked. Throws DirectoryRefused, commands::Failed.
protocol::SecretKey read_node_key(const NodeDirectory& directory, const std::string& passphrase_file);

void write_node_key(const NodeDirectory& directory, const protocol::SecretKey& key);
/// From now on the key opens with `passphrase` only. Throws commands::Failed if it is empty or too long.
void write_sealed_node_key(const NodeDirectory& directory, const protocol::SecretKey& key,
                           const std::string& passphrase);

}  // namespace hansa
