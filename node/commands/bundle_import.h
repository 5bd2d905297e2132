#pragma once

#include <string>

#include "../api_client.h"
#include "commands.h"

namespace hansa::commands {

/// Checks the bundle, then has the node take in what is in it, piece by piece. Interrupted, it goes on where
/// it was when it is run again: what is held is passed over. `dry_run`: only checks, and says what is there.
/// Throws Failed, before anything is taken, if anything of the bundle is at fault; afterwards if the node
/// refused something.
void import_bundle(const Context& context, ApiClient& api, const std::string& path, bool dry_run);

}  // namespace hansa::commands
