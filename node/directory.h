#pragma once

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace hansa {

/// A node directory cannot be made or used; `what()` says which file, why, and what to do.
class DirectoryRefused : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The files of a node directory and who may read them: secrets are mode 0600, the directory 0700.
class NodeDirectory {
 public:
  enum class State { made, in_the_making };

  explicit NodeDirectory(std::filesystem::path path, State state = State::made)
      : path_(std::move(path)), state_(state) {}

  /// Makes an empty directory for a new node. Throws DirectoryRefused if it exists and is not empty.
  void create() const;
  /// Throws DirectoryRefused unless a node was made here, to its end or by whoever asks.
  void require() const;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path settings_file() const { return path_ / "hansa.toml"; }
  /// There while the node is not yet whole, see new_directory.h.
  std::filesystem::path unfinished_file() const { return path_ / "unfinished"; }
  std::filesystem::path store() const { return path_ / "store"; }
  /// Of the search index; may be missing, and is made anew from the store.
  std::filesystem::path index() const { return path_ / "index"; }

  /// What node.key holds, see node_key.h. Throws DirectoryRefused, also if other users may read it.
  std::string node_key_text() const;
  void write_node_key_text(std::string_view text) const;

  /// The token with which this machine's own commands speak to the serving node.
  std::string operator_token() const;
  void write_operator_token(const std::string& token) const;

  /// Where the serving node's admin listener is, "host:port"; none when nothing serves.
  std::optional<std::string> serving_at() const;
  void write_serving(const std::string& admin_endpoint) const;
  void erase_serving() const;

 private:
  std::filesystem::path path_;
  State state_;
};

/// Writes a whole file or none: temporary file, fsync, rename, fsync of the directory. Mode 0600 when
/// `secret`.
void write_file(const std::filesystem::path& file, std::string_view text, bool secret);
/// Throws DirectoryRefused if it cannot be read or exceeds `bytes_max`.
std::string read_file(const std::filesystem::path& file, std::size_t bytes_max);

}  // namespace hansa
