#include "search/snippet.h"

#include <algorithm>
#include <bitset>
#include <tuple>

#include "forms.h"
#include "protocol/fold.h"
#include "search/query.h"
#include "words.h"

namespace hansa::search {
namespace {

constexpr std::size_t before_max = 60;  // code points ahead of the first match
constexpr std::size_t apart_max = 160;  // between the first and the last match of a piece
constexpr std::string_view goes_on = "…";

using Asked = std::bitset<2 * query_words_max>;  // words, and identifiers after them

/// A word or an identifier of a text that was asked for.
struct Match {
  Stretch at;
  Asked which;
};

/// Neighbouring matches, by their numbers.
struct Cluster {
  std::size_t first = 0;
  std::size_t last = 0;
  std::size_t distinct = 0;
};

struct Candidate {
  const RecordText* text = nullptr;
  std::u32string letters;
  std::vector<Match> matches;
  Cluster best;
};

template <class List>
bool share_one(const List& one, const List& other) {
  return std::any_of(one.begin(), one.end(), [&](const auto& item) {
    return std::find(other.begin(), other.end(), item) != other.end();
  });
}

bool answers(const Forms& word, const Forms& asked) {
  if (share_one(word.folded, asked.folded) || share_one(word.stems, asked.stems)) return true;
  const auto start = asked.beginning();
  return !start.empty() && !word.folded.empty() && word.folded.front().starts_with(start);
}

Cluster best_cluster(const std::vector<Match>& matches) {
  Cluster best;
  for (std::size_t first = 0; first < matches.size(); ++first) {
    Asked found;
    for (std::size_t last = first; last < matches.size(); ++last) {
      if (last > first && matches[last].at.end - matches[first].at.begin > apart_max) break;
      found |= matches[last].which;
      if (found.count() > best.distinct) best = {first, last, found.count()};
    }
  }
  return best;
}

/// Whole words around the matches of `candidate.best`.
Stretch window(const Candidate& candidate) {
  const auto& letters = candidate.letters;
  const auto first = candidate.matches[candidate.best.first].at,
             last = candidate.matches[candidate.best.last].at;
  Stretch shown{first.begin, last.end};
  const auto from = first.begin > before_max ? first.begin - before_max : 0;
  const auto to = std::max(last.end, std::min(letters.size(), from + snippet_letters_max));
  for (const auto& run : runs_in(letters)) {
    if (run.begin >= from) shown.begin = std::min(shown.begin, run.begin);
    if (run.end <= to) shown.end = std::max(shown.end, run.end);
  }
  // Marks at the very ends belong to it: a full stop, a bracket.
  if (from == 0) shown.begin = 0;
  if (to == letters.size()) shown.end = to;
  return shown;
}

/// On one line, white space as single spaces.
std::string line_of(std::u32string_view letters) {
  std::string line;
  for (const char c : utf8_of(letters)) {
    const bool space = c == ' ' || (c >= '\t' && c <= '\r');
    if (!space)
      line += c;
    else if (!line.ends_with(' '))
      line += ' ';
  }
  return line;
}

Snippet snippet_of(const Candidate& candidate) {
  Snippet snippet{candidate.text->language, {}};
  const auto shown = window(candidate);
  auto at = shown.begin;
  const std::u32string_view letters = candidate.letters;
  const auto add = [&](std::size_t end, bool match) {
    if (end > at) snippet.parts.push_back({line_of(letters.substr(at, end - at)), match});
    at = end;
  };
  if (shown.begin > 0) snippet.parts.push_back({std::string(goes_on), false});
  for (const auto& match : candidate.matches) {
    if (match.at.begin < shown.begin || match.at.end > shown.end) continue;
    add(match.at.begin, false);
    add(match.at.end, true);
  }
  add(shown.end, false);
  if (shown.end < letters.size()) snippet.parts.push_back({std::string(goes_on), false});
  return snippet;
}

}  // namespace

struct SnippetMaker::Parts {
  std::string reader;
  WordForms forms;
  std::vector<Forms> words;
  std::vector<std::string> identifiers;

  Asked answered_by(const std::string& word, const std::string& language) {
    Asked which;
    const auto& found = forms.in_language(word, language);
    for (std::size_t i = 0; i < words.size(); ++i)
      if (answers(found, words[i])) which.set(i);
    return which;
  }

  Asked answered_by_identifier(const Words& run) const {
    Asked which;
    for (const auto& whole : run.identifiers)
      for (std::size_t i = 0; i < identifiers.size(); ++i)
        if (whole.starts_with(identifiers[i])) which.set(query_words_max + i);
    return which;
  }

  /// Each word by itself, or the whole run if it is an identifier that was asked for.
  void match_run(const Candidate& candidate, Stretch at, std::vector<Match>& matches) {
    const auto run = std::u32string_view(candidate.letters).substr(at.begin, at.end - at.begin);
    if (!identifiers.empty())
      if (const auto which = answered_by_identifier(words_of(utf8_of(run))); which.any())
        return matches.push_back({at, which});
    for (const auto& stretch : words_in(run)) {
      Asked which;
      for (const auto& word : words_of(utf8_of(run.substr(stretch.begin, stretch.end - stretch.begin))).words)
        which |= answered_by(word, candidate.text->language);
      if (which.any()) matches.push_back({{at.begin + stretch.begin, at.begin + stretch.end}, which});
    }
  }

  Candidate candidate(const RecordText& text) {
    Candidate made{&text, code_points_of(text.text), {}, {}};
    for (const auto& run : runs_in(made.letters)) match_run(made, run, made.matches);
    made.best = best_cluster(made.matches);
    return made;
  }

  auto worth(const Candidate& candidate) const {
    const auto& text = *candidate.text;
    return std::tuple(text.weight != Weight::title, candidate.best.distinct, text.language == reader,
                      text.weight);
  }
};

SnippetMaker::SnippetMaker(const std::string& words, std::string reader) : parts_(std::make_unique<Parts>()) {
  parts_->reader = std::move(reader);
  for (auto& run : asked_runs(words)) {
    for (const auto& word : run.words) parts_->words.push_back(parts_->forms.in_any(word));
    for (auto& whole : run.identifiers) parts_->identifiers.push_back(std::move(whole));
  }
}
SnippetMaker::~SnippetMaker() = default;

std::string as_written(const RecordTexts& texts, const std::string& folded) {
  for (const auto& text : texts.texts)
    for (auto& word : words_of(text.text).words)
      if (protocol::fold(word) == folded) return std::move(word);
  return folded;
}

std::optional<Snippet> SnippetMaker::of(const RecordTexts& texts) {
  std::optional<Candidate> best;
  for (const auto& text : texts.texts) {
    auto made = parts_->candidate(text);
    if (made.matches.empty() || (best && parts_->worth(made) <= parts_->worth(*best))) continue;
    best = std::move(made);
  }
  if (!best) return std::nullopt;
  return snippet_of(*best);
}

}  // namespace hansa::search
