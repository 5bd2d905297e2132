#include "failed_sign_ins.h"

#include <algorithm>
#include <boost/asio/ip/address.hpp>

namespace hansa::http {
namespace {

std::string name_key(const std::string& name) { return "name:" + name; }

/// Whoever has one IPv6 address has 2^64 of them: they count as one.
std::string address_key(const std::string& remote) {
  boost::system::error_code bad;
  const auto address = boost::asio::ip::make_address(remote, bad);
  if (bad || address.is_v4()) return "address:" + remote;
  auto bytes = address.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
  return "address:" + boost::asio::ip::address_v6(bytes).to_string();
}

bool is_old(std::uint64_t time_ms, std::uint64_t now_ms) {
  return time_ms + sign_in_failures_within_ms <= now_ms;
}

}  // namespace

bool FailedSignIns::begin(const std::string& name, const std::string& remote, std::uint64_t now_ms) {
  const std::lock_guard lock(mutex_);
  if (wait_of(name_key(name), now_ms) > 0 || wait_of(address_key(remote), now_ms) > 0) return false;
  make_room(now_ms);
  count(name_key(name), now_ms);
  count(address_key(remote), now_ms);
  return true;
}

void FailedSignIns::succeeded(const std::string& name, const std::string& remote) {
  const std::lock_guard lock(mutex_);
  failures_.erase(name_key(name));
  // Not all of the address: an account of one's own would clear one's failures with another's name.
  const auto found = failures_.find(address_key(remote));
  if (found == failures_.end()) return;
  found->second.pop_back();
  if (found->second.empty()) failures_.erase(found);
}

std::uint64_t FailedSignIns::wait_ms(const std::string& name, const std::string& remote,
                                     std::uint64_t now_ms) const {
  const std::lock_guard lock(mutex_);
  return std::max(wait_of(name_key(name), now_ms), wait_of(address_key(remote), now_ms));
}

std::uint64_t FailedSignIns::wait_of(const std::string& key, std::uint64_t now_ms) const {
  const auto found = failures_.find(key);
  if (found == failures_.end() || found->second.size() < sign_in_failures_max) return 0;
  const auto oldest_ms = *(found->second.end() - sign_in_failures_max);
  return is_old(oldest_ms, now_ms) ? 0 : oldest_ms + sign_in_failures_within_ms - now_ms;
}

void FailedSignIns::count(const std::string& key, std::uint64_t now_ms) {
  auto& times = failures_[key];
  while (!times.empty() && is_old(times.front(), now_ms)) times.pop_front();
  times.push_back(now_ms);
}

void FailedSignIns::make_room(std::uint64_t now_ms) {
  if (failures_.size() < sign_in_keys_max) return;
  std::erase_if(failures_, [&](const auto& entry) { return is_old(entry.second.back(), now_ms); });
  // Still full: many names are being tried. What failed longest ago goes.
  while (failures_.size() >= sign_in_keys_max)
    failures_.erase(std::min_element(
        failures_.begin(), failures_.end(),
        [](const auto& one, const auto& other) { return one.second.back() < other.second.back(); }));
}

}  // namespace hansa::http
