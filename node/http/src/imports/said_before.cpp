#include "said_before.h"

#include <memory>

#include "../exports/calendar.h"
#include "../exports/csv.h"
#include "../exports/fields.h"
#include "../exports/vcard.h"
#include "table_parts.h"

namespace hansa::http {
namespace {

std::vector<json::Cell> table_cells(const Exported& record) {
  auto cells = merged_rows(table_rows(record));
  for (auto& cell : cells) {
    // Lines within a cell end as texts' do, and nothing is marked for spreadsheets.
    std::erase(cell.value, '\r');
    cell.value = unguarded(cell.value);
  }
  return cells;
}

std::unique_ptr<RecordWriter> writer_for(const RecordReading& reading, const ImportOptions& options) {
  if (options.format == "ics") return std::make_unique<CalendarWriter>("");
  return std::make_unique<VcardWriter>(VcardVersion::v4, [&reading](const std::string& id) {
    const auto parsed = protocol::parse_record_id(id);
    const auto record = parsed ? reading.snapshot().record(*parsed) : std::nullopt;
    return record ? fields::title(reading.json(*record)).text : std::string();
  });
}

}  // namespace

std::vector<json::Cell> cells_of(const RecordReading& reading, const store::RecordState& record,
                                 const ImportOptions& options) {
  const auto shown = reading.json(record);
  const auto content = reading.content(record.revisions[record.live]);
  const Exported exported{record, shown, content.reader ? &*content.reader : nullptr};
  if (options.format != "ics" && options.format != "vcf") return table_cells(exported);
  const auto writer = writer_for(reading, options);
  writer->add(exported);
  auto as_record = options;
  as_record.language = fields::text(shown, "language");
  as_record.encoding = "utf-8";
  auto document = read_document(writer->end(), as_record);
  // Of what the format cannot say of a record, everything that comes is news.
  return document && document->entries.size() == 1 ? std::move(document->entries.front().cells)
                                                   : std::vector<json::Cell>();
}

}  // namespace hansa::http
