#include "opened_node.h"

#include <algorithm>
#include <chrono>

#include "commands/commands.h"
#include "node_key.h"
#include "protocol/card.h"

namespace hansa {
namespace {

std::unique_ptr<store::DiskStore> open(const NodeDirectory& directory, const core::CharterHolder& charters) {
  directory.require();
  store::StoreOptions options;
  options.partners_of = [&charters](const protocol::PublicKey& key) { return charters.partners_of(key); };
  return store::open_store(directory.store(), options);
}

}  // namespace

std::uint64_t wall_clock_ms() {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                        std::chrono::system_clock::now().time_since_epoch())
                                        .count());
}

std::string card_line_of(const Config& config, const protocol::PartnerId& partner,
                         const protocol::SecretKey& key) {
  protocol::Card card;
  card.partner = partner;
  card.name = config.name;
  card.language = config.language;
  card.country = config.country;
  card.org_type = config.organisation_type;
  card.address = config.link_address;
  const auto line = protocol::write_card(card, key);
  if (!line)
    throw ConfigRefused(
        "no card can be made of the node's name, language, country, organisation type and link "
        "address (" +
        std::string(protocol::name(line.error())) +
        "): one of them is empty, too long or not of the form that docs/operating.md names");
  return *line;
}

OpenedNode::OpenedNode(NodeDirectory directory)
    : directory_(std::move(directory)),
      config_((directory_.require(), load_config(directory_.path()))),
      key_(read_node_key(directory_, config_.key_passphrase_file)),
      signer_(directory_),
      store_(open(directory_, charters_)),
      host_file_(std::make_unique<HostFile>(directory_)) {
  core::Node::Options options;
  options.now_ms = wall_clock_ms;
  options.entropy = protocol::system_entropy();
  options.software = "hansa " HANSA_VERSION;
  options.epoch_guard = host_file_.get();
  if (!config_.link_address.empty()) options.addresses = {config_.link_address};
  options.card = [this] { return card_line(); };
  core_ = std::make_unique<core::Node>(*store_, key_, charters_, std::move(options));
}

std::string OpenedNode::federation_name() const {
  const auto charter = charters_.get();
  return charter ? protocol::Charter::name_in(charter->body().names, config_.language) : std::string();
}

std::string OpenedNode::card_line() const {
  const auto id = store_->snapshot()->setting(setting::partner_id);
  if (!id) throw store::StoreBroken("the store holds no partner id: it was not made by `hansa init`");
  const auto partner = protocol::partner_id_from_bytes(*id);
  if (!partner) throw store::StoreBroken("the stored partner id is damaged");
  return card_line_of(config_, *partner, key_);
}

void OpenedNode::accept(const commands::CharterFile& file) {
  const auto& charter = file.charter;
  if (const auto held = charters_.get(); held && held->federation() != charter.federation())
    throw commands::Failed("this node already belongs to \"" + federation_name() +
                           "\"; a node serves one federation");
  if (charter.node(key_.public_key()) == nullptr)
    throw commands::Failed(
        "the charter does not list this node's key. Send this node's card to whoever founds the "
        "federation: " +
        card_line());
  for (const auto& card : file.cards) {
    if (charter.node(card.node_key) == nullptr || card.address.empty()) continue;
    core_->addresses().note(card.node_key, card.address);
  }
  const auto taken = core_->take_charters(file.versions);
  if (taken.refused())
    throw commands::Failed("this charter does not continue the one that this node holds: " +
                           std::string(protocol::name(taken.offers.back().fault->refusal)));
  if (const auto& last = taken.offers.back(); last.taken == protocol::CharterTaken::held_back)
    throw commands::Failed(
        "this node was told of a later version of the charter, and version " + std::to_string(last.version) +
        " is not taken without it: get the text of the version in force (`hansa charter show --text`)");
  core_->after_batch();
}

std::vector<std::string> OpenedNode::peer_addresses() const {
  auto addresses = core_->to_dial();
  for (const auto& address : config_.peers)
    if (std::find(addresses.begin(), addresses.end(), address) == addresses.end())
      addresses.push_back(address);
  return addresses;
}

}  // namespace hansa
