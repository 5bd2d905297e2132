// The worked examples of docs/protocol.md, computed again from their inputs.

#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <set>
#include <tuple>

#include "protocol/bundle.h"
#include "protocol/card.h"
#include "protocol/charter.h"
#include "protocol/control_body.h"
#include "protocol/entry.h"
#include "protocol/handshake.h"
#include "protocol/heads.h"
#include "protocol/hold.h"
#include "protocol/invitation.h"
#include "protocol/payload.h"
#include "protocol/recovery.h"
#include "protocol/wire.h"

using namespace hansa::protocol;

namespace {

/// One fenced block: keys and values, inputs and results alike.
class Example {
 public:
  Example() = default;
  explicit Example(std::string name) : name_(std::move(name)) {}
  void set(const std::string& key, std::string value) { values_[key] = std::move(value); }
  void extend(const std::string& key, std::string_view more) { values_[key] += more; }

  const std::string& text(const std::string& key) const {
    read_.insert(key);
    const auto found = values_.find(key);
    REQUIRE_MESSAGE(found != values_.end(), "docs/protocol.md, example ", name_, " has no ", key);
    return found->second;
  }
  Bytes bytes(const std::string& key) const {
    const auto bytes = from_hex(text(key));
    REQUIRE_MESSAGE(bytes.has_value(), name_, ' ', key, " is not hexadecimal");
    return *bytes;
  }
  Hash hash(const std::string& key) const {
    const auto hash = hash_from_hex(text(key));
    REQUIRE_MESSAGE(hash.has_value(), name_, ' ', key, " is not a hash");
    return *hash;
  }
  template <std::size_t n>
  std::array<std::uint8_t, n> exactly(const std::string& key) const {
    const Bytes given = bytes(key);
    REQUIRE(given.size() == n);
    std::array<std::uint8_t, n> out;
    std::copy(given.begin(), given.end(), out.begin());
    return out;
  }
  std::uint64_t number(const std::string& key) const { return std::stoull(text(key)); }
  SecretKey key(const std::string& name) const { return SecretKey::from_seed(hash(name)); }

  void check(const std::string& key, const std::string& computed) const {
    CHECK_MESSAGE(text(key) == computed, "computed [", name_, "] ", key, " = ", computed);
  }
  void check(const std::string& key, ByteView computed) const { check(key, to_hex(computed)); }
  /// Nothing in the block is left unlooked at.
  void check_all_read() const {
    for (const auto& [key, value] : values_)
      CHECK_MESSAGE(read_.contains(key), name_, ": nobody checks ", key);
  }

 private:
  std::string name_;
  std::map<std::string, std::string> values_;
  mutable std::set<std::string> read_;
};

std::map<std::string, Example> read_examples() {
  std::ifstream file(HANSA_SOURCE_DIR "/docs/protocol.md");
  std::map<std::string, Example> examples;
  Example* current = nullptr;
  std::string key;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("```example ")) {
      current = &(examples[line.substr(11)] = Example(line.substr(11)));
    } else if (line.starts_with("```")) {
      current = nullptr;
    } else if (current != nullptr && line.starts_with("  ")) {
      current->extend(key, std::string_view(line).substr(2));
    } else if (current != nullptr) {
      const auto equals = line.find(" = ");
      REQUIRE(equals != std::string::npos);
      key = line.substr(0, equals);
      current->set(key, line.substr(equals + 3));
    }
  }
  return examples;
}

const Example& example(const std::string& name) {
  static const std::map<std::string, Example> examples = read_examples();
  REQUIRE_MESSAGE(examples.contains(name), "docs/protocol.md has no example ", name);
  return examples.at(name);
}

/// Hands out prepared bytes instead of random ones, each in its turn.
Entropy prepared(std::vector<Bytes> values) {
  return [values = std::move(values), next = std::size_t{0}](std::span<std::uint8_t> out) mutable {
    REQUIRE(next < values.size());
    REQUIRE(values[next].size() == out.size());
    std::copy(values[next].begin(), values[next].end(), out.begin());
    ++next;
  };
}

