#include "demo_federation.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <boost/json.hpp>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iostream>
#include <thread>

#include "commands/commands.h"
#include "commands/importing.h"
#include "demo/catalogue.h"
#include "directory.h"
#include "founding.h"

namespace hansa {
namespace {

namespace json = boost::json;

constexpr std::chrono::seconds ready_within{60};
constexpr std::chrono::seconds loaded_within{180};
constexpr std::chrono::milliseconds look_every{100};
constexpr std::size_t state_bytes_max = 64 * 1024;
/// There while the nodes are being made: what stands beside it is ours to remove.
constexpr std::string_view making_file = "demo.making";
constexpr std::string_view lock_file = "demo.lock";

/// The nodes in the order in which a demo gains them, with the nearest one that stands in while there are
/// fewer.
struct Country {
  std::string_view code;
  std::string_view name;
  std::string_view language;
  std::array<std::string_view, 7> nearest;  ///< by distance; the first that has a node takes the records
};
constexpr std::array<Country, 8> countries{{
    {"LV", "Demo mezgls Latvija", "lv", {"LT", "EE", "FI", "SE", "DK", "NO", "IS"}},
    {"LT", "Demo mazgas Lietuva", "lt", {"LV", "EE", "FI", "SE", "DK", "NO", "IS"}},
    {"FI", "Demosolmu Suomi", "fi", {"EE", "SE", "LV", "LT", "NO", "DK", "IS"}},
    {"EE", "Demosõlm Eesti", "et", {"FI", "LV", "LT", "SE", "DK", "NO", "IS"}},
    {"SE", "Demonod Sverige", "sv", {"FI", "NO", "DK", "EE", "LV", "LT", "IS"}},
    {"DK", "Demonode Danmark", "da", {"SE", "NO", "FI", "LT", "LV", "EE", "IS"}},
    {"NO", "Demonode Noreg", "nn", {"SE", "DK", "FI", "IS", "EE", "LV", "LT"}},
    {"IS", "Sýnishnútur Ísland", "is", {"NO", "DK", "SE", "FI", "EE", "LV", "LT"}},
}};

std::string lower(std::string_view code) {
  std::string out;
  for (const char letter : code) out += static_cast<char>(letter - 'A' + 'a');
  return out;
}

void say(const std::string& line) { std::cerr << "demo: " << line << '\n'; }

/// Which of the first `nodes` countries publishes the records of `code`.
std::size_t node_for(std::string_view code, std::size_t nodes) {
  const auto index_of = [](std::string_view wanted) {
    for (std::size_t index = 0; index < countries.size(); ++index)
      if (countries[index].code == wanted) return index;
    throw commands::Failed("the demo catalogue names a country that has no node: " + std::string(wanted));
  };
  const auto own = index_of(code);
  if (own < nodes) return own;
  for (const auto& near : countries[own].nearest)
    if (const auto index = index_of(near); index < nodes) return index;
  return 0;
}

std::string upper(std::string_view code) {
  std::string out;
  for (const char letter : code)
    out += static_cast<char>(letter >= 'a' && letter <= 'z' ? letter - 'a' + 'A' : letter);
  return out;
}

/// What the process said last: why it ended, as a rule.
std::string last_line(const std::filesystem::path& log) {
  std::ifstream in(log);
  std::string last = "it said nothing";
  for (std::string line; std::getline(in, line);)
    if (!line.empty()) last = line;
  return last;
}

json::object get_object(ApiClient& api, const std::string& target) {
  const auto response = api.require({"GET", target, {}, "", ""});
  const auto value = commands::parse_document(response.body, "the node's answer");
  return value.as_object();
}

}  // namespace

DemoLock::DemoLock(const std::filesystem::path& directory) {
  const auto file = directory / lock_file;
  descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor_ < 0) throw commands::Failed(file.string() + ": cannot be made");
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return;
  ::close(descriptor_);
  throw commands::Failed(directory.string() +
                         ": another `hansa demo` runs here; stop it first, or give another --dir");
}

DemoLock::~DemoLock() { ::close(descriptor_); }

DemoFederation::DemoFederation(DemoOptions options) : options_(std::move(options)) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGCHLD);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // A reader of our output that goes away must not leave the nodes without us.
  std::signal(SIGPIPE, SIG_IGN);
  if (!options_.directory.empty()) {
    directory_ = std::filesystem::absolute(options_.directory);
  } else {
    auto pattern = (std::filesystem::temp_directory_path() / "hansa-demo-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr)
      throw commands::Failed("no temporary directory can be made; give --dir D");
    directory_ = pattern;
    temporary_ = true;
  }
  std::filesystem::create_directories(directory_);
  lock_.emplace(directory_);
}

DemoFederation::~DemoFederation() {
  for (auto& child : children_) child.ask_to_stop();
  children_.clear();
  if (!temporary_) return;
  std::error_code error;
  std::filesystem::remove_all(directory_, error);
  if (error)
    say("the temporary directory " + directory_.string() + " could not be removed: " + error.message());
}

