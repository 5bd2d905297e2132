// What a receiver does with bytes it did not make: newer ones it keeps and shows, bad ones it refuses, none
// it trusts.
#include <capnp/serialize.h>
#include <doctest/doctest.h>

#include <cstring>

#include "content_samples.h"
#include "dice.h"
#include "newer_content.capnp.h"
#include "protocol/content.h"
#include "protocol/content_summary.h"

using namespace hansa::protocol;
using hansa::protocol::testing::Dice;
using hansa::protocol::testing::random_seed;

namespace {

Bytes flat(capnp::MessageBuilder& message) {
  const auto words = capnp::messageToFlatArray(message);
  const auto bytes = words.asBytes();
  return {bytes.begin(), bytes.end()};
}

/// Today's practice as a newer author would write it: with fields we do not know.
Bytes newer_practice() {
  const auto today = *samples::practice().to_bytes();
  auto words = kj::heapArray<capnp::word>(today.size() / sizeof(capnp::word));
  std::memcpy(words.begin(), today.data(), today.size());
  capnp::FlatArrayMessageReader reader(words);
  capnp::MallocMessageBuilder message;
  message.setRoot(reader.getRoot<hansa::newer::Content>());
  auto content = message.getRoot<hansa::newer::Content>();
  content.setMood("hopeful");
  content.getBody().getPractice().initSlogan().initEntries(1)[0].setText("Together");
  content.getBody().getPractice().setLevel("interstellar");
  return flat(message);
}

/// Reads everything a view would read; the sanitizers watch.
std::size_t use(const ContentReader& content) {
  const auto summary = summarise(content);
  return summary.title.size() + references_of(content).size() + content.kind().size();
}

}  // namespace

TEST_CASE("fields and codes of a newer author are kept, and the rest is shown") {
  const auto bytes = newer_practice();
  const auto content = read_content(bytes);
  REQUIRE(content);
  CHECK(content->understood());
  CHECK(summarise(*content).title.at(0).text == "Šķēršļi, ņģķļ");
  CHECK(samples::view(content->root().getBody().getPractice().getLevel()) == "interstellar");

  // An older node relays bytes; a newer one reads in them what the older did not know.
  auto words = kj::heapArray<capnp::word>(bytes.size() / sizeof(capnp::word));
  std::memcpy(words.begin(), bytes.data(), bytes.size());
  capnp::FlatArrayMessageReader newer(words);
  const auto root = newer.getRoot<hansa::newer::Content>();
  CHECK(samples::view(root.getMood()) == "hopeful");
  CHECK(samples::view(root.getBody().getPractice().getSlogan().getEntries()[0].getText()) == "Together");
}

TEST_CASE("a kind of a newer author is kept and not understood") {
  capnp::MallocMessageBuilder message;
  auto content = message.initRoot<hansa::newer::Content>();
  content.setSchemaVersion(1);
  content.setLanguage("lv");
  content.getBody().initPledge().initTitle().initEntries(1)[0].setText("NIEM");
  const auto read = read_content(flat(message));
  REQUIRE(read);
  CHECK_FALSE(read->understood());
  CHECK(read->kind().empty());
  CHECK_FALSE(read->body());
  CHECK(samples::view(read->root().getLanguage()) == "lv");
  CHECK(summarise(*read).kind.empty());
  CHECK(references_of(*read).empty());
}

TEST_CASE("a greater schema version is kept and not understood") {
  auto builder = samples::practice();
  builder.root().setSchemaVersion(content_schema_version + 1);
  const auto read = read_content(*builder.to_bytes());
  REQUIRE(read);
  CHECK(read->kind() == "practice");
  CHECK_FALSE(read->understood());
}

