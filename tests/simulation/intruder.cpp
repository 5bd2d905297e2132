#include "intruder.h"

#include <algorithm>

#include "protocol/entry.h"
#include "protocol/sync_limits.h"

namespace hansa::simulation {

using namespace protocol;

void Intruder::say(core::LinkId link, const wire::Message& message) {
  said_.emplace_back(link, wire::encode(message));
}

void Intruder::link_up(core::LinkId link, const PublicKey& peer, const Charter& peers, Lie lie) {
  greet(link, peer, peers, {std::move(lie), {}});
}

void Intruder::link_up(core::LinkId link, const PublicKey& peer, const Charter& peers, Loot loot) {
  greet(link, peer, peers, {{{}, peers.version(), peers.hash(), false}, std::move(loot)});
}

void Intruder::greet(core::LinkId link, const PublicKey& peer, const Charter& peers, Talk talk) {
  wire::Hello hello;
  hello.charter_version = talk.lie.version;
  hello.charter_hash = talk.lie.hash;
  hello.receive_credit_bytes = receive_credit_bytes_default;
  hello.message_bytes_max = message_bytes_max;
  hello.software = "intruder";
  hello.signature =
      key_.sign(Purpose::head, wire::hello_statement(peers.federation(), peer, hello.own, hello.stated));
  talks_[link] = std::move(talk);
  say(link, hello);
}

void Intruder::tell(core::LinkId link, Talk& talk) {
  if (!talk.lie.charters.empty()) {
    const wire::Charters list{talk.lie.charters};
    if (talk.lie.is_forged) forgeries_.insert(wire::encode(list));
    ++talk.lists;
    return say(link, list);
  }
  wire::Announce announce;
  for (const auto& [log, headers] : talk.loot)
    announce.rows.push_back(
        {wire::LogName::of(log), headers.size(), wire::prefix_of(entry_hash(headers.back()))});
  if (!announce.rows.empty()) say(link, announce);
}

void Intruder::answer(core::LinkId link, const Talk& talk, const wire::Pull& pull) {
  const auto found = std::ranges::find_if(
      talk.loot, [&](const auto& entry) { return wire::prefix_of(entry.first) == pull.log.prefix(); });
  wire::Batch batch{pull.ticket, {}};
  if (found != talk.loot.end())
    for (auto at = pull.from; at < pull.from + pull.count && at <= found->second.size(); ++at)
      batch.headers.insert(batch.headers.end(), found->second[at - 1].begin(), found->second[at - 1].end());
  if (batch.headers.empty())
    say(link, wire::Deny{pull.ticket, wire::DenyReason::nothing});
  else
    say(link, batch);
}

void Intruder::hear(core::LinkId link, ByteView bytes) {
  const auto at = talks_.find(link);
  const auto message = wire::decode(bytes);
  if (at == talks_.end() || !message) return;
  Talk& talk = at->second;
  if (!std::exchange(talk.has_heard, true)) return tell(link, talk);
  if (const auto* pull = std::get_if<wire::Pull>(&*message))
    answer(link, talk, *pull);
  else if (const auto* wanted = std::get_if<wire::PullPayloads>(&*message))
    say(link, wire::Payloads{wanted->ticket, true, {}});
  else if (const auto* ping = std::get_if<wire::Ping>(&*message))
    say(link, wire::Pong{ping->number, ping->time_ms});
  else if (std::holds_alternative<wire::PullCharters>(*message) || talk.lists == 1)
    tell(link, talk);
}

}  // namespace hansa::simulation
