#pragma once

#include <boost/json/object.hpp>
#include <string>

namespace hansa::commands {

/// One change of a charter, as the API shows it, in an English sentence.
std::string change_in_words(const boost::json::object& change);

/// Everything that the charter in force says, in lines.
std::string charter_in_words(const boost::json::object& charter);

/// A proposal in lines: what would change, what stops counting, who approved, what is needed.
std::string proposal_in_words(const boost::json::object& proposal);

}  // namespace hansa::commands
