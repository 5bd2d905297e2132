#pragma once
// A record as a person or program sends it: JSON in, content ready to be sealed out. Used by POST and PUT, by
// `hansa publish` and `hansa import`. Pure functions; any thread.

#include <boost/json/value.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/problem.h"
#include "protocol/content.h"
#include "protocol/content_check.h"
#include "protocol/ids.h"
#include "protocol/outcome.h"

namespace hansa::json {

inline constexpr std::size_t record_json_bytes_max = 1024 * 1024;
inline constexpr std::size_t record_json_depth_max = 16;

/// What was read, with what was wrong with it. Only prepare() turns it into something that may be published.
struct RecordInput {
  std::optional<protocol::RecordId> id;
  std::string visibility = "network";
  protocol::ContentBuilder content;
  std::vector<protocol::FieldError> errors;  ///< Unknown fields and wrong types
};

/// The problem of a record that cannot be published as it is: invalid_record (422).
Problem invalid_record(std::vector<protocol::FieldError> errors);

/// Without the byte order mark that editors on Windows begin a file with; RFC 8259 lets a reader pass over
/// it.
std::string_view after_byte_order_mark(std::string_view text);

/// Parses JSON within the limits above, after a byte order mark if there is one. Problems: malformed_json
/// (400), too_large (413).
protocol::Outcome<boost::json::value, Problem> parse_json(std::string_view text);

/// Reads one record's object. Fields that only the node sets (partner, revision, provenance, …) are ignored,
/// so that what GET gave can be edited and PUT; any other unknown field is an error. `kind` stands in when
/// the record names none. Problem: invalid_record (422), if it is no object or of no known kind.
protocol::Outcome<RecordInput, Problem> read_record(const boost::json::value& record,
                                                    std::string_view kind = {});

/// Checked, normalised content, ready to be sealed.
struct PreparedRecord {
  std::optional<protocol::RecordId> id;
  std::string kind;
  std::string visibility;
  protocol::Bytes content;
  std::vector<protocol::FieldError> warnings;
};

/// Fills defaults, normalises, applies every rule of the author. Problem: invalid_record (422) with all
/// errors.
protocol::Outcome<PreparedRecord, Problem> prepare(RecordInput input,
                                                   const protocol::AuthorDefaults& defaults,
                                                   std::optional<protocol::PartnerId> author);

}  // namespace hansa::json
