#include "protocol/charter.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "charters.h"

using namespace hansa::protocol;
using namespace hansa::protocol::testing;

namespace {

/// The refusal and the field of what must not be taken.
std::string fault(const Outcome<Charter, CharterFault>& charter) {
  if (charter) return "taken";
  return std::string(name(charter.error().refusal)) + ' ' + charter.error().field;
}

std::string body_fault(const CharterBody& body) {
  const auto bytes = encode_charter_body(body);
  if (bytes) return "taken";
  return std::string(name(bytes.error().refusal)) + ' ' + bytes.error().field;
}

Hash filled(std::uint8_t value) {
  Hash hash;
  hash.fill(value);
  return hash;
}

}  // namespace

TEST_CASE("a founded charter says who is who") {
  Federation f(91);
  const Charter& c = *f.charter;
  CHECK(c.version() == 1);
  CHECK(c.hash() == c.federation());
  CHECK(c.signatures().size() == 3);
  REQUIRE(c.node(f.nodes[1].public_key()));
  const CharterPartner* partner = c.partner(c.node(f.nodes[1].public_key())->partner);
  REQUIRE(partner);
  CHECK(partner->country == "LT");
  CHECK(c.signer(f.signers[2].public_key()));
  CHECK_FALSE(c.signer(f.nodes[2].public_key()));
  CHECK_FALSE(c.node(f.signers[0].public_key()));
  CHECK_FALSE(c.may_hold_personal_data(partner->id));
  CHECK(c.may_hold_personal_data(c.body().partners[0].id));
  CHECK(Charter::name_in(c.body().names, "lv") == "Ziemeļu pilsētas");
  CHECK(Charter::name_in(c.body().names, "fi") == "Northern towns");
  const auto again = read_charter(c.bytes(), nullptr);
  REQUIRE(again);
  CHECK(again->hash() == c.hash());
}

TEST_CASE("every field of a body comes back") {
  Federation f(92);
  CharterBody body = f.next();
  body.partners.push_back({f.dice.partner(),
                           {{"sv", "Ö"}},
                           "SE",
                           PartnerRole::observer,
                           {body.partners[0].id, body.partners[1].id},
                           PartnerStatus::left,
                           RecordsLeft::hidden});
  body.nodes[0].status = NodeStatus::rotated;
  body.nodes[0].cuts = {{f.dice.hash(), 12, f.dice.hash()}, {f.dice.hash(), 0, {}}};
  body.nodes[0].limits = {3, 4, 5};
  body.signers[0].partner.reset();
  body.quorum_erasures = {f.dice.record(), EntryRef{f.dice.hash(), 9}};
  body.erasure_delay_days = 14;
  body.erasures_per_day = 3;
  body.header_version_max = 2;
  body.content_version_max = 5;
  const auto bytes = encode_charter_body(body);
  REQUIRE(bytes);
  const auto read = read_charter_body(*bytes);
  REQUIRE(read);
  CHECK(read->version == 2);
  CHECK(read->federation == body.federation);
  CHECK(read->previous == f.charter->hash());
  CHECK(read->nonce == body.nonce);
  CHECK(read->names == body.names);
  CHECK(read->partners.back().names == body.partners.back().names);
  CHECK(read->partners.back().role == PartnerRole::observer);
  CHECK(read->partners.back().successor_of == body.partners.back().successor_of);
  CHECK(read->partners.back().status == PartnerStatus::left);
  CHECK(read->partners.back().records == RecordsLeft::hidden);
  CHECK(read->partners[0].status == PartnerStatus::present);
  CHECK(read->nodes[0].status == NodeStatus::rotated);
  CHECK(read->nodes[0].cuts == body.nodes[0].cuts);
  CHECK(read->nodes[0].limits == body.nodes[0].limits);
  CHECK_FALSE(read->signers[0].partner);
  CHECK(read->signers[1].partner == body.signers[1].partner);
  CHECK(read->personal_data_countries == body.personal_data_countries);
  CHECK(read->quorum_erasures == body.quorum_erasures);
  CHECK(read->erasure_delay_days == 14);
  CHECK(read->erasures_per_day == 3);
  CHECK(read->header_version_max == 2);
  CHECK(read->content_version_max == 5);
}

