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

/// `{"code","params"}` of the API, in whichever vocabulary knows the code; a `reason` in it is put in words,
/// too.
std::string coded_in_words(const boost::json::object& coded, const char* vocabulary, const char* otherwise);

/// One of a problem's errors, `{"field","code","params","value"}`: what is wrong with which field.
std::string field_error_in_words(const boost::json::object& error);

/// Why a connection ended or did not come about: `{"code","params"}`, as a peer's lastError.
std::string link_error_in_words(const boost::json::object& error);

}  // namespace hansa
