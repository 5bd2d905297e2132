#include "core/address_book.h"

#include <algorithm>
#include <charconv>
#include <tuple>
#include <utility>

#include "protocol/control_body.h"
#include "protocol/entry.h"
#include "store/broken.h"

namespace hansa::core {
namespace {

constexpr std::string_view address_prefix = "address/";
constexpr std::string_view place_key = "addresses_through";
/// First line of what was announced: "announced EPOCH SEQUENCE TIME"; the addresses follow, one a line.
constexpr std::string_view announced_mark = "announced ";
constexpr std::size_t arrivals_at_once = 512;
/// What a start reads again of the change feed, at most about. Reading it twice changes nothing.
constexpr std::uint64_t arrivals_unstored_max = 4096;

[[noreturn]] void damaged(const std::string& what) {
  throw store::StoreBroken("the stored " + what + " is damaged; restore a backup of this node");
}

std::uint64_t take_number(std::string_view& text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) damaged("address of a node");
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (!text.empty()) text.remove_prefix(1);
  return number;
}

KnownAddresses read_row(std::string_view text) {
  KnownAddresses known;
  if (text.starts_with(announced_mark)) {
    text.remove_prefix(announced_mark.size());
    known.epoch = take_number(text);
    known.sequence = take_number(text);
    known.author_time_ms = take_number(text);
  }
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    known.addresses.emplace_back(line);
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return known;
}

std::string row_of(const KnownAddresses& known) {
  std::string text;
  if (known.sequence != 0)
    text = std::string(announced_mark) + std::to_string(known.epoch) + ' ' + std::to_string(known.sequence) +
           ' ' + std::to_string(known.author_time_ms);
  for (const auto& address : known.addresses) text += (text.empty() ? "" : "\n") + address;
  return text;
}

}  // namespace

std::map<protocol::PublicKey, KnownAddresses> known_addresses(const store::Snapshot& snapshot) {
  std::map<protocol::PublicKey, KnownAddresses> known;
  for (const auto& [key, row] : snapshot.settings(address_prefix)) {
    const auto node = protocol::parse_public_key(std::string_view(key).substr(address_prefix.size()));
    if (!node) damaged("address of a node (" + key + ")");
    known.emplace(*node, read_row(protocol::text_of(row)));
  }
  return known;
}

AddressBook::AddressBook(store::Store& store, const protocol::SecretKey& key, const CharterHolder& charters)
    : store_(store), key_(key), charters_(charters), known_(known_addresses(*store.snapshot())) {
  const auto snapshot = store_.snapshot();
  if (const auto row = snapshot->setting(place_key)) {
    auto text = protocol::text_of(*row);
    through_stored_ = through_ = take_number(text);
  }
  for (;;) {
    const auto arrivals = snapshot->arrivals(through_, arrivals_at_once);
    if (arrivals.empty()) break;
    arrived(arrivals);
  }
  look_again_ = true;
}

void AddressBook::note(const protocol::PublicKey& node, const std::string& address) {
  const auto found = known_.find(node);
  if (found != known_.end() && found->second.sequence != 0) return;
  keep(node, {{address}, 0, 0});
}

void AddressBook::arrived(std::span<const store::Arrival> arrivals) {
  for (const auto& arrival : arrivals) {
    through_ = std::max(through_, arrival.number);
    if (arrival.kind != protocol::EntryKind::announcement) continue;
    auto& newest = waiting_[arrival.log];
    if (arrival.sequence > newest.sequence) newest = {arrival.sequence, arrival.number};
    look_again_ = true;
  }
}

bool AddressBook::look() {
  if (std::exchange(look_again_, false)) {
    const auto snapshot = store_.snapshot();
    std::erase_if(waiting_, [&](const auto& entry) { return use(*snapshot, entry.first, entry.second); });
  }
  if (through_ > through_stored_ + arrivals_unstored_max) store_place();
  return std::exchange(changed_, false);
}

/// True: there is nothing more to wait for.
bool AddressBook::use(const store::Snapshot& snapshot, const protocol::Hash& log, const Waiting& waiting) {
  const auto state = snapshot.log(log);
  const auto headers = snapshot.headers(log, waiting.sequence, 1, protocol::header_bytes_max);
  if (!state || headers.empty()) return true;  // it counts no more
  const auto header = protocol::HeaderView::parse(headers.front());
  if (!header || !header->is_understood() || header->is_declaration() || header->payload_blocks() == 0)
    return true;
  const auto payload = snapshot.payload(log, waiting.sequence);
  if (!payload) return false;
  auto announcement = protocol::read_announcement(payload->content);
  if (!announcement) return true;
  if (state->author == key_.public_key()) own_[log] = announcement->addresses;
  KnownAddresses said{std::move(announcement->addresses), state->epoch, waiting.sequence,
                      header->author_time_ms()};
  const auto place = [](const KnownAddresses& one) {
    return std::tuple(one.epoch, one.author_time_ms, one.sequence);
  };
  const auto known = known_.find(state->author);
  if (known == known_.end() || place(known->second) < place(said)) keep(state->author, std::move(said));
  return true;
}

void AddressBook::keep(const protocol::PublicKey& node, KnownAddresses addresses) {
  store_.put_setting(std::string(address_prefix) + protocol::to_text(node),
                     protocol::view_of(row_of(addresses)));
  changed_ = changed_ || known_[node].addresses != addresses.addresses;
  known_[node] = std::move(addresses);
}

/// Announcements that still wait for their payload are read again at the next start.
void AddressBook::store_place() {
  auto place = through_;
  for (const auto& [log, waiting] : waiting_) place = std::min(place, waiting.arrival - 1);
  store_.put_setting(place_key, protocol::view_of(std::to_string(place)));
  through_stored_ = through_;
}

std::vector<std::string> AddressBook::to_dial() const {
  std::vector<std::string> addresses;
  const auto charter = charters_.get();
  if (!charter) return addresses;
  for (const auto& node : charter->body().nodes) {
    const auto known = known_.find(node.key);
    if (node.status != protocol::NodeStatus::active || node.key == key_.public_key()) continue;
    if (known == known_.end()) continue;
    for (const auto& address : known->second.addresses)
      if (std::ranges::find(addresses, address) == addresses.end()) addresses.push_back(address);
  }
  return addresses;
}

std::optional<protocol::Bytes> AddressBook::due(const std::vector<std::string>& own,
                                                const protocol::Hash& current) const {
  // A copy that runs elsewhere would be answered without end.
  if (const auto said = own_.find(current); said != own_.end() && said->second == own) return std::nullopt;
  const auto known = known_.find(key_.public_key());
  const bool announced = known != known_.end() && known->second.sequence != 0;
  if (announced ? known->second.addresses == own : own.empty()) return std::nullopt;
  auto content = protocol::write_announcement({own});
  if (!content) return std::nullopt;  // The settings were checked when they were read.
  return std::move(*content);
}

}  // namespace hansa::core
