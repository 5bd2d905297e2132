#include "node_key.h"

#include "commands/commands.h"
#include "commands/passphrase.h"
#include "protocol/recovery.h"

namespace hansa {
namespace {

protocol::SecretKey unsealed(const std::string& text, const std::string& file,
                             const std::string& passphrase_file) {
  const auto sealed = protocol::read_sealed_key(text);
  if (!sealed)
    throw DirectoryRefused(file + ": the sealed key is damaged (" +
                           std::string(protocol::name(sealed.error())) +
                           "). `hansa restore` makes the node again from a backup and the recovery phrase");
  auto passphrase = commands::read_passphrase(
      passphrase_file, "Passphrase of the node key",
      "name a file that holds it in the setting node.key_passphrase_file, or HANSA_NODE_KEY_PASSPHRASE_FILE");
  auto key = protocol::unseal_key(*sealed, passphrase);
  protocol::wipe(passphrase);
  if (!key)
    throw commands::Failed(key.error() == protocol::Refusal::bad_seal
                               ? "this is not the passphrase of " + file
                               : file + ": " + std::string(protocol::name(key.error())));
  return std::move(*key);
}

}  // namespace

protocol::SecretKey read_node_key(const NodeDirectory& directory, const std::string& passphrase_file) {
  const auto file = (directory.path() / "node.key").string();
  auto text = directory.node_key_text();
  if (text.starts_with("hansa-")) return unsealed(text, file, passphrase_file);
  auto seed = protocol::hash_from_hex(text);
  protocol::wipe(text);
  if (!seed) throw DirectoryRefused(file + ": is not a node key (64 hexadecimal digits, or a sealed key)");
  auto key = protocol::SecretKey::from_seed(*seed);
  protocol::wipe(*seed);
  return key;
}

void write_node_key(const NodeDirectory& directory, const protocol::SecretKey& key) {
  auto text = protocol::to_hex(key.seed());
  directory.write_node_key_text(text);
  protocol::wipe(text);
}

void write_sealed_node_key(const NodeDirectory& directory, const protocol::SecretKey& key,
                           const std::string& passphrase) {
  const auto sealed = protocol::seal_key(key, passphrase, protocol::system_entropy());
  if (!sealed)
    throw commands::Failed("the passphrase is not text in UTF-8, or longer than " +
                           std::to_string(protocol::passphrase_bytes_max) + " bytes");
  directory.write_node_key_text(protocol::armour_sealed_key(*sealed));
}

}  // namespace hansa
