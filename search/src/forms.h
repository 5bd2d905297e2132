#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hansa::search {

/// Under which forms a word is found; the same for what is indexed and what is asked.
struct Forms {
  std::string exact;                ///< with its diacritics; empty if it has none
  std::vector<std::string> folded;  ///< folded; a word with å also with aa
  std::vector<std::string> stems;   ///< language and colon, then the stem, folded: "lt:pabeg"

  /// A word that is asked for finds those that begin with this, too; empty if it is too short for that.
  std::string beginning() const;
};

/// The languages whose words are stemmed: codes as in BCP 47; nb, nn and no are one.
std::vector<std::string> stemmed_languages();

/// Makes forms, with stemmers of its own. One thread at a time; remembers what it made, up to a limit.
class WordForms {
 public:
  WordForms();
  ~WordForms();
  WordForms(const WordForms&) = delete;
  WordForms& operator=(const WordForms&) = delete;

  /// Of a word of a text in `language` (BCP 47): no stems if there is no stemmer for it.
  const Forms& in_language(const std::string& word, std::string_view language);
  /// Of a word that was asked for: nobody said in which language.
  Forms in_any(const std::string& word);

 private:
  struct Stemmers;
  void add_stems(Forms& forms, const std::string& word, const std::string& language);

  std::unique_ptr<Stemmers> stemmers_;
  std::unordered_map<std::string, Forms> made_;
};

}  // namespace hansa::search
