#include "workload.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "store/rocks_store.h"

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
    authors_.push_back({protocol::SecretKey::generate(entropy_), partners[partner], std::nullopt, {}, 0, {}});
  for (const auto& author : authors_) rule_->authors.emplace_back(author.key.public_key(), author.partner);
  rule_->partners = partners;
  for (int i = 0; i < 24; ++i) {
    store::RecordId id;
    id.owner = partners[random_() % partners.size()];
    entropy_(id.local);
    records_.push_back(id);
  }
}

store::PartnersOf Workload::partners_of() const {
  return [rule = rule_](const protocol::PublicKey& key) {
    std::vector<protocol::PartnerId> owners;
    for (const auto& [author, partner] : rule->authors)
      if (author == key) owners.push_back(partner);
    // The first partner succeeds the second, later the third as well.
    if (!owners.empty() && owners.front() == rule->partners[0])
      for (int i = 1; i <= rule->successions; ++i)
        owners.push_back(rule->partners[static_cast<std::size_t>(i)]);
    return owners;
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
  truncate(author, from);
  return {[log, from](store::Store& store) { store.retract(log, from); }, false, "retract"};
}

void Workload::truncate(Author& author, std::uint64_t from) {
  author.entries.resize(from - 1);
  author.checked = std::min<std::uint64_t>(author.checked, from - 1);
  author.tip->sequence = from - 1;
  if (from > 1) author.tip->hash = author.entries.back().hash;
}

Operation Workload::set_aside() {
  auto& author = authors_[random_() % authors_.size()];
  if (author.entries.empty()) return sync();
  const auto log = author.tip->log;
  const auto from = 1 + (random_() % 6 == 0 ? 0 : random_() % author.entries.size());
  for (auto sequence = from; sequence <= author.entries.size(); ++sequence)
    author.aside.emplace_back(sequence, author.entries[sequence - 1]);
  truncate(author, from);
  return {[log, from, now = ++now_ms_](store::Store& store) { store.set_aside(log, from, now); }, false,
          "set_aside"};
}

// As much as follows the log, in one run; what came by payload before comes back with it.
Operation Workload::take_back() {
  auto& author = authors_[random_() % authors_.size()];
  std::vector<Entry> back;
  for (bool found = true; found && back.size() < 40;) {
    found = false;
    const auto sequence = author.entries.size() + back.size() + 1;
    const auto before = !back.empty()            ? back.back().hash
                        : author.entries.empty() ? Hash{}
                                                 : author.entries.back().hash;
    for (auto kept = author.aside.begin(); kept != author.aside.end(); ++kept) {
      if (kept->first != sequence ||
          protocol::HeaderView::parse(kept->second.header)->previous_hash() != before)
        continue;
      back.push_back(std::move(kept->second));
      author.aside.erase(kept);
      found = true;
      break;
    }
  }
  if (back.empty()) return sync();
  store::Batch batch;
  batch.runs.push_back(chained(author, std::move(back)));
  author.tip = batch.runs.back().tip();
  return {[batch, now = ++now_ms_](store::Store& store) {
            store.commit(batch, now, store::Durability::buffered);
          },
          false, "take_back"};
}

Operation Workload::drop_aside() {
  auto& author = authors_[random_() % authors_.size()];
  if (author.aside.empty() || random_() % 4) return sync();
  std::vector<store::EntryPlace> dropped;
  std::erase_if(author.aside, [&](const auto& kept) {
    if (random_() % 3) return false;
    dropped.push_back({kept.first, kept.second.hash});
    return true;
  });
  dropped.push_back({7, random_hash()});  // one that is not there
  return {[log = author.tip->log, dropped](store::Store& store) { store.drop_aside(log, dropped); }, false,
          "drop_aside"};
}

Operation Workload::change_authorship() {
  successions_ = static_cast<int>(random_() % 3);
  return {[now = ++now_ms_](store::Store& store) { store.authorship_changed(now); }, false,
          "authorship_changed"};
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

Operation Workload::any_operation() {
  const auto kind = random_() % 28;
  if (kind < 11) return commit();
  if (kind < 14) return check();
  if (kind < 17) return retract();
  if (kind < 19) return setting();
  if (kind < 22) return set_aside();
  if (kind < 25) return take_back();
  if (kind < 26) return drop_aside();
  return kind < 27 ? change_authorship() : sync();
}

Operation Workload::next() {
  ++made_;
  auto operation = any_operation();
  // An operation is applied to several stores, and again after a power cut: it brings its rule with it.
  operation.apply = [apply = std::move(operation.apply), rule = rule_,
                     successions = successions_](store::Store& store) {
    rule->successions = successions;
    apply(store);
  };
  return operation;
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

std::unique_ptr<store::DiskStore> open(const std::string& directory, const Workload& workload) {
  store::StoreOptions options;
  options.partners_of = workload.partners_of();
  return store::open_store(directory, std::move(options));
}

}  // namespace hansa::test
