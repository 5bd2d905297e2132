// Why a log or a record is out of step.

#include <algorithm>
#include <set>

#include "cut_places.h"
#include "explanations.h"
#include "protocol/content.h"
#include "protocol/kinds.h"

namespace hansa::core {
namespace {

constexpr std::size_t missing_ranges_max = 1024;
/// Of what lies aside: it is read while somebody waits for the answer.
constexpr std::size_t entries_looked_through = 20'000;

std::uint64_t missing_payloads_of(const store::Snapshot& snapshot, const protocol::Hash& log) {
  std::uint64_t count = 0;
  for (const auto& range : snapshot.missing(missing_ranges_max))
    if (range.log == log) count += range.to - range.from + 1;
  return count;
}

/// The furthest that a peer says it holds of a log.
std::uint64_t held_elsewhere(const NodeStatus& status, const protocol::Hash& log) {
  std::uint64_t through = 0;
  for (const auto& peer : status.peers)
    for (const auto& held : peer.held)
      if (held.log == log) through = std::max(through, held.through);
  return through;
}

LogSince seen_of(const NodeStatus& status, const protocol::Hash& log) {
  const auto& logs = seen_since(status).logs;
  const auto seen = logs.find(log);
  return seen == logs.end() ? LogSince{} : seen->second;
}

/// Partners that are not known to hold an entry, this node's own left out.
std::set<protocol::PartnerId> partners_without(const NodeStatus& status, const store::Revision& revision) {
  std::set<protocol::PartnerId> without;
  std::set<protocol::PartnerId> with;
  for (const auto& peer : status.peers) {
    const auto* node = status.charter ? status.charter->node(peer.node) : nullptr;
    if (node == nullptr || !protocol::may_link(*status.charter, peer.node)) continue;
    const bool holds = std::any_of(peer.held.begin(), peer.held.end(), [&](const protocol::HeldLog& held) {
      return held.log == revision.log && held.through >= revision.sequence;
    });
    (holds ? with : without).insert(node->partner);
  }
  for (const auto& partner : with) without.erase(partner);
  if (const auto* own = status.charter ? status.charter->node(status.key) : nullptr)
    without.erase(own->partner);
  return without;
}

std::size_t nodes_with(const NodeStatus& status, const store::Revision& revision) {
  return static_cast<std::size_t>(
      std::count_if(status.peers.begin(), status.peers.end(), [&](const auto& peer) {
        return std::any_of(peer.held.begin(), peer.held.end(), [&](const protocol::HeldLog& held) {
          return held.log == revision.log && held.through >= revision.sequence;
        });
      }));
}

std::optional<Finding> cut_of(const NodeStatus& status, const protocol::PublicKey& author,
                              const protocol::Hash& log) {
  const auto rights = protocol::rights(*status.charter, author, log);
  if (rights.reach == protocol::Rights::Reach::all) return std::nullopt;
  const auto counts = rights.reach == protocol::Rights::Reach::up_to ? rights.last.sequence : 0;
  const auto since = decided_since(status, [&](const protocol::Charter& version) {
    const auto then = protocol::rights(version, author, log);
    return then.reach == rights.reach && then.why == rights.why &&
           (then.reach == protocol::Rights::Reach::none || then.last == rights.last);
  });
  return Finding{
      {"log_cut", {{"sequence", std::to_string(counts)}, {"why", std::string(protocol::name(rights.why))}}},
      since,
      Coded{"counts_to_cut", {}},
      true};
}

/// The content of the revision that is shown.
std::optional<Finding> content_state(const Moment& moment, const store::Revision& live) {
  if (!live.has_payload) return std::nullopt;
  const auto received = moment.snapshot.received_ms(live.log, live.sequence);
  const auto held = moment.snapshot.payload(live.log, live.sequence);
  if (!held) {
    const auto count = nodes_with(moment.status, live);
    return Finding{{"content_missing", {{"nodes", std::to_string(count)}}},
                   received,
                   Coded{count > 0 ? "asked_of_peers" : "waits_for_holder", {}}};
  }
  const auto reader = protocol::read_content(held->content);
  const bool understood = reader && (reader->understood() || live.kind == protocol::EntryKind::withdraw);
  if (understood) return std::nullopt;
  return Finding{{"not_understood", {}}, received, Coded{"update_hansa", {}}};
}

std::optional<Finding> spread(const Moment& moment, const store::Revision& live) {
  const auto without = partners_without(moment.status, live);
  if (without.empty()) return std::nullopt;
  std::string names;
  for (const auto& partner : without)
    names += (names.empty() ? "" : ", ") + partner_name(moment.status, partner);
  return Finding{{"not_everywhere", {{"count", std::to_string(without.size())}, {"partners", names}}},
                 live.author_time_ms,
                 Coded{"they_fetch", {}}};
}

/// Where a record's entries lie that do not count; looked for in the logs of its owner's nodes.
struct RecordAside {
  LogAside log;
  std::uint64_t sequence = 0;
};
std::optional<RecordAside> record_aside(const Moment& moment, const protocol::RecordId& id) {
  std::size_t left = entries_looked_through;
  for (const auto& log : moment.snapshot.aside_logs()) {
    const auto author = author_of(moment.snapshot, log);
    const auto* node = author ? moment.status.charter->node(*author) : nullptr;
    if (node == nullptr || node->partner != id.owner) continue;  // Others may name any record.
    const auto entries = moment.snapshot.aside(log, 1, left);
    for (const auto& entry : entries) {
      const auto header = protocol::HeaderView::parse(entry.header);
      if (header && header->record() == id)
        return RecordAside{LogAside{log, *author, entries.size()}, entry.place.sequence};
    }
    left -= std::min(left, entries.size());
    if (left == 0) break;
  }
  return std::nullopt;
}

/// What ended the log, as far as it can be told.
std::vector<Finding> ends_of(const Moment& moment, const protocol::Hash& log,
                             const protocol::PublicKey& author) {
  auto findings = alarms_of_log(moment.status, protocol::to_hex(log));
  if (moment.status.charter)
    if (auto cut = cut_of(moment.status, author, log)) findings.push_back(std::move(*cut));
  return findings;
}

/// What lies aside does since the first of what ended its log.
std::optional<std::uint64_t> first_since(const std::vector<Finding>& ends) {
  std::optional<std::uint64_t> first;
  for (const auto& end : ends)
    if (end.since_ms) first = std::min(*end.since_ms, first.value_or(*end.since_ms));
  return first;
}

std::map<std::string, std::string> owner_of(const Moment& moment, const protocol::RecordId& id) {
  return {{"partner", protocol::to_text(id.owner)}, {"partnerName", partner_name(moment.status, id.owner)}};
}

/// Nothing of the record is here. Why it may still come is the owner's nodes' affair.
std::vector<Finding> absent(const Moment& moment, const protocol::RecordId& id) {
  if (const auto aside = record_aside(moment, id)) {
    const auto ends = ends_of(moment, aside->log.log, aside->log.author);
    std::vector<Finding> findings{
        {{"record_aside",
          {{"log", protocol::to_hex(aside->log.log)}, {"sequence", std::to_string(aside->sequence)}}},
         first_since(ends),
         Coded{"counts_to_cut", {}}}};
    findings.insert(findings.end(), ends.begin(), ends.end());
    return findings;
  }
  std::vector<Finding> findings{
      {{"not_received", owner_of(moment, id)}, {}, Coded{"comes_with_the_rest", owner_of(moment, id)}}};
  for (const auto& node : moment.status.charter->body().nodes)
    if (node.partner == id.owner && node.key != moment.status.key)
      for (auto& finding : explain_node(moment, node.key)) findings.push_back(std::move(finding));
  return findings;
}

}  // namespace

std::vector<Finding> explain_log(const Moment& moment, const store::LogState& log) {
  auto findings = ends_of(moment, log.log, log.author);
  const auto seen = seen_of(moment.status, log.log);
  if (const auto elsewhere = held_elsewhere(moment.status, log.log); elsewhere > log.sequence)
    findings.push_back({{"behind", {{"entries", std::to_string(elsewhere - log.sequence)}}},
                        seen.behind,
                        Coded{"being_fetched", {}}});
  if (log.checked_sequence < log.sequence)
    findings.push_back({{"unchecked", {{"entries", std::to_string(log.sequence - log.checked_sequence)}}},
                        seen.unchecked,
                        Coded{"being_checked", {}}});
  if (log.payloads_through < log.sequence)
    if (const auto count = missing_payloads_of(moment.snapshot, log.log); count > 0)
      findings.push_back({{"payloads_missing", {{"payloads", std::to_string(count)}}},
                          seen.payloads_missing,
                          Coded{"asked_of_peers", {}}});
  return findings;
}

std::optional<LogAside> log_aside(const Moment& moment, const protocol::Hash& log) {
  const auto entries = moment.snapshot.aside(log, 1, entries_looked_through);
  if (entries.empty()) return std::nullopt;
  return LogAside{log, author_of(moment.snapshot, log).value_or(protocol::PublicKey{}), entries.size()};
}

std::vector<Finding> explain_log_aside(const Moment& moment, const LogAside& log) {
  const auto ends = ends_of(moment, log.log, log.author);
  std::vector<Finding> findings{{{"log_aside", {{"entries", std::to_string(log.entries)}}},
                                 first_since(ends),
                                 Coded{"counts_to_cut", {}}}};
  findings.insert(findings.end(), ends.begin(), ends.end());
  return findings;
}

std::vector<Finding> explain_record(const Moment& moment, const protocol::RecordId& id) {
  const auto record = moment.snapshot.record(id);
  if (!record) return absent(moment, id);
  const auto& live = record->revisions[record->live];
  std::vector<Finding> findings;
  if (record->tips.size() > 1)
    findings.push_back({{"conflict", {{"count", std::to_string(record->tips.size())}}},
                        live.author_time_ms,
                        Coded{"owner_merges", owner_of(moment, id)}});
  if (const auto log = moment.snapshot.log(live.log)) {
    if (live.sequence > log->checked_sequence)
      findings.push_back(
          {{"record_unchecked", {}}, seen_of(moment.status, live.log).unchecked, Coded{"being_checked", {}}});
    for (auto& finding : alarms_of_log(moment.status, protocol::to_hex(live.log)))
      findings.push_back(std::move(finding));
  }
  if (auto content = content_state(moment, live)) findings.push_back(std::move(*content));
  if (auto waiting = spread(moment, live)) findings.push_back(std::move(*waiting));
  return findings;
}

}  // namespace hansa::core
