#include "core/charter_draft.h"

#include <algorithm>
#include <array>

#include "charter_rows.h"
#include "cut_places.h"

namespace hansa::core {
namespace {

using namespace protocol;

constexpr std::array<std::string_view, 10> refusal_names = {
    "unknown_partner", "unknown_node", "unknown_signer",   "already_listed", "not_active",
    "not_of_node",     "not_held",     "several_branches", "already_so",     "unknown_format"};

CharterDraft::Change put_name(std::vector<LocalText>& names, const LocalText& name) {
  const auto held = std::ranges::find(names, name.language, &LocalText::language);
  if (held == names.end())
    names.push_back(name);
  else if (*held == name)
    return DraftRefused::already_so;
  else
    *held = name;
  return Done{};
}

}  // namespace

std::string_view name(DraftRefused refusal) { return refusal_names.at(static_cast<std::size_t>(refusal)); }

CharterDraft::CharterDraft(const Charter& current, const store::Snapshot& snapshot, const Entropy& entropy)
    : current_(current), snapshot_(snapshot), body_(next_body(current, entropy)) {}

CharterPartner* CharterDraft::partner(const PartnerId& id) {
  const auto found = std::ranges::find(body_.partners, id, &CharterPartner::id);
  return found == body_.partners.end() ? nullptr : &*found;
}

CharterNode* CharterDraft::node(const PublicKey& key) {
  const auto found = std::ranges::find(body_.nodes, key, &CharterNode::key);
  return found == body_.nodes.end() ? nullptr : &*found;
}

bool CharterDraft::lists(const PublicKey& key) {
  return node(key) != nullptr ||
         std::ranges::find(body_.signers, key, &CharterSigner::key) != body_.signers.end();
}

CharterDraft::Change CharterDraft::add_partner(const Card& card, PartnerRole role) {
  if (partner(card.partner) != nullptr || lists(card.node_key)) return DraftRefused::already_listed;
  body_.partners.push_back({card.partner, {{card.language, card.name}}, card.country, role});
  auto& countries = body_.personal_data_countries;
  if (std::ranges::find(countries, card.country) == countries.end()) countries.push_back(card.country);
  return add_node(card, card.partner);
}

CharterDraft::Change CharterDraft::add_node(const Card& card, const PartnerId& id) {
  if (partner(id) == nullptr) return DraftRefused::unknown_partner;
  if (lists(card.node_key)) return DraftRefused::already_listed;
  CharterNode added;
  added.key = card.node_key;
  added.partner = id;
  body_.nodes.push_back(std::move(added));
  return Done{};
}

Outcome<std::vector<Cut>, DraftRefused> CharterDraft::cuts_of(const CharterNode& of,
                                                              std::span<const CutFrom> from,
                                                              Unnamed unnamed) const {
  std::vector<Cut> cuts;
  if (unnamed == Unnamed::end_here) {
    cuts = cuts_where_held(snapshot_, current_, of.key);
    // What was cut before is not given back unless it is named, also if its log is not held here.
    for (const auto& before : of.cuts) {
      const auto cut = std::ranges::find(cuts, before.log, &Cut::log);
      if (cut == cuts.end())
        cuts.push_back(before);
      else if (before.sequence <= cut->sequence)
        *cut = before;
    }
  }
  for (const auto& first : from) {
    const auto named = cut_before(snapshot_, of.key, first);
    if (!named) return named.error();
    const auto cut = std::ranges::find(cuts, first.log, &Cut::log);
    if (cut == cuts.end())
      cuts.push_back(*named);
    else
      *cut = *named;
  }
  return cuts;
}

CharterDraft::Change CharterDraft::end_node(const PublicKey& key, NodeStatus status,
                                            std::span<const CutFrom> from, Unnamed unnamed) {
  auto* ended = node(key);
  if (ended == nullptr) return DraftRefused::unknown_node;
  // A key that was retired may turn out to be stolen.
  if (ended->status == status && from.empty()) return DraftRefused::already_so;
  if (ended->status != NodeStatus::active && status != NodeStatus::revoked) return DraftRefused::not_active;
  auto cuts = cuts_of(*ended, from, unnamed);
  if (!cuts) return cuts.error();
  ended->status = status;
  ended->cuts = std::move(*cuts);
  return Done{};
}

CharterDraft::Change CharterDraft::rotate_node(const PublicKey& key, const Card& card,
                                               std::span<const CutFrom> from, Unnamed unnamed) {
  if (lists(card.node_key)) return DraftRefused::already_listed;
  if (const auto ended = end_node(key, NodeStatus::rotated, from, unnamed); !ended) return ended;
  CharterNode fresh;
  fresh.key = card.node_key;
  fresh.partner = node(key)->partner;
  fresh.limits = node(key)->limits;
  body_.nodes.push_back(std::move(fresh));
  return Done{};
}

CharterDraft::Change CharterDraft::cut_node(const PublicKey& key, std::span<const CutFrom> from) {
  auto* cut = node(key);
  if (cut == nullptr) return DraftRefused::unknown_node;
  const auto cuts = cuts_of(*cut, from, Unnamed::count_as_empty);
  if (!cuts) return cuts.error();
  for (const auto& one : *cuts) {
    const auto held = std::ranges::find(cut->cuts, one.log, &Cut::log);
    if (held == cut->cuts.end())
      cut->cuts.push_back(one);
    else
      *held = one;
  }
  return Done{};
}

const CharterNode* CharterDraft::find_node(const PublicKey& key) const {
  const auto found = std::ranges::find(body_.nodes, key, &CharterNode::key);
  return found == body_.nodes.end() ? nullptr : &*found;
}

CharterDraft::Change CharterDraft::cut_active_nodes(const PartnerId& id) {
  for (auto& one : body_.nodes) {
    if (one.partner != id || one.status != NodeStatus::active) continue;
    auto cuts = cuts_of(one, {}, Unnamed::end_here);
    if (!cuts) return cuts.error();
    one.cuts = std::move(*cuts);
  }
  return Done{};
}

/// The one in force first. What is no longer held of them is not needed.
std::vector<CharterBody> CharterDraft::versions_back() const {
  std::vector<CharterBody> bodies{current_.body()};
  for (auto version = current_.version() - 1; version > 0; --version) {
    const auto kept = snapshot_.setting(charter_rows::charter_key(version));
    auto before = kept ? body_of_charter(*kept) : CharterFault{Refusal::not_found, {}};
    if (!before || before->hash != bodies.back().previous) break;
    bodies.push_back(std::move(before->body));
  }
  return bodies;
}

void CharterDraft::free_active_nodes(const PartnerId& id) {
  const auto versions = versions_back();
  const auto might_write = [&](const CharterBody& body) {
    const auto found = std::ranges::find(body.partners, id, &CharterPartner::id);
    return found != body.partners.end() && found->role != PartnerRole::observer &&
           found->status == PartnerStatus::present;
  };
  const auto last = std::ranges::find_if(versions, might_write);
  // Where the right was lost: a version, or this draft.
  const auto& narrowed = last == versions.begin() ? body_ : *std::prev(last);
  for (auto& one : body_.nodes) {
    if (one.partner != id || one.status != NodeStatus::active) continue;
    const auto cuts_in = [&](const CharterBody& body) {
      const auto found = std::ranges::find(body.nodes, one.key, &CharterNode::key);
      return found == body.nodes.end() ? std::vector<Cut>{} : found->cuts;
    };
    auto cuts = last == versions.end() ? std::vector<Cut>{} : cuts_in(*last);
    const auto narrowing = cuts_in(narrowed);
    for (const auto& cut : one.cuts) {
      if (std::ranges::find(narrowing, cut) != narrowing.end()) continue;
      const auto stood = std::ranges::find(cuts, cut.log, &Cut::log);
      if (stood == cuts.end())
        cuts.push_back(cut);
      else
        *stood = cut;
    }
    one.cuts = std::move(cuts);
  }
}

CharterDraft::Change CharterDraft::set_role(const PartnerId& id, PartnerRole role) {
  auto* changed = partner(id);
  if (changed == nullptr) return DraftRefused::unknown_partner;
  if (changed->role == role) return DraftRefused::already_so;
  const auto before = std::exchange(changed->role, role);
  if (role == PartnerRole::observer) return cut_active_nodes(id);
  if (before == PartnerRole::observer && changed->status == PartnerStatus::present) free_active_nodes(id);
  return Done{};
}

CharterDraft::Change CharterDraft::rename(const PartnerId& id, const LocalText& name) {
  auto* changed = partner(id);
  return changed == nullptr ? DraftRefused::unknown_partner : put_name(changed->names, name);
}

CharterDraft::Change CharterDraft::rename_federation(const LocalText& name) {
  return put_name(body_.names, name);
}

CharterDraft::Change CharterDraft::set_personal_data(const std::string& country, bool may_hold) {
  auto& countries = body_.personal_data_countries;
  const auto held = std::ranges::find(countries, country);
  if ((held != countries.end()) == may_hold) return DraftRefused::already_so;
  if (may_hold)
    countries.push_back(country);
  else
    countries.erase(held);
  return Done{};
}

CharterDraft::Change CharterDraft::add_predecessor(const PartnerId& heir, const PartnerId& before) {
  auto* changed = partner(heir);
  if (changed == nullptr || partner(before) == nullptr) return DraftRefused::unknown_partner;
  if (std::ranges::find(changed->successor_of, before) != changed->successor_of.end())
    return DraftRefused::already_so;
  changed->successor_of.push_back(before);
  return Done{};
}

CharterDraft::Change CharterDraft::leave(const PartnerId& id, RecordsLeft records) {
  auto* leaving = partner(id);
  if (leaving == nullptr) return DraftRefused::unknown_partner;
  const bool left_before = leaving->status == PartnerStatus::left;
  if (left_before && leaving->records == records) return DraftRefused::already_so;
  leaving->status = PartnerStatus::left;
  leaving->records = records;
  return left_before ? Change(Done{}) : cut_active_nodes(id);
}

CharterDraft::Change CharterDraft::come_back(const PartnerId& id) {
  auto* back = partner(id);
  if (back == nullptr) return DraftRefused::unknown_partner;
  if (back->status == PartnerStatus::present) return DraftRefused::already_so;
  back->status = PartnerStatus::present;
  back->records = RecordsLeft::stay;
  if (back->role != PartnerRole::observer) free_active_nodes(id);
  return Done{};
}

CharterDraft::Change CharterDraft::set_limits(const PublicKey& key, const NodeLimits& limits) {
  auto* limited = node(key);
  if (limited == nullptr) return DraftRefused::unknown_node;
  if (limited->limits == limits) return DraftRefused::already_so;
  limited->limits = limits;
  return Done{};
}

CharterDraft::Change CharterDraft::set_formats(const Formats& formats) {
  const Formats known;
  const auto is_known = [](std::uint16_t asked, std::uint16_t newest) {
    return asked > 0 && asked <= newest;
  };
  const Formats before{body_.header_version_max, body_.content_version_max};
  if (formats == before) return DraftRefused::already_so;
  // One that is not changed may be newer than this program.
  if (formats.header != before.header && !is_known(formats.header, known.header))
    return DraftRefused::unknown_format;
  if (formats.content != before.content && !is_known(formats.content, known.content))
    return DraftRefused::unknown_format;
  body_.header_version_max = formats.header;
  body_.content_version_max = formats.content;
  return Done{};
}

CharterDraft::Change CharterDraft::add_signer(const CharterSigner& signer) {
  if (lists(signer.key)) return DraftRefused::already_listed;
  if (signer.partner && partner(*signer.partner) == nullptr) return DraftRefused::unknown_partner;
  body_.signers.push_back(signer);
  return Done{};
}

CharterDraft::Change CharterDraft::remove_signer(const PublicKey& key) {
  const auto found = std::ranges::find(body_.signers, key, &CharterSigner::key);
  if (found == body_.signers.end()) return DraftRefused::unknown_signer;
  body_.signers.erase(found);
  return Done{};
}

}  // namespace hansa::core
