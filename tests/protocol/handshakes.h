#pragma once
// Two nodes that shake hands, for tests.

#include <doctest/doctest.h>

#include "dice.h"
#include "protocol/handshake.h"

namespace hansa::protocol::testing {

/// What a node brings to a link.
struct Side {
  SecretKey key;
  LinkTerms terms;

  Side(Dice& dice, const Hash& federation) : key(dice.key()) {
    terms = {
        federation, &key, NoiseKeyPair::generate(dice.entropy()), {1}, [](const PublicKey&) -> Outcome<Done> {
          return Done{};
        }};
  }
  Side(const Side&) = delete;
  Side& operator=(const Side&) = delete;
};

/// Everything said in one attempt.
struct Talk {
  LinkHandshake initiator;
  LinkHandshake responder;
  std::vector<Bytes> messages;
  LinkHandshake::Step last_initiator;
  LinkHandshake::Step last_responder;

  Talk(Dice& dice, const LinkTerms& dialling, const LinkTerms& accepting)
      : initiator(LinkHandshake::initiate(dialling, dice.entropy())),
        responder(LinkHandshake::respond(accepting, dice.entropy())) {}

  /// Runs to the end; `spoil` may change message n (0 to 2) on its way.
  template <class Spoil>
  void run(Spoil spoil) {
    deliver(initiator.start(), spoil);
    last_responder = responder.receive(messages.back());
    if (last_responder.send.empty()) return;
    deliver(last_responder.send, spoil);
    last_initiator = initiator.receive(messages.back());
    if (last_initiator.send.empty() || last_responder.refused) return;
    deliver(last_initiator.send, spoil);
    last_responder = responder.receive(messages.back());
  }
  void run() {
    run([](std::size_t, Bytes&) {});
  }
  bool linked() const { return last_initiator.complete && last_responder.complete; }

 private:
  template <class Spoil>
  void deliver(Bytes message, Spoil spoil) {
    spoil(messages.size(), message);
    messages.push_back(std::move(message));
  }
};

}  // namespace hansa::protocol::testing
