// The piece of a record that shows why it was found.

#include "search/snippet.h"

#include <doctest/doctest.h>

using namespace hansa;
using search::Weight;

namespace {

/// Matches in brackets: "… par [bēgļu] mājokli …".
std::string marked(const std::optional<search::Snippet>& snippet) {
  std::string text;
  if (!snippet) return "none";
  for (const auto& part : snippet->parts) text += part.match ? "[" + part.text + "]" : part.text;
  return text;
}

std::string snippet(const std::string& words, std::vector<search::RecordText> texts,
                    const std::string& reader = "lv") {
  return marked(search::SnippetMaker(words, reader).of({std::move(texts), {}, {}}));
}

}  // namespace

TEST_CASE(
    "a snippet marks the words as they are found: folded, as stems, by their beginnings, in any spelling") {
  const std::string text = "Pilsēta iekārtoja mājokļus bēgļiem.";
  CHECK(snippet("beglu majoklis", {{"lv", text, Weight::text}}) == "Pilsēta iekārtoja [mājokļus] [bēgļiem].");
  CHECK(snippet("iekārt", {{"lv", text, Weight::text}}) == "Pilsēta [iekārtoja] mājokļus bēgļiem.");
  CHECK(snippet("TROMSO", {{"nb", "Kurs i Tromsø.", Weight::text}}) == "Kurs i [Tromsø].");
  // Decomposed, as some programs write it.
  CHECK(snippet("bēgļi", {{"lv", "Be\u0304gl\u0327i te.", Weight::text}}) == "[Be\u0304gl\u0327i] te.");
  CHECK(snippet("2007/4.1.1./8", {{"lv", "Projekts (2007/4.1.1./8), 2008.", Weight::text}}) ==
        "Projekts ([2007/4.1.1./8]), 2008.");
  CHECK(snippet("covid", {{"en", "After covid-19\n\n  came", Weight::text}}) == "After [covid]-19 came");
  CHECK(snippet("skola", {{"lv", text, Weight::text}}) == "none");
}

TEST_CASE(
    "a snippet is of the text with most of the words, then in the reader's language, and of a title last") {
  const search::RecordText title{"lv", "Bēgļu mājoklis", Weight::title};
  const search::RecordText one{"en", "Housing for bēgļi", Weight::summary};
  const search::RecordText both{"lv", "Mājokļi un bēgļi", Weight::text};
  const search::RecordText both_in_english{"en", "Mājoklis, bēgļi", Weight::summary};
  CHECK(snippet("bēgļi mājoklis", {title, one, both}) == "[Mājokļi] un [bēgļi]");
  CHECK(snippet("bēgļi mājoklis", {title, one, both_in_english, both}) == "[Mājokļi] un [bēgļi]");
  CHECK(snippet("bēgļi mājoklis", {title, one, both, both_in_english}, "en") == "[Mājoklis], [bēgļi]");
  CHECK(snippet("bēgļi mājoklis", {title, one}) == "Housing for [bēgļi]");
  CHECK(snippet("bēgļi mājoklis", {title}) == "[Bēgļu] [mājoklis]");
}

TEST_CASE("a snippet of a long text is short, of whole words, and around where most words stand together") {
  std::string text = "Skola.";
  for (int i = 0; i < 100; ++i) text += " Pirms vārdi";
  text += " skola mentoram";
  for (int i = 0; i < 100; ++i) text += " Pēc vārdi";
  const auto found = search::SnippetMaker("mentors skola", "lv").of({{{"lv", text, Weight::text}}, {}, {}});
  const auto shown = marked(found);
  CHECK(shown.starts_with("…Pirms vārdi Pirms vārdi "));
  CHECK(shown.find(" vārdi [skola] [mentoram] Pēc vārdi ") != std::string::npos);
  CHECK(shown.ends_with(" Pēc…"));
  CHECK(shown.size() < 2 * search::snippet_letters_max);
  CHECK(found->language == "lv");
}
