#include "suggesting.h"

#include "protocol/fold.h"
#include "query_terms.h"
#include "terms.h"
#include "words.h"

namespace hansa::search {
namespace {

constexpr unsigned edits_max = 2;  // letters added, left out, replaced or swapped

bool finds_any(const Xapian::Database& database, const std::string& word) {
  Xapian::Enquire enquire(database);
  enquire.set_query(words_query(word));
  return !enquire.get_mset(0, 1).empty();
}

std::optional<protocol::RecordId> first_with(const Xapian::Database& database, const std::string& folded) {
  const auto term = prefix::folded + folded;
  const auto at = database.postlist_begin(term);
  if (at == database.postlist_end(term)) return std::nullopt;
  const auto bytes = database.get_document(*at).get_value(slot::record);
  const auto id = protocol::record_id_from_bytes(protocol::view_of(bytes));
  return id ? std::optional(*id) : std::nullopt;
}

}  // namespace

std::vector<Suggestion> suggest(const Xapian::Database& database, const std::string& words) {
  std::vector<Suggestion> suggested;
  bool differs = false;
  for (const auto& run : asked_runs(words))
    for (const auto& word : run.words) {
      if (finds_any(database, word)) {
        suggested.push_back({word, {}});
        continue;
      }
      auto near = database.get_spelling_suggestion(protocol::fold(word), edits_max);
      const auto record = near.empty() ? std::nullopt : first_with(database, near);
      if (!record) return {};
      suggested.push_back({std::move(near), record});
      differs = true;
    }
  return differs ? suggested : std::vector<Suggestion>();
}

}  // namespace hansa::search
