#pragma once

#include <string>
#include <string_view>

namespace hansa::commands {

/// The first line of `file`, or, if that is empty, what is typed at the terminal after `prompt`, unseen.
/// Throws Failed when there is neither, with `instead`: what to do; DirectoryRefused when the file cannot be
/// read.
std::string read_passphrase(const std::string& file, const std::string& prompt,
                            std::string_view instead = "give --passphrase-file F");

/// One of at least `passphrase_characters_min` characters that is to protect a key; typed, it is asked for
/// twice. Throws as read_passphrase(), and Failed when it is shorter or was not typed alike.
inline constexpr std::size_t passphrase_characters_min = 12;
std::string read_new_passphrase(const std::string& file, const std::string& prompt);

}  // namespace hansa::commands
