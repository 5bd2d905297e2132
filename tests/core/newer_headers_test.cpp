// Entries whose header version this program does not know: chained, checked, stored and sent on, byte for
// byte, and what it knows around them works as ever.

#include <doctest/doctest.h>

#include "bench_talk.h"
#include "memory_store.h"
#include "store/rocks_store.h"
#include "temporary_directory.h"

using namespace hansa;
using namespace hansa::test;

namespace {

constexpr std::uint64_t start_ms = 1'800'000'000'000;

/// An author of a newer program: between what everybody knows stand entries of header version 2.
void write_mixed(BenchNode& author) {
  author.declare();
  author.append(300);
  author.append_newer(172);
  author.append(300);
  author.append_newer(512);
  author.append_newer(400);
}

void relay(const MakeStore& make) {
  std::uint64_t clock = start_ms;
  auto key = protocol::SecretKey::generate(repeatable_entropy(5));
  BenchNode author{51, {}, start_ms};
  BenchNode reader{52, {}, start_ms};
  const auto charter = charter_of({key.public_key(), author.key.public_key(), reader.key.public_key()});
  author.federation = reader.federation = charter.federation();
  write_mixed(author);
  start_under(charter, author, clock);
  start_under(charter, reader, clock);
  CoreNode node(std::move(key), charter, make, &clock);
  talk(author, node, &clock);
  // One more of each, pulled behind what is held.
  const auto newer = author.append_newer(256);
  const auto known = author.append(100);
  author.engine->published({newer, known}, author.logs[*author.own].head(*author.own), clock);
  talk(author, node, &clock);
  node.check_everything();

  const auto& written = author.logs[*author.own];
  const auto snapshot = node.store->snapshot();
  const auto log = snapshot->log(*author.own);
  REQUIRE(log);
  CHECK(log->sequence == written.headers.size());
  CHECK(log->checked_sequence == written.headers.size());
  CHECK(snapshot->headers(*author.own, 1, 100, 1 << 20) == written.headers);
  CHECK(snapshot->totals().missing_payloads == 0);
  for (const std::uint64_t sequence : {2, 4, 8}) CHECK(snapshot->payload(*author.own, sequence).has_value());

  talk(reader, node, &clock);
  CHECK(reader.logs[*author.own].headers == written.headers);
  CHECK(reader.missing_payloads() == 0);
}

}  // namespace

TEST_CASE("entries of a newer header version are stored, checked and sent on: in memory") {
  relay([](auto partners_of) { return std::make_unique<MemoryStore>(std::move(partners_of)); });
}

TEST_CASE("entries of a newer header version are stored, checked and sent on: on the real store") {
  const TemporaryDirectory directory;
  relay([&](auto partners_of) {
    store::StoreOptions options;
    options.partners_of = std::move(partners_of);
    return store::open_store(directory.path("store"), options);
  });
}