TEST_CASE("more than half must sign, of both versions") {
  Federation f(93);
  CHECK(signatures_needed(1) == 1);
  CHECK(signatures_needed(2) == 2);
  CHECK(signatures_needed(4) == 3);
  const CharterBody body = f.next();
  CHECK(fault(f.read_next(body, 1)) == "not_signed signatures");
  CHECK(f.read_next(body, 2));
  // Two new signers take over: the old ones must agree, and so must they.
  CharterBody taken = f.next();
  const SecretKey x = f.dice.key();
  const SecretKey y = f.dice.key();
  taken.signers = {{x.public_key(), "X", std::nullopt}, {y.public_key(), "Y", std::nullopt}};
  CHECK(fault(read_charter(f.signed_by(taken, {&x, &y}), &*f.charter)) == "not_signed signatures");
  CHECK(fault(read_charter(f.signed_by(taken, f.pointers(3)), &*f.charter)) == "not_signed signatures");
  CHECK(read_charter(f.signed_by(taken, {&x, &y, &f.signers[0], &f.signers[1]}), &*f.charter));
}

TEST_CASE("signatures that do not belong are refused, not skipped") {
  Federation f(94);
  const CharterBody body = f.next();
  CHECK(fault(read_charter(f.signed_by(body, {&f.signers[0], &f.signers[0]}), &*f.charter)) ==
        "duplicate signatures[1]");
  CHECK(fault(read_charter(f.signed_by(body, {&f.nodes[0]}), &*f.charter)) == "unknown_key signatures[0]");
  const auto bytes = encode_charter_body(body);
  Signature wrong = sign_charter(charter_hash(1, *bytes), f.signers[2]);
  const std::vector<SignedBy> one = {{f.signers[2].public_key(), wrong}};
  CHECK(fault(read_charter(assemble_charter(*bytes, one), &*f.charter)) == "bad_signature signatures[0]");
  // Ascending by key, so that one set of signatures has one encoding.
  Bytes swapped = f.signed_by(body, f.pointers(2));
  std::swap_ranges(swapped.end() - 192, swapped.end() - 96, swapped.end() - 96);
  CHECK(fault(read_charter(swapped, &*f.charter)) == "malformed signatures[1]");
}

TEST_CASE("a version follows its own predecessor only") {
  Federation f(95);
  Federation other(96);
  CHECK(fault(read_charter(f.charter->bytes(), &*f.charter)) == "wrong_federation federation");
  CharterBody body = f.next();
  body.version = 3;
  CHECK(fault(f.read_next(body)) == "bad_chain version");
  body = f.next();
  body.previous = filled(7);
  CHECK(fault(f.read_next(body)) == "bad_chain previous");
  CHECK(fault(read_charter(f.signed_by(f.next(), f.pointers(3)), &*other.charter)) ==
        "wrong_federation federation");
  CHECK(fault(read_charter(f.signed_by(f.next(), f.pointers(3)), nullptr)) == "bad_chain version");
  const auto second = f.read_next(f.next());
  REQUIRE(second);
  CHECK(second->version() == 2);
  CHECK(second->federation() == f.charter->federation());
  CHECK(second->hash() != second->federation());
}

TEST_CASE("keys and partners are never dropped, moved or brought back") {
  Federation f(97);
  CharterBody body = f.next();
  body.nodes.pop_back();
  CHECK(fault(f.read_next(body)) == "not_permitted nodes");
  body = f.next();
  body.nodes[1].partner = body.partners[0].id;
  CHECK(fault(f.read_next(body)) == "not_permitted nodes[1].partner");
  body = f.next();
  body.partners.pop_back();
  body.nodes.pop_back();
  body.signers.pop_back();
  CHECK(fault(f.read_next(body, 2)) == "not_permitted partners");
  body = f.next();
  body.nodes[2].status = NodeStatus::retired;
  f.charter = *f.read_next(body);
  body = f.next();
  body.nodes[2].status = NodeStatus::active;
  CHECK(fault(f.read_next(body)) == "not_permitted nodes[2].status");
  body = f.next();
  body.nodes[2].status = NodeStatus::revoked;
  CHECK(f.read_next(body));
}

