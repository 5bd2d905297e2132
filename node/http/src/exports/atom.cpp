#include "atom.h"

#include <algorithm>
#include <pugixml.hpp>
#include <sstream>

#include "fields.h"
#include "http/percent.h"

namespace hansa::http {
namespace {

pugi::xml_node add_element(pugi::xml_node parent, const char* name, const std::string& text) {
  auto node = parent.append_child(name);
  node.text().set(text.c_str());
  return node;
}

void add_in_language(pugi::xml_node parent, const char* name, const fields::InLanguage& text) {
  auto node = add_element(parent, name, text.text);
  if (!text.language.empty()) node.append_attribute("xml:lang") = text.language.c_str();
}

void add_link_to(pugi::xml_node parent, const std::string& relation, const std::string& address,
                 const char* type = nullptr) {
  auto link = parent.append_child("link");
  link.append_attribute("rel") = relation.c_str();
  if (type != nullptr) link.append_attribute("type") = type;
  link.append_attribute("href") = address.c_str();
}

std::string text_of(const pugi::xml_node& node) {
  std::ostringstream text;
  node.print(text, " ", pugi::format_indent, pugi::encoding_utf8, 1);
  return text.str();
}

void fill_tombstone(pugi::xml_node document, const boost::json::object& record) {
  auto deleted = document.append_child("at:deleted-entry");
  deleted.append_attribute("ref") = fields::text(record, "id").c_str();
  deleted.append_attribute("when") = fields::text(record, "modified").c_str();
  if (const auto reason = fields::text(record, "withdrawnReason"); !reason.empty())
    add_element(deleted, "at:comment", reason);
}

void fill_entry(pugi::xml_node document, const boost::json::object& record, const std::string& base) {
  auto entry = document.append_child("entry");
  const auto id = fields::text(record, "id");
  add_element(entry, "id", id);
  auto title = fields::title(record);
  if (title.text.empty()) title = {"", fields::text(record, "kind") + " " + id};
  add_in_language(entry, "title", title);
  add_element(entry, "updated", fields::text(record, "modified"));
  if (const auto created = fields::text(record, "created"); !created.empty())
    add_element(entry, "published", created);
  add_element(entry.append_child("author"), "name", fields::text(fields::inner(record, "partner"), "name"));
  // Needed where an entry has no content of its own (RFC 4287, 4.1.2).
  add_link_to(entry, "alternate", base + "/records/" + id, "text/html");
  if (const auto source = fields::address(record, "source"); !source.empty())
    add_link_to(entry, "via", source);
  if (const auto text = fields::summary(record); !text.text.empty()) add_in_language(entry, "summary", text);
  auto categories = fields::list(fields::inner(record, "content"), "themes");
  categories.insert(categories.begin(), fields::text(record, "kind"));
  for (const auto& category : categories)
    entry.append_child("category").append_attribute("term") = category.c_str();
  auto rights = fields::text(record, "licence");
  if (const auto credit = fields::text(record, "attribution"); !credit.empty())
    rights += (rights.empty() ? "" : "; ") + credit;
  if (!rights.empty()) add_element(entry, "rights", rights);
}

}  // namespace

void AtomWriter::add(const Exported& record) {
  const bool withdrawn = fields::is_withdrawn(record.json);
  const auto state = fields::text(record.json, "contentState");
  if (!withdrawn && (state == "missing" || state == "erased")) return;
  pugi::xml_document document;
  if (withdrawn)
    fill_tombstone(document, record.json);
  else
    fill_entry(document, record.json, source_.base);
  entries_ += text_of(document.first_child());
  updated_ = std::max(updated_, fields::text(record.json, "modified"));
}

std::string AtomWriter::end() {
  pugi::xml_document document;
  auto declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "utf-8";
  auto feed = document.append_child("feed");
  feed.append_attribute("xmlns") = "http://www.w3.org/2005/Atom";
  feed.append_attribute("xmlns:at") = "http://purl.org/atompub/tombstones/1.0";
  add_element(feed, "id", source_.id);
  add_element(feed, "title", source_.title);
  add_element(feed, "updated", updated_);
  add_element(feed, "generator", "Hansa");
  for (const auto& [relation, address] : source_.links)
    add_link_to(feed, relation, address, "application/atom+xml");
  std::ostringstream out;
  document.save(out, " ", pugi::format_indent, pugi::encoding_utf8);
  auto text = out.str();
  text.insert(text.rfind("</feed>"), entries_);
  return text;
}

}  // namespace hansa::http
