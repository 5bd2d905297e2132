#pragma once
// What of a record's content is searched, and by which codes it is found: taken once from the checked reader.
// Pure; any thread.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/content.h"

namespace hansa::search {

/// How much a word says about the record it stands in.
enum class Weight : unsigned {
  text = 1,
  summary = 3,
  title = 8,
};

struct RecordText {
  std::string language;  ///< BCP 47
  std::string text;
  Weight weight{};
};

struct RecordTexts {
  std::vector<RecordText> texts;         ///< every text written by people, in every language; no codes
  std::vector<std::string> identifiers;  ///< project numbers, DOIs, …, as they were written
  /// Facet and code, each pair once: "theme" and "housing".
  std::vector<std::pair<std::string, std::string>> codes;
};

/// Nothing of a content that this version does not understand.
RecordTexts texts_of(const protocol::ContentReader& content);

/// Where a practice or service is, as precisely as it says: LAU code with its country (`LV-0001000`), or else
/// the NUTS code; and what it calls that place.
std::vector<std::pair<std::string, std::string>> municipalities_of(const protocol::ContentReader& content);

/// The facets that a record's own content or header decides, and those that responses to it add: all names
/// that texts_of() and the index give, in the order in which they are shown.
std::vector<std::string_view> facet_names();

}  // namespace hansa::search
