#pragma once
// Text as searching compares it. The same function folds what is stored and what is asked, so that "beglu",
// "BĒGĻU" and a decomposed "bēgļu" find one another. Pure; any thread.

#include <string>
#include <string_view>

namespace hansa::protocol {

/// NFC, case-folded, Latin diacritics removed (ø→o æ→ae å→a œ→oe ð→d þ→th đ→d ł→l ß→ss ŋ→n ŧ→t ı→i), ё→е, any
/// white space as one space, typographic apostrophes as '. Other Cyrillic letters keep theirs: й and ї are
/// letters of their own. Bytes that are not UTF-8 are left out.
std::string fold(std::string_view text);

}  // namespace hansa::protocol
