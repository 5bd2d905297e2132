#include "config.h"

#include <toml++/toml.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

#include "links/peer_address.h"
#include "protocol/code_lists.h"
#include "protocol/unicode.h"

namespace hansa {
namespace {

constexpr std::size_t config_bytes_max = 64 * 1024;
constexpr std::size_t value_chars_max = 500;
constexpr std::size_t list_items_max = 64;

std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in)
    throw ConfigRefused(file.string() +
                        ": cannot be read. Is --dir a node directory? `hansa init --dir D` makes one.");
  std::ostringstream text;
  text << in.rdbuf();
  if (text.str().size() > config_bytes_max) throw ConfigRefused(file.string() + ": larger than 64 KiB");
  return text.str();
}

/// One setting: where it stands in the file, and how a text becomes its value.
struct Key {
  std::string section;
  std::string name;
  std::function<void(Config&, const std::string& value, const std::string& where)> set;
  /// Instead of `set`, for lists.
  std::function<void(Config&, std::vector<std::string> values, const std::string& where)> set_list;
};

std::string one_of(const std::string& value, const std::string& where,
                   const std::vector<std::string>& allowed) {
  std::string list;
  for (const auto& candidate : allowed) {
    if (candidate == value) return value;
    list += (list.empty() ? "" : ", ") + candidate;
  }
  throw ConfigRefused(where + ": \"" + value + "\" is not one of " + list);
}

using Check = std::string (*)(const std::string& value);  ///< what is wrong with it; empty: nothing

std::string name_fault(const std::string& value) {
  const auto length = protocol::code_points(value);
  return length >= 2 && length <= 200 ? "" : "a name has 2 to 200 characters";
}

std::string language_fault(const std::string& value) {
  return protocol::is_language(value) ? "" : "not a BCP 47 language tag such as lv";
}

std::string peer_fault(const std::string& value) {
  return links::parse_peer_address(value) ? "" : "not ws://HOST[:PORT][/PATH] or wss://HOST[:PORT][/PATH]";
}

std::string address_fault(const std::string& value) { return value.empty() ? "" : peer_fault(value); }

std::string proxy_fault(const std::string& value) {
  return links::is_network(value) ? "" : "neither an IP address nor a network such as 10.0.0.0/8";
}

std::string host_fault(const std::string& value) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]";
  const bool plain = !value.empty() && value.find_first_not_of(allowed) == std::string::npos;
  return plain ? "" : "not a host name, with or without a port; no scheme and no path";
}

std::string file_fault(const std::string& value) {
  return value.empty() || std::ifstream(value) ? "" : "cannot be read";
}

void require(Check check, const std::string& value, const std::string& where) {
  if (value.size() > value_chars_max) throw ConfigRefused(where + ": longer than 500 bytes");
  if (const auto fault = check(value); !fault.empty())
    throw ConfigRefused(where + ": \"" + value + "\": " + fault);
}

Key text_key(std::string section, std::string name, std::string Config::*member, Check check) {
  return {std::move(section),
          std::move(name),
          [member, check](Config& config, const std::string& value, const std::string& where) {
            require(check, value, where);
            config.*member = value;
          },
          {}};
}

Key flag_key(std::string section, std::string name, bool Config::*member) {
  return {std::move(section),
          std::move(name),
          [member](Config& config, const std::string& value, const std::string& where) {
            config.*member = one_of(value, where, {"true", "false"}) == "true";
          },
          {}};
}

Key list_key(std::string section, std::string name, std::vector<std::string> Config::*member, Check check) {
  return {std::move(section),
          std::move(name),
          {},
          [member, check](Config& config, std::vector<std::string> values, const std::string& where) {
            for (const auto& value : values) require(check, value, where);
            config.*member = std::move(values);
          }};
}

Key endpoint_key(std::string section, std::string name, Endpoint Config::*member) {
  return {std::move(section),
          std::move(name),
          [member](Config& config, const std::string& value, const std::string& where) {
            config.*member = parse_endpoint(value, where);
          },
          {}};
}

