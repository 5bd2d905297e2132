#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "../record_reading.h"

namespace hansa::http {

/// What an import recognises records by: where they were imported from, and what organisations are called.
/// One thread at a time.
class KnownRecords {
 public:
  /// Takes in what the reading's snapshot has: at first by going through all records, later what arrived.
  void follow(const RecordReading& reading);
  /// "system/id" of importedFrom; one's own before another partner's. Withdrawn records are known, too.
  std::optional<protocol::RecordId> with_key(const std::string& key) const;
  /// The one organisation that is called so, in whichever language; none if several are.
  std::optional<protocol::RecordId> organisation(const std::string& name) const;

 private:
  void learn(const RecordReading& reading, const store::RecordState& record);
  void learn_all(const RecordReading& reading);

  std::map<std::string, protocol::RecordId> by_key_;
  std::map<std::string, std::optional<protocol::RecordId>> organisations_;
  std::optional<std::uint64_t> last_arrival_;
};

/// "system/id"; empty without both.
std::string import_key(const boost::json::object& record);

}  // namespace hansa::http
