#pragma once
// One atomic write in the making: what is read through it shows the database as it will be. Made, filled and
// written by the store's thread, then thrown away. All members throw StoreBroken.

#include <map>
#include <set>
#include <unordered_map>
#include <vector>

#include "arrival_rows.h"
#include "database.h"
#include "missing_ranges.h"
#include "store/catalogue.h"

namespace hansa::store {

/// The logs and totals as the database has them, kept by the writing thread.
struct Held {
  std::map<Hash, LogState> logs;
  std::set<Hash> aside;  ///< logs with entries aside
  Totals totals;
};

class Changes {
 public:
  Changes(const Database& database, const Held& held)
      : database_(database), held_(held), totals_(held.totals), arrival_rows_(database) {}

  /// The log's state so far; none if the log is not held.
  const LogState* log(const Hash& log) const;
  /// Appends the header at the log's end; if it lies aside, it comes back with its payload. `revision`: what
  /// revision_of() says of it.
  void append(const protocol::HeaderView& header, const Hash& hash, const PublicKey& author,
              const std::optional<Revision>& revision);
  /// Fetches the records of `ids` at once; others are fetched one by one.
  void prefetch(std::vector<RecordId> ids);
  /// False if the payload is not missing.
  bool put_payload(const protocol::VerifiedPayload& payload, const protocol::Entropy& entropy);
  /// The next unchecked entry of the log is checked. `revision` as above. The run is written by
  /// end_arrivals().
  Arrival arrive(const protocol::HeaderView& header, const std::optional<Revision>& revision,
                 std::uint64_t now_ms);
  void end_arrivals();
  /// Removes the log's entries from `from` on, none of which is checked. `headers`: theirs; `head`: the hash
  /// of the entry before.
  void retract(const Hash& log, std::uint64_t from, const std::vector<Bytes>& headers, const Hash& head);
  /// The same, also of checked ones; they are kept aside.
  void set_aside(const Hash& log, std::uint64_t from, const std::vector<Bytes>& headers, const Hash& head);
  void drop_aside(const Hash& log, const EntryPlace& place);
  /// What revision_of() says today of an entry that is held.
  void revise(const protocol::HeaderView& header, const Hash& hash, const std::optional<Revision>& revision);
  /// Tells of what set_aside() and revise() did to checked entries, and sees to it that of each record that
  /// lost or gained a revision the one that arrived first is marked so. Last, once. `log` and `from`: of the
  /// lines.
  std::vector<Arrival> tell_ceased(const Hash& log, std::uint64_t from, std::uint64_t now_ms);

  /// Writes all of it, and shows it in `held`, the one that the constructor was given.
  void write(Database& database, bool synced, Held& held);

 private:
  struct Record {
    std::vector<Revision> before;
    std::vector<Revision> now;
    bool changed = false;
  };
  struct Log {
    std::optional<LogState> state;  // none: gone
    std::optional<MissingRanges> missing;
    bool missing_changed = false;
  };

  Log& change(const Hash& log);
  Record& change(const RecordId& record);
  void put(rocksdb::ColumnFamilyHandle* family, std::string_view key, std::string_view value);
  void erase(rocksdb::ColumnFamilyHandle* family, std::string_view key);
  enum class Fate { gone, aside };
  void remove(const Hash& log, std::uint64_t from, const std::vector<Bytes>& headers, const Hash& head,
              Fate fate);
  void remove_payload(const protocol::HeaderView& header);
  void put_aside(const protocol::HeaderView& header, const Hash& hash);
  void take_from_aside(const protocol::HeaderView& header, const Hash& hash);
  void move_payload(std::string_view from, std::string_view to);
  bool has_arrived(const Revision& revision) const;
  void mark_first(const Record& record);
  void write_record(const RecordId& id, const Record& record);
  void write_log(const Hash& id, Log& log);

  const Database& database_;
  const Held& held_;
  Totals totals_;
  std::map<Hash, Log> logs_;
  std::unordered_map<RecordId, Record> records_;
  std::optional<rows::ArrivalRun> arriving_;
  ArrivalRows arrival_rows_;
  std::set<Hash> aside_touched_;
  std::set<RecordId> ceased_;  ///< lost or gained a checked revision
  bool any_ceased_ = false;    ///< a checked entry was set aside
  rocksdb::WriteBatch batch_;
};

}  // namespace hansa::store
