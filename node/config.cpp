#include "config.h"

#include <toml++/toml.h>

#include <charconv>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

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
  std::function<void(Config&, std::vector<std::string> values)> set_list;  ///< instead of `set`, for lists
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

Key text_key(std::string section, std::string name, std::string Config::*member) {
  return {std::move(section),
          std::move(name),
          [member](Config& config, const std::string& value, const std::string& where) {
            if (value.size() > value_chars_max) throw ConfigRefused(where + ": longer than 500 bytes");
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

Key list_key(std::string section, std::string name, std::vector<std::string> Config::*member) {
  return {std::move(section), std::move(name), {}, [member](Config& config, std::vector<std::string> values) {
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
      text_key("node", "name", &Config::name),
      {"node",
       "country",
       [](Config& config, const std::string& value, const std::string& where) {
         if (value.size() != 2 || value.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") != std::string::npos)
           throw ConfigRefused(where + ": \"" + value + "\" is not a two-letter country code such as LV");
         config.country = value;
       },
       {}},
      text_key("node", "language", &Config::language),
      text_key("node", "organisation_type", &Config::organisation_type),
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
      {"link",
       "address",
       [](Config& config, const std::string& value, const std::string& where) {
         if (!value.empty() && value.rfind("ws://", 0) != 0 && value.rfind("wss://", 0) != 0)
           throw ConfigRefused(where + ": \"" + value + "\" begins neither with ws:// nor with wss://");
         config.link_address = value;
       },
       {}},
      list_key("link", "peers", &Config::peers),
      list_key("link", "trusted_proxies", &Config::trusted_proxies),
      text_key("link", "ca_file", &Config::ca_file),
      endpoint_key("admin", "listen", &Config::admin_listen),
      list_key("admin", "hosts", &Config::admin_hosts),
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
  if (key.set_list) return key.set_list(config, read_list(node, where));
  if (const auto text = node.value_exact<std::string>()) return key.set(config, *text, where);
  if (const auto flag = node.value_exact<bool>()) return key.set(config, *flag ? "true" : "false", where);
  throw ConfigRefused(where + ": " + key.section + "." + key.name + " is a text in quotes, or true or false");
}

/// `file` is where `text` comes from, for the messages.
void apply_text(Config& config, const std::string& text, const std::filesystem::path& file) {
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
    for (const auto& [name, value] : *inner) {
      const Key* key = find_key(section.str(), name.str());
      if (key == nullptr)
        throw ConfigRefused(place(file, value) + ": unknown key \"" + std::string(section.str()) + "." +
                            std::string(name.str()) + "\"; docs/operating.md lists the known ones");
      apply(config, *key, value, place(file, value));
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

void apply_environment(Config& config) {
  for (const auto& key : keys()) {
    std::string variable = "HANSA_";
    for (const char letter : key.section + "_" + key.name)
      variable += static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
    const char* value = std::getenv(variable.c_str());
    if (value == nullptr) continue;
    if (key.set_list)
      key.set_list(config, split_at_commas(value));
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

Config load_config(const std::filesystem::path& directory) {
  Config config;
  const auto file = directory / "hansa.toml";
  apply_text(config, read_text(file), file);
  apply_environment(config);
  return config;
}

void check_config(const Config& config) {
  Config read_again;
  apply_text(read_again, config_text(config), "hansa.toml");
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
