#include "import_documents.h"

#include <csv.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <functional>
#include <stdexcept>

#include "json/record_json.h"
#include "measure.h"
#include "practice_text.h"
#include "protocol/content.h"

namespace hansa::bench {
namespace {

namespace json = boost::json;

constexpr std::uint64_t records_a_document = 10'000;
constexpr const char* system_name = "bench";
constexpr std::array<const char*, 7> languages = {"lv", "en", "fi", "et", "lt", "sv", "uk"};
constexpr std::array<const char*, 3> texts = {"title", "summary", "activities"};
/// Columns with one value, or several of a list.
constexpr std::array<const char*, 8> values = {"country", "level",  "themes",   "targetGroups",
                                               "lead",    "period", "evidence", "practiceStatus"};

/// The record as the API's POST takes it.
json::object practice(Dice& dice, std::uint64_t number, const std::string& lead) {
  const auto content = protocol::read_content(practice_content(dice));
  if (!content) throw std::runtime_error("the generated practice cannot be read");
  auto shown = hansa::json::content_json(*content);
  shown.content["lead"] = lead;
  shown.content["targetGroups"] = json::array{"labour-migrants", "students"};
  return {{"kind", "practice"},
          {"importedFrom", {{"system", system_name}, {"id", "P-" + std::to_string(number)}}},
          {"language", shown.common.at("language")},
          {"licence", shown.common.at("licence")},
          {"attribution", shown.common.at("attribution")},
          {"content", std::move(shown.content)}};
}

std::string cell(const json::value* value) {
  if (value == nullptr) return {};
  if (value->is_string()) return std::string(value->get_string());
  std::string joined;
  for (const auto& item : value->as_array()) joined += (joined.empty() ? "" : "|") + cell(&item);
  return joined;
}

void append(std::string& row, const std::string& text) {
  if (!row.empty()) row += ';';
  row += '"';
  for (const char c : text) row.append(c == '"' ? 2 : 1, c);
  row += '"';
}

std::string head() {
  std::string row;
  for (const auto* name :
       {"kind", "importedFrom.system", "importedFrom.id", "language", "licence", "attribution"})
    append(row, name);
  for (const auto* name : values) append(row, name);
  for (const auto* text : texts)
    for (const auto* language : languages) append(row, std::string(text) + '_' + language);
  return row + "\r\n";
}

std::string row_of(const json::object& record) {
  std::string row;
  const auto& from = record.at("importedFrom").as_object();
  append(row, cell(record.if_contains("kind")));
  append(row, cell(from.if_contains("system")));
  append(row, cell(from.if_contains("id")));
  for (const auto* name : {"language", "licence", "attribution"}) append(row, cell(record.if_contains(name)));
  const auto& content = record.at("content").as_object();
  for (const auto* name : values) append(row, cell(content.if_contains(name)));
  for (const auto* text : texts)
    for (const auto* language : languages)
      append(row, cell(content.at(text).as_object().if_contains(language)));
  return row + "\r\n";
}

/// `write` appends the record with this place in its document to the document.
ImportDocuments documents_of(
    std::uint64_t records, std::uint64_t seed, const std::string& lead, const std::string& before,
    const std::string& behind,
    const std::function<void(std::string&, const json::object&, std::uint64_t)>& write) {
  Dice dice(seed + 1);
  ImportDocuments made;
  for (std::uint64_t first = 0; first < records; first += records_a_document) {
    std::string document = before;
    const auto count = std::min(records_a_document, records - first);
    for (std::uint64_t i = 0; i < count; ++i) write(document, practice(dice, first + i, lead), i);
    document += behind;
    made.bytes += document.size();
    made.documents.push_back(std::move(document));
  }
  return made;
}

struct Seen {
  std::size_t cells = 0, bytes = 0;
};

}  // namespace

ImportDocuments csv_documents(std::uint64_t records, std::uint64_t seed, const std::string& lead) {
  constexpr const char* byte_order_mark = "\xEF\xBB\xBF";
  return documents_of(records, seed, lead, byte_order_mark + head(), "",
                      [](auto& document, const auto& record, auto) { document += row_of(record); });
}

ImportDocuments json_documents(std::uint64_t records, std::uint64_t seed, const std::string& lead) {
  return documents_of(records, seed, lead, "[", "]",
                      [](auto& document, const auto& record, std::uint64_t place) {
                        document += (place == 0 ? "" : ",\n") + json::serialize(record);
                      });
}

double seconds_of_libcsv(const ImportDocuments& documents) {
  const double start = now_seconds();
  Seen seen;
  for (const auto& document : documents.documents) {
    csv_parser parser;
    csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_delim(&parser, ';');
    const auto see = [](void*, std::size_t size, void* into) {
      auto& all = *static_cast<Seen*>(into);
      ++all.cells;
      all.bytes += size;
    };
    const auto skip = [](int, void*) {};
    // The byte order mark is in front of a quoted cell, which libcsv would not take.
    const auto text = std::string_view(document).substr(3);
    const bool read = csv_parse(&parser, text.data(), text.size(), see, skip, &seen) == text.size() &&
                      csv_fini(&parser, see, skip, &seen) == 0;
    csv_free(&parser);
    if (!read) throw std::runtime_error("libcsv does not take the generated table");
  }
  if (seen.cells == 0) throw std::runtime_error("libcsv finds no cells");
  return now_seconds() - start;
}

double seconds_of_boost_json(const ImportDocuments& documents) {
  const double start = now_seconds();
  std::size_t records = 0;
  for (const auto& document : documents.documents) records += json::parse(document).as_array().size();
  if (records == 0) throw std::runtime_error("Boost.JSON finds no records");
  return now_seconds() - start;
}

}  // namespace hansa::bench
