// What a node's own entries said that do not count any more is written again, in the log it writes now.

#include <algorithm>
#include <cassert>
#include <string>

#include "cut_places.h"
#include "node_parts.h"
#include "parted_logs.h"
#include "reissue.h"

namespace hansa::core {

using protocol::Hash;

namespace {

constexpr std::string_view allowed_prefix = "reissue/";
/// So many are committed together.
constexpr std::size_t written_at_once = 256;
constexpr std::size_t read_at_once = 512;

/// Without a payload that was erased, or never came, there is nothing to write.
bool has_its_payload(const protocol::HeaderView& header, bool is_here) {
  const bool has_one = !header.is_declaration() && header.is_understood() && header.payload_blocks() > 0;
  return is_here || !has_one;
}

/// Calls `each` for what lies aside of a log from `from` on, until it says no.
template <class Each>
void walk_aside(const store::Snapshot& snapshot, const Hash& log, std::uint64_t from, Each each) {
  for (;;) {
    const auto page = snapshot.aside(log, from, read_at_once);
    for (const auto& entry : page)
      if (!each(entry)) return;
    if (page.size() < read_at_once) return;
    from = page.back().place.sequence + 1;
  }
}

/// This node's key, and the keys of its partner that others took the place of: nobody else writes for them.
bool writes_for(const protocol::Charter& charter, const protocol::PublicKey& own,
                const protocol::PublicKey& author) {
  if (author == own) return true;
  const auto* before = charter.node(author);
  const auto* now = charter.node(own);
  return before != nullptr && now != nullptr && before->partner == now->partner &&
         before->status == protocol::NodeStatus::rotated;
}

std::set<protocol::PublicKey> keys_of_partner(const protocol::Charter& charter,
                                              const protocol::PublicKey& own) {
  std::set<protocol::PublicKey> keys{own};
  if (const auto* node = charter.node(own))
    for (const auto& other : charter.body().nodes)
      if (other.partner == node->partner) keys.insert(other.key);
  return keys;
}

}  // namespace

void Node::write_again() {
  reissue_due_ = false;
  parts_->reissue_waiting.clear();
  parts_->reissue_at.clear();
  const auto own = parts_->publisher.own_log();
  if (!own || parts_->publisher.has_staged()) return;
  const auto charter = charters_.get();
  const auto snapshot = store_.snapshot();
  const auto parted = parted_logs(*snapshot);
  for (const auto& one : parted) {
    if (!one.is_aside || !write_log_again(*snapshot, one.log, one.from)) continue;
    std::vector<store::EntryPlace> moved;
    walk_aside(*snapshot, one.log, one.from, [&](const store::AsideEntry& entry) {
      moved.push_back(entry.place);
      return true;
    });
    store_.drop_aside(one.log, moved);
    forget_parted(store_, one.log);
  }
  for (const auto& log : snapshot->aside_logs()) {
    const auto author = author_of(*snapshot, log);
    if (log == own->id || !author || !writes_for(*charter, key_.public_key(), *author)) continue;
    if (std::ranges::find(parted, log, &PartedLog::log) != parted.end()) continue;
    if (const auto from = write_again_from(*snapshot, log, *author)) write_log_again(*snapshot, log, *from);
  }
}

/// From where on what lies aside of a log says something that is said nowhere else; none: of nothing, or not
/// yet.
std::optional<std::uint64_t> Node::write_again_from(const store::Snapshot& snapshot, const Hash& log,
                                                    const protocol::PublicKey& author) {
  const auto charter = charters_.get();
  const auto reach = reach_of(*charter, parts_->forks, {log, author, 0}, 0);
  if (reach.end == LogEnd::forked) return reach.through + 1;
  if (reach.end != LogEnd::cut && reach.end != LogEnd::rotated) return std::nullopt;
  if (!reach.passes) {
    // A log that the charter does not know was never sent to anybody; one that it names as empty was judged.
    const auto& cuts = charter->node(author)->cuts;
    if (std::ranges::find(cuts, log, &protocol::Cut::log) != cuts.end()) return std::nullopt;
    return 1;
  }
  const auto held = snapshot.log(log);
  if (held && held->sequence >= reach.passes->sequence) return 1;
  // Until the branch that the charter names is here, what lies aside may be of it.
  parts_->reissue_at[log] = reach.passes->sequence;
  return std::nullopt;
}

/// True if nothing of it is left to be said.
bool Node::write_log_again(const store::Snapshot& snapshot, const Hash& log, std::uint64_t from) {
  const auto keys = keys_of_partner(*charters_.get(), key_.public_key());
  const bool allowed = snapshot.setting(std::string(allowed_prefix) + protocol::to_hex(log)).has_value();
  const auto charter = charters_.get();
  const auto own = parts_->publisher.own_log();
  const auto is_due = [&](const Hash& other) {
    if (parted_log(snapshot, other)) return true;
    const auto author = author_of(snapshot, other);
    if (!author || own->id == other || !writes_for(*charter, key_.public_key(), *author)) return false;
    return write_again_from(snapshot, other, *author) || parts_->reissue_at.contains(other);
  };
  Reissue look(snapshot, keys, log, is_due);
  std::size_t due = 0;
  walk_aside(snapshot, log, from, [&](const store::AsideEntry& entry) {
    const auto header = protocol::HeaderView::parse(entry.header);
    assert(header.has_value());
    if (has_its_payload(*header, entry.has_payload) && look.again(*header)) ++due;
    return due <= reissued_max && !allowed;
  });
  if (due > reissued_max && !allowed) {
    // Whoever has the key could make a node write without end.
    parts_->reissue_waiting.push_back(
        {"reissue_waiting", {{"log", protocol::to_hex(log)}, {"entries", std::to_string(due)}}, now_ms()});
    return false;
  }
  Reissue reissue(snapshot, keys, log, is_due);
  bool all = true;
  walk_aside(snapshot, log, from, [&](const store::AsideEntry& entry) {
    all = write_entry_again(reissue, snapshot, log, entry) && all;
    return true;
  });
  flush_again(reissue);
  return all;
}

/// Stages what an entry says in the current log, if it is to be said again. False: there is no room for it.
bool Node::write_entry_again(Reissue& reissue, const store::Snapshot& snapshot, const Hash& log,
                             const store::AsideEntry& entry) {
  const auto header = protocol::HeaderView::parse(entry.header);
  assert(header.has_value());
  if (!has_its_payload(*header, entry.has_payload)) return true;
  auto fields = reissue.again(*header);
  if (!fields) return true;
  auto payload = snapshot.aside_payload(log, entry.place);
  const auto as = parts_->publisher.restage(std::move(*fields),
                                            payload ? std::move(payload->content) : protocol::Bytes{});
  if (!as) return false;
  reissue.written(*header, *as);
  if (parts_->publisher.staged_count() >= written_at_once) flush_again(reissue);
  return true;
}

void Node::flush_again(Reissue& reissue) {
  if (!parts_->publisher.has_staged()) return;
  flush_publishing();
  reissue.remember_votes(store_);
}

}  // namespace hansa::core
