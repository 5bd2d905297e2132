#pragma once

#include <boost/json/object.hpp>
#include <string>

namespace hansa {

/// What a code means, in English: from the catalogue of the pages (admin-ui/src/i18n/en.json), so that both
/// say the same. `vocabulary`: "finding", "alarm", …; its `{name}` places are filled in from `params`. The
/// code itself if the catalogue does not know it.
std::string in_english(const std::string& vocabulary, const std::string& code,
                       const boost::json::object& params);
bool knows_english(const std::string& vocabulary, const std::string& code);

}  // namespace hansa
