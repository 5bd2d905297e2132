#include "bench_talk.h"

namespace hansa::test {

void start_under(const protocol::Charter& charter, BenchNode& peer, std::uint64_t now_ms) {
  protocol::SyncTerms terms;
  terms.federation = charter.federation();
  terms.charter_version = charter.version();
  terms.charter_hash = charter.hash();
  for (const auto& node : charter.body().nodes) terms.nodes.emplace(node.key, node.partner);
  terms.expected.emplace();
  peer.start(terms, now_ms);
}

void talk(BenchNode& peer, CoreNode& node, std::uint64_t* clock) {
  constexpr core::LinkId link = 1;
  constexpr int silent_rounds = 50;
  peer.clock = clock;
  peer.engine->link_up(link, node.key.public_key(), protocol::LinkRole::initiator,
                       protocol::link_version_newest, *clock);
  node.node->link_up(link, peer.key.public_key(), core::LinkRole::accepted, protocol::link_version_newest,
                     "test");
  for (int silent = 0; silent < silent_rounds; ++silent) {
    *clock += 50;
    node.node->tick();
    node.node->after_batch();
    peer.engine->tick(*clock);
    for (auto& deed : peer.perform(peer.engine->take_deeds()))
      if (auto* message = std::get_if<protocol::SendMessage>(&deed)) {
        silent = 0;
        node.node->message(link, std::move(message->bytes));
      }
    node.node->after_batch();
    for (auto sent = std::exchange(node.sent, {}); !sent.empty(); sent.pop_front()) {
      silent = 0;
      peer.engine->message(link, sent.front().bytes, *clock);
    }
  }
  node.node->link_down(link, core::LinkEnd::cut);
  peer.engine->link_down(link, *clock);
}

}  // namespace hansa::test