LogTip declared_log(const Example& e) {
  const SecretKey key = e.key("seed");
  const DeclarationFields fields{e.hash("federation"), e.number("epoch_number"), e.hash("epoch_nonce"),
                                 std::nullopt, e.number("author_time_ms")};
  const auto header = seal_declaration(fields, key);
  REQUIRE(header);
  e.check("header", *header);
  return {fields.federation, log_id(fields.federation, key.public_key(), fields.epoch_nonce),
          key.public_key(), 1, entry_hash(*header)};
}

}  // namespace

TEST_CASE("docs: hash and signature") {
  const Example& h = example("hash");
  h.check("entry_tag", bytes_of(Tag::entry));
  h.check("hash_as_entry", hash(Tag::entry, h.bytes("data")));
  h.check("hash_as_log", hash(Tag::log, h.bytes("data")));
  h.check_all_read();
  const Example& s = example("signature");
  const SecretKey key = s.key("seed");
  s.check("public_key", key.public_key().bytes);
  s.check("signature_as_head", key.sign(Purpose::head, s.bytes("message")).bytes);
  s.check("signature_as_card", key.sign(Purpose::card, s.bytes("message")).bytes);
  s.check_all_read();
}

TEST_CASE("docs: declaration, entry and payload") {
  const Example& d = example("declaration");
  const LogTip tip = declared_log(d);
  d.check("log", tip.log);
  d.check("hash", tip.hash);
  d.check_all_read();

  const Example& p = example("payload");
  const Salt salt{p.hash("salt")};
  const auto payload = seal_payload(p.bytes("content"), salt);
  REQUIRE(payload);
  p.check("blocks", std::to_string(payload->blocks));
  p.check("commitment", payload->commitment);
  p.check_all_read();

  const Example& e = example("entry");
  EntryFields fields;
  fields.kind = static_cast<EntryKind>(e.number("kind"));
  fields.record_kind = static_cast<RecordKind>(e.number("record_kind"));
  fields.visibility = static_cast<Visibility>(e.number("visibility"));
  fields.personal = e.number("personal") == 1;
  fields.author_time_ms = e.number("author_time_ms");
  fields.record = *record_id_from_bytes(e.bytes("record"));
  fields.subject = *record_id_from_bytes(e.bytes("subject_record"));
  fields.parents = {e.hash("parent")};
  fields.retention_month = static_cast<std::uint16_t>(e.number("retention_month"));
  fields.payload_blocks = payload->blocks;
  fields.commitment = payload->commitment;
  const auto header = seal_entry(fields, tip, d.key("seed"));
  REQUIRE(header);
  e.check("header", *header);
  e.check("hash", entry_hash(*header));
  e.check_all_read();
}

TEST_CASE("docs: a payload at rest") {
  const Example& e = example("at_rest");
  const Salt salt{e.hash("salt")};
  const Bytes stored = e.bytes("stored");
  // zstd may compress otherwise in another version: what is promised is that it opens.
  const auto content = decrypt_at_rest(stored, salt);
  REQUIRE(content);
  e.check("content", *content);
  e.check_all_read();
}

TEST_CASE("docs: heads and digests") {
  const Example& e = example("heads");
  const std::vector<Head> heads = {{e.hash("log_1"), e.number("sequence_1"), e.hash("hash_1")},
                                   {e.hash("log_2"), e.number("sequence_2"), e.hash("hash_2")}};
  const BucketHashes buckets = bucket_hashes(heads);
  e.check("empty_bucket", buckets[0]);
  e.check("bucket_1", buckets[1]);
  e.check("bucket_31", buckets[31]);
  e.check("no_proofs", proofs_hash({}));
  e.check("digest", digest(e.hash("charter"), buckets, proofs_hash({})));
  e.check_all_read();
}

TEST_CASE("docs: a charter") {
  const Example& e = example("charter");
  const SecretKey signer = e.key("signer_seed");
  const PartnerId partner{e.exactly<16>("partner")};
  CharterBody body;
  body.names = {{"lv", "Cēsis"}};
  body.partners = {{partner, body.names, "LV", PartnerRole::coordinator}};
  body.nodes.emplace_back();
  body.nodes[0].key = e.key("node_seed").public_key();
  body.nodes[0].partner = partner;
  body.signers = {{signer.public_key(), "Anna", partner}};
  body.personal_data_countries = {"LV"};
  const SecretKey* const signers[] = {&signer};
  const auto charter = found_charter(body, signers, prepared({e.bytes("nonce")}));
  REQUIRE(charter);
  const ByteView bytes = charter->bytes();
  e.check("body", bytes.subspan(8, bytes.size() - 8 - 96));
  e.check("federation", charter->federation());
  e.check("signature", charter->signatures()[0].second.bytes);
  e.check("charter", bytes);
  e.check_all_read();
}

