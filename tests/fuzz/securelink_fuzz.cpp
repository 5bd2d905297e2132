// A member of the federation that has shaken hands sends any stream, in any pieces: what comes out is the
// frames of that stream, and nothing is kept beyond the limit.

#include "fixed.h"
#include "protocol/handshake.h"

using namespace hansa::protocol;
using hansa::fuzz::must;

namespace {

constexpr std::size_t limit = 300;

struct Peer {
  SecretKey key = SecretKey::from_seed(hansa::fuzz::fixed_hash(2));
  NoiseCipher send;
  std::optional<SecureLink> link;

  Peer() {
    const Hash federation = hansa::fuzz::fixed_hash(7);
    LinkHandshake responder =
        LinkHandshake::respond({federation,
                                &key,
                                NoiseKeyPair::generate(hansa::fuzz::fixed_entropy(1)),
                                {1},
                                [](const PublicKey&) -> Outcome<Done> { return Done{}; }},
                               hansa::fuzz::fixed_entropy(2));
    Bytes first = {'H', 'A', 'N', 'S', 'A', 0, 1, 1, 0};
    Bytes prologue = {'h', 'a', 'n', 's', 'a', ' ', 'l', 'i', 'n', 'k', 0, 0, 0, 0, 0, 0};
    prologue.insert(prologue.end(), first.begin(), first.end());
    prologue.insert(prologue.end(), {1, 0});
    const auto own = NoiseKeyPair::generate(hansa::fuzz::fixed_entropy(3));
    NoiseHandshake noise(NoiseRole::initiator, prologue, own,
                         NoiseKeyPair::generate(hansa::fuzz::fixed_entropy(4)));
    must(noise.write_tokens(first).has_value());
    noise.write_payload({}, first);
    const Bytes second = responder.receive(first).send;
    ByteView rest = ByteView(second).subspan(2);
    must(noise.read_tokens(rest).has_value() && noise.read_payload(rest).has_value());
    Bytes third;
    must(noise.write_tokens(third).has_value());
    const SecretKey peer = SecretKey::from_seed(hansa::fuzz::fixed_hash(3));
    Bytes identity(federation.begin(), federation.end());
    Bytes proof = identity;
    proof.push_back(0);
    proof.insert(proof.end(), noise.handshake_hash().begin(), noise.handshake_hash().end());
    proof.insert(proof.end(), own.public_key.begin(), own.public_key.end());
    const auto signature = peer.sign(Purpose::link, proof).bytes;
    identity.insert(identity.end(), peer.public_key().bytes.begin(), peer.public_key().bytes.end());
    identity.insert(identity.end(), signature.begin(), signature.end());
    noise.write_payload(identity, third);
    must(responder.receive(third).complete);
    link = responder.take_link();
    link->set_message_bytes_max(limit);
    send = std::move(noise.split().send);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Peer peer;
  hansa::fuzz::Input input(data, size);
  Bytes stream;
  std::size_t taken = 0;
  while (!input.empty()) {
    const ByteView piece = input.bytes(1 + input.byte() % 64);
    stream.insert(stream.end(), piece.begin(), piece.end());
    Bytes sealed;
    peer.send.seal({}, piece, sealed);
    const auto messages = peer.link->decrypt(sealed);
    if (!messages) {
      must(!peer.link->decrypt(sealed));
      return 0;
    }
    for (const Bytes& message : *messages) {
      must(!message.empty() && message.size() <= limit);
      must(std::equal(message.begin(), message.end(),
                      stream.begin() + static_cast<std::ptrdiff_t>(taken + 4)));
      taken += 4 + message.size();
    }
    must(peer.link->parted() || stream.size() - taken < limit + 4);
  }
  return 0;
}
