#include "protocol/charter_changes.h"

#include <algorithm>
#include <set>

namespace hansa::protocol {
namespace {

using Params = std::map<std::string, std::string>;

/// In the reader's language; and all of them, to see whether they changed.
std::string shown(const std::vector<LocalText>& names, std::string_view language) {
  return names.empty() ? std::string() : Charter::name_in(names, language);
}

std::string all_of(const std::vector<LocalText>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name.language + ": " + name.text;
  return text;
}

std::string joined(const std::vector<PartnerId>& ids) {
  std::string text;
  for (const auto& id : ids) text += (text.empty() ? "" : " ") + to_text(id);
  return text;
}

template <class Integer>
std::string number(Integer value) {
  return std::to_string(value);
}

template <class List, class Key, class Member>
auto* find_in(const List& list, const Key& key, Member member) {
  const auto found = std::ranges::find(list, key, member);
  return found == list.end() ? nullptr : &*found;
}

class Comparison {
 public:
  Comparison(const CharterBody& before, const CharterBody& after, std::string_view language)
      : before_(before), after_(after), language_(language) {}

  std::vector<CharterChange> run() {
    if (before_.names != after_.names)
      add("federation_renamed", {{"name", all_of(after_.names)}, {"from", all_of(before_.names)}});
    for (const auto& partner : after_.partners) compare_partner(partner);
    for (const auto& partner : before_.partners)
      if (find_in(after_.partners, partner.id, &CharterPartner::id) == nullptr)
        add("partner_dropped", about(partner));
    for (const auto& node : after_.nodes) compare_node(node);
    for (const auto& node : before_.nodes)
      if (find_in(after_.nodes, node.key, &CharterNode::key) == nullptr) add("node_dropped", about(node));
    compare_signers();
    compare_terms();
    return std::move(changes_);
  }

 private:
  void add(std::string_view code, Params params, std::vector<Cut> cuts = {}) {
    changes_.push_back({code, std::move(params), std::move(cuts)});
  }

  Params about(const CharterPartner& partner, Params more = {}) const {
    more["partner"] = to_text(partner.id);
    more["name"] = shown(partner.names, language_);
    return more;
  }

  Params about(const CharterNode& node, Params more = {}) const {
    more["key"] = to_text(node.key);
    more["partner"] = to_text(node.partner);
    const auto* partner = find_in(after_.partners, node.partner, &CharterPartner::id);
    if (partner == nullptr) partner = find_in(before_.partners, node.partner, &CharterPartner::id);
    if (partner != nullptr) more["name"] = shown(partner->names, language_);
    return more;
  }

  std::string names_of(const std::vector<PartnerId>& partners) const {
    std::string names;
    for (const auto& id : partners) {
      const auto* partner = find_in(after_.partners, id, &CharterPartner::id);
      names.append(names.empty() ? "" : ", ")
          .append(partner == nullptr ? to_text(id) : shown(partner->names, language_));
    }
    return names;
  }

  void compare_partner(const CharterPartner& now) {
    const auto* was = find_in(before_.partners, now.id, &CharterPartner::id);
    if (was == nullptr) {
      add("partner_added", about(now, {{"country", now.country}, {"role", std::string(name(now.role))}}));
      // What else a new partner may come with is shown as if it had come bare before.
      const CharterPartner added{now.id, now.names, now.country, now.role};
      return compare_standing(added, now);
    }
    if (was->names != now.names)
      add("partner_renamed", about(now, {{"from", all_of(was->names)}, {"to", all_of(now.names)}}));
    if (was->country != now.country)
      add("country_changed", about(now, {{"from", was->country}, {"to", now.country}}));
    if (was->role != now.role)
      add("role_changed",
          about(now, {{"from", std::string(name(was->role))}, {"to", std::string(name(now.role))}}));
    compare_standing(*was, now);
  }

  void compare_standing(const CharterPartner& was, const CharterPartner& now) {
    if (was.successor_of != now.successor_of)
      add("successor_changed", about(now, {{"from", joined(was.successor_of)},
                                           {"to", joined(now.successor_of)},
                                           {"predecessors", names_of(now.successor_of)}}));
    const std::string records(name(now.records));
    if (was.status != now.status && now.status == PartnerStatus::left)
      add("partner_left", about(now, {{"records", records}}));
    else if (was.status != now.status)
      add("partner_returned", about(now));
    else if (was.records != now.records)
      add("records_changed", about(now, {{"from", std::string(name(was.records))}, {"records", records}}));
  }

