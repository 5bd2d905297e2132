#include <algorithm>
#include <cassert>

#include "english_words.h"
#include "little_endian.h"
#include "protocol/recovery.h"

namespace hansa::protocol {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::vector<std::string> split(std::string_view typed) {
  std::vector<std::string> words;
  bool inside = false;
  for (const char c : typed) {
    if (is_space(c)) {
      inside = false;
      continue;
    }
    if (!inside) words.emplace_back();
    inside = true;
    words.back() += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }
  return words;
}

std::string join(const std::vector<std::string>& words, std::size_t count) {
  std::string phrase;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) phrase += ' ';
    phrase += words[i];
  }
  return phrase;
}

/// The word that ends a phrase: eleven bits of the hash of the words before it.
std::string_view checksum_word(std::string_view words_before) {
  const Hash h = hash(Tag::words, view_of(words_before));
  return word(get_le<std::uint16_t>(h.data()) % word_list_size);
}

}  // namespace

std::string_view word(std::size_t index) {
  static_assert(english_words.size() == word_list_size);
  assert(index < word_list_size);
  return english_words[index];
}

std::string make_recovery_phrase(std::size_t words, const Entropy& entropy) {
  assert(words >= phrase_words_min && words <= phrase_words_max);
  std::string phrase;
  for (std::size_t i = 0; i + 1 < words; ++i) {
    std::array<std::uint8_t, 2> random{};
    entropy(random);
    // 2048 divides 65536: every word is equally likely.
    phrase += word(get_le<std::uint16_t>(random.data()) % word_list_size);
    phrase += ' ';
  }
  phrase += checksum_word(std::string_view(phrase).substr(0, phrase.size() - 1));
  return phrase;
}

std::string_view name(PhraseFault::Code code) {
  switch (code) {
    case PhraseFault::Code::too_long:
      return "too_long";
    case PhraseFault::Code::wrong_count:
      return "wrong_count";
    case PhraseFault::Code::unknown_word:
      return "unknown_word";
    case PhraseFault::Code::wrong_checksum:
      return "wrong_checksum";
  }
  assert(!"not a PhraseFault");
  return "wrong_checksum";
}

Outcome<std::string, PhraseFault> parse_recovery_phrase(std::string_view typed) {
  if (typed.size() > phrase_chars_max) return PhraseFault{PhraseFault::Code::too_long};
  const std::vector<std::string> words = split(typed);
  if (words.size() < phrase_words_min || words.size() > phrase_words_max) {
    return PhraseFault{PhraseFault::Code::wrong_count, words.size()};
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!std::ranges::binary_search(english_words, std::string_view(words[i]))) {
      return PhraseFault{PhraseFault::Code::unknown_word, i + 1};
    }
  }
  if (words.back() != checksum_word(join(words, words.size() - 1))) {
    return PhraseFault{PhraseFault::Code::wrong_checksum};
  }
  return join(words, words.size());
}

}  // namespace hansa::protocol
