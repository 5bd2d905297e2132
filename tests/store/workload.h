#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "protocol/chain.h"
#include "protocol/payload.h"
#include "store/catalogue.h"
#include "store/rocks_store.h"

/// Random histories of a store's input, made once and replayed on any number of stores. One thread.
namespace hansa::test {

/// A call of the store's writing half.
struct Operation {
  std::function<void(store::Store&)> apply;
  bool synced = false;  ///< it and everything before it is on the disk when the call returns
  std::string name;
};

/// Nodes that write logs, and a reader that takes them in runs of any size, with and without payloads, checks
/// them late, and retracts what then continues on another branch; that sets entries aside, takes them back or
/// goes on with others; and partners that succeed each other. Three partners; two have one node, one has two.
class Workload {
 public:
  explicit Workload(std::mt19937_64& random);

  /// The next operation; the ones before must be applied first, in order.
  Operation next();
  std::vector<Operation> take(std::size_t count);

  const protocol::Hash& federation() const { return federation_; }
  /// As the operation that was applied last has it.
  store::PartnersOf partners_of() const;
  /// How many operations were made.
  std::size_t made() const { return made_; }
  /// Every id that a header names as record or subject.
  const std::vector<store::RecordId>& record_ids() const { return records_; }

  /// A run of `count` content entries, one record each, with payloads of `content_bytes`, at the end of the
  /// first log.
  store::Batch bulk(std::size_t count, std::size_t content_bytes);

 private:
  struct Entry {
    protocol::Bytes header;
    protocol::Hash hash{};
    protocol::Salt salt;
    protocol::Bytes content;  ///< empty: no payload
  };
  struct Author {
    protocol::SecretKey key;
    protocol::PartnerId partner;
    std::optional<protocol::LogTip> tip;  ///< as the reader holds it
    std::vector<Entry> entries;           ///< as the reader holds them
    std::uint64_t checked = 0;
    std::vector<std::pair<std::uint64_t, Entry>> aside;  ///< by sequence
  };
  /// Who succeeds whom, shared with every copy of the rule.
  struct Rule {
    std::vector<std::pair<protocol::PublicKey, protocol::PartnerId>> authors;
    std::vector<protocol::PartnerId> partners;
    int successions = 0;
  };

  protocol::Hash random_hash();
  protocol::Bytes random_content();
  void declare(Author& author, std::vector<Entry>& made);
  void write(Author& author, std::vector<Entry>& made, const protocol::EntryFields& fields,
             protocol::Bytes content);
  protocol::EntryFields random_fields(const Author& author);
  protocol::ChainedRun extend(Author& author, std::size_t count);
  protocol::ChainedRun chained(Author& author, std::vector<Entry> made);
  void add_payloads(store::Batch& batch, const Author& author, std::uint64_t from, unsigned percent);
  protocol::VerifiedPayload verified(const Entry& entry);

  Operation commit();
  Operation check();
  Operation retract();
  Operation set_aside();
  Operation take_back();
  Operation drop_aside();
  Operation change_authorship();
  Operation any_operation();
  void truncate(Author& author, std::uint64_t from);
  Operation setting();
  static Operation sync();

  std::mt19937_64& random_;
  protocol::Entropy entropy_;
  protocol::Hash federation_;
  std::vector<Author> authors_;
  std::vector<store::RecordId> records_;
  std::vector<std::pair<store::RecordId, protocol::Hash>> revisions_;
  std::uint64_t now_ms_ = 1'700'000'000'000;
  std::size_t made_ = 0;
  std::shared_ptr<Rule> rule_ = std::make_shared<Rule>();
  int successions_ = 0;  ///< of the operation made last
};

/// Everything that a snapshot shows, as text: two stores are equal if their texts are. `records`: ids to ask
/// about.
std::string everything(const store::Snapshot& snapshot, const std::vector<store::RecordId>& records);

/// The real store in `directory`, whose logs belong to the workload's partners.
std::unique_ptr<store::DiskStore> open(const std::string& directory, const Workload& workload);

}  // namespace hansa::test
