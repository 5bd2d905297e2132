#pragma once
// The small numbers of an entry header. Numbers are never reused. A value that is not listed here is unknown
// to this version: such an entry chains, is stored and relayed like any other, and shows as "needs a newer
// Hansa". Enumerations therefore hold any number of their underlying type; switch with a default.

#include <cstdint>
#include <optional>
#include <string_view>

namespace hansa::protocol {

enum class EntryKind : std::uint16_t {
  none = 0,  ///< A log's first entry, its declaration; not valid anywhere else.
  content = 1,
  withdraw = 2,
  restrict_visibility = 3,
  erase = 4,
  receipt = 5,
  announcement = 6,
  charter_proposal = 7,
  charter_approval = 8,
  fork_evidence = 9,
  hold = 10,
  hold_release = 11,
};

enum class RecordKind : std::uint8_t {
  none = 0,
  practice = 1,
  event = 2,
  organisation = 3,
  contact = 4,
  response = 5,
  project = 6,
  service = 7,
  resource = 8,
};

enum class Visibility : std::uint8_t {
  none = 0,
  everyone = 1,  ///< "public" in the API.
  network = 2,
};

/// The stable snake_case name as the API shows it; "unknown" for a number not listed here.
std::string_view name(EntryKind kind);
std::string_view name(RecordKind kind);
std::string_view name(Visibility visibility);
/// The reverse for what publishers may write; nothing for "none", "unknown" and anything else.
std::optional<RecordKind> record_kind(std::string_view name);
std::optional<Visibility> visibility(std::string_view name);

}  // namespace hansa::protocol