const std::vector<Key>& keys() {
  static const std::vector<Key> all = {
      text_key("node", "name", &Config::name, name_fault),
      {"node",
       "country",
       [](Config& config, const std::string& value, const std::string& where) {
         if (!protocol::code_lists::countries.contains(value))
           throw ConfigRefused(where + ": \"" + value + "\" is not a country code of ISO 3166-1 such as LV");
         config.country = value;
       },
       {}},
      text_key("node", "language", &Config::language, language_fault),
      {"node",
       "organisation_type",
       [](Config& config, const std::string& value, const std::string& where) {
         const auto codes = protocol::code_lists::org_types.codes;
         config.organisation_type = one_of(value, where, {codes.begin(), codes.end()});
       },
       {}},
      text_key("node", "key_passphrase_file", &Config::key_passphrase_file, file_fault),
      flag_key("node", "publish_organisation", &Config::publish_organisation),
      endpoint_key("link", "listen", &Config::link_listen),
      {"link",
       "path",
       [](Config& config, const std::string& value, const std::string& where) {
         if (value.empty() || value.front() != '/' || value.size() > 200)
           throw ConfigRefused(where + ": a path begins with / and has at most 200 characters");
         config.link_path = value;
       },
       {}},
      text_key("link", "address", &Config::link_address, address_fault),
      list_key("link", "peers", &Config::peers, peer_fault),
      list_key("link", "trusted_proxies", &Config::trusted_proxies, proxy_fault),
      text_key("link", "ca_file", &Config::ca_file, file_fault),
      endpoint_key("admin", "listen", &Config::admin_listen),
      list_key("admin", "hosts", &Config::admin_hosts, host_fault),
      flag_key("admin", "behind_tls", &Config::admin_behind_tls),
      {"log",
       "level",
       [](Config& config, const std::string& value, const std::string& where) {
         config.log_level = one_of(value, where, {"error", "warning", "info", "debug"});
       },
       {}},
  };
  return all;
}

bool is_section(std::string_view section) {
  return std::any_of(keys().begin(), keys().end(), [&](const Key& key) { return key.section == section; });
}

const Key* find_key(std::string_view section, std::string_view name) {
  for (const auto& key : keys())
    if (key.section == section && key.name == name) return &key;
  return nullptr;
}

std::string place(const std::filesystem::path& file, const toml::node& node) {
  return file.string() + ":" + std::to_string(node.source().begin.line);
}

std::vector<std::string> read_list(const toml::node& node, const std::string& where) {
  const auto* array = node.as_array();
  if (array == nullptr) throw ConfigRefused(where + ": expected a list, such as [\"one\", \"two\"]");
  if (array->size() > list_items_max) throw ConfigRefused(where + ": more than 64 items");
  std::vector<std::string> values;
  for (const auto& item : *array) {
    const auto text = item.value<std::string>();
    if (!text || text->size() > value_chars_max)
      throw ConfigRefused(where + ": each item is a text of at most 500 bytes");
    values.push_back(*text);
  }
  return values;
}

void apply(Config& config, const Key& key, const toml::node& node, const std::string& where) {
  if (key.set_list) return key.set_list(config, read_list(node, where), where);
  if (const auto text = node.value_exact<std::string>()) return key.set(config, *text, where);
  if (const auto flag = node.value_exact<bool>()) return key.set(config, *flag ? "true" : "false", where);
  throw ConfigRefused(where + ": " + key.section + "." + key.name + " is a text in quotes, or true or false");
}

/// How a message names the place of a value.
using Place = std::function<std::string(const toml::node& node, const std::string& key)>;

/// `file` is where `text` comes from, for the messages.
void apply_text(Config& config, const std::string& text, const std::filesystem::path& file,
                const Place& place_of) {
  toml::table table;
  try {
    table = toml::parse(text, file.string());
  } catch (const toml::parse_error& error) {
    throw ConfigRefused(file.string() + ":" + std::to_string(error.source().begin.line) + ": " +
                        std::string(error.description()));
  }
  for (const auto& [section, node] : table) {
    const auto* inner = node.as_table();
    if (inner == nullptr)
      throw ConfigRefused(place(file, node) + ": unknown key \"" + std::string(section.str()) +
                          "\"; keys stand in sections");
    if (!is_section(section.str()))
      throw ConfigRefused(place(file, node) + ": unknown section \"" + std::string(section.str()) +
                          "\"; docs/operating.md lists the known ones");
    for (const auto& [name, value] : *inner) {
      const Key* key = find_key(section.str(), name.str());
      if (key == nullptr)
        throw ConfigRefused(place(file, value) + ": unknown key \"" + std::string(section.str()) + "." +
                            std::string(name.str()) + "\"; docs/operating.md lists the known ones");
      apply(config, *key, value, place_of(value, key->section + "." + key->name));
    }
  }
}

std::vector<std::string> split_at_commas(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, ',');)
    if (!part.empty()) parts.push_back(part);
  return parts;
}

std::string variable_of(const std::string& key) {
  std::string variable = "HANSA_";
  for (const char letter : key)
    variable += letter == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  return variable;
}

/// A variable that begins as a section's do and names no key of it is a typing error.
void refuse_unknown_variables() {
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string variable(*entry, std::strcspn(*entry, "="));
    const auto names = [&](const Key& key) { return variable == variable_of(key.section + "." + key.name); };
    const auto begins = [&](const Key& key) { return variable.starts_with(variable_of(key.section + ".")); };
    if (std::any_of(keys().begin(), keys().end(), begins) &&
        std::none_of(keys().begin(), keys().end(), names))
      throw ConfigRefused("environment variable " + variable +
                          ": there is no such setting; docs/operating.md lists them");
  }
}

