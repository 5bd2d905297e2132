// `hansa charter propose`: options to a list of changes.

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <iostream>
#include <memory>
#include <optional>

#include "../api_client.h"
#include "../directory.h"
#include "charter_commands.h"
#include "charter_words.h"
#include "commands.h"
#include "importing.h"
#include "passphrase.h"
#include "protocol/entry.h"

namespace hansa::commands {
namespace {

using boost::json::array;
using boost::json::object;

constexpr std::size_t body_file_bytes_max = 1024 * 1024;

struct Options {
  std::vector<std::string> partner_cards;
  std::string role = "member";
  std::vector<std::string> node_cards;
  std::string partner;
  std::vector<std::string> retired;
  std::vector<std::string> rotated;  ///< key, card
  std::vector<std::string> revoked;
  std::vector<std::string> cut;
  std::vector<std::string> from;
  std::vector<std::string> roles;      ///< partner, role
  std::vector<std::string> renamed;    ///< partner, language, name
  std::vector<std::string> successor;  ///< new, old
  std::vector<std::string> leaving;
  std::string records = "stay";
  std::vector<std::string> returning;
  std::vector<std::string> limits;  ///< key, logs=…,entries=…,bytes=…
  std::vector<std::string> federation_names;
  std::vector<std::string> personal_data;
  std::vector<std::string> no_personal_data;
  std::optional<std::uint16_t> header_version;
  std::optional<std::uint16_t> content_version;
  std::vector<std::string> signers;
  std::vector<std::string> removed_signers;
  bool only_named = false;
  std::string body_file;
  bool approve = false;
  bool release = false;
  std::string passphrase_file;
};

/// "LOG:SEQUENCE" or "LOG:SEQUENCE:HASH" as the API has it.
array from_of(const std::vector<std::string>& entries) {
  array list;
  for (const auto& entry : entries) {
    constexpr std::size_t log_digits = 64;
    const auto second = entry.find(':', log_digits + 1);
    const auto place = protocol::parse_entry_ref(std::string_view(entry).substr(0, second));
    const bool has_hash = second != std::string::npos;
    const auto last = has_hash ? protocol::hash_from_hex(std::string_view(entry).substr(second + 1))
                               : protocol::Outcome<protocol::Hash>(protocol::Hash{});
    if (!place || !last)
      throw WrongUsage(
          "--from " + entry +
          ": write LOG:SEQUENCE, the first entry that counts no longer, or LOG:SEQUENCE:HASH with the "
          "hash of the entry before it");
    object json{{"log", protocol::to_hex(place->log)}, {"sequence", place->sequence}};
    if (has_hash) json["hash"] = protocol::to_hex(*last);
    list.push_back(std::move(json));
  }
  return list;
}

/// "logs=3,entries=1000,bytes=1000000", each of them or not.
object limits_of(const std::string& key, const std::string& text) {
  object change{{"code", "limits_changed"}, {"key", key}};
  std::string rest = text;
  while (!rest.empty()) {
    const auto part = rest.substr(0, rest.find(','));
    rest.erase(0, part.size() + 1);
    const auto equals = part.find('=');
    const auto what = part.substr(0, equals);
    const char* field = what == "logs"      ? "logs"
                        : what == "entries" ? "entriesPerLog"
                        : what == "bytes"   ? "payloadBytesPerLog"
                                            : nullptr;
    const auto number =
        equals == std::string::npos ? std::nullopt : protocol::parse_number(part.substr(equals + 1));
    if (field == nullptr || !number)
      throw WrongUsage("--limits: write logs=N,entries=N,bytes=N, or some of them");
    change[field] = *number;
  }
  return change;
}

void add_endings(const Options& options, array& changes) {
  const std::size_t endings =
      options.retired.size() + options.revoked.size() + options.rotated.size() / 2 + options.cut.size();
  if (!options.from.empty() && endings != 1)
    throw WrongUsage(
        "--from belongs to one --retire, --rotate, --revoke or --cut; propose them one at a time");
  if (options.only_named && options.retired.size() + options.revoked.size() + options.rotated.size() / 2 != 1)
    throw WrongUsage("--only-named belongs to one --retire, --rotate or --revoke");
  const auto from = from_of(options.from);
  const auto add = [&](object change) {
    if (!from.empty()) change["from"] = from;
    if (options.only_named) change["onlyNamed"] = true;
    changes.push_back(std::move(change));
  };
  for (const auto& key : options.retired) add({{"code", "node_retired"}, {"key", key}});
  for (const auto& key : options.revoked) add({{"code", "node_revoked"}, {"key", key}});
  for (const auto& key : options.cut) add({{"code", "cuts_changed"}, {"key", key}});
  for (std::size_t i = 0; i + 1 < options.rotated.size(); i += 2)
    add({{"code", "node_rotated"}, {"key", options.rotated[i]}, {"card", options.rotated[i + 1]}});
}

/// Of the federation as a whole.
void add_terms(const Options& options, array& changes) {
  for (std::size_t i = 0; i + 1 < options.federation_names.size(); i += 2)
    changes.push_back(object{{"code", "federation_renamed"},
                             {"language", options.federation_names[i]},
                             {"name", options.federation_names[i + 1]}});
  for (const auto& country : options.personal_data)
    changes.push_back(object{{"code", "personal_data_country_added"}, {"country", country}});
  for (const auto& country : options.no_personal_data)
    changes.push_back(object{{"code", "personal_data_country_removed"}, {"country", country}});
  if (options.header_version)
    changes.push_back(object{{"code", "header_version_changed"}, {"to", *options.header_version}});
  if (options.content_version)
    changes.push_back(object{{"code", "content_version_changed"}, {"to", *options.content_version}});
}

array changes_of(const Options& options) {
  array changes;
  for (const auto& card : options.partner_cards)
    changes.push_back(object{{"code", "partner_added"}, {"card", card}, {"role", options.role}});
  for (const auto& card : options.node_cards)
    changes.push_back(object{{"code", "node_added"}, {"card", card}, {"partner", options.partner}});
  add_endings(options, changes);
  for (std::size_t i = 0; i + 1 < options.roles.size(); i += 2)
    changes.push_back(
        object{{"code", "role_changed"}, {"partner", options.roles[i]}, {"role", options.roles[i + 1]}});
  for (std::size_t i = 0; i + 2 < options.renamed.size(); i += 3)
    changes.push_back(object{{"code", "partner_renamed"},
                             {"partner", options.renamed[i]},
                             {"language", options.renamed[i + 1]},
                             {"name", options.renamed[i + 2]}});
  for (std::size_t i = 0; i + 1 < options.successor.size(); i += 2)
    changes.push_back(object{{"code", "successor_changed"},
                             {"partner", options.successor[i]},
                             {"predecessor", options.successor[i + 1]}});
  for (const auto& partner : options.leaving)
    changes.push_back(object{{"code", "partner_left"}, {"partner", partner}, {"records", options.records}});
  for (const auto& partner : options.returning)
    changes.push_back(object{{"code", "partner_returned"}, {"partner", partner}});
  add_terms(options, changes);
  for (std::size_t i = 0; i + 1 < options.limits.size(); i += 2)
    changes.push_back(limits_of(options.limits[i], options.limits[i + 1]));
  for (const auto& line : options.signers)
    changes.push_back(object{{"code", "signer_added"}, {"line", line}});
  for (const auto& key : options.removed_signers)
    changes.push_back(object{{"code", "signer_removed"}, {"key", key}});
  return changes;
}

void propose(const Context& context, const Options& options) {
  object request;
  if (!options.body_file.empty())
    request["body"] = read_file(options.body_file, body_file_bytes_max);
  else
    request["changes"] = changes_of(options);
  if (options.approve || !options.passphrase_file.empty())
    request["passphrase"] = read_passphrase(options.passphrase_file, "Passphrase of the signer key");
  if (options.release) request["release"] = true;
  const auto api = open_api(context.require_directory());
  const auto answer = api->require({"POST",
                                    "/api/v1/charter/proposals",
                                    {{"Content-Type", "application/json"}},
                                    boost::json::serialize(request),
                                    ""});
  report_proposal(context, answer.body);
}

}  // namespace

void report_proposal(const Context& context, const std::string& body) {
  if (context.json) {
    std::cout << body << '\n';
    return;
  }
  std::cout << proposal_in_words(parse_document(body, "the node's answer").as_object());
}

void add_charter_propose(CLI::App& charter, Context& context) {
  auto* command = charter.add_subcommand("propose",
                                         "Propose the next version of the charter, made of these changes; it "
                                         "comes into force when enough signers "
                                         "have approved it");
  auto options = std::make_shared<Options>();
  add_directory_option(*command, context);
  add_json_option(*command, context);
  const auto list = [&](const char* name, std::vector<std::string>& into, const char* form, int size,
                        const char* help) {
    auto* option = command->add_option(name, into, help);
    option->type_name(form)->type_size(size)->expected(-1)->allow_extra_args(false);
  };
  list("--add-partner", options->partner_cards, "CARD", 1, "A new partner with the card's node");
  command->add_option("--role", options->role, "Of new partners: coordinator, member, observer")
      ->capture_default_str();
  list("--add-node", options->node_cards, "CARD", 1, "A further node, of --partner");
  command->add_option("--partner", options->partner, "Whose the added nodes are: a partner's id");
  list("--retire", options->retired, "KEY", 1, "A node that stops in good order");
  list("--rotate", options->rotated, "KEY CARD", 2, "Another key in place of a node's");
  list("--revoke", options->revoked, "KEY", 1, "A key that was lost or stolen");
  list("--cut", options->cut, "KEY", 1, "A node goes on in other logs: those of --from end");
  list("--from", options->from, "LOG:SEQUENCE[:HASH]", 1,
       "The first entry that counts no longer (without: the logs end where this node holds them now), and "
       "behind a fork the hash of the entry before it: the branch that counts");
  command->add_flag("--only-named", options->only_named,
                    "Logs of the key that no --from names count as empty: a thief's");
  list("--set-role", options->roles, "PARTNER ROLE", 2, "Another role for a partner");
  list("--rename", options->renamed, "PARTNER LANGUAGE NAME", 3, "A partner's name in a language");
  list("--successor", options->successor, "NEW OLD", 2, "A partner that may revise the records of another");
  list("--leave", options->leaving, "PARTNER", 1, "A partner that leaves");
  command->add_option("--records", options->records, "Of those who leave: stay, hidden, erased")
      ->capture_default_str();
  list("--return", options->returning, "PARTNER", 1, "A partner that comes back");
  list("--limits", options->limits, "KEY logs=N,entries=N,bytes=N", 2, "What a node may write");
  list("--rename-federation", options->federation_names, "LANGUAGE NAME", 2,
       "The federation's name in a language");
  list("--personal-data", options->personal_data, "COUNTRY", 1,
       "A country whose nodes may hold personal data");
  list("--no-personal-data", options->no_personal_data, "COUNTRY", 1,
       "A country whose nodes may not any more");
  command->add_option("--header-version", options->header_version,
                      "The newest format of entries that authors may use");
  command->add_option("--content-version", options->content_version,
                      "The newest format of content that authors may use");
  list("--add-signer", options->signers, "LINE", 1, "A signer, as `hansa charter new-signer` printed it");
  list("--remove-signer", options->removed_signers, "KEY", 1, "Who signs no longer");
  command->add_option("--body", options->body_file, "Instead of changes: a file with a whole proposal");
  command->add_flag("--approve", options->approve, "Approve it with this machine's signer key, too");
  command->add_flag("--release", options->release,
                    "Approve although this key signed another proposal for the same version");
  command->add_option("--passphrase-file", options->passphrase_file,
                      "Where the signer key's passphrase stands; approves, too");
  command->callback(
      [&context, options] { context.chosen = [&context, options] { propose(context, *options); }; });
}

}  // namespace hansa::commands
