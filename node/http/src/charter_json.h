#pragma once
// The charter and what is proposed for it, as JSON; and changes of it, from JSON. Shapes: docs/api.md.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/charter_draft.h"
#include "core/status.h"
#include "core/stops_counting.h"
#include "json/problem.h"
#include "protocol/charter.h"

namespace hansa::http {

boost::json::object charter_json(const core::NodeStatus& status);

/// What a version changes of the one before, in the reader's language.
boost::json::array changes_json(const protocol::CharterBody& before, const protocol::CharterBody& after,
                                std::string_view language);

/// `{"entries","records","logs":[…]}`: what stops counting if it is adopted; null if it is no longer open.
boost::json::value stops_counting_json(const core::ShownLost& shown);

/// Without `stopsCounting`.
boost::json::object proposal_json(const core::NodeStatus& status, const core::ShownProposal& shown,
                                  std::string_view language);

/// Makes one change after the other; the first that cannot be made is a problem that names its field.
std::optional<json::Problem> apply_changes(const boost::json::array& changes, core::CharterDraft& draft);

}  // namespace hansa::http