void apply_environment(Config& config) {
  refuse_unknown_variables();
  for (const auto& key : keys()) {
    const auto variable = variable_of(key.section + "." + key.name);
    const char* value = std::getenv(variable.c_str());
    if (value == nullptr) continue;
    if (key.set_list)
      key.set_list(config, split_at_commas(value), "environment variable " + variable);
    else
      key.set(config, value, "environment variable " + variable);
  }
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') out += '\\';
    out += letter;
  }
  return out + "\"";
}

std::string quoted(const std::vector<std::string>& list) {
  std::string out = "[";
  for (const auto& item : list) out += (out.size() > 1 ? ", " : "") + quoted(item);
  return out + "]";
}

}  // namespace

Endpoint parse_endpoint(const std::string& text, const std::string& where) {
  const auto colon = text.rfind(':');
  Endpoint endpoint;
  if (colon != std::string::npos) {
    endpoint.host = text.substr(0, colon);
    if (endpoint.host.size() > 2 && endpoint.host.front() == '[' && endpoint.host.back() == ']')
      endpoint.host = endpoint.host.substr(1, endpoint.host.size() - 2);
    const char* const begin = text.data() + colon + 1;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(begin, end, endpoint.port);
    if (error == std::errc{} && rest == end && !endpoint.host.empty()) return endpoint;
  }
  throw ConfigRefused(where + ": \"" + text + "\" is not HOST:PORT, such as 127.0.0.1:8440");
}

std::string to_text(const Endpoint& endpoint) {
  const bool v6 = endpoint.host.find(':') != std::string::npos;
  return (v6 ? "[" + endpoint.host + "]" : endpoint.host) + ":" + std::to_string(endpoint.port);
}

Config read_config(const std::string& text, const std::string& source) {
  Config config;
  apply_text(config, text, source,
             [&source](const toml::node& node, const std::string&) { return place(source, node); });
  return config;
}

Config load_config(const std::filesystem::path& directory) {
  const auto file = directory / "hansa.toml";
  auto config = read_config(read_text(file), file.string());
  apply_environment(config);
  return config;
}

void check_config(const Config& config) {
  Config read_again;
  // There is no file yet: the setting's name says which value is meant.
  apply_text(read_again, config_text(config), "the new settings",
             [](const toml::node&, const std::string& key) { return key; });
}

std::string config_text(const Config& config) {
  std::ostringstream out;
  out << "# Settings of this Hansa node. An environment variable HANSA_SECTION_KEY (for example "
         "HANSA_ADMIN_LISTEN)\n"
         "# overrides a line; lists are then separated by commas. Unknown keys are an error.\n\n"
         "[node]\n"
         "# The partner's name and country (ISO 3166-1) as on this node's card.\n"
      << "name = " << quoted(config.name) << "\ncountry = " << quoted(config.country) << "\n"
      << "# Language of what is typed here unless the form says otherwise (BCP 47), and kind of "
         "organisation.\n"
      << "language = " << quoted(config.language)
      << "\norganisation_type = " << quoted(config.organisation_type) << "\n"
      << "# File with the passphrase of node.key, if `hansa key protect` has sealed it. Empty: the terminal "
         "is "
         "asked.\n"
      << "key_passphrase_file = " << quoted(config.key_passphrase_file) << "\n"
      << "# Publish a first record of the organisation once a charter names this node, if it has none.\n"
      << "publish_organisation = " << (config.publish_organisation ? "true" : "false") << "\n\n"
      << "[link]\n"
         "# Where the partners' nodes reach this one: HOST:PORT to listen on.\n"
      << "listen = " << quoted(to_text(config.link_listen)) << "\n"
      << "# Path of the link listener, when a reverse proxy leads to it under a sub-path.\n"
      << "path = " << quoted(config.link_path) << "\n"
      << "# Address that partners dial, ws:// or wss://. Empty: this node only dials out.\n"
      << "address = " << quoted(config.link_address) << "\n"
      << "# Further addresses to dial, beside those that came with the charter.\n"
      << "peers = " << quoted(config.peers) << "\n"
      << "# Reverse proxies whose X-Forwarded-For is believed, by address.\n"
      << "trusted_proxies = " << quoted(config.trusted_proxies) << "\n"
      << "# Certificates (PEM) of a private authority for wss://. Empty: the system's.\n"
      << "ca_file = " << quoted(config.ca_file) << "\n\n"
      << "[admin]\n"
         "# The web pages and the HTTP API. Keep it on loopback unless a proxy with TLS stands in front.\n"
      << "listen = " << quoted(to_text(config.admin_listen)) << "\n"
      << "# Further host names under which the pages are reached (the Host header is checked).\n"
      << "hosts = " << quoted(config.admin_hosts) << "\n"
      << "# true when a proxy in front adds TLS: cookies are then sent over TLS only.\n"
      << "behind_tls = " << (config.admin_behind_tls ? "true" : "false") << "\n\n"
      << "[log]\n# error, warning, info or debug\nlevel = " << quoted(config.log_level) << "\n";
  return out.str();
}

}  // namespace hansa
