#pragma once

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace hansa {

/// The settings file, an environment variable or an option says something that cannot be used.
/// `what()` names the place (file and line, or variable), the value, and what to write instead.
class ConfigRefused : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A TCP endpoint to listen on. Port 0: any free one.
struct Endpoint {
  std::string host;
  std::uint16_t port = 0;
};

/// What `D/hansa.toml` holds; environment (`HANSA_LINK_LISTEN`, …) and options override it.
struct Config {
  std::string name;             ///< 1–200 code points, shown to the partners
  std::string country;          ///< ISO 3166-1 alpha-2
  std::string language = "en";  ///< BCP 47, of what is typed here
  std::string organisation_type = "municipality";
  std::string key_passphrase_file;   ///< opens a sealed node.key; empty: the terminal is asked
  bool publish_organisation = true;  ///< a first record of the organisation, once a charter names the node

  Endpoint link_listen{"0.0.0.0", 8441};
  std::string link_path = "/";     ///< where a reverse proxy leads to the link listener
  std::string link_address;        ///< ws:// or wss:// address that partners dial; empty: we only dial
  std::vector<std::string> peers;  ///< further addresses to dial
  std::vector<std::string> trusted_proxies;  ///< addresses whose X-Forwarded-For is believed
  std::string ca_file;                       ///< PEM of a private certificate authority; empty: the system's

  Endpoint admin_listen{"127.0.0.1", 8440};
  std::vector<std::string> admin_hosts;  ///< further Host names under which the admin listener is reached
  bool admin_behind_tls = false;         ///< a proxy adds TLS: cookies get `Secure`

  std::string log_level = "info";  ///< error, warning, info, debug
};

/// Reads settings as they stand in a file; `source` names it in what is thrown. Throws ConfigRefused.
Config read_config(const std::string& text, const std::string& source);

/// Reads `directory`/hansa.toml and the environment. Unknown keys and values out of range throw
/// ConfigRefused.
Config load_config(const std::filesystem::path& directory);

/// Whether these settings could stand in a file. Throws ConfigRefused, which names the setting.
void check_config(const Config& config);

/// The text of a new settings file, every key with its explanation.
std::string config_text(const Config& config);

/// "host:port", "[v6]:port". Throws ConfigRefused, naming `where`.
Endpoint parse_endpoint(const std::string& text, const std::string& where);
std::string to_text(const Endpoint& endpoint);

}  // namespace hansa
