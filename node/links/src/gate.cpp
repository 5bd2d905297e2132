#include "gate.h"

#include <utility>

#include "place.h"

namespace hansa::links {

struct Gate::Pass::Counts {
  LinkCaps caps;
  std::size_t strangers = 0;
  std::unordered_map<std::string, std::size_t> by_address;
};

Gate::Gate(const LinkCaps& caps) : counts_(std::make_shared<Pass::Counts>()) { counts_->caps = caps; }

protocol::Outcome<Gate::Pass, core::LinkEnd> Gate::enter(const std::string& address) {
  if (counts_->strangers >= counts_->caps.unauthenticated) return core::LinkEnd::too_many_unauthenticated;
  Pass pass;
  pass.counts_ = counts_;
  if (!address.empty()) {
    if (const auto failure = pass.attribute(address)) return *failure;
  }
  ++counts_->strangers;
  pass.stranger_ = true;
  return pass;
}

Gate::Pass& Gate::Pass::operator=(Pass&& other) noexcept {
  if (this == &other) return *this;
  release();
  counts_ = std::exchange(other.counts_, nullptr);
  place_ = std::exchange(other.place_, {});
  stranger_ = std::exchange(other.stranger_, false);
  return *this;
}

Gate::Pass::~Pass() { release(); }

void Gate::Pass::authenticated() {
  if (!stranger_) return;
  --counts_->strangers;
  stranger_ = false;
}

std::optional<core::LinkEnd> Gate::Pass::attribute(const std::string& address) {
  auto place = place_of(address);
  auto& count = counts_->by_address[place];
  if (count >= counts_->caps.connections_per_address) return core::LinkEnd::too_many_from_address;
  ++count;
  place_ = std::move(place);
  return std::nullopt;
}

void Gate::Pass::release() {
  if (!counts_) return;
  authenticated();
  if (!place_.empty()) {
    const auto found = counts_->by_address.find(place_);
    if (--found->second == 0) counts_->by_address.erase(found);
  }
  counts_ = nullptr;
}

}  // namespace hansa::links
