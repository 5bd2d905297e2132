#include "forms.h"

#include <xapian.h>

#include <algorithm>
#include <map>

#include "light_stems.h"
#include "protocol/fold.h"
#include "words.h"

namespace hansa::search {
namespace {

constexpr std::size_t made_max = 10'000;
constexpr std::size_t beginning_letters_min = 4;

using LightStem = std::string (*)(std::string_view folded);

/// By the first part of the tag; what Xapian calls each.
const std::map<std::string, std::string, std::less<>> xapian_names{
    {"da", "danish"},    {"en", "english"}, {"fi", "finnish"}, {"lt", "lithuanian"},
    {"no", "norwegian"}, {"ru", "russian"}, {"sv", "swedish"}};
const std::map<std::string, LightStem, std::less<>> light_stems{
    {"et", estonian_stem}, {"is", icelandic_stem}, {"lv", latvian_stem}, {"uk", ukrainian_stem}};

std::string stemmer_of(std::string_view language) {
  std::string code(language.substr(0, language.find('-')));
  if (code == "nb" || code == "nn") return "no";
  return code;
}

void add(std::vector<std::string>& list, std::string text) {
  if (!text.empty() && std::find(list.begin(), list.end(), text) == list.end())
    list.push_back(std::move(text));
}

/// Also written with aa: Åland, Aaland.
std::string with_double_a(const std::string& word) {
  std::string out;
  for (std::size_t at = 0; at < word.size(); ++at) {
    if (word.compare(at, 2, "\u00e5") == 0) {
      out += "aa";
      ++at;
    } else {
      out += word[at];
    }
  }
  return out;
}

Forms unstemmed(const std::string& word) {
  Forms forms;
  add(forms.folded, protocol::fold(word));
  if (word.find("\u00e5") != std::string::npos) add(forms.folded, protocol::fold(with_double_a(word)));
  if (!forms.folded.empty() && forms.folded.front() != word) forms.exact = word;
  return forms;
}

}  // namespace

std::string Forms::beginning() const {
  if (folded.empty() || code_points_of(folded.front()).size() < beginning_letters_min) return {};
  return folded.front();
}

struct WordForms::Stemmers {
  std::map<std::string, Xapian::Stem, std::less<>> by_language;
};

std::vector<std::string> stemmed_languages() {
  std::vector<std::string> languages;
  for (const auto& [code, name] : xapian_names) languages.push_back(code);
  for (const auto& [code, stem] : light_stems) languages.push_back(code);
  return languages;
}

WordForms::WordForms() : stemmers_(std::make_unique<Stemmers>()) {
  for (const auto& [code, name] : xapian_names) stemmers_->by_language.emplace(code, Xapian::Stem(name));
}
WordForms::~WordForms() = default;

void WordForms::add_stems(Forms& forms, const std::string& word, const std::string& language) {
  const auto folded = protocol::fold(word);
  if (const auto light = light_stems.find(language); light != light_stems.end())
    return add(forms.stems, language + ":" + light->second(folded));
  const auto stemmer = stemmers_->by_language.find(language);
  if (stemmer == stemmers_->by_language.end()) return;
  // First stemmed, then folded: pabėgėlių and pabegeliu have different endings. Who types without diacritics
  // is met by the stem of the folded word.
  add(forms.stems, language + ":" + protocol::fold(stemmer->second(word)));
  if (folded != word) add(forms.stems, language + ":" + stemmer->second(folded));
}

const Forms& WordForms::in_language(const std::string& word, std::string_view language) {
  const auto stemmer = stemmer_of(language);
  const auto key = stemmer + ":" + word;
  if (const auto known = made_.find(key); known != made_.end()) return known->second;
  if (made_.size() >= made_max) made_.clear();
  auto forms = unstemmed(word);
  add_stems(forms, word, stemmer);
  return made_.emplace(key, std::move(forms)).first->second;
}

Forms WordForms::in_any(const std::string& word) {
  auto forms = unstemmed(word);
  for (const auto& language : stemmed_languages()) add_stems(forms, word, language);
  return forms;
}

}  // namespace hansa::search
