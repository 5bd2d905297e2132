#include "protocol/fold.h"

#include <doctest/doctest.h>

#include "protocol/unicode.h"

using namespace hansa::protocol;

TEST_CASE("folding finds letters of the region without their diacritics") {
  CHECK(fold("Šķēršļi, ņģķļ, ąčęėįšųūž") == "skersli, ngkl, aceeisuuz");
  CHECK(fold("õäöü åäö æøå ðþæö") == "oaou aao aeoa dthaeo");
  CHECK(fold("Tromsø ÞJÓNUSTA æskulegt Straße Łódź Œuvre") ==
        "tromso thjonusta aeskulegt strasse lodz oeuvre");
  CHECK(fold("Sámi ŋ ŧ đ ı") == "sami n t d i");
}

TEST_CASE("composed and decomposed text fold alike") {
  CHECK(fold("be\u0304gl\u0327u") == "beglu");
  CHECK(fold("bēgļu") == "beglu");
  CHECK(fold("BĒGĻU") == "beglu");
  // Lithuanian accented letters that have no composed form.
  CHECK(fold("e\u0307\u0301") == "e");
}

TEST_CASE("Cyrillic letters stay letters, except ё") {
  CHECK(fold("ёъ") == "еъ");
  CHECK(fold("Ёлка") == "елка");
  CHECK(fold("Їжак Є Ґ І Й") == "їжак є ґ і й");
  CHECK(fold("и\u0306") == "й");
}

TEST_CASE("white space and apostrophes are of one sort") {
  CHECK(fold("a \n\t\u00a0b") == "a b");
  CHECK(fold("об’єкт") == fold("об'єкт"));
}

TEST_CASE("bytes that are not UTF-8 are left out") {
  CHECK(fold("a\xff\xfe"
             "b\xc3") == "ab");
  CHECK(fold("").empty());
}

TEST_CASE("unicode checks") {
  CHECK(is_utf8("Šķ"));
  CHECK_FALSE(is_utf8("\xc0\x80"));      // overlong NUL
  CHECK_FALSE(is_utf8("\xed\xa0\x80"));  // surrogate
  CHECK_FALSE(is_utf8("\xf4\x90\x80\x80"));
  CHECK_FALSE(is_utf8("\xe2\x82"));
  CHECK(code_points("Šķ😀") == 3);
  CHECK(first_code_points("Šķ😀", 2) == "Šķ");
  CHECK(first_code_points("ab", 9) == "ab");
  CHECK(*to_nfc("be\u0304") == "bē");
  CHECK_FALSE(to_nfc("\xff"));
  CHECK_FALSE(has_control_character("a\nb Š"));
  CHECK(has_control_character("a\rb"));
  CHECK(has_control_character("a\tb"));
  CHECK(has_control_character(std::string_view("a\0b", 3)));
  CHECK(has_control_character("a\x7f"));
  CHECK(has_control_character("a\u0085"));
}
