#include "charter_file.h"

#include <sstream>

#include "commands.h"

namespace hansa::commands {

std::string charter_file_text(const protocol::Charter& charter, const std::vector<std::string>& card_lines) {
  std::string text = protocol::armour_charter(charter.bytes()) + "\n";
  for (const auto& line : card_lines) text += line + "\n";
  return text;
}

protocol::Card read_card_line(const std::string& line, const std::string& source) {
  const auto card = protocol::read_card(line);
  if (!card)
    throw Failed(source + ": not a card (" + std::string(protocol::name(card.error())) +
                 "). A card is the line beginning hansa-card-1: that `hansa init` printed");
  return *card;
}

CharterFile read_charter_file(const std::string& text, const std::string& source) {
  std::istringstream lines(text);
  std::string line;
  std::getline(lines, line);
  const auto bytes = protocol::read_charter_text(line);
  if (!bytes)
    throw Failed(source + ":1: not a charter (" + std::string(protocol::name(bytes.error())) +
                 "). Its first line begins hansa-charter-1:");
  const auto charter = protocol::read_charter(*bytes, nullptr);
  if (!charter)
    throw Failed(source +
                 ":1: the charter is not valid: " + std::string(protocol::name(charter.error().refusal)) +
                 (charter.error().field.empty() ? "" : " at " + charter.error().field));
  CharterFile file{*charter, {}};
  for (int number = 2; std::getline(lines, line); ++number)
    if (!line.empty()) file.cards.push_back(read_card_line(line, source + ":" + std::to_string(number)));
  return file;
}

}  // namespace hansa::commands
