#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "http/accounts.h"
#include "protocol/bytes.h"
#include "protocol/keys.h"

namespace hansa::http {

inline constexpr std::uint64_t session_idle_ms = 60ULL * 60 * 1000;
inline constexpr std::uint64_t session_age_ms_max = 12ULL * 60 * 60 * 1000;
inline constexpr std::size_t sessions_max = 1000;

/// Who is signed in, in memory: a restart signs everybody out. Only hashes of the cookies are kept. Any
/// thread.
class Sessions {
 public:
  explicit Sessions(protocol::Entropy entropy) : entropy_(std::move(entropy)) {}

  struct Begun {
    std::string cookie;  ///< 64 hexadecimal digits
    std::string csrf;
  };
  struct Session {
    User user;
    std::string csrf;
    std::uint64_t begun_ms = 0;
    std::uint64_t used_ms = 0;
  };

  /// Drops the session that was idle longest when there are too many.
  Begun begin(const User& user, std::uint64_t now_ms);
  /// Counts as use. None when it is unknown or too old.
  std::optional<Session> find(std::string_view cookie, std::uint64_t now_ms);
  void end(std::string_view cookie);
  void end_all_of(std::string_view user);
  /// All of the user's but the one of this cookie.
  void end_others_of(std::string_view user, std::string_view cookie);

 private:
  protocol::Entropy entropy_;
  std::mutex mutex_;
  std::map<protocol::Hash, Session> sessions_;  ///< by hash of the cookie
};

}  // namespace hansa::http