TEST_CASE("a body that contradicts itself names the field") {
  Federation f(98);
  const auto refused = [&](auto change) {
    CharterBody body = f.next();
    change(body);
    return body_fault(body);
  };
  using B = CharterBody&;
  CHECK(refused([](B) {}) == "taken");
  CHECK(refused([](B b) { b.version = 0; }) == "malformed version");
  CHECK(refused([](B b) { b.federation = {}; }) == "malformed federation");
  CHECK(refused([](B b) { b.version = 1; }) == "malformed federation");
  CHECK(refused([](B b) { b.nonce = {}; }) == "malformed nonce");
  CHECK(refused([](B b) { b.names.clear(); }) == "malformed names");
  CHECK(refused([](B b) { b.names[1].language = "en"; }) == "duplicate names[1].language");
  CHECK(refused([](B b) { b.names[0].text = "\xc3\x28"; }) == "malformed names[0].text");
  CHECK(refused([](B b) { b.names[0].text.assign(401, 'a'); }) == "too_large names[0].text");
  CHECK(refused([](B b) { b.names.resize(17, {"en", "x"}); }) == "limit_exceeded names");
  CHECK(refused([](B b) { b.partners[2].id = b.partners[0].id; }) == "duplicate partners[2].id");
  CHECK(refused([](B b) { b.partners[0].id = {}; }) == "malformed partners[0].id");
  CHECK(refused([](B b) { b.partners[0].country = "Lv"; }) == "malformed partners[0].country");
  CHECK(refused([](B b) { b.partners[0].role = static_cast<PartnerRole>(3); }) ==
        "malformed partners[0].role");
  CHECK(refused([](B b) { b.partners[0].successor_of = {b.partners[0].id}; }) ==
        "malformed partners[0].successorOf");
  CHECK(refused([](B b) { b.partners[0].successor_of = {PartnerId{{1}}}; }) ==
        "malformed partners[0].successorOf");
  CHECK(refused([](B b) {
          b.partners[0].successor_of = {b.partners[1].id, b.partners[1].id};
        }) == "duplicate partners[0].successorOf");
  CHECK(refused([](B b) {
          b.partners[0].successor_of.assign(charter_predecessors_max + 1, b.partners[1].id);
        }) == "limit_exceeded partners[0].successorOf");
  CHECK(refused([](B b) {
          b.partners[1].successor_of = {b.partners[0].id, b.partners[2].id};
          b.partners[2].successor_of = {b.partners[1].id};
        }) == "malformed partners[1].successorOf");
  CHECK(refused([](B b) { b.partners[1].status = static_cast<PartnerStatus>(2); }) ==
        "malformed partners[1].status");
  CHECK(refused([](B b) { b.partners[1].records = RecordsLeft::hidden; }) == "malformed partners[1].records");
  CHECK(refused([](B b) {
          b.partners[1].status = PartnerStatus::left;
          b.partners[1].records = static_cast<RecordsLeft>(3);
        }) == "malformed partners[1].records");
  CHECK(refused([](B b) { b.nodes[1].key = b.nodes[0].key; }) == "duplicate nodes[1].key");
  CHECK(refused([](B b) { b.nodes[1].partner = {}; }) == "malformed nodes[1].partner");
  CHECK(refused([](B b) { b.nodes[1].status = static_cast<NodeStatus>(4); }) == "malformed nodes[1].status");
  CHECK(refused([](B b) { b.nodes[1].limits.logs = 0; }) == "malformed nodes[1].logs");
  CHECK(refused([](B b) { b.nodes[1].cuts = {{filled(1), 5, {}}}; }) == "malformed nodes[1].cuts[0].hash");
  CHECK(refused([](B b) {
          b.nodes[1].cuts = {{filled(1), 0, {}}, {filled(1), 0, {}}};
        }) == "duplicate nodes[1].cuts[1].log");
  CHECK(refused([](B b) { b.nodes[1].cuts.resize(charter_cuts_max + 1); }) == "limit_exceeded nodes[1].cuts");
  CHECK(refused([](B b) { b.signers.clear(); }) == "malformed signers");
  CHECK(refused([](B b) { b.signers[1].key = b.signers[0].key; }) == "duplicate signers[1].key");
  CHECK(refused([](B b) { b.signers[1].key = b.nodes[0].key; }) == "duplicate signers[1].key");
  CHECK(refused([](B b) { b.signers[1].name = "a\nb"; }) == "malformed signers[1].name");
  CHECK(refused([](B b) { b.personal_data_countries.push_back("LV"); }) ==
        "duplicate personalDataCountries[2]");
  CHECK(refused([](B b) { b.quorum_erasures = {Subject{}}; }) == "malformed quorumErasures[0]");
  CHECK(refused([](B b) { b.erasure_delay_days = 367; }) == "limit_exceeded erasureDelayDays");
  CHECK(refused([](B b) { b.header_version_max = 0; }) == "malformed headerVersionMax");
  CHECK(refused([](B b) { b.content_version_max = 0; }) == "malformed contentVersionMax");
}

