#include "atom.h"

#include <algorithm>

#include "fields.h"
#include "xml.h"

namespace hansa::http {
namespace {

using xml::add_attribute;
using xml::add_element;
using xml::add_in_language;

void add_link_to(pugi::xml_node parent, const std::string& relation, const std::string& address,
                 const char* type = nullptr) {
  auto link = parent.append_child("link");
  add_attribute(link, "rel", relation);
  if (type != nullptr) add_attribute(link, "type", type);
  add_attribute(link, "href", address);
}

void fill_tombstone(pugi::xml_node document, const boost::json::object& record) {
  auto deleted = document.append_child("at:deleted-entry");
  add_attribute(deleted, "ref", fields::text(record, "id"));
  add_attribute(deleted, "when", fields::text(record, "modified"));
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
  for (const auto& category : categories) add_attribute(entry.append_child("category"), "term", category);
  auto rights = fields::text(record, "licence");
  if (const auto credit = fields::text(record, "attribution"); !credit.empty())
    rights += (rights.empty() ? "" : "; ") + credit;
  if (!rights.empty()) add_element(entry, "rights", rights);
}

}  // namespace

void AtomWriter::add(const Exported& record) {
  const bool withdrawn = fields::is_withdrawn(record.json);
  if (!withdrawn && fields::text(record.json, "contentState") == "missing") return;
  pugi::xml_document document;
  if (withdrawn)
    fill_tombstone(document, record.json);
  else
    fill_entry(document, record.json, source_.base);
  entries_ += xml::text_of(document.first_child());
  updated_ = std::max(updated_, fields::text(record.json, "modified"));
}

std::string AtomWriter::end() {
  auto document = xml::new_document();
  auto feed = document.append_child("feed");
  add_attribute(feed, "xmlns", "http://www.w3.org/2005/Atom");
  add_attribute(feed, "xmlns:at", "http://purl.org/atompub/tombstones/1.0");
  add_element(feed, "id", source_.id);
  add_element(feed, "title", source_.title);
  add_element(feed, "updated", updated_);
  add_element(feed, "generator", "Hansa");
  for (const auto& [relation, address] : source_.links)
    add_link_to(feed, relation, address, "application/atom+xml");
  auto text = xml::text_of(document);
  text.insert(text.rfind("</feed>"), entries_);
  return text;
}

}  // namespace hansa::http
