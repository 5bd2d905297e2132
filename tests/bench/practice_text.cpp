#include "practice_text.h"

#include <array>
#include <cassert>
#include <string>
#include <string_view>

#include "protocol/content.h"

namespace hansa::bench {
namespace {

/// Stems and endings; with a syllable between them a language has 40 x 32 x 10 words.
struct Language {
  const char* code;
  std::array<const char*, 40> stems;
  std::array<const char*, 10> endings;
};

constexpr std::array<Language, 7> languages{{
    {"lv",
     {"pašvaldīb", "iedzīvotāj", "izglītīb", "valod",    "apmācīb",  "ģimen",    "bērn",      "skol",
      "darb",      "palīdzīb",   "atbalst",  "brīvprāt", "kopien",   "kultūr",   "veselīb",   "mājokl",
      "ierašan",   "tulk",       "sadarbīb", "projekt",  "jaunieš",  "sievieš",  "bibliotēk", "nodarb",
      "dzīv",      "pilsēt",     "novad",    "biedrīb",  "institūc", "konsult",  "pakalpoj",  "informāc",
      "iesaist",   "prasm",      "mentor",   "sanāksm",  "rezultāt", "vajadzīb", "pieredz",   "dalībniek"},
     {"a", "as", "u", "iem", "ām", "ai", "os", "i", "ība", "šana"}},
    {"en",
     {"municipal", "resident",  "educat",  "languag",  "train",    "famil",   "child",     "school",
      "work",      "assist",    "support", "volunt",   "commun",   "cultur",  "health",    "hous",
      "arriv",     "interpret", "partner", "project",  "youth",    "wom",     "librar",    "course",
      "liv",       "cit",       "region",  "associat", "institut", "consult", "servic",    "inform",
      "involv",    "skill",     "mentor",  "meet",     "result",   "need",    "experienc", "participant"},
     {"s", "ing", "ed", "ion", "er", "ity", "al", "ly", "ment", "e"}},
    {"fi",
     {"kunta",     "asukka",   "koulut",    "kiele",      "opetu",    "perhe",     "lapse",     "koulu",
      "työ",       "apu",      "tue",       "vapaaehto",  "yhteisö",  "kulttuuri", "terveyde",  "asunno",
      "saapumi",   "tulkki",   "yhteistyö", "hanke",      "nuor",     "nais",      "kirjasto",  "kurssi",
      "elämä",     "kaupungi", "maakunna",  "yhdistykse", "laitokse", "neuvonta",  "palvelu",   "tiedo",
      "osallistu", "taito",    "ohjaaja",   "tapaami",    "tulokse",  "tarpee",    "kokemukse", "jäsene"},
     {"n", "lle", "ssa", "sta", "ksi", "ista", "iden", "t", "kin", "an"}},
    {"et",
     {"omavalitsus", "elanik", "haridus", "keel",        "koolitus", "perekon",  "laps",        "kool",
      "töö",         "abi",    "toetus",  "vabatahtlik", "kogukon",  "kultuur",  "tervis",      "eluase",
      "saabumi",     "tõlk",   "koostöö", "projekt",     "noor",     "nais",     "raamatukogu", "kursus",
      "elu",         "linna",  "maakon",  "ühing",       "asutus",   "nõustami", "teenus",      "teave",
      "kaasami",     "oskus",  "mentor",  "kohtumi",     "tulemus",  "vajadus",  "kogemus",     "osalej"},
     {"e", "ed", "es", "est", "le", "lt", "ga", "te", "id", "na"}},
    {"lt",
     {"savivaldyb", "gyventoj", "švietim",    "kalb",      "mokym",      "šeim",      "vaik",      "mokykl",
      "darb",       "pagalb",   "param",      "savanor",   "bendruomen", "kultūr",    "sveikat",   "būst",
      "atvykim",    "vertėj",   "bendradarb", "projekt",   "jaunim",     "moter",     "bibliotek", "kurs",
      "gyvenim",    "miest",    "region",     "asociac",   "institucij", "konsultac", "paslaug",   "informac",
      "įtrauk",     "įgūdž",    "mentor",     "susitikim", "rezultat",   "poreik",    "patirt",    "dalyv"},
     {"ė", "ės", "ų", "oms", "ais", "ą", "uose", "iai", "imas", "ti"}},
    {"sv",
     {"kommun",    "invånar",    "utbildning", "språk",       "kurs",      "famil",     "barn",
      "skol",      "arbet",      "hjälp",      "stöd",        "frivillig", "samhäll",   "kultur",
      "häls",      "bostad",     "ankomst",    "tolk",        "samarbet",  "projekt",   "ungdom",
      "kvinn",     "bibliotek",  "lektion",    "liv",         "stad",      "region",    "förening",
      "myndighet", "rådgivning", "tjänst",     "information", "delta",     "färdighet", "mentor",
      "möte",      "resultat",   "behov",      "erfarenhet",  "deltagar"},
     {"en", "er", "erna", "s", "et", "ens", "are", "ande", "ar", "a"}},
    {"uk",
     {"громад",  "мешкан",   "освіт",     "мов",       "навчан",    "родин",      "дитин",     "школ",
      "робот",   "допомог",  "підтримк",  "волонтер",  "спільнот",  "культур",    "здоров",    "житл",
      "прибут",  "переклад", "співпрац",  "проєкт",    "молод",     "жінк",       "бібліотек", "курс",
      "житт",    "міст",     "регіон",    "товариств", "установ",   "консультац", "послуг",    "інформац",
      "залучен", "навич",    "наставник", "зустріч",   "результат", "потреб",     "досвід",    "учасник"},
     {"а", "и", "ів", "ами", "ах", "ою", "у", "ня", "ні", "ський"}},
}};

constexpr std::array<const char*, 32> syllables{
    "",   "",   "",   "",   "",   "",   "",   "",   "el", "in", "or", "ak", "is", "un", "et", "av",
    "om", "il", "er", "as", "ig", "ot", "uk", "an", "ev", "ir", "ol", "em", "us", "ad", "ip", "yn"};

constexpr std::size_t words_bytes = 700;  // the rest of 1.5 kB is structure, codes and attribution

std::string sentences(Dice& dice, const Language& language, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) {
    const auto words = 6 + dice.below(12);
    for (std::uint64_t word = 0; word < words && text.size() < bytes; ++word) {
      text += language.stems[dice.below(language.stems.size())];
      text += syllables[dice.below(syllables.size())];
      text += language.endings[dice.below(language.endings.size())];
      text += word + 1 == words ? ". " : dice.below(9) == 0 ? ", " : " ";
    }
  }
  return text;
}

void set_both(protocol::schema::MultilingualText::Builder text, Dice& dice, const Language& first,
              const Language& second, std::size_t bytes) {
  auto list = text.initEntries(2);
  list[0].setLanguage(first.code);
  list[0].setText(sentences(dice, first, bytes).c_str());
  list[1].setLanguage(second.code);
  list[1].setText(sentences(dice, second, bytes).c_str());
}

}  // namespace

protocol::Bytes practice_content(Dice& dice) {
  const auto chosen = dice.below(languages.size());
  const auto& first = languages[chosen];
  const auto& second = languages[(chosen + 1 + dice.below(languages.size() - 1)) % languages.size()];
  protocol::ContentBuilder builder;
  auto content = builder.root();
  content.setSchemaVersion(protocol::content_schema_version);
  content.setLanguage(first.code);
  auto practice = content.getBody().initPractice();
  set_both(practice.initTitle(), dice, first, second, 20);
  set_both(practice.initSummary(), dice, first, second, words_bytes / 4);
  set_both(practice.initActivities(), dice, first, second, words_bytes / 4);
  practice.initCountry(1).set(0, "LV");
  practice.setLevel("municipal");
  auto themes = practice.initThemes(2);
  themes.set(0, "language");
  themes.set(1, "reception");
  practice.setPracticeStatus("completed");
  practice.setPeriod("2009-08/2009-12");
  practice.setEvidence("self-reported");
  content.setLicence("CC-BY-4.0");
  content.setAttribution("National Integration Centre");
  auto bytes = builder.to_bytes();
  assert(bytes.has_value());
  return std::move(*bytes);
}

}  // namespace hansa::bench
