#include "memory_store.h"

#include <algorithm>
#include <atomic>

namespace hansa::test {

using protocol::Bytes;
using protocol::Hash;
using store::Arrival;
using store::LogState;
using store::RecordId;

namespace {

class MemorySnapshot : public store::Snapshot {
 public:
  explicit MemorySnapshot(std::shared_ptr<const MemoryState> state) : state_(std::move(state)) {}

  std::vector<LogState> logs() const override {
    std::vector<LogState> result;
    for (const auto& [id, log] : state_->logs) result.push_back(state_->state_of(id));
    return result;
  }

  std::optional<LogState> log(const Hash& log) const override {
    if (!state_->logs.contains(log)) return std::nullopt;
    return state_->state_of(log);
  }

  std::vector<Bytes> headers(const Hash& log, std::uint64_t from, std::size_t count_max,
                             std::size_t bytes_max) const override {
    std::vector<Bytes> result;
    std::size_t bytes = 0;
    for (auto sequence = from; result.size() < count_max; ++sequence) {
      const auto* entry = find(log, sequence);
      if (!entry || (!result.empty() && bytes + entry->header->size() > bytes_max)) break;
      bytes += entry->header->size();
      result.push_back(*entry->header);
    }
    return result;
  }

  std::optional<store::HeldPayload> payload(const Hash& log, std::uint64_t sequence) const override {
    const auto* entry = find(log, sequence);
    if (!entry || !entry->payload) return std::nullopt;
    return *entry->payload;
  }

  void payloads(const Hash& log, std::uint64_t from, std::uint64_t to,
                const std::function<bool(std::uint64_t, store::HeldPayload)>& see) const override {
    for (auto sequence = from; sequence <= to; ++sequence) {
      const auto* entry = find(log, sequence);
      if (!entry) return;
      if (entry->payload && !see(sequence, *entry->payload)) return;
    }
  }

  std::vector<store::MissingRange> missing(std::size_t ranges_max) const override {
    return state_->missing(ranges_max);
  }

  std::optional<store::RecordState> record(const RecordId& id) const override {
    const auto found = state_->records.find(id);
    if (found == state_->records.end()) return std::nullopt;
    return found->second;
  }

  std::vector<store::RecordState> records(const std::optional<RecordId>& after,
                                          std::size_t count_max) const override {
    std::vector<store::RecordState> result;
    auto next = after ? state_->records.upper_bound(*after) : state_->records.begin();
    for (; next != state_->records.end() && result.size() < count_max; ++next) result.push_back(next->second);
    return result;
  }

  std::vector<RecordId> about(const RecordId& subject, std::size_t count_max) const override {
    std::vector<RecordId> result;
    for (const auto& [id, record] : state_->records)
      if (result.size() < count_max && store::live_revision(record).subject == subject) result.push_back(id);
    return result;
  }

  std::vector<Arrival> arrivals(std::uint64_t since, std::size_t count_max) const override {
    std::vector<Arrival> result;
    auto next = std::upper_bound(
        state_->arrivals.begin(), state_->arrivals.end(), since,
        [](std::uint64_t number, const Arrival& arrival) { return number < arrival.number; });
    for (; next != state_->arrivals.end() && result.size() < count_max; ++next) result.push_back(*next);
    return result;
  }

  std::optional<std::uint64_t> received_ms(const Hash& log, std::uint64_t sequence) const override {
    const auto* entry = find(log, sequence);
    return entry ? entry->received_ms : std::nullopt;
  }

  std::optional<std::uint64_t> arrival_number(const Hash& log, std::uint64_t sequence) const override {
    const auto* entry = find(log, sequence);
    return entry ? entry->arrival_number : std::nullopt;
  }

  std::vector<Hash> aside_logs() const override {
    std::vector<Hash> logs;
    for (const auto& [log, entries] : state_->aside) logs.push_back(log);
    return logs;
  }

  std::vector<store::AsideEntry> aside(const Hash& log, std::uint64_t from,
                                       std::size_t count_max) const override {
    std::vector<store::AsideEntry> result;
    const auto kept = state_->aside.find(log);
    if (kept == state_->aside.end()) return result;
    for (auto next = kept->second.lower_bound({from, {}}); next != kept->second.end(); ++next) {
      const auto& [place, entry] = *next;
      if (result.size() >= count_max && (result.empty() || result.back().place.sequence != place.sequence))
        break;
      result.push_back({place, *entry.header, entry.payload != nullptr});
    }
    return result;
  }

  std::optional<store::HeldPayload> aside_payload(const Hash& log,
                                                  const store::EntryPlace& place) const override {
    const auto kept = state_->aside.find(log);
    if (kept == state_->aside.end()) return std::nullopt;
    const auto entry = kept->second.find(place);
    if (entry == kept->second.end() || !entry->second.payload) return std::nullopt;
    return *entry->second.payload;
  }

  store::Totals totals() const override { return state_->totals(); }

  std::optional<Bytes> setting(std::string_view key) const override {
    const auto found = state_->settings.find(key);
    if (found == state_->settings.end()) return std::nullopt;
    return found->second;
  }

