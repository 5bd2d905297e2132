// A stranger without a listed key talks to both ends of a handshake: it never comes to a link.

#include "fixed.h"
#include "protocol/handshake.h"

using namespace hansa::protocol;
using hansa::fuzz::must;

namespace {

LinkTerms terms(const SecretKey& key, std::uint64_t seed) {
  return {hansa::fuzz::fixed_hash(7),
          &key,
          NoiseKeyPair::generate(hansa::fuzz::fixed_entropy(seed)),
          {2, 1},
          [](const PublicKey&) -> Outcome<Done> { return Done{}; }};
}

/// Messages of the input's choice, or a real one with changes.
Bytes message_from(hansa::fuzz::Input& input, const Bytes& real, bool& changed) {
  if (real.empty() || input.byte() % 2 == 0) {
    const auto raw = input.bytes(input.number() % 600);
    Bytes bytes(raw.begin(), raw.end());
    changed = changed || bytes != real;
    return bytes;
  }
  Bytes bytes = real;
  for (std::size_t changes = input.byte() % 4; changes > 0; --changes) {
    const std::size_t at = input.number() % bytes.size();
    bytes[at] = input.byte();
  }
  changed = changed || bytes != real;
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const SecretKey a = SecretKey::from_seed(hansa::fuzz::fixed_hash(1));
  static const SecretKey b = SecretKey::from_seed(hansa::fuzz::fixed_hash(2));
  hansa::fuzz::Input input(data, size);
  LinkHandshake initiator = LinkHandshake::initiate(terms(a, 11), hansa::fuzz::fixed_entropy(12));
  LinkHandshake responder = LinkHandshake::respond(terms(b, 13), hansa::fuzz::fixed_entropy(14));
  bool changed = false;
  const auto second = responder.receive(message_from(input, initiator.start(), changed));
  must(second.send.size() <= handshake_message_bytes_max && !second.complete);
  const auto third = initiator.receive(message_from(input, second.send, changed));
  must(!third.complete || !changed);
  if (second.refused) return 0;
  const auto last = responder.receive(message_from(input, third.send, changed));
  must(last.complete == (third.complete && !changed));
  must(last.complete || last.refused);
  return 0;
}
