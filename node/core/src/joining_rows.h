#pragma once
// Joining as it is kept in the store's settings. Layouts: docs/storage.md, "Settings".

#include "core/joining.h"
#include "protocol/bytes.h"

namespace hansa::core {

inline constexpr std::string_view invitation_prefix = "invitation/";
inline constexpr std::string_view application_key = "joining";

std::string invitation_key(const protocol::InvitationId& id);
protocol::Bytes to_bytes(const MadeInvitation& invitation);
protocol::Bytes to_bytes(const Application& application);

}  // namespace hansa::core
