#include "document.h"

#include "organisation_country.h"
#include "protocol/content_summary.h"
#include "protocol/kinds.h"
#include "responses.h"
#include "search/record_texts.h"
#include "search/said_last.h"
#include "terms.h"
#include "words.h"

namespace hansa::search {
namespace {

constexpr std::size_t references_max = 500;  // of one record; its author may have written anything

void add_code(Xapian::Document& document, std::string& codes, std::string_view facet, std::string_view code) {
  const auto term = code_term(facet, code);
  document.add_boolean_term(term);
  const auto hash = code_hash(term);
  codes.append(reinterpret_cast<const char*>(&hash), sizeof hash);
}

void add_identifier(Xapian::Document& document, const std::string& identifier, unsigned weight) {
  if (!identifier.empty()) document.add_term(prefix::identifier + identifier, weight);
}

bool is_missing(const store::Snapshot& snapshot, const store::Revision& revision) {
  return revision.has_payload && !snapshot.payload(revision.log, revision.sequence);
}

}  // namespace

bool DocumentMaker::is_waiting(const store::Snapshot& snapshot, const store::RecordState& record) {
  const auto& live = record.revisions[record.live];
  if (!is_checked(snapshot, live) || is_missing(snapshot, live)) return true;
  const auto* said = said_last(snapshot, record);
  return said != nullptr && is_missing(snapshot, *said);
}

void DocumentMaker::add_text(Xapian::Document& document, const std::string& text, const std::string& language,
                             unsigned weight) {
  const auto words = words_of(text);
  for (const auto& word : words.words) {
    const auto& forms = forms_.in_language(word, language);
    if (!forms.exact.empty()) document.add_term(prefix::exact + forms.exact, weight);
    for (const auto& folded : forms.folded) document.add_term(prefix::folded + folded, weight);
    for (const auto& stem : forms.stems) document.add_term(prefix::stem + stem, weight);
  }
  for (const auto& identifier : words.identifiers) add_identifier(document, identifier, weight);
}

void DocumentMaker::add_content(const store::Snapshot& snapshot, const store::RecordState& record, Made& made,
                                std::string& codes) {
  auto& document = made.document;
  made.waiting = is_waiting(snapshot, record);
  const auto* said = said_last(snapshot, record);
  if (said != nullptr && said->subject && record.kind == protocol::RecordKind::response)
    document.add_boolean_term(about_term(*said->subject));
  const auto held =
      said != nullptr && said->has_payload ? snapshot.payload(said->log, said->sequence) : std::nullopt;
  protocol::ContentSummary summary;
  if (const auto content = held ? protocol::read_content(held->content) : protocol::Refusal::malformed) {
    summary = protocol::summarise(*content);
    const auto found = texts_of(*content);
    for (const auto& [language, text, weight] : found.texts)
      add_text(document, text, language, static_cast<unsigned>(weight));
    for (const auto& identifier : found.identifiers)
      add_identifier(document, identifier_of(identifier), static_cast<unsigned>(Weight::title));
    for (const auto& [facet, code] : found.codes) add_code(document, codes, facet, code);
    for (const auto& [facet, code] : codes_of_visit(snapshot, *content))
      add_code(document, codes, facet, code);
    for (const auto& giver : country_givers(*content)) document.add_boolean_term(by_term(giver));
    auto targets = protocol::references_of(*content);
    if (targets.size() > references_max) targets.resize(references_max);
    for (const auto& target : targets) document.add_boolean_term(refers_term(target));
  }
  for (unsigned alphabet = 0; alphabet < alphabets(); ++alphabet)
    document.add_value(slot::titles + alphabet, title_keys_.of(summary, alphabet) + bytes_of(record.id));
}

DocumentMaker::Made DocumentMaker::make(const store::Snapshot& snapshot, const store::RecordState& record) {
  const auto& live = record.revisions[record.live];
  Made made;
  made.personal = is_personal(snapshot, record);
  auto& document = made.document;
  std::string codes;
  add_code(document, codes, "kind", protocol::name(record.kind));
  add_code(document, codes, "partner", protocol::to_text(record.id.owner));
  const auto responses = responses_to(snapshot, record.id);
  for (const auto& [facet, code] : responses.codes) add_code(document, codes, facet, code);
  document.add_value(slot::responses, counts_text(responses.by_type));
  add_content(snapshot, record, made, codes);
  const bool withdrawn = live.kind == protocol::EntryKind::withdraw;
  document.add_boolean_term(code_term("status", withdrawn ? "withdrawn" : "published"));
  document.add_boolean_term(record_term(record.id));
  add_identifier(document, identifier_of(protocol::to_text(record.id)), 1);
  if (made.waiting) document.add_boolean_term(std::string(waiting_term));
  document.add_value(slot::updated, updated_key(live.author_time_ms, record.id));
  document.add_value(slot::codes, codes);
  document.add_value(slot::record, bytes_of(record.id));
  return made;
}

}  // namespace hansa::search
