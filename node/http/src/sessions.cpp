#include "http/sessions.h"

#include <algorithm>

#include "secrets.h"

namespace hansa::http {
namespace {

constexpr std::size_t cookie_bytes = 32;
constexpr std::size_t csrf_bytes = 32;

/// A clock that was set back makes nobody's session older.
std::uint64_t since(std::uint64_t then_ms, std::uint64_t now_ms) {
  return now_ms > then_ms ? now_ms - then_ms : 0;
}

bool is_over(const Sessions::Session& session, std::uint64_t now_ms) {
  return since(session.used_ms, now_ms) >= session_idle_ms ||
         since(session.begun_ms, now_ms) >= session_age_ms_max;
}

}  // namespace

Sessions::Begun Sessions::begin(const User& user, std::uint64_t now_ms) {
  const std::lock_guard lock(mutex_);
  if (sessions_.size() >= sessions_max) {
    std::erase_if(sessions_, [&](const auto& entry) { return is_over(entry.second, now_ms); });
    while (sessions_.size() >= sessions_max)
      sessions_.erase(std::min_element(
          sessions_.begin(), sessions_.end(),
          [](const auto& one, const auto& other) { return one.second.used_ms < other.second.used_ms; }));
  }
  Begun begun{random_hex(entropy_, cookie_bytes), random_hex(entropy_, csrf_bytes)};
  sessions_[hash_of_secret(begun.cookie)] = Session{user, begun.csrf, now_ms, now_ms};
  return begun;
}

std::optional<Sessions::Session> Sessions::find(std::string_view cookie, std::uint64_t now_ms) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(hash_of_secret(cookie));
  if (found == sessions_.end()) return std::nullopt;
  if (is_over(found->second, now_ms)) {
    sessions_.erase(found);
    return std::nullopt;
  }
  found->second.used_ms = now_ms;
  return found->second;
}

void Sessions::end(std::string_view cookie) {
  const std::lock_guard lock(mutex_);
  sessions_.erase(hash_of_secret(cookie));
}

void Sessions::end_all_of(std::string_view user) {
  const std::lock_guard lock(mutex_);
  std::erase_if(sessions_, [&](const auto& entry) { return entry.second.user.name == user; });
}

void Sessions::end_others_of(std::string_view user, std::string_view cookie) {
  const std::lock_guard lock(mutex_);
  const auto kept = hash_of_secret(cookie);
  std::erase_if(sessions_,
                [&](const auto& entry) { return entry.second.user.name == user && entry.first != kept; });
}

}  // namespace hansa::http
