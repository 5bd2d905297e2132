#include <doctest/doctest.h>

#include <array>
#include <cassert>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "protocol/charter.h"
#include "raw_database.h"
#include "store/rocks_store.h"
#include "store/verify.h"
#include "temporary_directory.h"
#include "workload.h"

using namespace hansa;
using protocol::Bytes;
using protocol::EntryFields;
using protocol::EntryKind;
using protocol::Hash;
using store::RecordId;

namespace {

constexpr std::string_view charter_setting = "charter";

std::string fixture(const std::string& name) {
  return std::string(HANSA_SOURCE_DIR) + "/tests/store/fixtures/" + name;
}

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE_MESSAGE(file, path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::unique_ptr<store::Store> open(const std::string& directory, const store::PartnersOf& partners_of) {
  store::StoreOptions options;
  options.partners_of = partners_of;
  return store::open_store(directory, std::move(options));
}

// Whose key is whose, by the charter that lies in the store itself.
store::PartnersOf partners_by(const protocol::Charter& charter) {
  return [charter](const protocol::PublicKey& key) { return protocol::partners_of(charter, key); };
}

// The ids that a small store's headers name, as record or subject.
std::vector<RecordId> named_records(const store::Snapshot& snapshot) {
  std::vector<RecordId> ids;
  for (const auto& record : snapshot.records({}, 1000)) {
    ids.push_back(record.id);
    for (const auto& revision : record.revisions)
      if (revision.subject) ids.push_back(*revision.subject);
  }
  return ids;
}

// A small federation whose history does everything that a store of format 1 can hold.
class SmallFederation {
 public:
  SmallFederation() {
    protocol::CharterBody body;
    body.names = {{"en", "Fixture towns"}};
    for (std::size_t i = 0; i < 2; ++i) {
      keys_.push_back(protocol::SecretKey::generate(entropy_));
      protocol::CharterPartner partner;
      entropy_(partner.id.bytes);
      partner.names = {{"en", "Town " + std::to_string(i)}};
      partner.country = "LV";
      partners_.push_back(partner.id);
      body.partners.push_back(partner);
      protocol::CharterNode node;
      node.key = keys_[i].public_key();
      node.partner = partner.id;
      body.nodes.push_back(node);
    }
    const auto signer = protocol::SecretKey::generate(entropy_);
    body.signers.push_back({signer.public_key(), "Signer", partners_[0]});
    const std::array<const protocol::SecretKey*, 1> signers{&signer};
    charter_ = *protocol::found_charter(body, signers, entropy_);
  }

  const protocol::Charter& charter() const { return *charter_; }

  void fill(store::Store& store) {
    const std::string password = "argon2id$fixture";
    store.put_setting("user/anna", protocol::view_of(password));
    store.put_setting(charter_setting, charter_->bytes());
    const auto mill = new_record(0);
    const auto market = new_record(0);
    const auto answer = new_record(1);
    const auto first = write(0, {.record = mill}, 700);
    write(0, {.record = market, .visibility = protocol::Visibility::network}, 300);
    commit(store, true);
    write(1, {.record = answer, .subject = mill}, 200);
    write(1, {.kind = EntryKind::announcement}, 40);
    commit(store, true);
    write(0, {.record = mill, .parents = {first}}, 1500);
    write(0, {.record = mill, .personal = true, .parents = {first}}, 900);  // a conflict
    write(0, {.kind = EntryKind::restrict_visibility, .record = market}, 0);
    for (int i = 0; i < 5; ++i) write(1, {.record = new_record(1)}, 250);
    commit(store, true);
    write(1, {.kind = EntryKind::withdraw, .record = answer}, 0);
    for (int i = 0; i < 3; ++i) write(1, {.record = new_record(1)}, 120);  // these stay unchecked
    commit(store, false);
    for (int i = 0; i < 3; ++i) write(0, {.record = new_record(0)}, 500);  // their payloads stay missing
    lost_payloads_ = true;
    commit(store, true);
  }

 private:
  struct Author {
    std::optional<protocol::LogTip> committed;
    std::optional<protocol::LogTip> tip;
    Bytes headers;
    std::vector<std::pair<protocol::Salt, Bytes>> payloads;  // an empty content: none
  };

  RecordId new_record(std::size_t author) {
    RecordId id;
    id.owner = partners_[author];
    entropy_(id.local);
    return id;
  }

  void add(Author& author, Bytes header) {
    author.headers.insert(author.headers.end(), header.begin(), header.end());
    author.tip->hash = protocol::entry_hash(header);
  }

  void declare(std::size_t number) {
    protocol::DeclarationFields fields;
    fields.federation = charter_->federation();
    entropy_(fields.epoch_nonce);
    fields.author_time_ms = now_ms_;
    const auto header = *protocol::seal_declaration(fields, keys_[number]);
    auto& author = authors_[number];
    const auto log = protocol::log_id(fields.federation, keys_[number].public_key(), fields.epoch_nonce);
    author.tip = {fields.federation, log, keys_[number].public_key(), 1, {}};
    author.payloads.emplace_back();
    add(author, header);
  }

  Hash write(std::size_t number, EntryFields fields, std::size_t content_bytes) {
    auto& author = authors_[number];
    if (!author.tip) declare(number);
    fields.author_time_ms = ++now_ms_;
    if (fields.record) fields.record_kind = protocol::RecordKind::practice;
    if (fields.record && fields.visibility == protocol::Visibility::none)
      fields.visibility = protocol::Visibility::everyone;
    auto& [salt, content] = author.payloads.emplace_back();
    salt = protocol::Salt::generate(entropy_);
    content.resize(content_bytes);
    entropy_(content);
    if (content_bytes > 0) {
      const auto sealed = protocol::seal_payload(content, salt);
      fields.payload_blocks = sealed->blocks;
      fields.commitment = sealed->commitment;
    }
    add(author, *protocol::seal_entry(fields, *author.tip, keys_[number]));
    ++author.tip->sequence;
    return author.tip->hash;
  }

  void commit(store::Store& store, bool checked) {
    store::Batch batch;
    for (auto& author : authors_) {
      if (author.headers.empty()) continue;
      auto run =
          *protocol::chain(charter_->federation(), author.committed, std::exchange(author.headers, {}));
      const auto payloads = std::exchange(author.payloads, {});
      for (std::size_t i = 0; i < run.size() && !lost_payloads_; ++i)
        if (!payloads[i].second.empty())
          batch.payloads.push_back(
              *protocol::check_payload(run.header(i), payloads[i].first, payloads[i].second));
      author.committed = author.tip;
      batch.runs.push_back(std::move(run));
    }
    store.commit(batch, ++now_ms_, store::Durability::synced);
    for (const auto& run : batch.runs)
      if (checked) store.mark_checked(run.tip().log, run.tip().sequence, ++now_ms_);
    store.sync();
  }

  std::mt19937_64 random_{20240229};
  protocol::Entropy entropy_ = [this](std::span<std::uint8_t> bytes) {
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random_());
  };
  std::uint64_t now_ms_ = 1'700'000'000'000;
  std::vector<protocol::SecretKey> keys_;
  std::vector<protocol::PartnerId> partners_;
  std::optional<protocol::Charter> charter_;
  std::array<Author, 2> authors_;
  bool lost_payloads_ = false;
};

protocol::Charter charter_in(const store::Snapshot& snapshot) {
  const auto bytes = snapshot.setting(charter_setting);
  REQUIRE(bytes);
  auto charter = protocol::read_charter(*bytes, nullptr);
  REQUIRE(charter);
  return *std::move(charter);
}

}  // namespace

