#pragma once

#include <boost/json/value.hpp>
#include <map>
#include <vector>

#include "../routes/routes.h"
#include "entry.h"
#include "import_line.h"
#include "json/record_input.h"
#include "known_records.h"

namespace hansa::http {

inline constexpr std::size_t plan_bytes_max = 128 * 1024 * 1024;

/// Compares a document with the catalogue: what would become of each entry, and why. Nothing is published.
/// One document, one thread.
class Planning {
 public:
  Planning(const Services& services, const RecordReading& reading, const KnownRecords& known,
           const ImportOptions& options)
      : services_(services), reading_(reading), known_(known), options_(options) {}

  /// In the order of the entries. Problem: too_large.
  protocol::Outcome<std::vector<ImportLine>, json::Problem> run(std::vector<ImportEntry> entries);

 private:
  /// Finds the record that the entry is, or gives it an id; false: the line is decided.
  bool identify(ImportEntry& entry, ImportLine& line);
  bool identify_by_id(ImportEntry& entry, ImportLine& line, const protocol::RecordId& id);
  bool may_update(const protocol::RecordId& id, ImportLine& line) const;
  void judge(ImportEntry& entry, ImportLine& line);
  /// False: the line is decided.
  bool build(ImportEntry& entry, ImportLine& line, const store::RecordState* held);
  void complete(const ImportEntry& entry, const std::string& kind, std::vector<json::Cell>& given) const;
  bool name_by_id(json::Cell& cell, ImportLine& line) const;
  void put_cells(const ImportEntry& entry, ImportLine& line, const store::RecordState* held,
                 boost::json::object& record) const;
  std::string resolved(const std::string& text, ImportLine& line) const;
  void resolve(boost::json::value& value, ImportLine& line) const;
  void compare(const store::RecordState& held, const json::PreparedRecord& prepared, ImportLine& line) const;
  static void withhold(std::vector<ImportLine>& lines);

  const Services& services_;
  const RecordReading& reading_;
  const KnownRecords& known_;
  const ImportOptions& options_;
  std::map<std::string, protocol::RecordId> aliases_;  ///< "import:system/id" or a foreign record id → ours
  std::map<protocol::RecordId, std::size_t> planned_;  ///< which line the record stands on
};

}  // namespace hansa::http
