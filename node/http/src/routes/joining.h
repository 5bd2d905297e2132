#pragma once
// What the routes about joining share.

#include <boost/json/array.hpp>
#include <string>
#include <string_view>

#include "../call.h"
#include "core/joining.h"
#include "protocol/invitation.h"

namespace hansa::http {

/// `field`: which one of the request it is about, if what was sent is at fault.
Response joining_problem(core::JoinRefused refusal, std::string_view field = {});
/// One English sentence; empty for a name that this program does not know.
std::string joining_sentence(std::string_view reason);
boost::json::array words_json(const protocol::ComparedWords& words);

}  // namespace hansa::http
