#pragma once
// Keys and rows as they lie in RocksDB; docs/storage.md describes them byte for byte. Pure functions.

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.h"

namespace hansa::store::rows {

// Keys in headers, payloads and salts: log id, then the sequence number big-endian.
inline constexpr std::size_t entry_key_bytes = 40;
using EntryKey = std::array<char, entry_key_bytes>;
EntryKey entry_key(const Hash& log, std::uint64_t sequence);
inline std::string_view text(const EntryKey& key) { return {key.data(), key.size()}; }
/// The sequence number at the end of any key that ends in one.
std::uint64_t sequence_of(std::string_view key);

// Keys in the family "default": a letter, then what it names.
inline constexpr std::string_view format_key = "F";
inline constexpr std::string_view totals_key = "T";
std::string log_key(const Hash& log);
std::string missing_key(const Hash& log, std::uint64_t from);
std::string missing_prefix(const Hash& log);
std::string arrivals_key(std::uint64_t first_number);
std::string numbering_key(const Hash& log, std::uint64_t from);
std::string numbering_prefix(const Hash& log);
std::string setting_key(std::string_view key);
std::string about_key(const RecordId& subject, const RecordId& record);
std::string about_prefix(const RecordId& subject);
inline constexpr char log_letter = 'L';
inline constexpr char missing_letter = 'M';
inline constexpr char arrivals_letter = 'A';
inline constexpr char numbering_letter = 'N';
inline constexpr char setting_letter = 'S';
inline constexpr char about_letter = 'B';

/// The key in the family "records".
std::string record_key(const RecordId& id);
RecordId record_id(std::string_view key);

/// Keys in aside, and of payloads and salts that are aside: log id, sequence big-endian, hash.
std::string aside_key(const Hash& log, const EntryPlace& place);
EntryPlace aside_place(std::string_view key);

/// Lines of the change feed with consecutive numbers: either entries of one log that became checked at once
/// or records that lost revisions at once.
struct ArrivalRun {
  struct Ceased {
    RecordId record;
    protocol::RecordKind kind{};
  };
  std::uint64_t first_number = 0;
  Hash log{};
  std::uint64_t from = 0;
  std::uint64_t received_ms = 0;
  std::vector<bool> first_of_record;  ///< one an entry
  std::vector<Ceased> ceased;         ///< at most ceased_per_run
  std::size_t size() const { return ceased.empty() ? first_of_record.size() : ceased.size(); }
};
inline constexpr std::size_t ceased_per_run = 256;

/// From which number on the entries of a log that became checked at once stand in the feed, and since when.
struct Numbering {
  std::uint64_t received_ms = 0;
  std::uint64_t first_number = 0;
};

struct AsideRow {
  bool has_payload = false;
  std::string_view header;
};

// Each decoder gives nothing for a row that no encoder of this format makes: the store is damaged.
std::string encode(std::uint32_t number);
std::optional<std::uint32_t> decode_number(std::string_view row);
/// The end of a range of missing payloads.
std::string encode_wide(std::uint64_t number);
std::optional<std::uint64_t> decode_wide(std::string_view row);
std::string encode(const Totals& totals);
std::optional<Totals> decode_totals(std::string_view row);
std::string encode(const LogState& state);
std::optional<LogState> decode_log(std::string_view row);
std::string encode(const ArrivalRun& run);
std::optional<ArrivalRun> decode_arrivals(std::uint64_t first_number, std::string_view row);
std::string encode(const Numbering& numbering);
std::optional<Numbering> decode_numbering(std::string_view row);
std::string encode(const AsideRow& row);
std::optional<AsideRow> decode_aside(std::string_view row);
std::string encode(const std::vector<Revision>& revisions);
std::optional<std::vector<Revision>> decode_revisions(std::string_view row);

}  // namespace hansa::store::rows
