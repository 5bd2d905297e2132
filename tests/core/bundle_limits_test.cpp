// The check of a bundle and a node that takes it in agree on where the charter's limit of bytes is.
#include <doctest/doctest.h>

#include "bundle_bench.h"
#include "memory_store.h"
#include "protocol/entry.h"
#include "protocol/heads.h"
#include "protocol/payload.h"
#include "sync_bench.h"

using namespace hansa;
using namespace hansa::test;

namespace {

/// A log whose author did not keep to any limit: a declaration, and entries whose payloads have so many
/// blocks.
struct FreeLog {
  FreeLog(const protocol::Charter& charter, const protocol::SecretKey& author,
          const std::vector<std::uint16_t>& blocks) {
    const auto entropy = repeatable_entropy(5);
    protocol::DeclarationFields declaration;
    declaration.federation = charter.federation();
    entropy(declaration.epoch_nonce);
    auto header = protocol::seal_declaration(declaration, author);
    REQUIRE(header);
    log = protocol::log_id(charter.federation(), author.public_key(), declaration.epoch_nonce);
    protocol::LogTip tip{charter.federation(), log, author.public_key(), 0, {}};
    const auto append = [&](const protocol::Bytes& bytes) {
      headers.insert(headers.end(), bytes.begin(), bytes.end());
      tip.sequence += 1;
      tip.hash = protocol::entry_hash(bytes);
      head = {log, tip.sequence, tip.hash};
    };
    append(*header);
    for (const auto size : blocks) {
      protocol::EntryFields fields;
      fields.record = protocol::RecordId{charter.node(author.public_key())->partner, {}};
      entropy(fields.record->local);
      fields.record_kind = protocol::RecordKind::practice;
      fields.visibility = protocol::Visibility::everyone;
      fields.payload_blocks = size;
      entropy(fields.commitment);
      auto entry = protocol::seal_entry(fields, tip, author);
      REQUIRE(entry);
      append(*entry);
    }
  }

  protocol::Hash log{};
  protocol::Head head;
  protocol::Bytes headers;
};

}  // namespace

TEST_CASE("the check of a bundle says where a log goes beyond its bytes, and a node refuses it there") {
  std::uint64_t clock = 1'800'000'000'000;
  const auto entropy = repeatable_entropy(22);
  auto maker = protocol::SecretKey::generate(entropy);
  auto taker = protocol::SecretKey::generate(entropy);
  const auto author = protocol::SecretKey::generate(entropy);
  const auto charter = charter_of({maker.public_key(), taker.public_key(), author.public_key()},
                                  [](protocol::CharterBody& body) {
                                    for (auto& node : body.nodes)
                                      node.limits.payload_bytes_per_log = 4 * protocol::payload_block_bytes;
                                  });
  CoreNode other(
      std::move(taker), charter,
      [](store::PartnersOf partners_of) -> std::unique_ptr<store::Store> {
        return std::make_unique<MemoryStore>(std::move(partners_of));
      },
      &clock);
  // One, four and six blocks: the fourth entry goes beyond. What comes behind it is small, and does not count
  // either.
  const FreeLog free(charter, author, {1, 3, 2, 1});
  protocol::BundleOpening opening;
  opening.asked = "q=anything";
  opening.federation = charter.federation();
  opening.charter = charter.hash();
  opening.made_ms = clock;
  opening.logs = {{free.head, {}}};
  const auto sealed = protocol::seal_bundle_opening(opening, maker);
  REQUIRE(sealed);
  auto check = protocol::BundleCheck::open(*sealed);
  REQUIRE(check);
  const protocol::Bytes bytes(charter.bytes().begin(), charter.bytes().end());
  check->take(protocol::wire::encode(protocol::wire::Charters{{bytes}}), 0);
  check->take(protocol::wire::encode(protocol::wire::Batch{protocol::bundle_ticket, free.headers}), 0);
  check->end(0);
  CHECK(check->is_valid());
  const auto& found = check->logs().front();
  CHECK(found.entries == 5);
  CHECK(found.within_payload_limit == 3);

  protocol::BundlePart part;
  part.entries.push_back({free.log, 1, free.headers, {}});
  const auto taken = other.node->take_in(part);
  other.node->after_batch();
  CHECK(taken.entries == found.within_payload_limit);
  REQUIRE(taken.refused.size() == 1);
  CHECK(taken.refused.front().refusal == protocol::Refusal::limit_exceeded);
  CHECK(taken.refused.front().sequence == found.within_payload_limit + 1);
}
