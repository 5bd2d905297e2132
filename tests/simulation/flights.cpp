#include "flights.h"

#include <algorithm>

namespace hansa::simulation {

namespace wire = protocol::wire;

void Flights::sent(std::size_t node, core::LinkId link, const wire::Message& message) {
  if (const auto* pull = std::get_if<wire::Pull>(&message)) {
    asked(node, link, pull->ticket, {{pull->log.prefix(), false, pull->from, pull->from + pull->count - 1}});
  } else if (const auto* wanted = std::get_if<wire::PullPayloads>(&message)) {
    std::vector<Range> ranges;
    for (const auto& range : wanted->ranges)
      ranges.push_back({range.log.prefix(), true, range.from, range.to});
    asked(node, link, wanted->ticket, std::move(ranges));
  }
}

void Flights::asked(std::size_t node, core::LinkId link, std::uint32_t ticket, std::vector<Range> ranges) {
  auto& links = open_[node];
  const auto owed = [&ranges](const Range& range) {
    return std::any_of(ranges.begin(), ranges.end(), [&](const Range& one) {
      return one.log == range.log && one.payloads == range.payloads && one.from <= range.to &&
             range.from <= one.to;
    });
  };
  bool again = false;
  for (const auto& [other, questions] : links)
    for (const auto& [number, asked] : questions)
      again = again || (other != link && std::any_of(asked.begin(), asked.end(), owed));
  if (again) ++reassigned_;
  links[link][ticket] = std::move(ranges);
  on_one_link_max_ = std::max(on_one_link_max_, links[link].size());
  peers_max_ = std::max(peers_max_, links.size());
}

std::vector<std::pair<std::size_t, core::LinkId>> Flights::owed_by_several() const {
  std::vector<std::pair<std::size_t, core::LinkId>> all;
  for (const auto& [node, links] : open_)
    for (const auto& [link, questions] : links)
      if (links.size() > 1) all.emplace_back(node, link);
  return all;
}

std::uint32_t Flights::answered(const wire::Message& message) {
  if (const auto* batch = std::get_if<wire::Batch>(&message)) return batch->ticket;
  if (const auto* deny = std::get_if<wire::Deny>(&message)) return deny->ticket;
  if (const auto* payloads = std::get_if<wire::Payloads>(&message); payloads != nullptr && payloads->last)
    return payloads->ticket;
  return 0;
}

void Flights::heard(std::size_t node, core::LinkId link, std::uint32_t ticket) {
  const auto at = open_[node].find(link);
  if (at == open_[node].end()) return;
  at->second.erase(ticket);
  if (at->second.empty()) open_[node].erase(at);
}

void Flights::link_gone(core::LinkId link) {
  for (auto& [node, links] : open_) links.erase(link);
}

}  // namespace hansa::simulation
