// Why a node or a partner is out of step, this node included.

#include <algorithm>

#include "core/address_book.h"
#include "core/charter_holder.h"
#include "explanations.h"
#include "holds.h"

namespace hansa::core {
namespace {

using protocol::OwnLogState;
using protocol::PeerState;
using protocol::PeerView;

/// Clocks that differ by less are not worth a word.
constexpr std::int64_t clock_tolerance_ms = 5000;

const PeerView* view_of(const NodeStatus& status, const protocol::PublicKey& node) {
  const auto found = std::find_if(status.peers.begin(), status.peers.end(),
                                  [&](const PeerView& view) { return view.node == node; });
  return found == status.peers.end() ? nullptr : &*found;
}

Finding left(const NodeStatus& status, const protocol::CharterPartner& partner) {
  const auto since = decided_since(status, [&](const protocol::Charter& charter) {
    const auto* then = charter.partner(partner.id);
    return then != nullptr && then->status == protocol::PartnerStatus::left;
  });
  return {{"partner_left", {{"records", std::string(protocol::name(partner.records))}}}, since, {}, true};
}

/// What the charter says against a node: nothing of it is exchanged any more.
std::optional<Finding> narrowed(const NodeStatus& status, const protocol::PublicKey& node) {
  const auto& charter = *status.charter;
  const auto* listed = charter.node(node);
  if (listed == nullptr) return Finding{{"not_listed", {}}, {}, Coded{"coordinators_decide", {}}};
  if (listed->status != protocol::NodeStatus::active)
    return Finding{{"key_" + std::string(protocol::name(listed->status)), {}},
                   decided_since(status,
                                 [&](const protocol::Charter& version) {
                                   const auto* then = version.node(node);
                                   return then != nullptr && then->status == listed->status;
                                 }),
                   Coded{"counts_to_cut", {}},
                   true};
  const auto* partner = charter.partner(listed->partner);
  if (partner != nullptr && partner->status == protocol::PartnerStatus::left) return left(status, *partner);
  return std::nullopt;
}

std::optional<Coded> next_attempt(const DialStatus& dial) {
  if (dial.retry_at_ms) return Coded{"dials_again", {{"at_ms", std::to_string(*dial.retry_at_ms)}}};
  return Coded{"is_dialled", {}};
}

Finding unlinked(const Moment& moment, const PeerView& view) {
  const auto all_known = known_addresses(moment.snapshot);
  const auto found = all_known.find(view.node);
  const bool has_one = found != all_known.end() && !found->second.addresses.empty();
  const std::string known = has_one ? found->second.addresses.front() : std::string();
  const auto* dial = dial_of(moment.dials, view.node, known);
  if (dial == nullptr || dial->state == "up" || dial->state == "stopped") {
    if (view.last_error)
      return {{"parted", {{"reason", std::string(protocol::name(view.last_error->code))}}},
              view.state_since_ms,
              Coded{"waits_for_it", {}}};
    return {
        {known.empty() ? "no_address" : "not_linked", {}}, view.state_since_ms, Coded{"waits_for_it", {}}};
  }
  if (dial_says_more(*dial, view))
    return {{dial->state == "refused" ? "link_refused" : "not_reached",
             {{"reason", dial->error}, {"address", dial->address}}},
            view.state_since_ms,
            next_attempt(*dial)};
  if (view.last_error)
    return {{"parted", {{"reason", std::string(protocol::name(view.last_error->code))}}},
            view.state_since_ms,
            next_attempt(*dial)};
  return {{"not_linked", {{"address", dial->address}}}, view.state_since_ms, next_attempt(*dial)};
}

/// Which signers hold its key.
void add_holds(std::vector<Finding>& findings, const NodeStatus& status, const protocol::PublicKey& node) {
  if (!status.held_nodes) return;
  for (const auto& [hold, text] : *status.held_nodes) {
    if (hold.node != node) continue;
    auto finding = finding_of(alarm_of(hold, status.charter.get()));
    finding.next = Coded{"signers_decide", {}};
    findings.push_back(std::move(finding));
  }
}

/// Of a link that is up, but does not agree.
std::vector<Finding> linked(const PeerView& view) {
  std::vector<Finding> findings;
  const auto outstanding =
      std::map<std::string, std::string>{{"entries", std::to_string(view.outstanding_entries)},
                                         {"payloads", std::to_string(view.outstanding_payloads)}};
  const bool lacks = view.outstanding_entries + view.outstanding_payloads > 0;
  if (view.state == PeerState::handshaking)
    findings.push_back({{"greeting", {}}, view.state_since_ms, Coded{"compares", {}}});
  else if (view.state == PeerState::catching_up)
    findings.push_back({{"catching_up", outstanding}, view.state_since_ms, Coded{"being_fetched", {}}});
  else if (lacks)
    findings.push_back({{"not_delivered", outstanding}, view.state_since_ms, Coded{"asked_again", {}}});
  else if (view.agrees == false)
    findings.push_back({{"differs", {}}, view.state_since_ms, Coded{"it_fetches", {}}});
  if (!findings.empty() && view.last_error && view.last_error->at_ms >= view.state_since_ms) {
    auto params = view.last_error->params;
    params["reason"] = std::string(protocol::name(view.last_error->code));
    findings.push_back({{"trouble", std::move(params)}, view.last_error->at_ms, {}});
  }
  return findings;
}

std::optional<Finding> clock_differs(const PeerView& view) {
  if (!view.clock_offset_ms || std::abs(*view.clock_offset_ms) < clock_tolerance_ms) return std::nullopt;
  return Finding{{"clock_differs", {{"seconds", std::to_string(*view.clock_offset_ms / 1000)}}},
                 {},
                 Coded{"set_clocks", {}}};
}

std::optional<Finding> own_log(const NodeStatus& status) {
  switch (status.own_log_state) {
    case OwnLogState::awaiting_statements:
      return Finding{{"awaiting_statements", {}}, status.sync_started_ms, Coded{"sent_when_answered", {}}};
    case OwnLogState::fetching_back:
      return Finding{{"fetching_back", {}}, seen_since(status).fetching_back, Coded{"publishing_waits", {}}};
    default:
      return std::nullopt;
  }
}

bool any_linked(const NodeStatus& status) {
  return std::any_of(status.peers.begin(), status.peers.end(),
                     [](const PeerView& view) { return view.state != PeerState::unlinked; });
}

}  // namespace

std::string partner_name(const NodeStatus& status, const protocol::PartnerId& partner) {
  const auto* listed = status.charter ? status.charter->partner(partner) : nullptr;
  return listed == nullptr ? protocol::to_text(partner) : name_of(*listed);
}

Finding finding_of(const Alarm& alarm) {
  Finding finding{{alarm.code, alarm.params}, alarm.since_ms, {}};
  if (alarm.code == "charter_conflict") finding.next = Coded{"operators_decide", alarm.params};
  return finding;
}

std::vector<Finding> alarms_of_log(const NodeStatus& status, const std::string& log) {
  std::vector<Finding> findings;
  for (const auto& alarm : status.alarms)
    if (const auto named = alarm.params.find("log"); named != alarm.params.end() && named->second == log)
      findings.push_back(finding_of(alarm));
  return findings;
}

std::vector<Finding> explain_own(const Moment& moment) {
  const auto& status = moment.status;
  std::vector<Finding> findings;
  const auto key = protocol::to_text(status.key);
  for (const auto& alarm : status.alarms) {
    // A hold on another node's key is told of that node.
    const bool of_another = alarm.code == "node_held" && alarm.params.at("node") != key;
    if (!of_another) findings.push_back(finding_of(alarm));
  }
  if (!status.charter) {
    findings.push_back({{"no_federation", {}}, {}, Coded{"join_or_found", {}}});
    return findings;
  }
  if (auto narrow = narrowed(status, status.key)) {
    narrow->next = Coded{"coordinators_decide", {}};
    narrow->settled = false;  // its operator has to hear of it
    findings.push_back(std::move(*narrow));
  } else if (!protocol::may_write(*status.charter, status.key)) {
    const auto since = decided_since(status, [&](const protocol::Charter& version) {
      return protocol::may_link(version, status.key) && !protocol::may_write(version, status.key);
    });
    findings.push_back({{"observer", {}}, since, Coded{"reads_only", {}}, true});
  }
  if (auto finding = own_log(status)) findings.push_back(std::move(*finding));
  const auto& seen = seen_since(status);
  if (status.disk_low) findings.push_back({{"disk_low", {}}, seen.disk_low, Coded{"free_space", {}}});
  if (const auto count = status.totals.unchecked_entries; count > 0)
    findings.push_back(
        {{"unchecked", {{"entries", std::to_string(count)}}}, seen.unchecked, Coded{"being_checked", {}}});
  if (const auto count = status.totals.missing_payloads; count > 0)
    findings.push_back({{"payloads_missing", {{"payloads", std::to_string(count)}}},
                        seen.payloads_missing,
                        Coded{any_linked(status) ? "asked_of_peers" : "waits_for_links", {}}});
  return findings;
}

std::vector<Finding> explain_node(const Moment& moment, const protocol::PublicKey& node) {
  std::vector<Finding> findings;
  add_holds(findings, moment.status, node);
  if (moment.status.charter)
    if (auto narrow = narrowed(moment.status, node)) {
      findings.push_back(std::move(*narrow));
      return findings;
    }
  const auto* view = view_of(moment.status, node);
  if (view == nullptr) return findings;
  const auto of_link =
      view->state == PeerState::unlinked ? std::vector{unlinked(moment, *view)} : linked(*view);
  findings.insert(findings.end(), of_link.begin(), of_link.end());
  if (auto clock = clock_differs(*view)) findings.push_back(std::move(*clock));
  return findings;
}

std::vector<Finding> explain_partner(const Moment& moment, const protocol::PartnerId& partner) {
  const auto& charter = *moment.status.charter;
  const auto* listed = charter.partner(partner);
  if (listed == nullptr) return {};
  if (listed->status == protocol::PartnerStatus::left) return {left(moment.status, *listed)};
  const auto has_no_node = [&](const protocol::Charter& version) {
    const auto& nodes = version.body().nodes;
    return version.partner(partner) != nullptr &&
           std::none_of(nodes.begin(), nodes.end(), [&](const protocol::CharterNode& node) {
             return node.partner == partner && node.status == protocol::NodeStatus::active;
           });
  };
  if (!has_no_node(charter)) return {};
  return {{{"no_active_node", {}}, decided_since(moment.status, has_no_node), Coded{"needs_new_node", {}}}};
}

}  // namespace hansa::core
