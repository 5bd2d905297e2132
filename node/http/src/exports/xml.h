#pragma once
// XML out of texts from anywhere: of a text only what XML 1.0 (2.2) can hold gets in. Names are the program's
// own. One request, one thread.

#include <pugixml.hpp>
#include <string>
#include <string_view>

#include "fields.h"

namespace hansa::http::xml {

pugi::xml_node add_element(pugi::xml_node parent, const char* name, std::string_view text);
/// With xml:lang, if the language is known.
pugi::xml_node add_in_language(pugi::xml_node parent, const char* name, const fields::InLanguage& text);
void add_attribute(pugi::xml_node element, const char* name, std::string_view text);

/// An empty document of its own, which says that it is UTF-8.
pugi::xml_document new_document();
std::string text_of(const pugi::xml_document& document);
/// Of one element, as it stands inside another.
std::string text_of(const pugi::xml_node& element);

}  // namespace hansa::http::xml