TEST_CASE("a charter over the size limit is not made") {
  Federation f(99);
  CharterBody body = f.next();
  for (int i = 0; i < 200; ++i) {
    CharterPartner partner{f.dice.partner(), {}, "SE"};
    for (char c = 'a'; c < 'a' + 8; ++c) partner.names.push_back({std::string("a") + c, std::string(400, c)});
    body.partners.push_back(partner);
  }
  CHECK(body_fault(body) == "too_large ");
  CHECK(fault(read_charter(Bytes(charter_bytes_max + 8), nullptr)) == "too_large ");
}

TEST_CASE("a flipped bit anywhere in a charter is noticed") {
  Federation f(100);
  const Bytes good(f.charter->bytes().begin(), f.charter->bytes().end());
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const int bit : {0, 3, 7}) {
      Bytes bytes = good;
      bytes[at] ^= static_cast<std::uint8_t>(1 << bit);
      CHECK_FALSE(read_charter(bytes, nullptr));
    }
  }
  for (std::size_t size = 0; size < good.size(); ++size) {
    CHECK_FALSE(read_charter(ByteView(good).first(size), nullptr));
  }
  Bytes longer = good;
  longer.resize(longer.size() + 8);
  CHECK(fault(read_charter(longer, nullptr)) == "malformed ");
}

TEST_CASE("a charter as text") {
  Federation f(101);
  const std::string text = armour_charter(f.charter->bytes());
  CHECK(text.starts_with("hansa-charter-1:"));
  std::string wrapped;
  for (std::size_t at = 0; at < text.size(); at += 76) wrapped += text.substr(at, 76) + "\r\n";
  const auto bytes = read_charter_text(wrapped);
  REQUIRE(bytes);
  CHECK(std::ranges::equal(*bytes, f.charter->bytes()));
  CHECK(read_charter_text("hansa-charter-9:AAAA").error() == Refusal::unsupported_version);
  CHECK(read_charter_text("hansa-card-1:AAAA").error() == Refusal::malformed);
  CHECK(read_charter_text(text + "!").error() == Refusal::malformed);
}

TEST_CASE("an author writes the newest formats that its program knows and the charter allows") {
  CharterBody charter;
  CHECK(formats_to_write(charter) == Formats{header_version, content_version});
  charter.header_version_max = 2;
  charter.content_version_max = 5;
  CHECK(formats_to_write(charter, {3, 4}) == Formats{2, 4});
  CHECK(formats_to_write(charter, {1, 7}) == Formats{1, 5});
}
