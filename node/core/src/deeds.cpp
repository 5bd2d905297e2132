#include "deeds.h"

#include <utility>
#include <variant>

namespace hansa::core {

void Deeds::do_all(LinkOut* links, const std::function<std::uint64_t()>& now_ms) {
  links_ = links;
  for (auto deeds = sync_.take_deeds(); !deeds.empty(); deeds = sync_.take_deeds()) {
    now_ms_ = now_ms();
    for (auto& deed : deeds) std::visit([this](auto& one) { perform(std::move(one)); }, deed);
    const auto now = now_ms();
    for (auto& answer : std::exchange(answers_, {})) answer(now);
  }
}

void Deeds::make_durable() {
  if (std::exchange(unsynced_, false)) store_.sync();
}

void Deeds::perform(protocol::SendMessage&& deed) {
  if (deed.claims) make_durable();
  if (links_ != nullptr) links_->send(deed.link, std::move(deed.bytes));
}

void Deeds::perform(const protocol::CloseLink& deed) {
  if (links_ != nullptr) links_->close(deed.link, link_end(deed.reason));
}

void Deeds::perform(const protocol::AdmitHeaders& deed) {
  unsynced_ = true;
  answers_.push_back([this, ticket = deed.ticket, outcome = admission_.admit(deed, now_ms_)](
                         std::uint64_t now) { sync_.headers_admitted(ticket, outcome, now); });
}

void Deeds::perform(const protocol::AdmitLive& deed) {
  unsynced_ = true;
  answers_.push_back([this, ticket = deed.ticket, outcome = admission_.admit(deed, now_ms_)](
                         std::uint64_t now) { sync_.headers_admitted(ticket, outcome, now); });
}

void Deeds::perform(protocol::AdmitPayloads&& deed) {
  unsynced_ = true;
  answers_.push_back([this, ticket = deed.ticket, outcome = admission_.admit(std::move(deed), now_ms_)](
                         std::uint64_t now) { sync_.payloads_admitted(ticket, outcome, now); });
}

void Deeds::perform(const protocol::ReadHeaders& deed) {
  answers_.push_back(
      [this, ticket = deed.ticket,
       headers = store_.snapshot()->headers(deed.log, deed.from, deed.count_max, deed.bytes_max)](
          std::uint64_t now) { sync_.headers_read(ticket, headers, now); });
}

void Deeds::perform(const protocol::ReadPayloads& deed) {
  std::vector<protocol::CarriedPayload> items;
  std::size_t bytes = 0;
  bool complete = true;
  const auto snapshot = store_.snapshot();
  for (const auto& range : deed.ranges) {
    if (!complete) break;
    snapshot->payloads(range.log, range.from, range.to, [&](std::uint64_t sequence, store::HeldPayload held) {
      complete = items.empty() || bytes + held.content.size() <= deed.bytes_max;
      if (!complete) return false;
      bytes += held.content.size();
      items.push_back({range.log, sequence, protocol::Salt{held.salt}, std::move(held.content)});
      return true;
    });
  }
  answers_.push_back(
      [this, ticket = deed.ticket, items = std::move(items), complete](std::uint64_t now) mutable {
        sync_.payloads_read(ticket, std::move(items), complete, now);
      });
}

void Deeds::perform(const protocol::ReadMissing& deed) {
  std::vector<protocol::EntryRange> ranges;
  for (const auto& missing : store_.snapshot()->missing(deed.ranges_max))
    ranges.push_back({missing.log, missing.from, missing.to});
  const bool complete = ranges.size() < deed.ranges_max;
  answers_.push_back([this, ticket = deed.ticket, ranges = std::move(ranges), complete](std::uint64_t now) {
    sync_.missing_read(ticket, ranges, complete, now);
  });
}

void Deeds::perform(const protocol::ReadCharters& deed) {
  answers_.push_back([this, ticket = deed.ticket,
                      charters = charters_.from(deed.from, protocol::charters_per_message_max,
                                                protocol::charters_message_bytes)](std::uint64_t now) {
    sync_.charters_read(ticket, charters, now);
  });
}

void Deeds::perform(const protocol::TakeCharters& deed) {
  static_assert(protocol::charters_per_message_max <= charters_at_once_max);
  const auto taken = charters_.take(deed.charters, now_ms_, deed.peer);
  // A change is put in force when no deed is under way, and restarts the links.
  answers_.push_back([this, ticket = deed.ticket,
                      verdict = protocol::verdict_of(taken.offers, taken.changed)](std::uint64_t now) {
    sync_.charters_taken(ticket, verdict, now);
  });
}

void Deeds::perform(const protocol::AdmitProof& deed) {
  const auto taken = proofs_.take(deed.proof, now_ms_);
  answers_.push_back([this, ticket = deed.ticket,
                      refusal = taken ? std::nullopt : std::optional(taken.error())](std::uint64_t now) {
    sync_.proof_admitted(ticket, refusal, now);
  });
}
void Deeds::perform(const protocol::ForkFound& deed) { forks_found_.push_back(deed); }

}  // namespace hansa::core
