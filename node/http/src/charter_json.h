#pragma once
// The charter and what is proposed for it, as JSON; and changes of it, from JSON. Shapes: docs/api.md.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/charter_draft.h"
#include "core/charter_effects.h"
#include "core/status.h"
#include "json/problem.h"
#include "protocol/charter.h"
#include "record_reading.h"

namespace hansa::http {

boost::json::object charter_json(const core::NodeStatus& status);

/// What a version changes of the one before, in the reader's language.
boost::json::array changes_json(const protocol::CharterBody& before, const protocol::CharterBody& after,
                                std::string_view language);

/// What counts under only one of two charters: `{"entries","records","logs":[…],"named":{…}}`, with the
/// titles of the first records, as far as the charter in force shows them.
boost::json::object effect_json(const RecordReading& reading, const core::EntriesEffect& effect);
/// Codes of core::charter_warnings().
boost::json::array warnings_json(const protocol::CharterBody& before, const protocol::CharterBody& after);

/// Without `stopsCounting`, `countsAgain` and `warnings`.
boost::json::object proposal_json(const core::NodeStatus& status, const core::ShownProposal& shown,
                                  std::string_view language);

/// Makes one change after the other. The problem names each field that cannot be read, or else each change
/// that cannot be made, in all at most faults_told_max.
std::optional<json::Problem> apply_changes(const boost::json::array& changes, core::CharterDraft& draft);

}  // namespace hansa::http
