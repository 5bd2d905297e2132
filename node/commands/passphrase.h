#pragma once

#include <string>

namespace hansa::commands {

/// The first line of `file`, or, if that is empty, what is typed at the terminal after `prompt`, unseen.
/// Throws Failed when there is neither, DirectoryRefused when the file cannot be read.
std::string read_passphrase(const std::string& file, const std::string& prompt);

}  // namespace hansa::commands
