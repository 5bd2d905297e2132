#pragma once
// Why a record was found: the piece of its text where the words that were asked for stand, by the same forms
// by which the index finds them. Values; a SnippetMaker belongs to one thread.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "search/record_texts.h"

namespace hansa::search {

inline constexpr std::size_t snippet_letters_max = 240;  ///< code points, about

struct Snippet {
  struct Part {
    std::string text;
    bool match = false;  ///< a word that was asked for, as it stands there
  };
  std::string language;     ///< BCP 47, of the text that this is a piece of
  std::vector<Part> parts;  ///< in order; "…" where the text goes on
};

class SnippetMaker {
 public:
  /// `words` as in Query::words; `reader`: the language (BCP 47) that is preferred where texts say the same.
  SnippetMaker(const std::string& words, std::string reader);
  ~SnippetMaker();
  SnippetMaker(const SnippetMaker&) = delete;
  SnippetMaker& operator=(const SnippetMaker&) = delete;

  /// Of the text with most of the words; a title only if no other text has any: titles are seen anyway. None
  /// if the words stand in none of them: the record was found by an identifier, or by words in several.
  std::optional<Snippet> of(const RecordTexts& texts);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// A folded word as it stands in the texts, in small letters; itself if it does not.
std::string as_written(const RecordTexts& texts, const std::string& folded);

}  // namespace hansa::search