std::filesystem::path DemoFederation::log_file(std::size_t index) const {
  return directory_ / (lower(nodes_[index].country) + ".log");
}

std::string DemoFederation::admin_endpoint(std::size_t index) const {
  return "127.0.0.1:" + std::to_string(options_.base_port + 2 * static_cast<int>(index));
}

std::string DemoFederation::link_endpoint(std::size_t index) const {
  return "127.0.0.1:" + std::to_string(options_.base_port + 2 * static_cast<int>(index) + 1);
}

void DemoFederation::make() {
  if (find_earlier()) return say("found the federation of an earlier run in " + directory_.string());
  make_new();
}

bool DemoFederation::find_earlier() {
  const auto file = directory_ / "demo.json";
  if (!std::filesystem::exists(file)) return false;
  const auto state = commands::parse_document(read_file(file, state_bytes_max), file.string());
  for (const auto& item : state.as_object().at("nodes").as_array()) {
    const auto text = [&](const char* key) { return std::string(item.as_object().at(key).as_string()); };
    nodes_.push_back({text("name"), text("country"), text("user"), text("password"), text("token"),
                      text("recovery"), text("dir")});
  }
  if (nodes_.size() != static_cast<std::size_t>(options_.nodes))
    throw commands::Failed(file.string() + ": this demo has " + std::to_string(nodes_.size()) +
                           " nodes; start it with --nodes " + std::to_string(nodes_.size()) +
                           ", or give another --dir");
  const auto first = std::string(state.at("nodes").as_array().front().as_object().at("admin").as_string());
  if (first != "http://" + admin_endpoint(0))
    throw commands::Failed(file.string() + ": this demo begins at " + first +
                           "; start it with that port as --base-port, or give another --dir");
  return true;
}

/// What is made replaces what stands in its place: somebody's real nodes must never be that.
void DemoFederation::refuse_foreign_nodes() const {
  if (std::filesystem::exists(directory_ / making_file)) return;
  for (std::size_t index = 0; index < static_cast<std::size_t>(options_.nodes); ++index) {
    const auto place = directory_ / lower(countries[index].code);
    if (std::filesystem::exists(place))
      throw commands::Failed(place.string() + ": is in the way, and no demo made it; give another --dir");
  }
}

void DemoFederation::make_new() {
  refuse_foreign_nodes();
  write_file(directory_ / making_file, "", false);
  std::vector<std::string> cards;
  for (std::size_t index = 0; index < static_cast<std::size_t>(options_.nodes); ++index) {
    const auto& country = countries[index];
    const NodeDirectory directory(directory_ / lower(country.code));
    // An interrupted making is begun anew: before demo.json is there nobody has used these nodes.
    std::filesystem::remove_all(directory.path());
    Config config;
    config.name = country.name;
    config.country = country.code;
    config.language = country.language;
    config.organisation_type = "ngo";
    config.publish_organisation = false;  // the demo catalogue holds it
    config.admin_listen = parse_endpoint(admin_endpoint(index), "--base-port");
    config.link_listen = parse_endpoint(link_endpoint(index), "--base-port");
    config.link_address = "ws://" + link_endpoint(index) + config.link_path;
    say("making " + config.name);
    const auto made = founding::make_node(directory.path(), config);
    cards.push_back(made.card);
    nodes_.push_back({config.name, config.country, made.user, made.password, directory.operator_token(),
                      made.recovery_phrase, directory.path()});
  }
  founding::Founded founded;
  {
    OpenedNode first(nodes_.front().directory);
    founded = founding::found_federation(first, "Hansa demo", "en", {cards.begin() + 1, cards.end()});
  }
  for (std::size_t index = 1; index < nodes_.size(); ++index)
    OpenedNode(nodes_[index].directory)
        .accept(commands::read_charter_file(founded.charter_text, "the demo's charter"));
  write_file(directory_ / "demo.json", state_text(), true);
  std::filesystem::remove(directory_ / making_file);
}

std::string DemoFederation::state_text() const {
  json::array list;
  for (std::size_t index = 0; index < nodes_.size(); ++index) {
    const auto& node = nodes_[index];
    list.push_back(json::object{{"name", node.name},
                                {"country", node.country},
                                {"admin", "http://" + admin_endpoint(index)},
                                {"link", "ws://" + link_endpoint(index) + Config{}.link_path},
                                {"user", node.user},
                                {"password", node.password},
                                {"token", node.token},
                                {"recovery", node.recovery},
                                {"dir", node.directory.string()}});
  }
  return json::serialize(json::object{{"nodes", list}}) + "\n";
}

void DemoFederation::check_children() {
  for (std::size_t index = 0; index < children_.size(); ++index)
    if (const auto status = children_[index].ended())
      throw commands::Failed(nodes_[index].name + " ended with status " + std::to_string(*status) + ": " +
                             last_line(log_file(index)) + " (" + log_file(index).string() + ")");
}

/// Asked with this node's token, so that a stranger on the port is not taken for it; and only once the node
/// listens, for a stranger may be silent.
bool DemoFederation::answers(std::size_t index) const {
  if (!NodeDirectory(nodes_[index].directory).serving_at()) return false;
  const auto api = connect_api(admin_endpoint(index), nodes_[index].token);
  const auto answer = api->try_ask({"GET", "/api/v1/node", {}, "", ""});
  return answer && answer->status == 200;
}