TEST_CASE("docs: an approval and an announcement") {
  const Example& a = example("approval");
  const SecretKey signer = a.key("signer_seed");
  const Hash charter = a.hash("charter");
  const CharterApproval approval{charter, {{signer.public_key(), sign_charter(charter, signer)}}};
  a.check("content", write_approval(approval));
  CHECK(a.text("line") == armour_approval(approval));
  a.check_all_read();
  const Example& b = example("announcement");
  const auto content = write_announcement({{b.text("address_1"), b.text("address_2")}});
  REQUIRE(content);
  b.check("content", *content);
  b.check_all_read();
}

TEST_CASE("docs: a hold and its release") {
  const Example& e = example("hold");
  const SecretKey signer = e.key("signer_seed");
  Hold hold;
  hold.federation = e.hash("federation");
  hold.charter = e.hash("charter");
  hold.node = PublicKey{e.hash("node")};
  hold.signed_ms = e.number("signed_ms");
  hold.from = {{e.hash("log"), e.number("sequence")}};
  const auto bytes = seal_hold(hold, signer);
  REQUIRE(bytes);
  e.check("hold", *bytes);
  CHECK(e.text("line") == armour_hold(*bytes));
  hold.from.clear();
  hold.is_release = true;
  hold.signed_ms = e.number("released_ms");
  const auto release = seal_hold(hold, signer);
  REQUIRE(release);
  e.check("release", *release);
  e.check_all_read();
}

TEST_CASE("docs: a bundle") {
  const Example& e = example("bundle");
  BundleOpening opening;
  std::tie(opening.federation, opening.charter) = std::pair(e.hash("federation"), e.hash("charter"));
  std::tie(opening.made_ms, opening.asked) = std::pair(e.number("made_ms"), e.text("asked"));
  opening.logs = {{{e.hash("log"), e.number("sequence"), e.hash("head")},
                   {{e.number("payloads_from"), e.number("payloads_through")}}}};
  const auto bytes = seal_bundle_opening(opening, e.key("seed"));
  e.check("opening", *bytes);
  Bytes file(bundle_mark().begin(), bundle_mark().end());
  append_bundle_frame(file, *bytes);
  BundleSum sum;
  sum.add(file);
  e.check("end", sum.end());
  e.check_all_read();
}

TEST_CASE("docs: a card, a phrase and a sealed key") {
  const Example& c = example("card");
  const Card card{{},
                  PartnerId{c.exactly<16>("partner")},
                  c.text("name"),
                  c.text("language"),
                  c.text("country"),
                  c.text("org_type"),
                  c.text("address")};
  c.check("card", *write_card(card, c.key("seed")));
  c.check_all_read();

  const Example& p = example("phrase");
  const auto phrase = parse_recovery_phrase(p.text("words") + ' ' + p.text("checksum"));
  if (!phrase) {
    // Say which word it should be.
    for (std::size_t i = 0; i < word_list_size; ++i) {
      if (parse_recovery_phrase(p.text("words") + ' ' + std::string(word(i))))
        p.check("checksum", std::string(word(i)));
    }
  }
  CHECK(phrase);
  p.check_all_read();

  const Example& k = example("sealed_key");
  const SealCost cost{static_cast<std::uint32_t>(k.number("passes")),
                      static_cast<std::uint32_t>(k.number("memory_kib"))};
  const auto sealed =
      seal_key(k.key("seed"), k.text("words"), prepared({k.bytes("salt"), k.bytes("nonce")}), cost);
  REQUIRE(sealed);
  k.check("sealed", *sealed);
  k.check_all_read();
}

