#include "protocol/handshake.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "little_endian.h"

namespace hansa::protocol {
namespace {

constexpr std::array<std::uint8_t, 6> magic = {'H', 'A', 'N', 'S', 'A', 0};
constexpr std::string_view prologue_tag{"hansa link\0\0\0\0\0\0", 16};
constexpr std::size_t key_bytes = 32;
constexpr std::size_t identity_bytes = 32 + 32 + 64;  // federation, node key, signature
constexpr std::size_t second_bytes =
    2 + key_bytes + (key_bytes + noise_tag_bytes) + (identity_bytes + noise_tag_bytes);
constexpr std::size_t third_bytes = (key_bytes + noise_tag_bytes) + (identity_bytes + noise_tag_bytes);

bool strictly_descending(const std::vector<std::uint16_t>& versions) {
  return std::ranges::adjacent_find(versions, std::less_equal<>{}) == versions.end() &&
         (versions.empty() || versions.back() != 0);
}

[[maybe_unused]] bool within_limits(const LinkTerms& terms) {
  return terms.node_key != nullptr && terms.admits && !terms.versions.empty() &&
         terms.versions.size() <= link_versions_max && strictly_descending(terms.versions);
}

Bytes preamble_of(const std::vector<std::uint16_t>& versions) {
  Bytes preamble(magic.begin(), magic.end());
  preamble.push_back(static_cast<std::uint8_t>(versions.size()));
  for (const std::uint16_t version : versions) append_le(preamble, version);
  return preamble;
}

/// The versions a first message offers; malformed unless it is exactly a preamble and a key.
Outcome<std::vector<std::uint16_t>> offered_in(ByteView message) {
  const std::size_t fixed = magic.size() + 1;
  if (message.size() < fixed || !std::ranges::equal(message.first(magic.size()), magic)) {
    return Refusal::malformed;
  }
  const std::size_t count = message[magic.size()];
  if (count == 0 || count > link_versions_max) return Refusal::malformed;
  if (message.size() != fixed + 2 * count + key_bytes) return Refusal::malformed;
  std::vector<std::uint16_t> versions(count);
  for (std::size_t i = 0; i < count; ++i) versions[i] = get_le<std::uint16_t>(&message[fixed + 2 * i]);
  if (!strictly_descending(versions)) return Refusal::malformed;
  return versions;
}

/// The highest version both speak; 0 for none.
std::uint16_t choose(const std::vector<std::uint16_t>& offered, const std::vector<std::uint16_t>& ours) {
  for (const std::uint16_t version : offered) {
    if (std::ranges::find(ours, version) != ours.end()) return version;
  }
  return 0;
}

Bytes prologue_of(ByteView preamble, std::uint16_t version) {
  Bytes prologue;
  append(prologue, view_of(prologue_tag));
  append(prologue, preamble);
  append_le(prologue, version);
  return prologue;
}

/// What a node signs to prove its key on this link, in this role, with this static key.
Bytes proof(ByteView federation, NoiseRole role, const NoiseHash& hash, ByteView static_key) {
  Bytes message;
  append(message, federation);
  message.push_back(static_cast<std::uint8_t>(role));
  append(message, hash);
  append(message, static_key);
  return message;
}

}  // namespace

LinkHandshake::LinkHandshake(NoiseRole role, LinkTerms terms, const Entropy& entropy)
    : role_(role),
      stage_(role == NoiseRole::initiator ? Stage::start : Stage::await_first),
      terms_(std::move(terms)),
      ephemeral_(NoiseKeyPair::generate(entropy)) {
  assert(within_limits(terms_));
}

LinkHandshake LinkHandshake::initiate(LinkTerms terms, const Entropy& entropy) {
  return {NoiseRole::initiator, std::move(terms), entropy};
}

LinkHandshake LinkHandshake::respond(LinkTerms terms, const Entropy& entropy) {
  return {NoiseRole::responder, std::move(terms), entropy};
}

Bytes LinkHandshake::start() {
  assert(stage_ == Stage::start);
  stage_ = Stage::await_second;
  preamble_ = preamble_of(terms_.versions);
  Bytes message = preamble_;
  append(message, ephemeral_.public_key);  // Noise message 1 with an empty payload
  return message;
}

LinkHandshake::Step LinkHandshake::receive(ByteView message) {
  if (message.size() > handshake_message_bytes_max) return refuse(Refusal::too_large);
  switch (stage_) {
    case Stage::await_first:
      return receive_first(message);
    case Stage::await_second:
      return receive_second(message);
    case Stage::await_third:
      return receive_third(message);
    default:
      return refuse(Refusal::malformed);
  }
}

LinkHandshake::Step LinkHandshake::refuse(Refusal refusal, Bytes farewell) {
  stage_ = Stage::over;
  noise_.reset();
  link_.reset();
  return {std::move(farewell), false, refusal};
}

LinkHandshake::Step LinkHandshake::receive_first(ByteView message) {
  const auto offered = offered_in(message);
  if (!offered) return refuse(offered.error());
  version_ = choose(*offered, terms_.versions);
  Bytes reply;
  append_le(reply, version_);
  if (version_ == 0) return refuse(Refusal::unsupported_version, std::move(reply));
  const ByteView preamble = message.first(message.size() - key_bytes);
  noise_.emplace(role_, prologue_of(preamble, version_), terms_.static_key, ephemeral_);
  ByteView noise_message = message.last(key_bytes);
  if (const auto read = noise_->read_tokens(noise_message); !read) return refuse(read.error());
  if (const auto read = noise_->read_payload(noise_message); !read) return refuse(read.error());
  if (const auto written = noise_->write_tokens(reply); !written) return refuse(written.error());
  noise_->write_payload(identity(), reply);
  assert(reply.size() == second_bytes);
  stage_ = Stage::await_third;
  return {std::move(reply), false, std::nullopt};
}

LinkHandshake::Step LinkHandshake::receive_second(ByteView message) {
  if (message.size() < 2) return refuse(Refusal::malformed);
  version_ = get_le<std::uint16_t>(message.data());
  if (std::ranges::find(terms_.versions, version_) == terms_.versions.end()) {
    return refuse(Refusal::unsupported_version);
  }
  if (message.size() != second_bytes) return refuse(Refusal::malformed);
  // The prologue holds the chosen version, so the state starts only now, and writes message 1 over again.
  noise_.emplace(role_, prologue_of(preamble_, version_), terms_.static_key, ephemeral_);
  Bytes first;
  if (const auto written = noise_->write_tokens(first); !written) return refuse(written.error());
  noise_->write_payload({}, first);
  ByteView noise_message = message.subspan(2);
  if (const auto read = noise_->read_tokens(noise_message); !read) return refuse(read.error());
  const NoiseHash signed_hash = noise_->handshake_hash();
  const auto identity_read = noise_->read_payload(noise_message);
  if (!identity_read) return refuse(identity_read.error());
  if (const auto checked = check_signed(*identity_read, signed_hash); !checked)
    return refuse(checked.error());
  if (const auto checked = check_peer(*identity_read); !checked) return refuse(checked.error());
  Bytes reply;
  if (const auto written = noise_->write_tokens(reply); !written) return refuse(written.error());
  noise_->write_payload(identity(), reply);
  finish();
  return {std::move(reply), true, std::nullopt};
}

LinkHandshake::Step LinkHandshake::receive_third(ByteView message) {
  if (message.size() != third_bytes) return refuse(Refusal::malformed);
  if (const auto read = noise_->read_tokens(message); !read) return refuse(read.error());
  const NoiseHash signed_hash = noise_->handshake_hash();
  const auto identity_read = noise_->read_payload(message);
  if (!identity_read) return refuse(identity_read.error());
  if (const auto checked = check_signed(*identity_read, signed_hash); !checked)
    return refuse(checked.error());
  finish();
  // From here on the peer has proven its key, and is told why it is turned away.
  if (const auto checked = check_peer(*identity_read); !checked) {
    Bytes farewell = link_->part(checked.error());
    return refuse(checked.error(), std::move(farewell));
  }
  return {{}, true, std::nullopt};
}

Bytes LinkHandshake::identity() const {
  const Bytes message =
      proof(terms_.federation, role_, noise_->handshake_hash(), terms_.static_key.public_key);
  Bytes identity;
  append(identity, terms_.federation);
  append(identity, terms_.node_key->public_key().bytes);
  append(identity, terms_.node_key->sign(Purpose::link, message).bytes);
  return identity;
}

Outcome<Done> LinkHandshake::check_signed(ByteView identity, const NoiseHash& signed_hash) {
  assert(identity.size() == identity_bytes);
  std::copy_n(identity.begin() + 32, 32, peer_.bytes.begin());
  Signature signature;
  std::copy_n(identity.begin() + 64, 64, signature.bytes.begin());
  const NoiseRole peer_role = role_ == NoiseRole::initiator ? NoiseRole::responder : NoiseRole::initiator;
  const Bytes message = proof(identity.first(32), peer_role, signed_hash, noise_->remote_static());
  if (!verify(Purpose::link, peer_, message, signature)) return Refusal::bad_signature;
  return Done{};
}

Outcome<Done> LinkHandshake::check_peer(ByteView identity) const {
  if (!std::ranges::equal(identity.first(32), terms_.federation)) return Refusal::wrong_federation;
  if (peer_ == terms_.node_key->public_key()) return Refusal::own_key;
  return terms_.admits(peer_);
}

void LinkHandshake::finish() {
  binding_ = noise_->handshake_hash();
  link_ = SecureLink(noise_->split());
  noise_.reset();
  stage_ = Stage::complete;
}

const PublicKey& LinkHandshake::peer() const { return assert(stage_ == Stage::complete), peer_; }
std::uint16_t LinkHandshake::version() const { return assert(stage_ == Stage::complete), version_; }
const NoiseHash& LinkHandshake::binding() const { return assert(stage_ == Stage::complete), binding_; }

SecureLink LinkHandshake::take_link() {
  assert(stage_ == Stage::complete && link_);
  SecureLink link = std::move(*link_);
  link_.reset();
  return link;
}

}  // namespace hansa::protocol
