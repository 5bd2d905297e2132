#include "protocol/control_body.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "dice.h"

using namespace hansa::protocol;
using namespace hansa::protocol::testing;

namespace {

template <class T>
std::string said(const Outcome<T>& outcome) {
  return outcome ? "taken" : std::string(name(outcome.error()));
}

CharterApproval sample(Dice& dice, std::size_t count) {
  CharterApproval approval;
  approval.charter = dice.hash();
  for (std::size_t i = 0; i < count; ++i) {
    SignedBy one;
    dice.fill(one.first.bytes);
    dice.fill(one.second.bytes);
    approval.signatures.push_back(one);
  }
  std::ranges::sort(approval.signatures);
  return approval;
}

}  // namespace

TEST_CASE("an approval comes back, as bytes and as text") {
  Dice dice(401);
  const auto approval = sample(dice, 3);
  const auto bytes = write_approval(approval);
  CHECK(bytes.size() == 2 + 32 + 1 + 3 * 96);
  const auto read = read_approval(bytes);
  REQUIRE(read);
  CHECK(*read == approval);
  const auto text = armour_approval(approval);
  CHECK(text.starts_with("hansa-approval-1:"));
  const auto from_text = read_approval_text(text);
  REQUIRE(from_text);
  CHECK(*from_text == approval);
}

TEST_CASE("an approval has one encoding and a stated size") {
  Dice dice(402);
  const auto good = write_approval(sample(dice, 2));
  CHECK(said(read_approval({})) == "malformed");
  for (std::size_t size = 2; size < good.size(); ++size)
    CHECK(said(read_approval(ByteView(good).first(size))) == "malformed");
  Bytes bytes = good;
  bytes.push_back(0);
  CHECK(said(read_approval(bytes)) == "malformed");
  bytes = good;
  bytes[0] = 2;
  CHECK(said(read_approval(bytes)) == "unsupported_version");
  bytes = good;
  std::swap_ranges(bytes.begin() + 35, bytes.begin() + 35 + 96, bytes.begin() + 35 + 96);
  CHECK(said(read_approval(bytes)) == "malformed");
  bytes = good;
  std::copy_n(bytes.begin() + 35, 32, bytes.begin() + 35 + 96);
  CHECK(said(read_approval(bytes)) == "duplicate");
  bytes = Bytes(good.begin(), good.begin() + 35);
  bytes[34] = 0;
  CHECK(said(read_approval(bytes)) == "malformed");
  bytes[34] = approval_signatures_max + 1;
  CHECK(said(read_approval(bytes)) == "limit_exceeded");
  CHECK(said(read_approval(write_approval(sample(dice, approval_signatures_max)))) == "taken");
  CHECK(said(read_approval(Bytes(100'000))) == "too_large");
}

TEST_CASE("an announcement comes back, with no address as well as with eight") {
  for (const std::size_t count : {std::size_t{0}, std::size_t{1}, announced_addresses_max}) {
    Announcement announcement;
    for (std::size_t i = 0; i < count; ++i)
      announcement.addresses.push_back("wss://node" + std::to_string(i) + ".example/link");
    const auto bytes = write_announcement(announcement);
    REQUIRE(bytes);
    const auto read = read_announcement(*bytes);
    REQUIRE(read);
    CHECK(*read == announcement);
    for (std::size_t size = 2; size < bytes->size(); ++size)
      CHECK(said(read_announcement(ByteView(*bytes).first(size))) == "malformed");
  }
}

TEST_CASE("an announcement holds addresses that can be dialled, each once") {
  const auto refused = [](std::vector<std::string> addresses) {
    return said(write_announcement({std::move(addresses)}));
  };
  CHECK(refused({"http://node.example"}) == "malformed");
  CHECK(refused({"wss://"}) == "malformed");
  CHECK(refused({"wss://node example"}) == "malformed");
  CHECK(refused({"wss://a", "wss://a"}) == "duplicate");
  CHECK(refused({"wss://" + std::string(400, 'a')}) == "too_large");
  CHECK(refused(std::vector<std::string>(9, "wss://a")) == "limit_exceeded");
  CHECK(said(read_announcement(Bytes{1, 0, 1, 3, 0, 'a', 'b', 'c'})) == "malformed");
  CHECK(said(read_announcement(Bytes{1, 0, 9})) == "limit_exceeded");
  CHECK(said(read_announcement(Bytes{2, 0, 0})) == "unsupported_version");
  CHECK(said(read_announcement(Bytes{})) == "malformed");
}
