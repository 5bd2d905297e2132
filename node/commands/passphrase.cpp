#include "passphrase.h"

#include <termios.h>
#include <unistd.h>

#include <iostream>

#include "../directory.h"
#include "commands.h"
#include "protocol/keys.h"
#include "protocol/recovery.h"
#include "protocol/unicode.h"

namespace hansa::commands {
namespace {

/// The terminal shows nothing of what is typed for as long as this lives.
class Unseen {
 public:
  Unseen() {
    ::tcgetattr(STDIN_FILENO, &before_);
    auto quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;
  ~Unseen() { ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_); }

 private:
  termios before_{};
};

}  // namespace

std::string read_passphrase(const std::string& file, const std::string& prompt, std::string_view instead) {
  if (!file.empty()) {
    auto text = read_file(file, protocol::passphrase_bytes_max + 2);
    text.erase(std::min(text.find_first_of("\r\n"), text.size()));
    if (text.empty()) throw Failed(file + ": holds no passphrase in its first line");
    return text;
  }
  if (::isatty(STDIN_FILENO) == 0)
    throw Failed("no passphrase: there is no terminal to ask at; " + std::string(instead));
  std::cerr << prompt << ": " << std::flush;
  std::string text;
  {
    const Unseen unseen;
    std::getline(std::cin, text);
  }
  std::cerr << '\n';
  if (text.empty()) throw Failed("no passphrase was typed");
  return text;
}

std::string read_new_passphrase(const std::string& file, const std::string& prompt) {
  auto passphrase = read_passphrase(file, prompt);
  if (protocol::code_points(passphrase) < passphrase_characters_min) {
    protocol::wipe(passphrase);
    throw Failed("the passphrase is shorter than " + std::to_string(passphrase_characters_min) +
                 " characters: whoever steals the file would find it. Nothing was changed");
  }
  if (!file.empty()) return passphrase;
  auto again = read_passphrase("", "Once more");
  const bool alike = again == passphrase;
  protocol::wipe(again);
  if (!alike) {
    protocol::wipe(passphrase);
    throw Failed("the two passphrases differ; nothing was changed");
  }
  return passphrase;
}

}  // namespace hansa::commands
