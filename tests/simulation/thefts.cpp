// Somebody has others' keys, and writes under them: behind what some store holds of a log, so that the log
// parts where that was behind; a log of which everybody gets another first entry; or one more log. The keys
// may have been revoked since.

#include <algorithm>

#include "protocol/chain.h"
#include "world.h"

namespace hansa::simulation {

using namespace protocol;

namespace {

constexpr std::size_t headers_bytes = 4 * 1024 * 1024;
constexpr std::uint64_t stolen_epochs_max = 9;

}  // namespace

/// A key that was the victim's once; null: one that node 0 has not heard of.
const SecretKey* World::stolen_key(const Member& victim) {
  const auto choice = chance_.below(victim.spare_keys.size() + 1);
  const auto& key = choice == 0 ? *victim.key : *victim.spare_keys[choice - 1];
  return charter_->node(key.public_key()) == nullptr ? nullptr : &key;
}

/// A log of this key as this store has it, or none: a log of its own.
std::optional<LogTip> World::place_to_steal(const store::Snapshot& snapshot, const PublicKey& key) {
  std::optional<LogTip> tip;
  for (const auto& log : snapshot.logs())
    if (log.author == key && (!tip || chance_.below(2) == 0))
      tip = LogTip{charter_->federation(), log.log, log.author, log.sequence, log.head};
  return chance_.below(3) == 0 ? std::nullopt : tip;
}

/// One after the other: what follows `tip`, or a log from its first entry on.
std::vector<Bytes> World::stolen_entries(const SecretKey& key, const std::optional<LogTip>& tip) {
  std::vector<Bytes> headers;
  LogTip end;
  if (tip) {
    end = *tip;
  } else {
    DeclarationFields fields;
    fields.federation = charter_->federation();
    fields.epoch_number = chance_.between(1, stolen_epochs_max);
    // Mostly the same nonce: one log, a new first entry for everybody who gets one.
    fields.epoch_nonce.fill(key.public_key().bytes[0]);
    if (chance_.below(3) == 0) chance_.fill(fields.epoch_nonce);
    fields.author_time_ms = now_ms_;
    const auto declaration = seal_declaration(fields, key);
    if (!declaration) throw std::logic_error("a stolen declaration could not be made");
    end = {fields.federation, log_id(fields.federation, key.public_key(), fields.epoch_nonce),
           key.public_key(), 1, entry_hash(*declaration)};
    headers.push_back(*declaration);
  }
  for (auto count = chance_.between(1, 4); count > 0; --count) {
    EntryFields fields;
    fields.kind = EntryKind::withdraw;
    fields.author_time_ms = now_ms_;
    fields.record = RecordId{charter_->node(key.public_key())->partner, {}};
    chance_.fill(fields.record->local);
    fields.record_kind = RecordKind::practice;
    fields.visibility = Visibility::network;
    const auto header = seal_entry(fields, end, key);
    if (!header) throw std::logic_error("a stolen entry could not be made");
    ++end.sequence;
    end.hash = entry_hash(*header);
    headers.push_back(*header);
  }
  return headers;
}

/// The receiver has got them from somebody, before anything made it refuse them.
void World::steal(Member& victim, Member& receiver) {
  const auto* key = stolen_key(victim);
  if (victim.number == receiver.number || !receiver.node || key == nullptr) return;
  if (protocol::rights(*receiver.charters.get(), key->public_key(), {}).why != Rights::Why::active) return;
  const auto tip = place_to_steal(*receiver.store().snapshot(), key->public_key());
  Bytes headers;
  for (const auto& header : stolen_entries(*key, tip))
    headers.insert(headers.end(), header.begin(), header.end());
  auto run = chain(charter_->federation(), tip, std::move(headers));
  if (!run) return found_.push_back("a stolen run was not taken");
  const auto log = run->tip().log;
  if (!tip &&
      (receiver.store().snapshot()->log(log) || !receiver.store().snapshot()->aside(log, 1, 1).empty()))
    return;
  store::Batch batch;
  batch.runs.push_back(std::move(*run));
  destroy([&] {
    crash(receiver);
  });  // its node reads the store anew; what it had not synced is lost, and may be the log's end
  open(receiver);
  const auto now = receiver.store().snapshot()->log(log);
  if ((now ? now->sequence : 0) != (tip ? tip->sequence : 0)) return;
  if (now && now->head != tip->hash) return;
  receiver.store().commit(batch, now_ms_, store::Durability::synced);
  ++mishaps_;
  victim.was_put_back = true;  // its numbers are used by somebody else
}

/// What the intruder says that the victim wrote.
Loot World::loot_of(Member& victim) {
  const auto* key = stolen_key(victim);
  Member& source = *members_[chance_.below(members_.size())];
  if (key == nullptr || source.gone) return {};
  open(source);
  const auto snapshot = source.store().snapshot();
  const auto tip = place_to_steal(*snapshot, key->public_key());
  std::vector<Bytes> headers;
  if (tip) headers = snapshot->headers(tip->log, 1, tip->sequence, headers_bytes);
  if (tip && headers.size() != tip->sequence) return {};
  for (auto& header : stolen_entries(*key, tip)) headers.push_back(std::move(header));
  victim.was_put_back = true;
  const auto log = HeaderView::parse(headers.front())->log();
  return {{log, std::move(headers)}};
}

}  // namespace hansa::simulation
