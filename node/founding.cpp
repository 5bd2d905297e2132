#include "founding.h"

#include <algorithm>
#include <array>

#include "commands/commands.h"
#include "core/founding.h"
#include "core_port.h"
#include "http/accounts.h"
#include "new_directory.h"
#include "node_key.h"
#include "protocol/control_body.h"
#include "protocol/password.h"
#include "protocol/recovery.h"
#include "protocol/signer_line.h"
#include "store/rocks_store.h"

namespace hansa::founding {
namespace {

constexpr std::string_view first_user = "admin";

std::string sealed_key_text(const protocol::SecretKey& key, const std::string& phrase,
                            const protocol::Entropy& entropy) {
  const auto sealed = protocol::seal_key(key, phrase, entropy);
  if (!sealed)
    throw commands::Failed("a key cannot be sealed: " + std::string(protocol::name(sealed.error())));
  return protocol::armour_sealed_key(*sealed);
}

/// Judged before anything is made, so that a wrong option leaves no half-made directory.
void check_settings(const Config& config, const protocol::PartnerId& partner,
                    const protocol::SecretKey& key) {
  check_config(config);
  (void)card_line_of(config, partner, key);
}

/// For settings only: it knows nobody's partner.
std::unique_ptr<store::Store> open_for_settings(const NodeDirectory& directory) {
  store::StoreOptions options;
  options.partners_of = [](const protocol::PublicKey&) { return std::vector<protocol::PartnerId>{}; };
  return store::open_store(directory.store(), options);
}

std::vector<protocol::CharterSigner> read_signers(const std::vector<protocol::Card>& partners,
                                                  const std::vector<std::string>& lines) {
  std::vector<protocol::CharterSigner> signers;
  for (const auto& line : lines) {
    auto signer = protocol::read_signer_line(line);
    if (!signer)
      throw commands::Failed("--signer: not a signer's line (" + std::string(protocol::name(signer.error())) +
                             "). It begins hansa-signer-1: and is printed by `hansa charter new-signer`");
    if (signer->partner &&
        std::ranges::find(partners, *signer->partner, &protocol::Card::partner) == partners.end())
      throw commands::Failed("--signer: \"" + signer->name +
                             "\" signs for an organisation whose card is not given as --partner");
    signers.push_back(std::move(*signer));
  }
  return signers;
}

void publish(OpenedNode& node, protocol::EntryKind kind, protocol::Bytes content) {
  core::PublishRequest request;
  request.kind = kind;
  request.content = std::move(content);
  DirectPort(node.core()).publish(std::move(request), [](const core::PublishOutcome& outcome) {
    if (!outcome)
      throw commands::Failed("the further signers were not proposed: " +
                             std::string(core::name(outcome.error())));
  });
}

protocol::Hash propose_signers(OpenedNode& node, const std::vector<protocol::CharterSigner>& signers,
                               const std::string& phrase) {
  auto body = protocol::next_body(*node.charter(), protocol::system_entropy());
  body.signers.insert(body.signers.end(), signers.begin(), signers.end());
  const auto bytes = protocol::encode_charter_body(body);
  if (!bytes)
    throw commands::Failed("the charter with further signers is not valid at " + bytes.error().field +
                           ". Is a signer given twice? The federation stands without them");
  const auto hash = protocol::charter_hash(body.version, *bytes);
  const auto signed_by = node.signer().sign({body.federation, body.version, hash, phrase, false});
  if (!signed_by)
    throw commands::Failed("the further signers were not proposed: " +
                           std::string(core::name(signed_by.error())));
  publish(node, protocol::EntryKind::charter_proposal, *bytes);
  publish(node, protocol::EntryKind::charter_approval, protocol::write_approval({hash, {*signed_by}}));
  return hash;
}

/// What of the options no charter may hold; the node's own card was judged when it was set up.
[[noreturn]] void refuse_founding(const protocol::CharterFault& fault) {
  if (fault.field.starts_with("names") && fault.field.ends_with("language"))
    throw commands::WrongUsage(
        "--language: this is not a language code; write it as BCP 47 has it, such as lv");
  if (fault.field.starts_with("names"))
    throw commands::WrongUsage("--name: a federation's name is one line of 1 to " +
                               std::to_string(protocol::charter_name_bytes_max) +
                               " bytes, without special characters");
  throw commands::Failed("the charter is not valid: " + std::string(protocol::name(fault.refusal)) + " at " +
                         fault.field + ". Is a card given twice?");
}

}  // namespace

void write_sealed_key(const NodeDirectory& directory, const protocol::SecretKey& key,
                      const std::string& phrase) {
  const auto sealed = sealed_key_text(key, phrase, protocol::system_entropy());
  open_for_settings(directory)->put_setting(setting::sealed_node_key, protocol::view_of(sealed));
}

NewNode make_node(const std::filesystem::path& path, const Config& config) {
  const auto entropy = protocol::system_entropy();
  const auto key = protocol::SecretKey::generate(entropy);
  protocol::PartnerId partner;
  entropy(partner.bytes);
  check_settings(config, partner, key);
  NewDirectory making(path);
  const auto& directory = making.directory();
  NewNode made;
  made.user = first_user;
  made.password = protocol::make_password(entropy);
  made.recovery_phrase = protocol::make_recovery_phrase(protocol::phrase_words_default, entropy);
  write_node_key(directory, key);
  std::array<std::uint8_t, 32> token{};
  entropy(token);
  directory.write_operator_token(protocol::to_hex(token));
  open_for_settings(directory)->put_setting(setting::partner_id, partner.bytes);
  write_sealed_key(directory, key, made.recovery_phrase);
  write_file(directory.settings_file(), config_text(config), false);

  OpenedNode node(directory);
  made.card = node.card_line();
  DirectPort port(node.core());
  const auto added =
      http::Accounts(port).add_user({made.user, http::Role::admin, config.language}, made.password);
  if (!added)
    throw commands::Failed("the first user was not made: " + std::string(http::name(added.error())));
  making.finish();
  return made;
}

Founded found_federation(OpenedNode& node, const std::string& name, const std::string& language,
                         const std::vector<std::string>& cards, const std::vector<std::string>& signers) {
  if (node.charter())
    throw commands::Failed("this node already belongs to the federation \"" + node.federation_name() + "\"");
  std::vector<std::string> lines{node.card_line()};
  std::vector<protocol::Card> partners{commands::read_card_line(lines.front(), "this node's card")};
  for (const auto& line : cards) {
    partners.push_back(commands::read_card_line(line, "--partner"));
    lines.push_back(line);
  }

  // Judged before anything is made.
  const auto further = read_signers(partners, signers);
  const auto entropy = protocol::system_entropy();
  const auto signer = protocol::SecretKey::generate(entropy);
  const auto charter = core::first_charter({language, name}, partners, signer, entropy);
  if (!charter) refuse_founding(charter.error());

  Founded founded;
  founded.charter_text = commands::charter_file_text(*charter, lines);
  // The signer key first: a charter whose signer is lost can never be changed.
  founded.signer_phrase = *node.signer().keep(signer, true);
  node.accept(commands::read_charter_file(founded.charter_text, "the new charter"));
  if (!further.empty()) founded.proposal = propose_signers(node, further, founded.signer_phrase);
  return founded;
}

}  // namespace hansa::founding
