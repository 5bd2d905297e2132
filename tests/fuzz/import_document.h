#pragma once
// Any bytes as a document to import: refused with a reason, or entries that stand on lines of the document
// and whose cells can be put into a record or are refused one by one.

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <string>

#include "fixed.h"
#include "imports/entry.h"
#include "json/record_input.h"
#include "json/table_input.h"
#include "protocol/unicode.h"

namespace hansa::fuzz {

inline void entry_holds(const http::ImportEntry& entry, std::size_t lines) {
  must(entry.line >= 1 && (entry.whole || entry.line <= lines));
  auto record = entry.record;
  for (const auto& cell : entry.cells) {
    must(protocol::is_utf8(cell.value));
    if (const auto error = json::put_cell(record, cell)) must(!error->code.empty());
  }
  for (const auto& fault : entry.faults) must(!fault.code.empty());
  const auto read = json::read_record(boost::json::value(record));
  must(bool(read) || !read.error().errors.empty());
}

/// The first byte says how it is asked to be read.
inline int document(const char* format, const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  http::ImportOptions options;
  options.format = format;
  options.language = "lv";
  if ((data[0] & 1) != 0) options.kind = "event";
  if ((data[0] & 2) != 0) options.timezone = "Europe/Riga";
  if ((data[0] & 4) != 0) options.encoding = (data[0] & 8) != 0 ? "windows-1257" : "utf-8";
  const std::string bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto document = http::read_document(bytes, options);
  if (!document) {
    must(!document.error().code.empty() && !document.error().detail.empty());
    return 0;
  }
  const auto ends = [](char c) { return c == '\n' || c == '\r'; };
  const auto lines = 1 + static_cast<std::size_t>(std::count_if(bytes.begin(), bytes.end(), ends));
  must(document->entries.size() <= http::import_entries_max);
  for (const auto& entry : document->entries) entry_holds(entry, lines);
  return 0;
}

}  // namespace hansa::fuzz
