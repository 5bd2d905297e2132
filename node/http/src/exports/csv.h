#pragma once

#include <map>
#include <string>
#include <vector>

#include "json/content_table.h"
#include "writer.h"

namespace hansa::http {

/// The lines that a record is in a table: one, or of an assessment one for each criterion.
std::vector<std::vector<json::Cell>> table_rows(const Exported& record);

/// A cell as it was before the writer put an apostrophe in front of it.
std::string unguarded(const std::string& value);

/// A table as spreadsheets open it: RFC 4180 with a byte order mark, since they take UTF-8 for something else
/// without one, `separator` ("," or ";", as the reader's country has it) and lines that end in CR LF. A
/// column for every name that occurs, in the order of first occurrence; a line for every record, of an
/// assessment for every criterion. A value that a spreadsheet would take for a formula gets an apostrophe in
/// front (OWASP, "CSV injection"); numbers do not.
class CsvWriter final : public RecordWriter {
 public:
  explicit CsvWriter(char separator);
  void add(const Exported& record) override;
  /// A field that says nothing still has its separator.
  std::size_t bytes() const override { return bytes_ + rows_.size() * columns_.size(); }
  std::string end() override;

 private:
  struct Field {
    std::size_t column;
    std::string value;
  };
  std::size_t column_of(const std::string& name);
  void add_row(const std::vector<json::Cell>& cells);

  char separator_;
  std::size_t bytes_ = 0;
  std::vector<std::string> columns_;
  std::map<std::string, std::size_t> places_;  ///< of the columns
  std::vector<std::vector<Field>> rows_;
};

}  // namespace hansa::http