void DemoFederation::start() {
  for (std::size_t index = 0; index < nodes_.size(); ++index) {
    children_.emplace_back(std::vector<std::string>{std::filesystem::canonical("/proc/self/exe").string(),
                                                    "serve", "--dir", nodes_[index].directory.string()},
                           log_file(index));
  }
  const auto deadline = std::chrono::steady_clock::now() + ready_within;
  for (std::size_t index = 0; index < nodes_.size(); ++index) {
    for (;;) {
      check_children();
      if (answers(index)) break;
      if (std::chrono::steady_clock::now() > deadline)
        throw commands::Failed(nodes_[index].name + " is not ready after 60 s; see its log in " +
                               directory_.string());
      std::this_thread::sleep_for(look_every);
    }
    say(nodes_[index].name + " serves on http://" + admin_endpoint(index) + "/");
  }
}

/// Publishes on each node what can be published there now.
DemoFederation::Round DemoFederation::import_round() {
  Round round;
  for (const auto& document : demo::documents()) {
    const auto index = node_for(upper(document.country), nodes_.size());
    const auto api = connect_api(admin_endpoint(index), nodes_[index].token);
    commands::ImportSettings settings;
    settings.skip_refused = true;
    commands::Importing importing(*api, settings);
    for (const auto& line : importing.run(document.json, std::string(document.country) + ".json").lines) {
      if (line.outcome == "waiting") ++round.waiting;
      if (line.outcome != "refused") continue;
      // With few nodes one of them holds both the record and an endorsement of it, which nobody may give
      // oneself.
      if (line.errors.size() != 1 || line.errors[0].at("code") != "own_record")
        throw commands::Failed("the demo catalogue was refused: " + std::string(document.country) +
                               " record " + std::to_string(line.number) + " (" + line.key +
                               "): " + line.reason);
      ++round.left_out;
    }
  }
  return round;
}

bool DemoFederation::all_agree(std::size_t records) const {
  std::string digest;
  for (std::size_t index = 0; index < nodes_.size(); ++index) {
    const auto api = connect_api(admin_endpoint(index), nodes_[index].token);
    const auto node = get_object(*api, "/api/v1/node");
    const std::string own_digest(node.at("digest").as_string());
    if (index == 0) digest = own_digest;
    if (own_digest != digest || node.at("records").to_number<std::size_t>() < records ||
        node.at("missingPayloads").to_number<std::size_t>() != 0 ||
        node.at("uncheckedEntries").to_number<std::size_t>() != 0)
      return false;
  }
  return true;
}

void DemoFederation::load_catalogue() {
  std::size_t records = 0;
  for (const auto& document : demo::documents())
    records += commands::parse_document(std::string(document.json), std::string(document.country))
                   .at("records")
                   .as_array()
                   .size();
  say("publishing the demo catalogue (" + std::to_string(records) + " records)");
  const auto deadline = std::chrono::steady_clock::now() + loaded_within;
  Round round{records, 0};
  while (round.waiting > 0 || !all_agree(records - round.left_out)) {
    check_children();
    if (round.waiting > 0) {
      round = import_round();
      say(std::to_string(records - round.waiting - round.left_out) + " of " + std::to_string(records) +
          " published" +
          (round.left_out > 0
               ? ", " + std::to_string(round.left_out) + " endorse their own node's records and stay out"
               : ""));
    }
    if (std::chrono::steady_clock::now() > deadline)
      throw commands::Failed("the nodes do not hold the whole demo catalogue after 180 s; see the logs in " +
                             directory_.string());
    std::this_thread::sleep_for(look_every);
  }
}

void DemoFederation::report() const {
  if (!options_.ready_file.empty()) write_file(options_.ready_file, state_text(), true);
  for (std::size_t index = 0; index < nodes_.size(); ++index)
    std::cout << nodes_[index].country << "  http://" << admin_endpoint(index) << "/  user "
              << nodes_[index].user << "  password " << nodes_[index].password << "  " << nodes_[index].name
              << '\n';
  std::cout << "All nodes hold the demo catalogue. Ctrl-C stops them." << std::endl;
}

/// The others go on: that a partner's records outlive its node is what a demo is for.
void DemoFederation::tell_ended() {
  for (std::size_t index = 0; index < children_.size(); ++index) {
    const auto status = children_[index].ended();
    if (!status || nodes_[index].told_ended) continue;
    nodes_[index].told_ended = true;
    say(nodes_[index].name + " ended with status " + std::to_string(*status) +
        "; the others go on. Start it again: hansa serve --dir " + nodes_[index].directory.string());
  }
}

void DemoFederation::wait_for_stop() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGCHLD);
  for (int signal = 0; signal != SIGTERM && signal != SIGINT;) {
    sigwait(&signals, &signal);
    if (signal == SIGCHLD) tell_ended();
  }
  say("stopping");
}

}  // namespace hansa
