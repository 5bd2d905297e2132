#pragma once
// Small valid contents that tests start from.

#include "protocol/content.h"
#include "protocol/content_check.h"

namespace samples {

inline constexpr std::uint64_t now_ms = 1'795'300'000'000;  // 2026-11-21

/// doctest cannot print Cap'n Proto's text.
inline std::string_view view(capnp::Text::Reader text) { return {text.cStr(), text.size()}; }

inline hansa::protocol::RecordId record(std::uint8_t seed) {
  hansa::protocol::RecordId id;
  id.owner.bytes.fill(seed);
  id.local.fill(static_cast<std::uint8_t>(seed + 1));
  return id;
}

inline void set_ref(hansa::protocol::schema::Ref::Builder ref, const hansa::protocol::RecordId& id) {
  const auto bytes = hansa::protocol::to_bytes(id);
  ref.setRecord(capnp::Data::Reader(bytes.data(), bytes.size()));
}

inline void set_text(hansa::protocol::schema::MultilingualText::Builder text,
                     std::initializer_list<std::pair<const char*, const char*>> entries) {
  auto list = text.initEntries(static_cast<unsigned>(entries.size()));
  unsigned i = 0;
  for (const auto& [language, words] : entries) {
    list[i].setLanguage(language);
    list[i++].setText(words);
  }
}

inline void set_codes(capnp::List<capnp::Text>::Builder list, std::initializer_list<const char*> codes) {
  unsigned i = 0;
  for (const char* code : codes) list.set(i++, code);
}

/// The least a practice needs, in Latvian and English.
inline hansa::protocol::ContentBuilder practice() {
  hansa::protocol::ContentBuilder builder;
  auto content = builder.root();
  content.setLanguage("lv");
  auto practice = content.getBody().initPractice();
  set_text(practice.initTitle(), {{"lv", "Šķēršļi, ņģķļ"}, {"en", "Obstacles"}});
  set_text(practice.initSummary(), {{"lv", "Viena institūcija koordinē visus pakalpojumus iebraucējiem."}});
  set_codes(practice.initCountry(1), {"LV"});
  practice.setLevel("municipal");
  set_codes(practice.initThemes(2), {"language", "reception"});
  set_codes(practice.initTargetGroups(1), {"asylum-seekers"});
  set_ref(practice.initLead(), record(7));
  practice.setPracticeStatus("completed");
  practice.setPeriod("2009-08/2009-12");
  practice.setEvidence("self-reported");
  hansa::protocol::fill_defaults(content,
                                 {.now_ms = now_ms, .organisation = record(9), .attribution = "Agency"});
  return builder;
}

}  // namespace samples
