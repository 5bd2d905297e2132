#pragma once
// Who may come in: which names the node is reached by, which pages may send changes, and who is asking.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "http/accounts.h"
#include "http/message.h"
#include "http/sessions.h"
#include "protocol/outcome.h"

namespace hansa::http {

/// Why a request was turned away at the door. Names are stable; the API shows them.
enum class Denied : std::uint8_t {
  host_not_allowed,  ///< the Host header names neither this machine's loopback nor one of the settings' hosts
  origin_not_allowed,  ///< a page of another site asks for a change
  not_signed_in,       ///< no token, and no session or one that is over
  bad_token,           ///< an Authorization header with no valid token, or one that is valid no longer
  token_in_address,    ///< one that may do more than read feeds
  csrf_missing,        ///< a change asked by session without that session's X-CSRF-Token
};
std::string_view name(Denied denied);
/// 421, 403, 401, 401, 401, 403.
int status_of(Denied denied);

/// Who asks.
struct Principal {
  std::string name;  ///< of the user, or the label of the token; "operator" for this machine's commands
  Role role = Role::reader;
  bool by_session = false;
  std::string csrf;      ///< of the session; empty otherwise
  std::string language;  ///< of the user; empty otherwise
};
using Admitted = protocol::Outcome<protocol::Done, Denied>;

/// Whether `method` asks for a change: anything but GET, HEAD and OPTIONS.
bool is_change(std::string_view method);

/// Host against rebinding of DNS names: "localhost" and loopback addresses with any port, and `hosts`, each a
/// name with or without a port (without: any). Origin and Sec-Fetch-Site, if there, of a change: the same
/// host. Any thread.
Admitted check_place(const Request& request, const std::vector<std::string>& hosts);

/// From "Authorization: Bearer …" (`operator_token`, if not empty, or a token of `accounts`), else from the
/// session cookie; then a change needs the session's X-CSRF-Token. Secrets are compared in constant time.
protocol::Outcome<Principal, Denied> principal_of(const Request& request, std::string_view operator_token,
                                                  const Accounts& accounts, Sessions& sessions,
                                                  std::uint64_t now_ms);

/// The session cookie's value; empty if there is none. Cookies do not tell ports apart, so the cookie's name
/// holds the port that the Host header names: two nodes of one machine do not sign each other's users out.
std::string session_cookie(const Request& request);
/// Values of Set-Cookie: HttpOnly, SameSite=Strict, Path=/, and Secure if so.
std::string set_session_cookie(const Request& request, std::string_view value, bool secure);
std::string clear_session_cookie(const Request& request, bool secure);

}  // namespace hansa::http
