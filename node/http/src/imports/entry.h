#pragma once
// What a document says, before anybody looks at the catalogue. Values; any thread.

#include <boost/json/object.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "json/content_table.h"
#include "json/problem.h"
#include "protocol/outcome.h"

namespace hansa::http {

inline constexpr std::size_t import_bytes_max = 32 * 1024 * 1024;  ///< of a document
inline constexpr std::size_t import_entries_max = 20'000;

/// How a document is to be read. Texts as they came: the readers say what they cannot use.
struct ImportOptions {
  std::string format;            ///< json, csv, ics or vcf
  std::string kind;              ///< of entries that do not say it; empty: none
  std::string language;          ///< of texts that do not say it
  std::string system;            ///< of identifiers that stand without one; empty: none
  std::string encoding;          ///< of csv; empty: found out
  std::string separator;         ///< of csv: comma, semicolon or tab; empty: found out
  std::string timezone;          ///< of times in an ics that name no zone; empty: such an event is refused
  std::vector<std::string> map;  ///< "Their column=our.column", "Their column=-" for none
  std::vector<std::string> set;  ///< "our.column=value" for what new records do not say themselves
  bool only_new = false;         ///< what is known is refused instead of updated; needs no identifier
};

/// One record of a document.
struct ImportEntry {
  std::size_t line = 0;  ///< where it begins, from 1; of JSON the number of the record
  /// Of JSON all of it. Else who it is: `kind`, `language`, and `id` or `importedFrom` as far as it says so.
  boost::json::object record;
  bool whole = false;                        ///< `record` is all of it; else `cells` say the rest
  std::vector<json::Cell> cells;             ///< also empty ones, where a table has the column
  std::vector<protocol::FieldError> faults;  ///< what could not be read; such an entry is refused
  std::vector<std::string> dropped;  ///< what of it is not taken: personal data, what has no place here
  std::string skip;                  ///< why it is not for import: withdrawn_there, private; empty if it is
  std::vector<json::Cell> defaults;  ///< for a new record that does not say otherwise
};

struct ImportDocument {
  std::vector<ImportEntry> entries;
  std::string encoding = "utf-8";
  bool encoding_sure = true;         ///< false: it was guessed, and somebody should look
  char separator = 0;                ///< of csv
  std::vector<std::string> unknown;  ///< columns that nothing is read from
};

/// A document, or why none of it can be read: malformed_document, encoding_unknown, too_large (422, 413),
/// with the line in `detail` where there is one.
using ReadDocument = protocol::Outcome<ImportDocument, json::Problem>;

ReadDocument read_json_document(std::string_view bytes, const ImportOptions& options);
ReadDocument read_csv_document(std::string_view bytes, const ImportOptions& options);
ReadDocument read_calendar_document(std::string_view bytes, const ImportOptions& options);
ReadDocument read_vcard_document(std::string_view bytes, const ImportOptions& options);

/// By `options.format`, which must be known.
ReadDocument read_document(std::string_view bytes, const ImportOptions& options);
bool is_import_format(std::string_view format);

/// malformed_document (422): `detail` says where and why.
json::Problem malformed_document(std::string detail);
json::Problem document_too_large(std::string most);

/// "a=b" as two; none if there is no "=", or nothing in front of it.
std::optional<std::pair<std::string, std::string>> split_pair(const std::string& text);

/// Of several cells with one column the last counts.
const std::string* find_cell(const std::vector<json::Cell>& cells, std::string_view column);

}  // namespace hansa::http
