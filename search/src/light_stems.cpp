#include "light_stems.h"

#include <span>

#include "words.h"

namespace hansa::search {
namespace {

using Ending = std::u32string_view;

/// Takes off the first of `endings` that fits and leaves at least `stem_min` letters.
bool take_off(std::u32string& word, std::span<const Ending> endings, std::size_t stem_min) {
  for (const auto ending : endings) {
    if (word.size() < ending.size() + stem_min || !word.ends_with(ending)) continue;
    word.resize(word.size() - ending.size());
    return true;
  }
  return false;
}

constexpr Ending latvian[] = {U"ajiem", U"ajam", U"ajai", U"ajas", U"ajos", U"aja", U"ajo", U"iem", U"ies",
                              U"ais",   U"as",   U"es",   U"is",   U"us",   U"os",  U"am",  U"em",  U"im",
                              U"um",    U"ai",   U"ei",   U"s",    U"a",    U"e",   U"i",   U"u",   U"o"};
/// gulbis, gulbja
constexpr Ending latvian_softening[] = {U"bj", U"pj", U"mj", U"vj"};

constexpr Ending estonian_cases[] = {U"sse", U"st", U"lt", U"le", U"ks", U"ni",
                                     U"na",  U"ta", U"ga", U"s",  U"l"};
constexpr Ending estonian_plurals[] = {U"sid", U"de", U"te", U"id", U"d"};
constexpr Ending estonian_vowels[] = {U"a", U"e", U"i", U"o", U"u"};

constexpr Ending icelandic[] = {U"arinnar", U"unnar", U"innar", U"arnir", U"irnar", U"urnar", U"anna",
                                U"anum",    U"inum",  U"unum",  U"unni",  U"inni",  U"arna",  U"inna",
                                U"ann",     U"ans",   U"inn",   U"ins",   U"ina",   U"una",   U"nna",
                                U"in",      U"id",    U"um",    U"ar",    U"ir",    U"ur",    U"ad",
                                U"an",      U"s",     U"a",     U"i",     U"u",     U"r"};

constexpr Ending ukrainian[] = {U"ями", U"ами", U"ові", U"еві", U"ого", U"ому", U"ими", U"іми", U"ах", U"ях",
                                U"ам",  U"ям",  U"ом",  U"ем",  U"єм",  U"ою",  U"ею",  U"єю",  U"ів", U"їв",
                                U"ей",  U"ій",  U"ий",  U"их",  U"іх",  U"ої",  U"а",   U"я",   U"у",  U"ю",
                                U"і",   U"ї",   U"и",   U"е",   U"є",   U"о",   U"ь",   U"й"};
/// біженець, біженців: the vowel comes and goes.
constexpr Ending ukrainian_suffixes[] = {U"ец", U"ц"};

}  // namespace

std::string latvian_stem(std::string_view folded) {
  auto word = code_points_of(folded);
  take_off(word, latvian, 3);
  for (const auto soft : latvian_softening)
    if (word.size() > 3 && word.ends_with(soft)) word.pop_back();
  return utf8_of(word);
}

std::string estonian_stem(std::string_view folded) {
  auto word = code_points_of(folded);
  // Four letters stay before a consonant goes: kool is a stem, though it ends like a case.
  take_off(word, estonian_cases, 4);
  take_off(word, estonian_plurals, 4);
  take_off(word, estonian_vowels, 3);
  return utf8_of(word);
}

std::string icelandic_stem(std::string_view folded) {
  auto word = code_points_of(folded);
  take_off(word, icelandic, 3);
  return utf8_of(word);
}

std::string ukrainian_stem(std::string_view folded) {
  auto word = code_points_of(folded);
  take_off(word, ukrainian, 3);
  take_off(word, ukrainian_suffixes, 3);
  return utf8_of(word);
}

}  // namespace hansa::search
