#include "workload.h"

#include <algorithm>
#include <array>
#include <cassert>

namespace hansa::test {

using protocol::Bytes;
using protocol::EntryFields;
using protocol::EntryKind;
using protocol::Hash;
using protocol::RecordKind;

namespace {

template <class T>
T pick(std::mt19937_64& random, const std::vector<T>& from) {
  return from[random() % from.size()];
}

}  // namespace

Workload::Workload(std::mt19937_64& random)
    : random_(random), entropy_([&random](std::span<std::uint8_t> bytes) {
        for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
      }) {
  federation_ = random_hash();
  std::vector<protocol::PartnerId> partners(3);
  for (auto& partner : partners) entropy_(partner.bytes);
  for (const std::size_t partner : {0, 1, 2, 2})
    authors_.push_back({protocol::SecretKey::generate(entropy_), partners[partner], std::nullopt, {}, 0});
  for (int i = 0; i < 24; ++i) {
    store::RecordId id;
    id.owner = partners[random_() % partners.size()];
    entropy_(id.local);
    records_.push_back(id);
  }
}

store::PartnerOf Workload::partner_of() const {
  std::vector<std::pair<protocol::PublicKey, protocol::PartnerId>> known;
  for (const auto& author : authors_) known.emplace_back(author.key.public_key(), author.partner);
  return [known](const protocol::PublicKey& key) -> std::optional<protocol::PartnerId> {
    for (const auto& [author, partner] : known)
      if (author == key) return partner;
    return std::nullopt;
  };
}

Hash Workload::random_hash() {
  Hash hash;
  entropy_(hash);
  return hash;
}

Bytes Workload::random_content() {
  Bytes content(1 + random_() % 2000);
  entropy_(content);
  return content;
}

void Workload::declare(Author& author, std::vector<Entry>& made) {
  protocol::DeclarationFields fields;
  fields.federation = federation_;
  fields.epoch_nonce = random_hash();
  fields.author_time_ms = now_ms_;
  const auto header = protocol::seal_declaration(fields, author.key);
  const auto view = protocol::HeaderView::parse(*header);
  made.push_back({*header, view->hash(), {}, {}});
  author.tip = {federation_, view->log(), author.key.public_key(), 1, view->hash()};
}

void Workload::write(Author& author, std::vector<Entry>& made, const EntryFields& fields, Bytes content) {
  Entry entry;
  auto sealed_fields = fields;
  if (!content.empty()) {
    entry.salt = protocol::Salt::generate(entropy_);
    const auto sealed = protocol::seal_payload(content, entry.salt);
    sealed_fields.payload_blocks = sealed->blocks;
    sealed_fields.commitment = sealed->commitment;
    entry.content = std::move(content);
  }
  const auto header = protocol::seal_entry(sealed_fields, *author.tip, author.key);
  entry.header = *header;
  entry.hash = protocol::entry_hash(entry.header);
  author.tip->sequence += 1;
  author.tip->hash = entry.hash;
  made.push_back(std::move(entry));
}

EntryFields Workload::random_fields(const Author& author) {
  EntryFields fields;
  fields.author_time_ms = now_ms_ + random_() % 5;
  const auto kind = random_() % 20;
  if (kind == 0) {
    fields.kind = EntryKind::announcement;
    return fields;
  }
  // Now and then an entry about another partner's record, which the view must ignore.
  do fields.record = pick(random_, records_);
  while (fields.record->owner != author.partner && random_() % 10 != 0);
  fields.record_kind = random_() % 10 ? RecordKind::practice : RecordKind::event;
  fields.visibility = random_() % 3 ? protocol::Visibility::everyone : protocol::Visibility::network;
  fields.personal = random_() % 7 == 0;
  if (kind < 3) fields.kind = EntryKind::withdraw;
  if (kind == 3) fields.kind = EntryKind::restrict_visibility;
  if (kind == 4) fields.kind = static_cast<EntryKind>(999);
  if (random_() % 3 == 0) fields.subject = pick(random_, records_);
  for (const auto& [record, hash] : revisions_)
    if (record == *fields.record && fields.parents.size() < 3 && random_() % 2)
      fields.parents.push_back(hash);
  if (random_() % 9 == 0) fields.parents.push_back(random_hash());
  return fields;
}

protocol::ChainedRun Workload::chained(Author& author, std::vector<Entry> made) {
  Bytes bytes;
  for (const auto& entry : made) bytes.insert(bytes.end(), entry.header.begin(), entry.header.end());
  std::optional<protocol::LogTip> before;
  if (!author.entries.empty()) {
    const auto& last = author.entries.back();
    before = *author.tip;
    before->sequence = author.entries.size();
    before->hash = last.hash;
  }
  auto run = protocol::chain(federation_, before, std::move(bytes));
  assert(run);
  for (std::size_t i = 0;
       author.checked + 1 == run->first_sequence() + i && i < run->size() && run->is_checked(i); ++i)
    ++author.checked;
  for (auto& entry : made) author.entries.push_back(std::move(entry));
  return *std::move(run);
}

protocol::ChainedRun Workload::extend(Author& author, std::size_t count) {
  std::vector<Entry> made;
  if (author.entries.empty()) declare(author, made);
  while (made.size() < count) {
    const auto fields = random_fields(author);
    const bool has_content = fields.kind == EntryKind::content || random_() % 2;
    write(author, made, fields, has_content ? random_content() : Bytes{});
    if (fields.record) revisions_.emplace_back(*fields.record, made.back().hash);
  }
  return chained(author, std::move(made));
}

protocol::VerifiedPayload Workload::verified(const Entry& entry) {
  auto payload =
      protocol::check_payload(*protocol::HeaderView::parse(entry.header), entry.salt, entry.content);
  assert(payload);
  return *std::move(payload);
}

void Workload::add_payloads(store::Batch& batch, const Author& author, std::uint64_t from, unsigned percent) {
  for (auto sequence = from; sequence <= author.entries.size(); ++sequence) {
    const auto& entry = author.entries[sequence - 1];
    if (!entry.content.empty() && random_() % 100 < percent) batch.payloads.push_back(verified(entry));
  }
}

Operation Workload::commit() {
  store::Batch batch;
  ++now_ms_;
  for (auto& author : authors_) {
    if (random_() % 2 == 0) continue;
    const auto held = author.entries.size();
    if (random_() % 4) batch.runs.push_back(extend(author, 1 + random_() % (random_() % 3 ? 3 : 30)));
    // Payloads come with their entries, later, out of order, or again.
    if (random_() % 2) add_payloads(batch, author, held + 1, 100);
    if (held > 0 && random_() % 3 == 0) add_payloads(batch, author, 1 + random_() % held, 30);
  }
  std::shuffle(batch.payloads.begin(), batch.payloads.end(), random_);
  const bool synced = random_() % 4 == 0;
  return {[batch, now = now_ms_, synced](store::Store& store) {
            store.commit(batch, now, synced ? store::Durability::synced : store::Durability::buffered);
          },
          synced, "commit"};
}

Operation Workload::check() {
  auto& author = authors_[random_() % authors_.size()];
  if (author.entries.empty()) return sync();
  const auto log = author.tip->log;
  const auto through = random_() % (author.entries.size() + 1);
  author.checked = std::max<std::uint64_t>(author.checked, through);
  return {[log, through, now = ++now_ms_](store::Store& store) { store.mark_checked(log, through, now); },
          false, "mark_checked"};
}

Operation Workload::retract() {
  auto& author = authors_[random_() % authors_.size()];
  const auto unchecked = author.entries.size() - author.checked;
  if (unchecked == 0) return sync();
  const auto log = author.tip->log;
  const auto from = author.checked + 1 + random_() % unchecked;
  author.entries.resize(from - 1);
  author.tip->sequence = from - 1;
  if (from > 1) author.tip->hash = author.entries.back().hash;
  return {[log, from](store::Store& store) { store.retract(log, from); }, false, "retract"};
}

Operation Workload::setting() {
  const auto key = "user/" + std::to_string(random_() % 5);
  if (random_() % 3 == 0)
    return {[key](store::Store& store) { store.erase_setting(key); }, true, "erase_setting"};
  return {[key, value = random_content()](store::Store& store) { store.put_setting(key, value); }, true,
          "put_setting"};
}

Operation Workload::sync() {
  return {[](store::Store& store) { store.sync(); }, true, "sync"};
}

Operation Workload::next() {
  const auto kind = random_() % 20;
  if (kind < 11) return commit();
  if (kind < 14) return check();
  if (kind < 17) return retract();
  return kind < 19 ? setting() : sync();
}

std::vector<Operation> Workload::take(std::size_t count) {
  std::vector<Operation> operations;
  while (operations.size() < count) operations.push_back(next());
  return operations;
}

store::Batch Workload::bulk(std::size_t count, std::size_t content_bytes) {
  auto& author = authors_.front();
  std::vector<Entry> made;
  if (author.entries.empty()) declare(author, made);
  const auto held = author.entries.size();
  while (made.size() < count) {
    EntryFields fields;
    fields.author_time_ms = ++now_ms_;
    fields.record = store::RecordId{author.partner, {}};
    entropy_(fields.record->local);
    fields.record_kind = RecordKind::practice;
    fields.visibility = protocol::Visibility::everyone;
    // As compressible as text is: a third of the bytes are new.
    Bytes content(content_bytes);
    for (std::size_t i = 0; i < content.size(); ++i)
      content[i] = static_cast<std::uint8_t>(i % 3 ? 'a' + i % 20 : random_() % 64);
    write(author, made, fields, std::move(content));
  }
  store::Batch batch;
  batch.runs.push_back(chained(author, std::move(made)));
  add_payloads(batch, author, held + 1, 100);
  return batch;
}

}  // namespace hansa::test
