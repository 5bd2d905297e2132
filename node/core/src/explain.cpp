#include "core/explain.h"

#include <algorithm>
#include <cassert>

#include "core/charter_holder.h"
#include "explanations.h"

namespace hansa::core {
namespace {

Explanation explanation(Explanation::Kind kind, std::string id, std::string name,
                        std::vector<Finding> findings) {
  return {kind, std::move(id), std::move(name), std::move(findings)};
}

const protocol::Charter* charter_of(const Moment& moment) { return moment.status.charter.get(); }

/// Empty if the charter does not list the node.
std::string partner_of_node(const Moment& moment, const protocol::PublicKey& node) {
  const auto* charter = charter_of(moment);
  const bool listed = charter != nullptr && charter->node(node) != nullptr;
  return listed ? owner_name(*charter, node) : std::string();
}

Explanation of_own(const Moment& moment) {
  return explanation(Explanation::Kind::own, "this", partner_of_node(moment, moment.status.key),
                     explain_own(moment));
}

Explanation of_node(const Moment& moment, const protocol::PublicKey& node) {
  return explanation(Explanation::Kind::node, protocol::to_text(node), partner_of_node(moment, node),
                     explain_node(moment, node));
}

Explanation of_log(const Moment& moment, const store::LogState& log) {
  return explanation(Explanation::Kind::log, protocol::to_hex(log.log), partner_of_node(moment, log.author),
                     explain_log(moment, log));
}

/// A partner is what it is, and what its nodes are.
Explanation of_partner(const Moment& moment, const protocol::PartnerId& partner) {
  auto findings = explain_partner(moment, partner);
  for (const auto& node : charter_of(moment)->body().nodes) {
    if (node.partner != partner || node.key == moment.status.key) continue;
    for (auto& finding : explain_node(moment, node.key)) findings.push_back(std::move(finding));
  }
  return explanation(Explanation::Kind::partner, protocol::to_text(partner),
                     partner_name(moment.status, partner), std::move(findings));
}

std::optional<Explanation> of_record(const Moment& moment, const protocol::RecordId& id) {
  const auto* charter = charter_of(moment);
  const bool owner_known = charter != nullptr && charter->partner(id.owner) != nullptr;
  if (!owner_known && !moment.snapshot.record(id)) return std::nullopt;
  return explanation(Explanation::Kind::record, protocol::to_text(id), partner_name(moment.status, id.owner),
                     explain_record(moment, id));
}

/// 64 hexadecimal digits: a node's key or a log.
std::optional<Explanation> of_hex(const Moment& moment, const protocol::Hash& bytes) {
  protocol::PublicKey key;
  key.bytes = bytes;
  const auto* charter = charter_of(moment);
  if (charter != nullptr && charter->node(key) != nullptr)
    return key == moment.status.key ? of_own(moment) : of_node(moment, key);
  if (const auto log = moment.snapshot.log(bytes)) return of_log(moment, *log);
  if (const auto log = log_aside(moment, bytes))
    return explanation(Explanation::Kind::log, protocol::to_hex(bytes), partner_of_node(moment, log->author),
                       explain_log_aside(moment, *log));
  return std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> decided_since(const NodeStatus& status,
                                           const std::function<bool(const protocol::Charter&)>& says_so) {
  std::optional<std::uint64_t> since;
  if (!status.charter_life) return since;
  const auto& versions = status.charter_life->versions;
  for (auto one = versions.rbegin(); one != versions.rend() && says_so(one->charter); ++one)
    since = one->since_ms;
  return since == 0 ? std::nullopt : since;
}

const OutOfStepSince& seen_since(const NodeStatus& status) {
  static const OutOfStepSince nothing;
  return status.since ? *status.since : nothing;
}

std::string_view name(Explanation::Kind kind) {
  switch (kind) {
    case Explanation::Kind::own:
      return "this";
    case Explanation::Kind::partner:
      return "partner";
    case Explanation::Kind::node:
      return "node";
    case Explanation::Kind::log:
      return "log";
    case Explanation::Kind::record:
      return "record";
  }
  assert(!"not a kind");
  return "this";
}

const DialStatus* dial_of(std::span<const DialStatus> dials, const protocol::PublicKey& node,
                          std::string_view known_address) {
  for (const auto& dial : dials)
    if (dial.node == node) return &dial;
  for (const auto& dial : dials)
    if (!known_address.empty() && dial.address == known_address) return &dial;
  return nullptr;
}

bool dial_says_more(const DialStatus& dial, const protocol::PeerView& view) {
  constexpr std::uint64_t parting_takes_ms = 5000;
  if (dial.error.empty()) return false;
  return dial.error != name(LinkEnd::peer_closed) || !view.last_error ||
         view.last_error->at_ms + parting_takes_ms < dial.error_at_ms;
}

std::optional<Explanation> explain(const Moment& moment, std::string_view id) {
  if (id == "this") return of_own(moment);
  if (const auto record = protocol::parse_record_id(id)) return of_record(moment, *record);
  if (const auto partner = protocol::parse_partner_id(id))
    return charter_of(moment) != nullptr && charter_of(moment)->partner(*partner) != nullptr
               ? std::optional(of_partner(moment, *partner))
               : std::nullopt;
  const auto hash = protocol::hash_from_hex(id);
  return hash ? of_hex(moment, *hash) : std::nullopt;
}

std::vector<Explanation> explain_all(const Moment& moment) {
  std::vector<Explanation> all;
  const auto add = [&all](Explanation one) {
    std::erase_if(one.findings, [](const Finding& finding) { return finding.settled; });
    if (!one.findings.empty()) all.push_back(std::move(one));
  };
  add(of_own(moment));
  if (const auto* charter = charter_of(moment)) {
    for (const auto& partner : charter->body().partners)
      add(explanation(Explanation::Kind::partner, protocol::to_text(partner.id),
                      partner_name(moment.status, partner.id), explain_partner(moment, partner.id)));
    for (const auto& node : charter->body().nodes)
      if (node.key != moment.status.key) add(of_node(moment, node.key));
  }
  for (const auto& log : moment.snapshot.logs()) add(of_log(moment, log));
  return all;
}

}  // namespace hansa::core