  std::vector<std::pair<std::string, Bytes>> settings(std::string_view prefix) const override {
    std::vector<std::pair<std::string, Bytes>> result;
    for (auto next = state_->settings.lower_bound(prefix);
         next != state_->settings.end() && next->first.starts_with(prefix); ++next)
      result.push_back(*next);
    return result;
  }

 private:
  const HeldEntry* find(const Hash& log, std::uint64_t sequence) const {
    const auto found = state_->logs.find(log);
    if (found == state_->logs.end() || sequence == 0 || sequence > found->second.entries.size())
      return nullptr;
    return &found->second.entries[sequence - 1];
  }

  std::shared_ptr<const MemoryState> state_;
};

}  // namespace

MemoryStore::MemoryStore(store::PartnersOf partners_of)
    : partners_of_(std::move(partners_of)), current_(std::make_shared<MemoryState>()) {}

store::PartnersOf MemoryStore::frozen(const std::vector<protocol::PublicKey>& authors) const {
  std::map<protocol::PublicKey, std::vector<protocol::PartnerId>> known;
  for (const auto& author : authors) known.emplace(author, partners_of_(author));
  return [known = std::move(known)](const protocol::PublicKey& author) { return known.at(author); };
}

void MemoryStore::crash() {
  since_sync_.clear();
  std::lock_guard lock(mutex_);
  current_ = std::make_shared<MemoryState>(durable_);
}

std::shared_ptr<const MemoryState> MemoryStore::image() const {
  std::lock_guard lock(mutex_);
  return std::make_shared<MemoryState>(*current_);
}

void MemoryStore::put_back(const std::shared_ptr<const MemoryState>& image) {
  since_sync_.clear();
  durable_ = *image;
  std::lock_guard lock(mutex_);
  current_ = std::make_shared<MemoryState>(*image);
}

std::unique_ptr<store::Snapshot> MemoryStore::snapshot() const {
  std::lock_guard lock(mutex_);
  return std::make_unique<MemorySnapshot>(current_);
}

MemoryState& MemoryStore::writable() {
  std::lock_guard lock(mutex_);
  if (current_.use_count() > 1) current_ = std::make_shared<MemoryState>(*current_);
  // Pairs with the release of the last snapshot, on whatever thread that was.
  std::atomic_thread_fence(std::memory_order_acquire);
  return *current_;
}

store::Committed MemoryStore::commit(const store::Batch& batch, std::uint64_t now_ms,
                                     store::Durability durability) {
  std::vector<protocol::PublicKey> authors;
  for (const auto& run : batch.runs) authors.push_back(run.tip().author);
  const auto rule = frozen(authors);
  auto committed = writable().commit(batch, now_ms, rule);
  since_sync_.push_back([batch, now_ms, rule](MemoryState& state) { state.commit(batch, now_ms, rule); });
  if (durability == store::Durability::synced) sync();
  return committed;
}

void MemoryStore::sync() {
  for (const auto& deed : since_sync_) deed(durable_);
  since_sync_.clear();
}

store::Committed MemoryStore::mark_checked(const Hash& log, std::uint64_t through, std::uint64_t now_ms) {
  auto committed = writable().mark_checked(log, through, now_ms);
  since_sync_.push_back(
      [log, through, now_ms](MemoryState& state) { state.mark_checked(log, through, now_ms); });
  return committed;
}

void MemoryStore::retract(const Hash& log, std::uint64_t from) {
  writable().retract(log, from);
  since_sync_.push_back([log, from](MemoryState& state) { state.retract(log, from); });
}

store::Committed MemoryStore::set_aside(const Hash& log, std::uint64_t from, std::uint64_t now_ms) {
  auto committed = writable().set_aside(log, from, now_ms);
  since_sync_.push_back([log, from, now_ms](MemoryState& state) { state.set_aside(log, from, now_ms); });
  return committed;
}

void MemoryStore::drop_aside(const Hash& log, const std::vector<store::EntryPlace>& entries) {
  writable().drop_aside(log, entries);
  since_sync_.push_back([log, entries](MemoryState& state) { state.drop_aside(log, entries); });
}

store::Committed MemoryStore::authorship_changed(std::uint64_t now_ms) {
  auto& state = writable();
  std::vector<protocol::PublicKey> authors;
  for (const auto& [id, log] : state.logs) authors.push_back(log.author);
  const auto rule = frozen(authors);
  auto committed = state.authorship_changed(now_ms, rule);
  since_sync_.push_back([now_ms, rule](MemoryState& later) { later.authorship_changed(now_ms, rule); });
  return committed;
}

void MemoryStore::put_setting(std::string_view key, store::ByteView value) {
  const auto put = [key = std::string(key), value = Bytes(value.begin(), value.end())](MemoryState& state) {
    state.settings[key] = value;
  };
  put(writable());
  since_sync_.push_back(put);
  sync();
}

void MemoryStore::erase_setting(std::string_view key) {
  const auto erase = [key = std::string(key)](MemoryState& state) { state.settings.erase(key); };
  erase(writable());
  since_sync_.push_back(erase);
  sync();
}

}  // namespace hansa::test
