#include "core/joining.h"

#include <algorithm>
#include <array>

namespace hansa::core {
namespace {

constexpr std::array<std::string_view, join_refused_count> names = {
    "no_charter",
    "not_a_coordinator",
    "no_address",
    "too_many_invitations",
    "bad_expiry",
    "not_found",
    "already_member",
    "unknown_invitation",
    "wrong_secret",
    "expired",
    "withdrawn",
    "used",
    "bad_card",
    "key_not_active",
    "refused_by_coordinator",
    "malformed_line",
    "tampered_line",
    "unsupported_version",
    "in_a_federation",
    "not_joining",
    "charter_differs",
    "charter_invalid",
    "not_listed",
};
static_assert(!names.back().empty(), "every JoinRefused has a name");

}  // namespace

std::string_view name(JoinRefused refusal) { return names[static_cast<std::size_t>(refusal)]; }

std::optional<JoinRefused> join_refused(std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<JoinRefused>(found - names.begin());
}

}  // namespace hansa::core
