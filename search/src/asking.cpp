#include "asking.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <unordered_map>
#include <vector>

#include "collation.h"
#include "most_frequent.h"
#include "query_terms.h"
#include "responses.h"
#include "terms.h"

namespace hansa::search {
namespace {

/// Counts the codes of every match.
class CodeCounter final : public Xapian::MatchSpy {
 public:
  void operator()(const Xapian::Document& document, double) override {
    const auto codes = document.get_value(slot::codes);
    for (std::size_t at = 0; at + sizeof(std::uint64_t) <= codes.size(); at += sizeof(std::uint64_t)) {
      std::uint64_t hash = 0;
      std::memcpy(&hash, codes.data() + at, sizeof hash);
      ++counts_[hash];
    }
  }
  const std::unordered_map<std::uint64_t, std::size_t>& counts() const { return counts_; }

 private:
  std::unordered_map<std::uint64_t, std::size_t> counts_;
};

constexpr std::size_t facet_codes_max = 500;  // of one facet in an answer: the most frequent ones

Facets facets_of(const Xapian::Database& database, const CodeCounter& counter) {
  Facets facets;
  const std::string first(1, prefix::code);
  for (auto term = database.allterms_begin(first); term != database.allterms_end(first); ++term) {
    const auto found = counter.counts().find(code_hash(*term));
    if (found == counter.counts().end()) continue;
    const std::string text = *term;
    const auto colon = text.find(':');
    facets[text.substr(1, colon - 1)][text.substr(colon + 1)] = found->second;
  }
  for (auto& [facet, codes] : facets) keep_most_frequent(codes, facet_codes_max);
  return facets;
}

std::optional<protocol::RecordId> record_of(const Xapian::Document& document) {
  const auto id = protocol::record_id_from_bytes(protocol::view_of(document.get_value(slot::record)));
  return id ? std::optional(*id) : std::nullopt;
}

Order order_of(const Query& query) {
  return query.order == Order::relevance && !has_words(query) ? Order::updated : query.order;
}

/// How many of the best matches were shown already: "r50".
std::optional<Xapian::doccount> rank_of(const std::string& cursor) {
  if (!cursor.starts_with('r')) return std::nullopt;
  Xapian::doccount rank = 0;
  const auto* const end = cursor.data() + cursor.size();
  const auto [stop, error] = std::from_chars(cursor.data() + 1, end, rank);
  if (error != std::errc{} || stop != end || rank == 0) return std::nullopt;
  return rank;
}

/// A key that was the last of a page; the letter says of which order.
std::optional<std::string> key_of(const std::string& cursor, char letter) {
  const auto bytes =
      cursor.starts_with(letter) ? protocol::from_hex(cursor.substr(1)) : protocol::Refusal::malformed;
  if (!bytes || bytes->empty()) return std::nullopt;
  return std::string(protocol::text_of(*bytes));
}

class Asker {
 public:
  Asker(const Xapian::Database& database, const Query& query)
      : database_(database),
        query_(query),
        order_(order_of(query)),
        asked_(xapian_query(query)),
        enquire_(database) {}

  std::optional<Page> answer() {
    if (order_ == Order::relevance) return by_relevance();
    return order_ == Order::title ? by_key(slot::titles + alphabet_of(query_.reader), 't')
                                  : by_key(slot::updated, 'u');
  }

 private:
  void show(const Xapian::Document& document) {
    const auto id = record_of(document);
    if (!id) return;
    page_.records.push_back(*id);
    page_.responses.push_back(counts_in(document.get_value(slot::responses)));
  }

  /// Total and facets are of all matches, whichever page is shown.
  Xapian::MSet all(Xapian::doccount first, Xapian::doccount count) {
    enquire_.set_query(asked_);
    CodeCounter counter;
    if (query_.with_facets) enquire_.add_matchspy(&counter);
    auto found = enquire_.get_mset(first, count, database_.get_doccount());
    enquire_.clear_matchspies();
    page_.total = found.get_matches_estimated();  // all were checked: it is exact
    if (query_.with_facets) page_.facets = facets_of(database_, counter);
    return found;
  }

  std::optional<Page> by_key(Xapian::valueno order, char letter) {
    enquire_.set_weighting_scheme(Xapian::BoolWeight());
    enquire_.set_sort_by_value(order, false);
    const auto wanted = static_cast<Xapian::doccount>(query_.limit + 1);
    Xapian::MSet found;
    if (query_.cursor.empty()) {
      found = all(0, wanted);
    } else {
      const auto last = key_of(query_.cursor, letter);
      if (!last) return std::nullopt;
      all(0, 0);
      const Xapian::Query behind(Xapian::Query::OP_VALUE_GE, order, *last + '\0');
      enquire_.set_query(Xapian::Query(Xapian::Query::OP_FILTER, asked_, behind));
      found = enquire_.get_mset(0, wanted);
    }
    std::string last;
    for (auto match = found.begin(); match != found.end(); ++match) {
      if (page_.records.size() == query_.limit) {
        page_.next = letter + protocol::to_hex(protocol::view_of(last));
        break;
      }
      const auto document = match.get_document();
      last = document.get_value(order);
      show(document);
    }
    return std::move(page_);
  }

  /// Scores depend on the whole index, so that only ranks can go on where a page ended.
  std::optional<Page> by_relevance() {
    const auto shown = query_.cursor.empty() ? 0 : rank_of(query_.cursor);
    if (!shown) return std::nullopt;
    enquire_.set_weighting_scheme(Xapian::BM25Weight());
    const auto first = std::min(*shown, database_.get_doccount());
    const auto limit = static_cast<Xapian::doccount>(query_.limit);
    const auto found = all(first, limit + 1);
    if (found.size() > limit) page_.next = "r" + std::to_string(first + limit);
    for (auto match = found.begin(); match != found.end() && page_.records.size() < limit; ++match)
      show(match.get_document());
    return std::move(page_);
  }

  const Xapian::Database& database_;
  const Query& query_;
  Order order_;
  Xapian::Query asked_;
  Xapian::Enquire enquire_;
  Page page_;
};

}  // namespace

std::optional<Page> ask(const Xapian::Database& database, const Query& query) {
  return Asker(database, query).answer();
}

}  // namespace hansa::search
