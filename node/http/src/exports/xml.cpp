#include "xml.h"

#include <sstream>

namespace hansa::http::xml {

pugi::xml_node add_element(pugi::xml_node parent, const char* name, std::string_view text) {
  auto element = parent.append_child(name);
  element.text().set(fields::in_lines(text).c_str());
  return element;
}

pugi::xml_node add_in_language(pugi::xml_node parent, const char* name, const fields::InLanguage& text) {
  auto element = add_element(parent, name, text.text);
  if (!text.language.empty()) add_attribute(element, "xml:lang", text.language);
  return element;
}

void add_attribute(pugi::xml_node element, const char* name, std::string_view text) {
  element.append_attribute(name) = fields::in_one_line(text).c_str();
}

pugi::xml_document new_document() {
  pugi::xml_document document;
  auto declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "utf-8";
  return document;
}

std::string text_of(const pugi::xml_document& document) {
  std::ostringstream out;
  document.save(out, " ", pugi::format_indent, pugi::encoding_utf8);
  return out.str();
}

std::string text_of(const pugi::xml_node& element) {
  std::ostringstream out;
  element.print(out, " ", pugi::format_indent, pugi::encoding_utf8, 1);
  return out.str();
}

}  // namespace hansa::http::xml
