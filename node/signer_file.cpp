#include "signer_file.h"

#include <sys/stat.h>

#include <boost/json.hpp>
#include <cassert>
#include <cerrno>
#include <cstring>

#include "protocol/recovery.h"

namespace hansa {
namespace {

using core::SignRefused;

constexpr std::size_t key_file_bytes_max = 4096;
constexpr std::size_t memory_bytes_max = 1024 * 1024;

/// An object {"version", "hash"} for each thing signed, under "<federation>/<signer>".
std::optional<boost::json::object> read_memory(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return boost::json::object();
  boost::system::error_code failed;
  auto value = boost::json::parse(read_file(file, memory_bytes_max), failed);
  if (failed || !value.is_object()) return std::nullopt;
  for (const auto& [who, list] : value.get_object()) {
    if (!list.is_array()) return std::nullopt;
    for (const auto& one : list.get_array()) {
      const auto* object = one.if_object();
      const auto* version = object == nullptr ? nullptr : object->if_contains("version");
      const auto* hash = object == nullptr ? nullptr : object->if_contains("hash");
      if (version == nullptr || hash == nullptr || !version->is_int64() || !hash->is_string())
        return std::nullopt;
    }
  }
  return std::move(value.get_object());
}

/// As it was typed: words that were shown once may come back in capitals or with more space between them.
protocol::Outcome<protocol::SecretKey> unseal(const protocol::Bytes& sealed, const std::string& typed) {
  const auto words = protocol::parse_recovery_phrase(typed);
  if (words && *words != typed) {
    auto opened = protocol::unseal_key(sealed, *words);
    if (opened || opened.error() != protocol::Refusal::bad_seal) return opened;
  }
  return protocol::unseal_key(sealed, typed);
}

enum class Signed { nothing, the_same, another };

Signed signed_before(const boost::json::object& memory, const std::string& who,
                     const core::SignRequest& request) {
  const auto* list = memory.if_contains(who);
  Signed found = Signed::nothing;
  if (list == nullptr) return found;
  for (const auto& one : list->get_array()) {
    if (one.at("version").get_int64() != static_cast<std::int64_t>(request.version)) continue;
    if (one.at("hash").get_string() == protocol::to_hex(request.charter)) return Signed::the_same;
    found = Signed::another;
  }
  return found;
}

}  // namespace

std::optional<protocol::Bytes> SignerFile::sealed() const {
  if (!std::filesystem::exists(key_file_)) return std::nullopt;
  auto bytes = protocol::read_sealed_key(read_file(key_file_, key_file_bytes_max));
  return bytes ? std::move(*bytes) : protocol::Bytes();
}

std::optional<protocol::PublicKey> SignerFile::key() const {
  const auto bytes = sealed();
  if (!bytes) return std::nullopt;
  const auto owner = protocol::sealed_key_owner(*bytes);
  if (!owner) return std::nullopt;
  return *owner;
}

protocol::Outcome<protocol::SecretKey, SignRefused> SignerFile::opened(const std::string& passphrase) const {
  const auto bytes = sealed();
  if (!bytes) return SignRefused::no_signer_key;
  auto key = unseal(*bytes, passphrase);
  if (!key)
    return key.error() == protocol::Refusal::bad_seal ? SignRefused::wrong_passphrase
                                                      : SignRefused::key_damaged;
  return std::move(*key);
}

protocol::Outcome<protocol::Bytes, SignRefused> SignerFile::seal_hold(const protocol::Hold& hold,
                                                                      const std::string& passphrase) {
  const auto key = opened(passphrase);
  if (!key) return key.error();
  auto sealed_hold = protocol::seal_hold(hold, *key);
  assert(sealed_hold);
  return std::move(*sealed_hold);
}

protocol::Outcome<protocol::SignedBy, SignRefused> SignerFile::sign(const core::SignRequest& request) {
  const auto key = opened(request.passphrase);
  if (!key) return key.error();
  const std::lock_guard lock(memory_);
  auto memory = read_memory(memory_file_);
  if (!memory) return SignRefused::memory_damaged;
  const auto who = protocol::to_hex(request.federation) + "/" + protocol::to_text(key->public_key());
  const auto before = signed_before(*memory, who, request);
  if (before == Signed::another && !request.release) return SignRefused::signed_another;
  if (before != Signed::the_same) {
    auto& list = (*memory)[who];
    if (!list.is_array()) list = boost::json::array();
    list.get_array().push_back(
        boost::json::object{{"version", request.version}, {"hash", protocol::to_hex(request.charter)}});
    const auto folder = memory_file_.parent_path();
    if (!folder.empty() && ::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
      throw DirectoryRefused(folder.string() + ": cannot be made: " + std::strerror(errno));
    write_file(memory_file_, boost::json::serialize(*memory) + "\n", true);
  }
  return protocol::SignedBy{key->public_key(), protocol::sign_charter(request.charter, *key)};
}

void SignerFile::put_away() {
  for (int number = 1;; ++number) {
    const auto place = key_file_.parent_path() / ("signer-" + std::to_string(number) + ".key");
    if (std::filesystem::exists(place)) continue;
    std::error_code failed;
    std::filesystem::rename(key_file_, place, failed);
    if (failed) throw DirectoryRefused(key_file_.string() + ": cannot be put away: " + failed.message());
    return;
  }
}

protocol::Outcome<std::string, SignRefused> SignerFile::keep(const protocol::SecretKey& key, bool replace) {
  const auto entropy = protocol::system_entropy();
  auto passphrase = protocol::make_recovery_phrase(protocol::phrase_words_default, entropy);
  const auto sealed = protocol::seal_key(key, passphrase, entropy);
  assert(sealed);
  const std::lock_guard lock(memory_);
  if (std::filesystem::exists(key_file_)) {
    if (!replace) return SignRefused::signer_key_there;
    put_away();
  }
  write_file(key_file_, protocol::armour_sealed_key(*sealed) + "\n", true);
  return passphrase;
}

}  // namespace hansa
