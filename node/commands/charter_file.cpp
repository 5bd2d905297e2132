#include "charter_file.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "commands.h"
#include "protocol/control_body.h"

namespace hansa::commands {
namespace {

constexpr std::string_view card_begins = "hansa-card-1:";
constexpr std::string_view charter_begins = "hansa-charter-1:";
constexpr std::string_view proposal_begins = "hansa-proposal-1:";

/// A version of the charter, a card or a proposal, without white space, and the line where it begins.
struct Part {
  std::string text;
  int line = 1;
};

/// Mail programs break lines and join them: where a line ends says nothing, where a part begins does.
std::vector<Part> parts_of(const std::string& text) {
  std::string letters;
  std::vector<int> lines;
  int line = 1;
  for (const char letter : text) {
    if (letter == '\n') ++line;
    if (letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n') continue;
    letters += letter;
    lines.push_back(line);
  }
  std::vector<Part> parts;
  for (std::size_t begin = 0; begin < letters.size() || parts.empty();) {
    const auto end = std::min({letters.find(card_begins, begin + 1), letters.find(charter_begins, begin + 1),
                               letters.find(proposal_begins, begin + 1), letters.size()});
    parts.push_back({letters.substr(begin, end - begin), lines.empty() ? 1 : lines[begin]});
    begin = end;
  }
  return parts;
}

}  // namespace

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
  std::optional<CharterFile> file;
  for (const auto& part : parts_of(text)) {
    const auto place = source + ":" + std::to_string(part.line);
    if (file && part.text.starts_with(card_begins)) {
      file->cards.push_back(read_card_line(part.text, place));
      continue;
    }
    auto bytes = protocol::read_charter_text(part.text);
    if (!bytes)
      throw Failed(place + ": not a charter (" + std::string(protocol::name(bytes.error())) +
                   "). It begins hansa-charter-1:");
    const auto charter = protocol::read_charter(*bytes, file ? &file->charter : nullptr);
    if (!charter)
      throw Failed(place +
                   ": the charter is not valid: " + std::string(protocol::name(charter.error().refusal)) +
                   (charter.error().field.empty() ? "" : " at " + charter.error().field));
    if (!file) file = CharterFile{*charter, {}, {}};
    file->charter = *charter;
    file->versions.push_back(std::move(*bytes));
  }
  if (!file) throw Failed(source + ": is empty");
  return std::move(*file);
}

std::optional<protocol::NamedBody> find_charter(const std::string& text, const std::string& source) {
  std::optional<protocol::NamedBody> found;
  for (const auto& part : parts_of(text)) {
    if (!part.text.starts_with(charter_begins)) continue;
    const auto bytes = protocol::read_charter_text(part.text);
    auto body = bytes ? protocol::body_of_charter(*bytes) : protocol::CharterFault{bytes.error(), {}};
    if (!body)
      throw Failed(source + ": the charter is damaged: " + std::string(protocol::name(body.error().refusal)));
    found = std::move(*body);
  }
  return found;
}

std::optional<protocol::Bytes> find_proposal_text(const std::string& text, const std::string& source) {
  std::optional<protocol::Bytes> found;
  for (const auto& part : parts_of(text)) {
    if (!part.text.starts_with(proposal_begins)) continue;
    auto body = protocol::read_proposal_text(part.text);
    if (!body)
      throw Failed(source + ": the proposal is damaged: " + std::string(protocol::name(body.error())));
    found = std::move(*body);
  }
  return found;
}

}  // namespace hansa::commands