  static Params limits(const NodeLimits& limits) {
    return {{"logs", number(limits.logs)},
            {"entriesPerLog", number(limits.entries_per_log)},
            {"payloadBytesPerLog", number(limits.payload_bytes_per_log)}};
  }

  void compare_node(const CharterNode& now) {
    const auto* was = find_in(before_.nodes, now.key, &CharterNode::key);
    if (was == nullptr) {
      const bool plain = now.status == NodeStatus::active && now.cuts.empty();
      add("node_added", about(now, limits(now.limits)), plain ? std::vector<Cut>{} : now.cuts);
      if (now.status != NodeStatus::active) add(code_of(now.status), about(now), now.cuts);
      return;
    }
    if (was->partner != now.partner) add("node_moved", about(now, {{"from", to_text(was->partner)}}));
    if (was->status != now.status)
      add(code_of(now.status), about(now, {{"from", std::string(name(was->status))}}), now.cuts);
    else if (was->cuts != now.cuts)
      add("cuts_changed", about(now), now.cuts);
    if (was->limits != now.limits) {
      const bool lower = now.limits.logs < was->limits.logs ||
                         now.limits.entries_per_log < was->limits.entries_per_log ||
                         now.limits.payload_bytes_per_log < was->limits.payload_bytes_per_log;
      add(lower ? "limits_lowered" : "limits_raised", about(now, limits(now.limits)));
    }
  }

  static std::string_view code_of(NodeStatus status) {
    switch (status) {
      case NodeStatus::retired:
        return "node_retired";
      case NodeStatus::rotated:
        return "node_rotated";
      case NodeStatus::revoked:
        return "node_revoked";
      case NodeStatus::active:
        break;
    }
    return "node_activated";
  }

  Params about(const CharterSigner& signer, Params more = {}) const {
    more["key"] = to_text(signer.key);
    more["name"] = signer.name;
    if (signer.partner) more["partner"] = to_text(*signer.partner);
    return more;
  }

  void compare_signers() {
    for (const auto& now : after_.signers) {
      const auto* was = find_in(before_.signers, now.key, &CharterSigner::key);
      if (was == nullptr)
        add("signer_added", about(now));
      else if (was->name != now.name || was->partner != now.partner)
        add("signer_changed", about(now, {{"from", was->name}}));
    }
    for (const auto& was : before_.signers)
      if (find_in(after_.signers, was.key, &CharterSigner::key) == nullptr) add("signer_removed", about(was));
  }

  template <class Integer>
  void compare_number(std::string_view code, Integer was, Integer now) {
    if (was != now) add(code, {{"from", number(was)}, {"to", number(now)}});
  }

  void compare_terms() {
    const auto& was = before_.personal_data_countries;
    const auto& now = after_.personal_data_countries;
    for (const auto& country : now)
      if (std::ranges::find(was, country) == was.end())
        add("personal_data_country_added", {{"country", country}});
    for (const auto& country : was)
      if (std::ranges::find(now, country) == now.end())
        add("personal_data_country_removed", {{"country", country}});
    const std::set<Subject> erased_before(before_.quorum_erasures.begin(), before_.quorum_erasures.end());
    const std::set<Subject> erased_after(after_.quorum_erasures.begin(), after_.quorum_erasures.end());
    for (const auto& subject : erased_after)
      if (!erased_before.contains(subject)) add("erasure_ordered", {{"subject", text_of_subject(subject)}});
    for (const auto& subject : erased_before)
      if (!erased_after.contains(subject)) add("erasure_withdrawn", {{"subject", text_of_subject(subject)}});
    compare_number("erasure_delay_changed", before_.erasure_delay_days, after_.erasure_delay_days);
    compare_number("erasures_per_day_changed", before_.erasures_per_day, after_.erasures_per_day);
    compare_number("header_version_changed", before_.header_version_max, after_.header_version_max);
    compare_number("content_version_changed", before_.content_version_max, after_.content_version_max);
  }

  const CharterBody& before_;
  const CharterBody& after_;
  std::string_view language_;
  std::vector<CharterChange> changes_;
};

}  // namespace

std::string text_of_subject(const Subject& subject) {
  if (const auto* record = std::get_if<RecordId>(&subject)) return to_text(*record);
  if (const auto* entry = std::get_if<EntryRef>(&subject)) return to_text(*entry);
  return {};
}

std::vector<CharterChange> charter_changes(const CharterBody& before, const CharterBody& after,
                                           std::string_view language) {
  return Comparison(before, after, language).run();
}

}  // namespace hansa::protocol
