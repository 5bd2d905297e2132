#pragma once
// The rules that bind an author at its own node: required fields, limits, code lists, patterns, and rules
// across fields. A receiver never applies them. Pure; any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/content.h"
#include "protocol/field_error.h"
#include "protocol/ids.h"

namespace hansa::protocol {

struct AuthorContext {
  std::string_view visibility = "network";  ///< public, network or local
  std::optional<PartnerId> partner;         ///< The author's own: who speaks, and of whose records
};

struct Findings {
  std::vector<FieldError> errors;    ///< Any: the content must not be published.
  std::vector<FieldError> warnings;  ///< Personal data in free text, free-mail addresses: shown, not refused.
};

/// Checks content that was normalised before. All findings at once, in the order of the schema.
Findings check_content(schema::Content::Reader content, const AuthorContext& context);

/// What an author need not type.
struct AuthorDefaults {
  std::uint64_t now_ms = 0;              ///< Milliseconds since the Unix epoch
  std::optional<RecordId> organisation;  ///< The node's own organisation record, once it has one
  std::string_view attribution;          ///< The partner's name
};

/// Fills what is empty: schemaVersion, version (1), createdMs, modifiedMs, licence (CC-BY-4.0, except
/// contacts), attribution where the licence asks for it, reviewBy, a contact's type (role-mailbox),
/// publisher, and a practice's or
/// project's lead, a service's provider or a response's by from the organisation.
void fill_defaults(schema::Content::Builder content, const AuthorDefaults& defaults);

/// The day by which a record of this kind should be confirmed again, "2028-11-21": practices after 24 months,
/// contacts 12, services 6; empty for other kinds.
std::string default_review_by(std::string_view kind, std::uint64_t now_ms);

}  // namespace hansa::protocol
