#include "collation.h"

#include <unicode/coll.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "protocol/unicode.h"

namespace hansa::search {
namespace {

constexpr std::array<std::string_view, 11> languages{"en", "da", "et", "fi", "is", "lt",
                                                     "lv", "nb", "ru", "sv", "uk"};
constexpr std::size_t title_letters_max = 60;
constexpr int32_t key_bytes_max = 400;

std::string_view first_part(std::string_view language) { return language.substr(0, language.find('-')); }

const std::string* title_in(const protocol::ContentSummary& summary, std::string_view language) {
  for (const auto& title : summary.title)
    if (first_part(title.language) == language) return &title.text;
  return nullptr;
}

const std::string* title_for(const protocol::ContentSummary& summary, std::string_view reader) {
  for (const auto language : {reader, std::string_view("en"), first_part(summary.language)})
    if (const auto* title = title_in(summary, language)) return title;
  return summary.title.empty() ? nullptr : &summary.title.front().text;
}

}  // namespace

unsigned alphabets() { return languages.size(); }

unsigned alphabet_of(std::string_view language) {
  auto first = first_part(language);
  if (first == "nn" || first == "no") first = "nb";
  const auto found = std::find(languages.begin(), languages.end(), first);
  return found == languages.end() ? 0 : static_cast<unsigned>(found - languages.begin());
}

struct TitleKeys::Collators {
  std::array<std::unique_ptr<icu::Collator>, languages.size()> of;
};

TitleKeys::TitleKeys() : collators_(std::make_unique<Collators>()) {
  for (std::size_t i = 0; i < languages.size(); ++i) {
    UErrorCode error = U_ZERO_ERROR;
    auto& collator = collators_->of[i];
    collator.reset(icu::Collator::createInstance(icu::Locale(std::string(languages[i]).c_str()), error));
    if (U_FAILURE(error)) throw std::runtime_error(std::string("ICU's collation: ") + u_errorName(error));
    collator->setStrength(icu::Collator::SECONDARY);  // capital letters make no difference
  }
}
TitleKeys::~TitleKeys() = default;

std::string TitleKeys::of(const protocol::ContentSummary& summary, unsigned alphabet) const {
  const auto* title = title_for(summary, languages[alphabet]);
  if (title == nullptr) return std::string("\xff\0", 2);
  const auto shown = protocol::first_code_points(*title, title_letters_max);
  const auto text =
      icu::UnicodeString::fromUTF8(icu::StringPiece(shown.data(), static_cast<int32_t>(shown.size())));
  std::array<uint8_t, key_bytes_max> key{};
  const auto size =
      std::min(collators_->of[alphabet]->getSortKey(text, key.data(), key_bytes_max), key_bytes_max);
  std::string bytes(reinterpret_cast<const char*>(key.data()), static_cast<std::size_t>(size));
  if (!bytes.ends_with('\0')) bytes += '\0';  // cut short
  return bytes;
}

}  // namespace hansa::search
