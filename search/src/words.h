#pragma once
// Words and identifiers as they stand in a text or in a question: the same code on both sides. Pure.

#include <string>
#include <string_view>
#include <vector>

namespace hansa::search {

inline constexpr std::size_t word_bytes_max = 64;  ///< Longer runs of letters are no words

/// What is taken of one text. Words are NFC, in small letters, with their diacritics. Identifiers are runs
/// without white space that hold a digit and a punctuation mark between other characters (2007/4.1.1./8):
/// folded, whole; their parts are among the words as well.
struct Words {
  std::vector<std::string> words;
  std::vector<std::string> identifiers;
  bool cut = false;  ///< there was a run of letters too long for a word
};

Words words_of(std::string_view text);

/// The words and the identifier of each run of a question; those behind query_words_max words are left out.
std::vector<Words> asked_runs(std::string_view question);

/// A run without white space as an identifier: folded, without punctuation around it.
std::string identifier_of(std::string_view text);

/// Places in a text, in code points: from `begin` up to `end`.
struct Stretch {
  std::size_t begin = 0;
  std::size_t end = 0;
};
/// What stands between white space, without the marks around it; runs of marks alone are left out.
std::vector<Stretch> runs_in(std::u32string_view text);
/// The letters and numbers that belong together, of any length.
std::vector<Stretch> words_in(std::u32string_view text);

/// Code points of valid UTF-8, and back.
std::u32string code_points_of(std::string_view text);
std::string utf8_of(std::u32string_view text);

}  // namespace hansa::search
