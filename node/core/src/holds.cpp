#include "holds.h"

#include <algorithm>
#include <array>
#include <string>

#include "cut_places.h"
#include "protocol/ids.h"

namespace hansa::core {

using protocol::Bytes;
using protocol::ByteView;
using protocol::Hold;
using protocol::Outcome;
using protocol::PublicKey;

namespace {

constexpr std::string_view prefix = "hold/";

std::string setting_of(const PublicKey& signer, const PublicKey& node) {
  return std::string(prefix) + protocol::to_text(signer) + "/" + protocol::to_text(node);
}

}  // namespace

std::string_view name(HoldTaken taken) {
  static constexpr std::array<std::string_view, 7> names = {
      "taken", "known", "charter_changed", "not_a_signer", "unknown_node", "not_the_latest", "too_many"};
  return names.at(static_cast<std::size_t>(taken));
}

std::optional<Hold> last_word(const store::Snapshot& snapshot, const PublicKey& signer,
                              const PublicKey& node) {
  const auto kept = snapshot.setting(setting_of(signer, node));
  const auto hold = kept ? protocol::read_hold(*kept) : Outcome<Hold>(protocol::Refusal::not_found);
  return hold ? std::optional(*hold) : std::nullopt;
}

bool is_log_of(const store::Snapshot& snapshot, const protocol::Hash& log, const PublicKey& author) {
  return author_of(snapshot, log) == author;
}

Alarm alarm_of(const Hold& hold, const protocol::Charter* charter) {
  const auto* node = charter == nullptr ? nullptr : charter->node(hold.node);
  const auto* signer = charter == nullptr ? nullptr : charter->signer(hold.signer);
  return {"node_held",
          {{"node", protocol::to_text(hold.node)},
           {"partner", node == nullptr ? "" : protocol::to_text(node->partner)},
           {"partnerName", charter == nullptr ? "" : owner_name(*charter, hold.node)},
           {"signer", signer == nullptr ? "" : signer->name}},
          hold.signed_ms};
}

Holds::Holds(store::Store& store, const CharterHolder& charters) : store_(store), charters_(charters) {
  for (auto& [key, value] : store_.snapshot()->settings(prefix))
    if (auto hold = protocol::read_hold(value))
      kept_.insert_or_assign(Key{hold->signer, hold->node}, Kept{*hold, value});
}

HoldTaken Holds::judge(const Hold& hold, ByteView bytes) const {
  const auto charter = charters_.get();
  if (!charter || hold.federation != charter->federation() || hold.charter != charter->hash())
    return HoldTaken::charter_changed;
  if (charter->signer(hold.signer) == nullptr) return HoldTaken::not_a_signer;
  if (charter->node(hold.node) == nullptr) return HoldTaken::unknown_node;
  const auto known = kept_.find({hold.signer, hold.node});
  if (known != kept_.end()) {
    if (std::ranges::equal(known->second.bytes, bytes)) return HoldTaken::known;
    return protocol::outranks(hold, bytes, known->second.hold, known->second.bytes)
               ? HoldTaken::taken
               : HoldTaken::not_the_latest;
  }
  const auto before = std::ranges::count_if(kept_, [&](const auto& kept) {
    return kept.first.first == hold.signer && kept.first.second < hold.node;
  });
  const auto max = protocol::holds_of_signer_max(charter->body().signers.size());
  return static_cast<std::size_t>(before) < max ? HoldTaken::taken : HoldTaken::too_many;
}

Outcome<HoldTaken> Holds::take(ByteView bytes) {
  auto hold = protocol::read_hold(bytes);
  if (!hold) return hold.error();
  const auto judged = judge(*hold, bytes);
  if (judged != HoldTaken::taken) return judged;
  store_.put_setting(setting_of(hold->signer, hold->node), bytes);
  const auto signer = hold->signer;
  kept_.insert_or_assign(Key{signer, hold->node}, Kept{std::move(*hold), {bytes.begin(), bytes.end()}});
  trim(signer);
  show();
  return HoldTaken::taken;
}

Outcome<HoldTaken> Holds::take_own(ByteView bytes) {
  const auto hold = protocol::read_hold(bytes);
  if (!hold) return hold.error();
  const auto charter = charters_.get();
  const auto spoken =
      std::ranges::count_if(kept_, [&](const auto& kept) { return kept.first.first == hold->signer; });
  const bool is_new = !kept_.contains({hold->signer, hold->node});
  if (charter && is_new && judge(*hold, bytes) == HoldTaken::taken &&
      static_cast<std::size_t>(spoken) >= protocol::holds_of_signer_max(charter->body().signers.size()))
    return HoldTaken::too_many;
  return take(bytes);
}

void Holds::charter_changed() {
  const auto charter = charters_.get();
  std::vector<Key> over;
  for (const auto& [key, kept] : kept_)
    if (!charter || !protocol::may_act(kept.hold, *charter)) over.push_back(key);
  for (const auto& key : over) forget(key);
  if (charter)  // what a crash left to be done
    for (const auto& signer : charter->body().signers) trim(signer.key);
  show();
}

/// Those with the lowest node keys stay.
void Holds::trim(const PublicKey& signer) {
  const auto max = protocol::holds_of_signer_max(charters_.get()->body().signers.size());
  std::vector<Key> of_signer;
  for (const auto& [key, kept] : kept_)
    if (key.first == signer) of_signer.push_back(key);
  for (std::size_t i = max; i < of_signer.size(); ++i) forget(of_signer[i]);
}

void Holds::forget(const Key& key) {
  store_.erase_setting(setting_of(key.first, key.second));
  kept_.erase(key);
}

void Holds::show() {
  auto acting = std::make_shared<std::vector<HeldNode>>();
  for (const auto& [key, kept] : kept_)
    if (!kept.hold.is_release) acting->push_back({kept.hold, protocol::armour_hold(kept.bytes)});
  acting_ = std::move(acting);
}

std::vector<Bytes> Holds::all() const {
  std::vector<Bytes> proofs;
  for (const auto& [key, kept] : kept_) proofs.push_back(kept.bytes);
  return proofs;
}

void Holds::tell(std::vector<Alarm>& alarms) const {
  const auto charter = charters_.get();
  for (const auto& held : *acting_) alarms.push_back(alarm_of(held.hold, charter.get()));
}

}  // namespace hansa::core
