#pragma once

#include <string>
#include <string_view>

namespace hansa::commands {

/// The first line of `file`, or, if that is empty, what is typed at the terminal after `prompt`, unseen.
/// Throws Failed when there is neither, with `instead`: what to do; DirectoryRefused when the file cannot be
/// read.
std::string read_passphrase(const std::string& file, const std::string& prompt,
                            std::string_view instead = "give --passphrase-file F");

}  // namespace hansa::commands
