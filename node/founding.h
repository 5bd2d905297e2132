#pragma once

#include <string>

#include "commands/charter_file.h"
#include "config.h"
#include "opened_node.h"

/// The steps of a new federation, as `init`, `federation found` and `demo` take them.
namespace hansa::founding {

/// Shown once and never again.
struct NewNode {
  std::string user;
  std::string password;
  std::string recovery_phrase;
  std::string card;
};

/// Makes a node directory, whole or not at all: keys, settings, store, first user. Throws ConfigRefused
/// before anything is made, DirectoryRefused, commands::Failed.
NewNode make_node(const std::filesystem::path& path, const Config& config);

/// Seals `key` under `phrase` and keeps that in the directory's store, for backups. Throws commands::Failed.
void write_sealed_key(const NodeDirectory& directory, const protocol::SecretKey& key,
                      const std::string& phrase);

struct Founded {
  std::string signer_phrase;               ///< opens D/signer.key
  std::string charter_text;                ///< see commands::CharterFile
  std::optional<protocol::Hash> proposal;  ///< of version 2, if there are further signers
};

/// Makes and signs charter version 1 with this node's partner as coordinator and the cards' as members, keeps
/// the sealed signer key as D/signer.key, and accepts the charter on this node. `signers`: lines of further
/// signers; version 2 with them is proposed and approved by the founder, and comes into force when enough of
/// them have approved it, too, which shows that they hold their keys. Throws commands::Failed.
Founded found_federation(OpenedNode& node, const std::string& name, const std::string& language,
                         const std::vector<std::string>& cards, const std::vector<std::string>& signers = {});

}  // namespace hansa::founding