TEST_CASE("docs: an invitation and the words that are compared") {
  const Example& e = example("invitation");
  Invitation invitation;
  invitation.federation = e.hash("federation");
  invitation.charter_version = static_cast<std::uint32_t>(e.number("charter_version"));
  invitation.charter_hash = e.hash("charter_hash");
  invitation.id = e.exactly<16>("id");
  invitation.secret = e.exactly<16>("secret");
  invitation.expires_ms = e.number("expires_ms");
  invitation.address = e.text("address");
  invitation.federation_name = e.text("federation_name");
  const SecretKey inviter = e.key("seed");
  invitation.inviter = inviter.public_key();
  const PublicKey joiner = e.key("joiner_seed").public_key();
  e.check("line", *write_invitation(invitation, inviter));
  const auto spoken = [](const ComparedWords& words) {
    std::string text;
    for (const auto word : words) text += (text.empty() ? "" : " ") + std::string(word);
    return text;
  };
  e.check("words", spoken(joining_words(joiner, invitation, e.exactly<16>("nonce"))));
  e.check("joiner_words", spoken(key_words(joiner)));
  e.check_all_read();
}

TEST_CASE("docs: a handshake and the first messages on the link") {
  const Example& e = example("handshake");
  const SecretKey a = e.key("initiator_seed");
  const SecretKey b = e.key("responder_seed");
  const auto terms = [&](const SecretKey& key, const std::string& own_static) {
    return LinkTerms{e.hash("federation"),
                     &key,
                     NoiseKeyPair::from_secret(e.hash(own_static)),
                     {1},
                     [](const PublicKey&) -> Outcome<Done> { return Done{}; }};
  };
  LinkHandshake initiator =
      LinkHandshake::initiate(terms(a, "initiator_static"), prepared({e.bytes("initiator_ephemeral")}));
  LinkHandshake responder =
      LinkHandshake::respond(terms(b, "responder_static"), prepared({e.bytes("responder_ephemeral")}));
  const Bytes first = initiator.start();
  e.check("message_1", first);
  const auto second = responder.receive(first);
  e.check("message_2", second.send);
  const auto third = initiator.receive(second.send);
  e.check("message_3", third.send);
  REQUIRE(responder.receive(third.send).complete);
  e.check("handshake_hash", initiator.binding());
  SecureLink link = initiator.take_link();
  e.check("first_transport", link.encrypt(e.bytes("first_message")).front());
  e.check("parting_transport", link.part(Refusal::limit_exceeded));
  e.check_all_read();
}

TEST_CASE("docs: a hello") {
  const Example& e = example("hello");
  const SecretKey key = e.key("seed");
  wire::Hello hello;
  hello.agrees = hello.stated_is_yours = true;
  hello.charter_version = 1;
  hello.receive_credit_bytes = receive_credit_bytes_default;
  hello.message_bytes_max = message_bytes_max;
  hello.software = e.text("software");
  hello.epoch = e.number("epoch");
  hello.time_ms = e.number("time_ms");
  hello.entries_total = e.number("entries_total");
  hello.own = Head{e.hash("own_log"), e.number("own_sequence"), e.hash("own_hash")};
  const Head stated{e.hash("stated_log"), e.number("stated_sequence"), e.hash("stated_hash")};
  const Bytes signed_bytes = wire::hello_statement(e.hash("federation"), {e.hash("to")}, hello.own, stated);
  e.check("signed", signed_bytes);
  hello.signature = key.sign(Purpose::head, signed_bytes);
  e.check("signature", hello.signature.bytes);
  e.check("answer", wire::encode(hello));
  e.check_all_read();
  // And read back from the page alone.
  const auto read = wire::decode(e.bytes("answer"));
  REQUIRE(read);
  CHECK(std::get<wire::Hello>(*read) == hello);
}

TEST_CASE("docs: messages with charters and proofs") {
  const Example& e = example("charter_messages");
  e.check("charters", wire::encode(wire::Charters{{e.bytes("list_1"), e.bytes("list_2")}}));
  e.check("pull_charters", wire::encode(wire::PullCharters{static_cast<std::uint32_t>(e.number("from"))}));
  e.check("proof", wire::encode(wire::Proof{e.bytes("proof_bytes")}));
  e.check("proof_hash", proof_hash(e.bytes("proof_bytes")));
  e.check_all_read();
}
