#include "query_terms.h"

#include <algorithm>

#include "forms.h"
#include "terms.h"
#include "words.h"

namespace hansa::search {
namespace {

using XQuery = Xapian::Query;

// What a match by each form is worth; a word as it was asked matches by all of them.
constexpr double exact_scale = 0.5;
constexpr double stem_scale = 0.6;
constexpr double beginning_scale = 0.3;
constexpr double identifier_scale = 3;

XQuery scaled(char prefix, const std::string& term, double scale) {
  return {XQuery::OP_SCALE_WEIGHT, XQuery(prefix + term), scale};
}

XQuery beginning(char prefix, const std::string& start) {
  return {XQuery::OP_SCALE_WEIGHT,
          XQuery(XQuery::OP_WILDCARD, prefix + start, beginnings_max, XQuery::WILDCARD_LIMIT_MOST_FREQUENT),
          beginning_scale};
}

XQuery word_query(WordForms& forms, const std::string& word) {
  const auto found = forms.in_any(word);
  std::vector<XQuery> any;
  if (!found.exact.empty()) any.push_back(scaled(prefix::exact, found.exact, exact_scale));
  for (const auto& folded : found.folded) any.emplace_back(prefix::folded + folded);
  for (const auto& stem : found.stems) any.push_back(scaled(prefix::stem, stem, stem_scale));
  if (const auto start = found.beginning(); !start.empty()) any.push_back(beginning(prefix::folded, start));
  return {XQuery::OP_OR, any.begin(), any.end()};
}

bool has_letters(const std::string& text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c & 0x80) != 0; });
}

/// A whole run of the question, white space on both sides. With letters in it (covid-19) its parts will do.
XQuery run_query(WordForms& forms, const Words& run) {
  if (run.cut) return XQuery::MatchNothing;
  std::vector<XQuery> all;
  for (const auto& word : run.words) all.push_back(word_query(forms, word));
  const XQuery parts(XQuery::OP_AND, all.begin(), all.end());
  if (run.identifiers.empty()) return parts;
  const auto& whole = run.identifiers.front();
  const XQuery identifier(XQuery::OP_OR, scaled(prefix::identifier, whole, identifier_scale),
                          beginning(prefix::identifier, whole));
  return has_letters(whole) ? XQuery(XQuery::OP_OR, identifier, parts) : identifier;
}

XQuery any_code(const std::string& facet, const std::set<std::string>& codes) {
  std::vector<XQuery> any;
  for (const auto& code : codes) any.emplace_back(code_term(facet, code));
  return {XQuery::OP_OR, any.begin(), any.end()};
}

}  // namespace

XQuery words_query(const std::string& text) {
  WordForms forms;
  std::vector<XQuery> all;
  for (const auto& run : asked_runs(text)) all.push_back(run_query(forms, run));
  // Marks without a letter or a number: no record can have them.
  if (all.empty()) return XQuery::MatchNothing;
  return {XQuery::OP_AND, all.begin(), all.end()};
}

bool has_words(const Query& query) { return query.words.find_first_not_of(" \t\r\n") != std::string::npos; }

XQuery xapian_query(const Query& query) {
  std::vector<XQuery> filters;
  if (query.status != "any") filters.emplace_back(code_term("status", query.status));
  for (const auto& [facet, codes] : query.filters)
    if (!codes.empty()) filters.push_back(any_code(facet, codes));
  if (query.about) filters.emplace_back(about_term(*query.about));
  if (query.refers_to) filters.emplace_back(refers_term(*query.refers_to));
  if (query.updated_since_ms > 0)
    filters.emplace_back(XQuery::OP_VALUE_LE, slot::updated,
                         time_key(query.updated_since_ms) + std::string(33, '\xff'));
  const XQuery filter(XQuery::OP_AND, filters.begin(), filters.end());
  if (!has_words(query))
    return filters.empty() ? XQuery::MatchAll : XQuery(XQuery::OP_SCALE_WEIGHT, filter, 0);
  const auto words = words_query(query.words);
  return filters.empty() ? words : XQuery(XQuery::OP_FILTER, words, filter);
}

}  // namespace hansa::search
