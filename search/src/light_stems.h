#pragma once
// What words have in common in the languages that Xapian has no stemmer for. Nouns and adjectives only, by
// their endings: enough for the forms of a word to meet, and nothing to be read by people. Pure.

#include <string>
#include <string_view>

namespace hansa::search {

/// `folded`: a word as protocol::fold leaves it, so that beglu and bēgļu meet.
std::string latvian_stem(std::string_view folded);
std::string estonian_stem(std::string_view folded);
std::string icelandic_stem(std::string_view folded);
std::string ukrainian_stem(std::string_view folded);

}  // namespace hansa::search