// The argument (HANSA_OTHER_PROCESS) is the directory to make, with what the store shows beside it. See
// fixtures/README.md.
TEST_CASE("elsewhere: makes a fixture of the format of today" * doctest::skip()) {
  const char* directory = std::getenv("HANSA_OTHER_PROCESS");
  REQUIRE(directory != nullptr);
  SmallFederation federation;
  const auto partners_of = partners_by(federation.charter());
  const auto store = open(std::string(directory) + "/store", partners_of);
  federation.fill(*store);
  const auto snapshot = store->snapshot();
  std::ofstream(std::string(directory) + "/shows.txt")
      << test::everything(*snapshot, named_records(*snapshot));
}

namespace {

// As a kill in the middle of bringing it up to date leaves it: some of the new rows, the old number.
void migrate_in_part(const std::string& path) {
  const test::RawDatabase raw(path);
  std::string row;
  REQUIRE(raw.database->Get({}, raw.family("default"), "F", &row).ok());
  REQUIRE(row == std::string("\x01\0\0\0", 4));
  const std::unique_ptr<rocksdb::Iterator> arrivals(raw.database->NewIterator({}, raw.family("default")));
  arrivals->Seek("A");
  REQUIRE(arrivals->Valid());
  const auto run = arrivals->value().ToString();
  const auto key = "N" + run.substr(0, 32) + std::string("\0\0\0\0\0\0\0\x01", 8);
  REQUIRE(raw.database->Put({}, raw.family("default"), key, std::string(16, '\x07')).ok());
}

void check_format_1(bool killed_before) {
  const test::TemporaryDirectory directory;
  const auto path = directory.path() + "/store";
  std::filesystem::copy(fixture("format-1/store"), path);
  if (killed_before) migrate_in_part(path);
  store::PartnersOf partners_of = [](const protocol::PublicKey&) {
    return std::vector<protocol::PartnerId>{};
  };
  partners_of = partners_by(charter_in(*open(path, partners_of)->snapshot()));
  for (int time = 0; time < 2; ++time) {
    const auto store = open(path, partners_of);
    const auto snapshot = store->snapshot();
    CHECK(test::everything(*snapshot, named_records(*snapshot)) == read_text(fixture("format-1/shows.txt")));
    const auto result = store::verify_store(*snapshot, charter_in(*snapshot).federation(), partners_of,
                                            [](std::uint64_t, std::uint64_t) { return true; });
    CHECK(result.differences == 0);
    CHECK(result.entries == snapshot->totals().entries);
    CHECK(result.payloads > 10);
    CHECK(snapshot->totals().missing_payloads == 3);
    CHECK(snapshot->totals().unchecked_entries == 3);
  }
}

}  // namespace

TEST_CASE("a store of format 1 shows today what it showed then") { check_format_1(false); }

TEST_CASE("the same when the program was killed while it brought the store up to date") {
  check_format_1(true);
}