TEST_CASE("structure that no author makes is refused") {
  CHECK(read_content({}).error() == Refusal::malformed);
  CHECK(read_content(Bytes(8)).error() == Refusal::malformed);
  CHECK(read_content(Bytes(8, 0xff)).error() == Refusal::malformed);  // "no segments": reads as all defaults
  CHECK(read_content(Bytes(16)).error() == Refusal::malformed);
  const auto good = *samples::practice().to_bytes();
  for (std::size_t cut = 1; cut < good.size(); ++cut) {
    const ByteView part(good.data(), good.size() - cut);
    if (read_content(part)) FAIL("a message cut by " << cut << " bytes was taken");
  }
  auto longer = good;
  longer.resize(good.size() + 8);
  CHECK(read_content(longer).error() == Refusal::malformed);
}

TEST_CASE("one byte over the limit is too large") {
  CHECK(read_content(Bytes(content_bytes_max)).error() == Refusal::malformed);
  CHECK(read_content(Bytes(content_bytes_max + 8)).error() == Refusal::too_large);

  auto builder = samples::practice();
  const std::size_t rest = content_bytes_max - builder.to_bytes()->size();
  builder.root().setSource(std::string(rest - 8, 'a'));
  CHECK(builder.to_bytes()->size() <= content_bytes_max);
  CHECK(read_content(*builder.to_bytes()));
  builder.root().setSource(std::string(rest + 8, 'a'));
  REQUIRE_FALSE(builder.to_bytes());
  CHECK(builder.to_bytes().error() == Refusal::too_large);
}

TEST_CASE("texts must be UTF-8 without NUL, wherever they stand") {
  auto builder = samples::practice();
  builder.root().getBody().getPractice().setLevel(capnp::Text::Reader("a\0b", 3));
  CHECK(read_content(*builder.to_bytes()).error() == Refusal::malformed);
  builder.root().getBody().getPractice().setLevel("\xff");
  CHECK(read_content(*builder.to_bytes()).error() == Refusal::malformed);
  CHECK(builder.normalise().error() == Refusal::malformed);
}

TEST_CASE("a message cannot make itself larger by pointing twice at one part") {
  // A list of 512 texts, all pointing at the one long text behind them.
  constexpr unsigned texts = 512;
  auto builder = samples::practice();
  builder.root().getBody().getPractice().initPolicyRefs(texts).set(texts - 1, std::string(4000, 'a'));
  auto bytes = *builder.to_bytes();
  REQUIRE(read_content(bytes));
  // The last pointer of the list is the only one that is set; find it: list pointers lie in one run of zero
  // words.
  std::size_t last = 0;
  std::size_t zeros = 0;
  for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, &bytes[at], 8);
    if (word != 0 && zeros == texts - 1) last = at;
    zeros = word == 0 ? zeros + 1 : 0;
  }
  REQUIRE(last != 0);
  std::uint64_t pointer = 0;
  std::memcpy(&pointer, &bytes[last], 8);
  for (unsigned i = 1; i < texts; ++i) {
    const std::uint64_t shifted =
        pointer + (std::uint64_t{i} << 2);  // the offset counts words from the pointer
    std::memcpy(&bytes[last - i * 8], &shifted, 8);
  }
  CHECK(read_content(bytes).error() == Refusal::malformed);
}

TEST_CASE("flipped and shuffled bytes never harm the reader") {
  const auto seed = random_seed();
  Dice dice(seed);
  const auto good = newer_practice();
  std::size_t taken = 0;
  std::size_t read = 0;
  for (int round = 0; round < 20'000; ++round) {
    auto bytes = good;
    const std::size_t changes = 1 + dice.below(4);
    for (std::size_t i = 0; i < changes; ++i) {
      const std::size_t at = dice.below(bytes.size());
      if (dice.below(2) == 0) {
        bytes[at] ^= static_cast<std::uint8_t>(1U << dice.below(8));
      } else {
        bytes[at] = bytes[dice.below(bytes.size())];
      }
    }
    if (const auto content = read_content(bytes)) {
      ++taken;
      read += use(*content);
    }
  }
  CHECK(taken > 0);
  CHECK(read > 0);
}
