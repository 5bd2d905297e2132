#include "words.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include "protocol/fold.h"
#include "search/query.h"

namespace hansa::search {
namespace {

/// NFC in small letters; empty for bytes that are no text.
std::string in_small_letters(std::string_view text) {
  utf8proc_uint8_t* mapped = nullptr;
  const auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
  const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                 static_cast<utf8proc_ssize_t>(text.size()), &mapped, options);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(mapped, &std::free);
  if (size <= 0) return {};
  return {reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size)};
}

bool is_apostrophe(char32_t c) { return c == U'\'' || c == 0x2019 || c == 0x2BC; }

bool is_space(char32_t c) {
  if (c < 0x80) return c == U' ' || (c >= 0x09 && c <= 0x0D);
  const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
  return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
         category == UTF8PROC_CATEGORY_ZP;
}

bool is_digit(char32_t c) { return c >= U'0' && c <= U'9'; }

/// Letters, the marks on them, and numbers.
bool is_of_word(char32_t c) {
  if (c < 0x80) return is_digit(c) || (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z');
  if (is_apostrophe(c)) return false;
  const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

/// `within` without the marks at both of its ends; empty if there is nothing else.
Stretch without_marks_around(std::u32string_view text, Stretch within) {
  while (within.begin < within.end && !is_of_word(text[within.begin])) ++within.begin;
  while (within.begin < within.end && !is_of_word(text[within.end - 1])) --within.end;
  return within;
}

bool is_identifier(std::u32string_view run) {
  bool digit = false, mark = false;
  for (const auto c : run) {
    digit = digit || is_digit(c);
    mark = mark || !is_of_word(c);
  }
  return digit && mark;
}

std::u32string_view part(std::u32string_view text, Stretch stretch) {
  return text.substr(stretch.begin, stretch.end - stretch.begin);
}

void take_run(std::u32string_view run, Words& out) {
  if (is_identifier(run))
    if (auto whole = protocol::fold(utf8_of(run)); whole.size() <= word_bytes_max)
      out.identifiers.push_back(std::move(whole));
  for (const auto& stretch : words_in(run)) {
    auto word = utf8_of(part(run, stretch));
    if (word.size() <= word_bytes_max)
      out.words.push_back(std::move(word));
    else
      out.cut = true;
  }
}

}  // namespace

std::u32string code_points_of(std::string_view text) {
  std::u32string out;
  utf8proc_int32_t c = 0;
  while (!text.empty()) {
    const auto used = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                       static_cast<utf8proc_ssize_t>(text.size()), &c);
    if (used <= 0) break;
    out += static_cast<char32_t>(c);
    text.remove_prefix(static_cast<std::size_t>(used));
  }
  return out;
}

std::string utf8_of(std::u32string_view text) {
  std::string out;
  std::array<utf8proc_uint8_t, 4> bytes{};
  for (const auto c : text) {
    const auto size = utf8proc_encode_char(static_cast<utf8proc_int32_t>(c), bytes.data());
    out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size));
  }
  return out;
}

std::vector<Stretch> runs_in(std::u32string_view text) {
  std::vector<Stretch> runs;
  for (std::size_t at = 0; at < text.size();) {
    auto end = at;
    while (end < text.size() && !is_space(text[end])) ++end;
    if (const auto run = without_marks_around(text, {at, end}); run.begin < run.end) runs.push_back(run);
    at = end + 1;
  }
  return runs;
}

std::vector<Stretch> words_in(std::u32string_view text) {
  std::vector<Stretch> words;
  for (std::size_t at = 0; at < text.size();) {
    auto end = at;
    while (end < text.size() && is_of_word(text[end])) ++end;
    if (end > at) words.push_back({at, end});
    at = end + 1;
  }
  return words;
}

Words words_of(std::string_view text) {
  Words out;
  const auto letters = code_points_of(in_small_letters(text));
  for (const auto& run : runs_in(letters)) take_run(part(letters, run), out);
  return out;
}

std::vector<Words> asked_runs(std::string_view question) {
  std::vector<Words> runs;
  std::size_t words = 0;
  const auto letters = code_points_of(question);
  for (const auto& stretch : runs_in(letters)) {
    auto run = words_of(utf8_of(part(letters, stretch)));
    if (words == query_words_max) break;
    run.words.resize(std::min(run.words.size(), query_words_max - words));
    words += run.words.size();
    runs.push_back(std::move(run));
  }
  return runs;
}

std::string identifier_of(std::string_view text) {
  const auto letters = code_points_of(in_small_letters(text));
  auto whole = protocol::fold(utf8_of(part(letters, without_marks_around(letters, {0, letters.size()}))));
  return whole.size() <= word_bytes_max ? whole : std::string();
}

}  // namespace hansa::search
