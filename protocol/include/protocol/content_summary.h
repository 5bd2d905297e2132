#pragma once
// What lists and facets need of a record's content, taken once from the checked reader. Pure; any
// thread.

#include <string>
#include <vector>

#include "protocol/ids.h"

namespace hansa::protocol {

class ContentReader;

struct TextInLanguage {
  std::string language;  ///< BCP 47
  std::string text;
  friend bool operator==(const TextInLanguage&, const TextInLanguage&) = default;
};

struct ContentSummary {
  std::string kind;      ///< Empty: not understood by this version, as are the rest
  std::string language;  ///< The original's
  std::string licence;
  std::string review_by;
  std::vector<TextInLanguage> title;  ///< Empty for responses
  std::vector<std::string> countries;
  std::vector<std::string> themes;
  std::vector<std::string> languages;  ///< In which the title (or a response's text) is given
};

ContentSummary summarise(const ContentReader& content);

/// Of a withdrawal: the record's earlier content was taken back, and nothing of it may be told again.
bool says_erased(const ContentReader& withdrawal);

/// A contact that is one person, not an office.
bool is_of_person(const ContentReader& content);

/// The records that a content refers to, each once, in the order of their ids. A reference that is not 32
/// bytes long is left out.
std::vector<RecordId> references_of(const ContentReader& content);

}  // namespace hansa::protocol
