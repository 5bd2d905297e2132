#include <algorithm>
#include <array>
#include <boost/json/stream_parser.hpp>

#include "entry.h"
#include "json/record_input.h"

namespace hansa::http {
namespace {

constexpr std::array<std::string_view, 4> formats = {"json", "csv", "ics", "vcf"};
constexpr std::size_t lists_around_records = 2;  // {"records": [ … ]}

}  // namespace

json::Problem malformed_document(std::string detail) {
  return {"malformed_document", 422, "The document cannot be read.", std::move(detail), {}};
}

json::Problem document_too_large(std::string most) {
  return {
      "too_large", 413, "The document is too large for one import.", "At most " + std::move(most) + ".", {}};
}

std::optional<std::pair<std::string, std::string>> split_pair(const std::string& text) {
  const auto mark = text.find('=');
  if (mark == std::string::npos || mark == 0) return std::nullopt;
  return std::pair(text.substr(0, mark), text.substr(mark + 1));
}

const std::string* find_cell(const std::vector<json::Cell>& cells, std::string_view column) {
  const auto found =
      std::find_if(cells.rbegin(), cells.rend(), [&](const auto& cell) { return cell.column == column; });
  return found == cells.rend() ? nullptr : &found->value;
}

ReadDocument read_json_document(std::string_view bytes, const ImportOptions& options) {
  const auto text = json::after_byte_order_mark(bytes);
  boost::system::error_code failed;
  boost::json::parse_options limits;
  limits.max_depth = json::record_json_depth_max + lists_around_records;
  boost::json::stream_parser parser(boost::json::storage_ptr{}, limits);
  const auto parsed = parser.write_some(text.data(), text.size(), failed);
  if (!failed && parsed != text.size()) failed = boost::json::error::extra_data;
  if (!failed) parser.finish(failed);
  if (failed) {
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(parsed), '\n');
    return malformed_document("line " + std::to_string(line) + ": not JSON: " + failed.message());
  }
  auto value = parser.release();
  boost::json::array records;
  auto* object = value.if_object();
  auto* named = object != nullptr ? object->if_contains("records") : nullptr;
  // A page of the API's own list is a document, too.
  if (object != nullptr && named == nullptr) named = object->if_contains("items");
  if (value.is_array())
    records = std::move(value.get_array());
  else if (named != nullptr && named->is_array())
    records = std::move(named->get_array());
  else if (object != nullptr)
    records.push_back(std::move(*object));
  else
    return malformed_document("it is neither a record, nor a list of records, nor {\"records\": […]}");
  if (records.size() > import_entries_max)
    return document_too_large(std::to_string(import_entries_max) + " records");
  ImportDocument document;
  for (auto& record : records) {
    ImportEntry entry;
    entry.line = document.entries.size() + 1;
    entry.whole = true;
    if (record.is_object())
      entry.record = std::move(record.get_object());
    else
      entry.faults.push_back({"", "wrong_type", {{"expected", std::string("object")}}, {}});
    if (!options.kind.empty() && !entry.record.contains("kind")) entry.record["kind"] = options.kind;
    const auto* status = entry.record.if_contains("status");
    if (status != nullptr && *status == boost::json::value("withdrawn")) entry.skip = "withdrawn_there";
    document.entries.push_back(std::move(entry));
  }
  return document;
}

bool is_import_format(std::string_view format) {
  return std::find(formats.begin(), formats.end(), format) != formats.end();
}

ReadDocument read_document(std::string_view bytes, const ImportOptions& options) {
  if (bytes.size() > import_bytes_max) return document_too_large("32 MiB");
  if (options.format == "csv") return read_csv_document(bytes, options);
  if (options.format == "ics") return read_calendar_document(bytes, options);
  if (options.format == "vcf") return read_vcard_document(bytes, options);
  return read_json_document(bytes, options);
}

}  // namespace hansa::http
