#pragma once
// One line of text for bytes that people send by mail or keep on paper: `hansa-KIND-1:` and base64url without
// padding. Private to this room.

#include <cstddef>
#include <string>
#include <string_view>

#include "protocol/bytes.h"
#include "protocol/outcome.h"

namespace hansa::protocol {

std::string armour(std::string_view kind, ByteView bytes);

/// ASCII white space anywhere is ignored: mail programs wrap lines. Errors: malformed, unsupported_version
/// (this kind, another number), too_large (more than bytes_max).
Outcome<Bytes> read_armour(std::string_view kind, std::string_view text, std::size_t bytes_max);

}  // namespace hansa::protocol
