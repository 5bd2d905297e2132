// What happens to nodes' stores and keys: restores from old backups, whole machines put back to an earlier
// moment, copies that run beside the original, and stolen keys that fork logs.

#include <algorithm>

#include "core/charter_draft.h"
#include "world.h"

namespace hansa::simulation {

using namespace protocol;

namespace {

/// What the entry said counts here, in whatever log.
bool says(const store::Snapshot& snapshot, const Acknowledged& one) {
  if (one.entry.record == RecordId{}) return says_of_charters(snapshot, one.content);
  const auto record = snapshot.record(one.entry.record);
  if (!record) return false;
  return std::any_of(record->revisions.begin(), record->revisions.end(), [&](const auto& revision) {
    const auto payload = snapshot.payload(revision.log, revision.sequence);
    return payload ? payload->content == one.content : one.content.empty() && !revision.has_payload;
  });
}

/// It lies aside, in whatever log.
bool says_aside(const store::Snapshot& snapshot, const Acknowledged& one) {
  for (const auto& log : snapshot.aside_logs())
    for (const auto& entry : snapshot.aside(log, 1, SIZE_MAX)) {
      const auto header = HeaderView::parse(entry.header);
      if (!header || header->is_declaration() || header->record() != one.entry.record) continue;
      const auto payload = snapshot.aside_payload(log, entry.place);
      if (payload ? payload->content == one.content : one.content.empty()) return true;
    }
  return false;
}

}  // namespace

/// Here, or lying aside.
bool World::holds(const store::Snapshot& snapshot, const core::Published& entry) {
  const auto headers = snapshot.headers(entry.log, entry.sequence, 1, header_bytes_max);
  if (!headers.empty() && entry_hash(headers[0]) == entry.revision) return true;
  for (const auto& aside : snapshot.aside(entry.log, entry.sequence, 1))
    if (aside.place.hash == entry.revision) return true;
  return false;
}

core::EpochGuard::Kept World::Host::kept() const { return now; }

void World::Host::bind(const core::HostMark& mark) {
  now = {Standing::bound, mark};
  durable = mark.sequence;
}

void World::Host::advance(std::uint64_t sequence) { now.mark.sequence = sequence; }

void World::Host::power_cut(Chance& chance) {
  if (chance.below(2) == 0) now.mark.sequence = durable;
}

/// Some store holds the entry, or what it says under another name.
bool World::is_held(const Acknowledged& one) {
  return std::any_of(members_.begin(), members_.end(), [&](const auto& member) {
    if (member->gone) return false;
    open(*member);
    const auto snapshot = member->store().snapshot();
    if (holds(*snapshot, one.entry) || says(*snapshot, one)) return true;
    return plan_.charters_per_minute > 0 && says_aside(*snapshot, one);
  });
}

/// Around something that destroys what a store held: what nobody holds afterwards is lost with it, and only
/// that.
void World::destroy(const std::function<void()>& what) {
  for (auto& one : acknowledged_)
    if (!one.excused && !is_held(one)) {
      found_.push_back("an acknowledged entry of node " + std::to_string(one.node) + " got lost: sequence " +
                       std::to_string(one.entry.sequence));
      one.excused = true;
    }
  what();
  for (auto& one : acknowledged_) one.excused = one.excused || !is_held(one);
}

/// Back to an image of the store. `with_host`: the whole machine; otherwise a restore, after which the host
/// remembers more than the store holds, or nothing.
void World::put_back(Member& member, bool with_host) {
  if (!member.has_image()) return;
  // Somebody stops the node first.
  const auto host = member.host.now;
  // What a power cut left of the host's memory may be older than the image.
  member.was_put_back = member.was_put_back || !member.node;
  destroy([&] {
    crash(member);
    put_image(member, member);
  });
  member.host.now = host;
  member.settled = {};
  // Its operator has the newest charter again, sooner or later.
  if (!plan_.entries_alone) member.charter_at_ms[charters_.size() - 1] = now_ms_ + chance_.between(0, 40'000);
  if (with_host) {
    member.host.now = member.host_image;
    member.was_put_back = true;
  } else if (chance_.below(2) == 0) {
    member.host.now = {};
  }
  ++mishaps_;
}

/// A backup, or a snapshot of the machine, for later.
void World::take_image(Member& member) {
  open(member);
  member.host_image = member.host.now;
  if (member.memory)
    member.image = member.memory->image();
  else
    member.disk_image = std::make_shared<const test::PowerCutFileSystem::Image>(member.disk->image());
}

/// Its store is as the other's was. Its node does not run.
void World::put_image(Member& member, const Member& from) {
  if (!plan_.real_store) {
    open(member);
    return member.memory->put_back(from.image);
  }
  member.real.reset();
  make_disk(member);
  member.disk->put_back(*from.disk_image);
}

/// A copy of a node's directory starts elsewhere, with links of its own, and runs beside the original.
void World::copy(Member& member) {
  if (!member.has_image() || copies_ >= 2) return;
  ++copies_;
  ++mishaps_;
  Member& twin = add_member(SecretKey::from_seed(member.key->seed()));
  twin.charters.set(member.charters.get());
  twin.is_copy = true;
  twin.host.now = member.host_image;
  twin.host.now.standing = core::EpochGuard::Standing::other_store;
  put_image(twin, member);
  for (int count = 0; count < 2; ++count) {
    const auto peer = chance_.below(plan_.nodes);
    if (peer != member.number) edges_.emplace_back(peer, twin.number);
  }
  start(twin);
}

void World::stop_copies() {
  for (auto& member : members_) {
    if (!member->is_copy || member->gone) continue;
    destroy([&] {
      crash(*member);
      member->gone = true;
    });
  }
}

void World::mishap() {
  Member& member = *members_[chance_.below(plan_.nodes)];
  switch (chance_.below(8)) {
    case 0:
    case 1:
      return put_back(member, false);
    case 2:
    case 3:
      return put_back(member, true);
    case 4:
      return copy(member);
    case 5:
      return plan_.stolen_keys ? steal(member, *members_[chance_.below(plan_.nodes)]) : stop_copies();
    default:
      return take_image(member);
  }
}

/// How many logs are known to have two branches, in the end.
std::size_t World::forks() {
  const auto alarms = members_[0]->node->status().alarms;
  return static_cast<std::size_t>(std::count_if(
      alarms.begin(), alarms.end(), [](const core::Alarm& alarm) { return alarm.code == "log_forked"; }));
}

/// What this member lacks of payloads that a node of the federation has.
bool World::lacks_payloads(Member& member) {
  for (const auto& range : member.store().snapshot()->missing(SIZE_MAX))
    for (auto sequence = range.from; sequence <= range.to; ++sequence)
      for (const auto& other : members_)
        if (belongs(*other) && other->store().snapshot()->payload(range.log, sequence)) return true;
  return false;
}

/// By the charter alone this entry need not be shown, nor what it said: its key or its partner lost the
/// right, or there is no room to say it again.
bool World::is_given_up(const Acknowledged& one) {
  const auto& key = authors_of_logs_.at(one.entry.log);
  const auto* node = charter_->node(key);
  const auto* partner = node == nullptr ? nullptr : charter_->partner(node->partner);
  const auto* owner =
      one.node < plan_.nodes ? charter_->node(members_[one.node]->key->public_key()) : nullptr;
  if (partner == nullptr || owner == nullptr) return true;
  const bool may_write = protocol::may_write(*charter_, owner->key);
  const bool ended = node->status == NodeStatus::revoked || node->status == NodeStatus::retired;
  return !may_write || ended || owner->limits != NodeLimits{} || node->limits != NodeLimits{};
}

/// It counts, or what it said does.
bool World::is_shown(const Acknowledged& one) {
  const auto counting = members_[0]->store().snapshot();
  const auto headers = counting->headers(one.entry.log, one.entry.sequence, 1, header_bytes_max);
  return (!headers.empty() && entry_hash(headers[0]) == one.entry.revision) || says(*counting, one);
}

/// A node of the federation holds it. Nobody gets it from one that was shut out, and no coordinator can name
/// what their own node does not hold.
bool World::is_within_reach(const Acknowledged& one) const {
  return std::any_of(members_.begin(), members_.end(), [&](const auto& member) {
    return belongs(*member) && holds(*member->store().snapshot(), one.entry);
  });
}

/// The owner of some entries holds them no more, and others keep them aside behind a fork or a cut: the
/// coordinator names their branch. Of each log one can be named.
void World::bring_back() {
  for (;;) {
    const Acknowledged* lost = nullptr;
    for (const auto& one : acknowledged_) {
      if (one.excused || branch_named_.contains(one.entry.log) || is_given_up(one) || is_shown(one)) continue;
      if (!is_within_reach(one)) continue;
      if (lost == nullptr || one.entry.sequence > lost->entry.sequence) lost = &one;
    }
    if (lost == nullptr) return;
    const auto& entry = lost->entry;
    branch_named_.insert(entry.log);
    const auto holder = std::find_if(members_.begin(), members_.end(), [&](const auto& member) {
      return belongs(*member) && holds(*member->store().snapshot(), entry);
    });
    const auto entropy = chance_.entropy();
    auto snapshot = (*holder)->store().snapshot();
    core::CharterDraft draft(*charter_, *snapshot, entropy);
    const std::vector<core::CutFrom> from{{entry.log, entry.sequence + 1, entry.revision}};
    if (const auto cut = draft.cut_node(authors_of_logs_.at(entry.log), from); !cut)
      return found_.push_back("a branch could not be named: " + std::string(core::name(cut.error())));
    snapshot.reset();
    if (!has_council())
      enact(draft.body());
    else if (!agree_on(draft.body()))
      continue;
    until_calm();
    if (!is_shown(*lost) && !is_given_up(*lost))
      found_.push_back("an entry that lay aside did not come back when its branch was named: sequence " +
                       std::to_string(entry.sequence));
  }
}

/// Every acknowledged entry that was not lost with the one store that held it is in the catalogue, as itself
/// or written again. But for those of a branch of which the charter has named another: they lie aside
/// somewhere, and not with their owner, who would have written them again.
void World::find_survivors(std::vector<std::string>& faults) {
  for (const auto& one : acknowledged_) {
    if (one.excused || is_shown(one)) continue;
    if (!is_held(one))
      faults.push_back("an acknowledged entry of node " + std::to_string(one.node) +
                       " is nowhere: sequence " + std::to_string(one.entry.sequence));
    if (is_given_up(one)) continue;
    const auto owner = members_[one.node]->store().snapshot();
    if (!is_within_reach(one) && !says_aside(*owner, one)) continue;
    if (!branch_named_.contains(one.entry.log) || holds(*owner, one.entry) || says_aside(*owner, one))
      faults.push_back("node " + std::to_string(one.node) +
                       " acknowledged an entry that does not count, and nobody wrote it again: sequence " +
                       std::to_string(one.entry.sequence));
  }
}

}  // namespace hansa::simulation
