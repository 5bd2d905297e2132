#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "commands/charter_file.h"
#include "config.h"
#include "core/charter_holder.h"
#include "core/node.h"
#include "directory.h"
#include "host_file.h"
#include "protocol/keys.h"
#include "signer_file.h"
#include "store/rocks_store.h"

namespace hansa {

/// A node directory taken into use by this process: settings, key, store and core, for a command or for
/// `serve`. One thread until something else takes the core over. Throws what its parts throw.
class OpenedNode {
 public:
  explicit OpenedNode(NodeDirectory directory);
  explicit OpenedNode(std::filesystem::path path) : OpenedNode(NodeDirectory(std::move(path))) {}
  OpenedNode(const OpenedNode&) = delete;
  OpenedNode& operator=(const OpenedNode&) = delete;

  const NodeDirectory& directory() const { return directory_; }
  const Config& config() const { return config_; }
  const protocol::SecretKey& key() const { return key_; }
  const core::CharterHolder& charters() const { return charters_; }
  std::shared_ptr<const protocol::Charter> charter() const { return charters_.get(); }
  std::string federation_name() const;
  store::DiskStore& store() { return *store_; }
  core::Node& core() { return *core_; }
  /// The signer key of this machine, if it has one. Any thread.
  SignerFile& signer() { return signer_; }

  /// The one line by which this node introduces itself to those who write charters.
  std::string card_line() const;
  /// Takes the charter and its nodes' addresses into use. Throws commands::Failed if it does not list this
  /// node, or another one is in force.
  void accept(const commands::CharterFile& file);
  /// Addresses to dial now: those of the other nodes, or of the one that invited this one, then those of the
  /// settings file. On the core thread, or before it runs.
  std::vector<std::string> peer_addresses() const;

 private:
  NodeDirectory directory_;
  Config config_;
  protocol::SecretKey key_;
  SignerFile signer_;
  core::CharterHolder charters_;
  std::unique_ptr<store::DiskStore> store_;
  std::unique_ptr<HostFile> host_file_;
  std::unique_ptr<core::Node> core_;
};

/// The card of a node with these settings. Throws ConfigRefused.
std::string card_line_of(const Config& config, const protocol::PartnerId& partner,
                         const protocol::SecretKey& key);

/// Milliseconds since the Unix epoch, by this machine's clock.
std::uint64_t wall_clock_ms();

/// Names of settings in the store that the program itself uses.
namespace setting {
inline constexpr std::string_view partner_id = "partner_id";
inline constexpr std::string_view sealed_node_key = "sealed_node_key";
}  // namespace setting

}  // namespace hansa
