// A peer with a listed key says what it likes, after an honest hello or instead of one, while the store
// answers as it should: no crash, no more in memory or in flight than was granted, no deed for what nobody
// asked.

#include <deque>

#include "fixed.h"
#include "protocol/entry.h"
#include "protocol/sync.h"
#include "protocol/wire.h"

using namespace hansa::protocol;
using hansa::fuzz::must;

namespace {

struct Peer {
  SecretKey own = SecretKey::from_seed(hansa::fuzz::fixed_hash(1));
  SecretKey peer = SecretKey::from_seed(hansa::fuzz::fixed_hash(2));
  Hash federation = hansa::fuzz::fixed_hash(7);
  Bytes declaration;
  LogTip tip;

  Peer() {
    DeclarationFields fields;
    fields.federation = federation;
    fields.epoch_nonce = hansa::fuzz::fixed_hash(3);
    declaration = *seal_declaration(fields, own);
    tip = {federation, log_id(federation, own.public_key(), fields.epoch_nonce), own.public_key(), 1,
           entry_hash(declaration)};
  }
  SyncTerms terms() const {
    SyncTerms terms;
    terms.federation = federation;
    terms.charter_hash = hansa::fuzz::fixed_hash(5);
    terms.software = "fuzz";
    terms.nodes[own.public_key()] = {};
    terms.nodes[peer.public_key()] = {};
    return terms;
  }
  HeldHead head() const { return {tip.log, tip.author, 1, 1, tip.hash, 1, 1}; }
  Bytes hello(bool same_charter) const {
    wire::Hello hello;
    hello.charter_version = 2;
    hello.receive_credit_bytes = receive_credit_bytes_default;
    hello.message_bytes_max = message_bytes_max;
    hello.charter_hash = hansa::fuzz::fixed_hash(same_charter ? 5 : 8);
    hello.digest = hansa::fuzz::fixed_hash(6);
    hello.signature = peer.sign(Purpose::head, wire::hello_statement(federation, own.public_key(), {}, {}));
    return wire::encode(hello);
  }
};

/// Answers the engine's questions; whether the link still stands.
bool answer(SyncEngine& engine, const Peer& peer, std::uint64_t now, hansa::fuzz::Input& input) {
  bool open = true;
  for (auto deeds = engine.take_deeds(); !deeds.empty(); deeds = engine.take_deeds())
    for (auto& deed : deeds) {
      if (std::holds_alternative<CloseLink>(deed)) open = false;
      if (const auto* send = std::get_if<SendMessage>(&deed)) must(wire::decode(send->bytes).has_value());
      if (const auto* admit = std::get_if<AdmitHeaders>(&deed)) {
        HeadersAdmitted outcome;
        outcome.refusal = input.byte() % 2 == 0 ? Refusal::bad_signature : Refusal::bad_chain;
        engine.headers_admitted(admit->ticket, outcome, now);
      }
      if (const auto* live = std::get_if<AdmitLive>(&deed)) {
        HeadersAdmitted outcome;
        outcome.state =
            HeldHead{live->log, peer.peer.public_key(), 1, live->sequence, entry_hash(live->header), 1, 0};
        outcome.payloads_due.push_back({live->log, live->sequence, live->sequence});
        engine.headers_admitted(live->ticket, outcome, now);
      }
      if (const auto* payloads = std::get_if<AdmitPayloads>(&deed)) {
        PayloadsAdmitted outcome;
        for (const auto& item : payloads->items)
          outcome.refused.push_back({item.log, item.sequence, Refusal::bad_commitment});
        engine.payloads_admitted(payloads->ticket, outcome, now);
      }
      if (const auto* read = std::get_if<ReadHeaders>(&deed)) {
        must(read->log == peer.tip.log && read->from == 1);
        engine.headers_read(read->ticket, {peer.declaration}, now);
      }
      if (const auto* read = std::get_if<ReadCharters>(&deed)) engine.charters_read(read->ticket, {}, now);
      if (const auto* take = std::get_if<TakeCharters>(&deed)) {
        must(take->charters.size() <= charters_per_message_max);
        CharterVerdict verdict;
        verdict.conflict = input.byte() % 3 == 0;
        verdict.gap = input.byte() % 3 == 0;
        verdict.version = input.byte();
        engine.charters_taken(take->ticket, verdict, now);
      }
      if (const auto* admit = std::get_if<AdmitProof>(&deed)) {
        must(admit->proof.size() <= proof_bytes_max);
        engine.proof_admitted(admit->ticket, std::nullopt, now);
      }
      if (const auto* read = std::get_if<ReadPayloads>(&deed))
        engine.payloads_read(read->ticket, {}, true, now);
    }
  return open;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Peer peer;
  hansa::fuzz::Input input(data, size);
  std::uint64_t now = 1'700'000'000'000;
  SyncEngine engine(peer.terms(), peer.own, now);
  engine.load({peer.head()}, {}, true);
  engine.set_own_log(peer.head(), now);
  const std::uint8_t opening = input.byte();
  engine.link_up(1, peer.peer.public_key(), opening % 2 == 0 ? LinkRole::responder : LinkRole::initiator,
                 opening % 8 < 6 ? 2 : 1, now);
  bool open = answer(engine, peer, now, input);
  if (opening < 240) {
    static const Bytes hellos[] = {peer.hello(false), peer.hello(true)};
    engine.message(1, hellos[opening < 200 ? 1 : 0], now);
    open = answer(engine, peer, now, input);
  }
  for (int turn = 0; turn < 64 && open && !input.empty(); ++turn) {
    const std::uint8_t wait = input.byte();
    if (wait >= 200) {
      now += wait * 10;
      engine.tick(now);
    }
    engine.message(1, input.bytes(input.number() % 4096), now);
    open = answer(engine, peer, now, input);
    must(engine.credit_in_use(1) <= receive_credit_bytes_default);
  }
  for (const auto& view : engine.peer_views(now)) must(view.done <= view.total);
  engine.link_down(1, now);
  answer(engine, peer, now, input);
  return 0;
}
