#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "protocol/card.h"
#include "protocol/charter.h"

namespace hansa::commands {

/// Of every file in which a charter or a proposal is looked for.
inline constexpr std::size_t charter_file_bytes_max = 2 * 1024 * 1024;

/// What `federation found` writes and `charter accept` reads: a text file whose first lines are the armoured
/// versions of the charter, from the first one on, and whose other lines are the cards of its nodes, which
/// say where they are reached.
struct CharterFile {
  protocol::Charter charter;              ///< the newest version
  std::vector<protocol::Bytes> versions;  ///< all of them
  std::vector<protocol::Card> cards;
};

std::string charter_file_text(const protocol::Charter& charter, const std::vector<std::string>& card_lines);
/// Throws Failed, naming `source` and the line at fault.
CharterFile read_charter_file(const std::string& text, const std::string& source);
/// The last charter in a text, alone: structure only, neither chain nor signatures. None: there is none in
/// it. Throws Failed if it is damaged.
std::optional<protocol::NamedBody> find_charter(const std::string& text, const std::string& source);
/// The same of a proposal's body.
std::optional<protocol::Bytes> find_proposal_text(const std::string& text, const std::string& source);
/// Throws Failed, naming `source`.
protocol::Card read_card_line(const std::string& line, const std::string& source);

}  // namespace hansa::commands
