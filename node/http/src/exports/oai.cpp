#include "oai.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <sstream>

#include "fields.h"
#include "json/record_json.h"
#include "xml.h"

namespace hansa::http::oai {
namespace {

using xml::add_attribute;
using xml::add_element;

constexpr std::string_view only_prefix = "oai_dc";
constexpr std::uint64_t day_ms = 86'400'000;
constexpr std::size_t day_length = 10;

/// Seconds are the granularity: "2026-11-21T22:50:00Z".
std::string datestamp_text(std::uint64_t ms) {
  return json::instant_text(ms / 1000 * 1000).substr(0, 19) + "Z";
}

std::optional<std::uint64_t> datestamp(const std::string& text) {
  const bool day = text.size() == day_length;
  if (!day && (text.size() != day_length + 10 || text.back() != 'Z')) return std::nullopt;
  return json::parse_instant(text);
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Problem> fill_range(const Arguments& arguments, Selection& selection) {
  const auto from = arguments.find("from");
  const auto until = arguments.find("until");
  if (from != arguments.end()) {
    const auto ms = datestamp(from->second);
    if (!ms) return Problem{"badArgument", "from is a day or 2026-11-21T22:50:00Z"};
    selection.from_ms = *ms;
  }
  if (until == arguments.end()) return std::nullopt;
  const auto ms = datestamp(until->second);
  if (!ms) return Problem{"badArgument", "until is a day or 2026-11-21T22:50:00Z"};
  if (from != arguments.end() && from->second.size() != until->second.size())
    return Problem{"badArgument", "from and until have different granularities"};
  selection.until_ms = *ms + (until->second.size() == day_length ? day_ms : 1000) - 1;
  if (selection.until_ms < selection.from_ms) return Problem{"badArgument", "until is before from"};
  return std::nullopt;
}

/// "from,until,prefix,set,after,id"
std::optional<Selection> selection_from(const std::string& token) {
  std::vector<std::string> parts;
  std::istringstream all(token);
  for (std::string part; std::getline(all, part, ',');) parts.push_back(part);
  if (parts.size() != 6) return std::nullopt;
  const auto from = number(parts[0]);
  const auto until = number(parts[1]);
  const auto after = number(parts[4]);
  const auto id = protocol::parse_record_id(parts[5]);
  if (!from || !until || !after || !id || parts[2] != only_prefix) return std::nullopt;
  return Selection{*from, *until, parts[3], parts[2], *after, *id};
}

void add_texts(pugi::xml_node parent, const char* name, const std::vector<fields::InLanguage>& texts) {
  for (const auto& one : texts) xml::add_in_language(parent, name, one);
}

void add_dublin_core(pugi::xml_node metadata, const boost::json::object& record) {
  auto dc = metadata.append_child("oai_dc:dc");
  add_attribute(dc, "xmlns:oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc/");
  add_attribute(dc, "xmlns:dc", "http://purl.org/dc/elements/1.1/");
  add_attribute(dc, "xsi:schemaLocation",
                "http://www.openarchives.org/OAI/2.0/oai_dc/ http://www.openarchives.org/OAI/2.0/oai_dc.xsd");
  const auto& content = fields::inner(record, "content");
  const auto put = [&](const char* name, const std::string& text) {
    if (!text.empty()) add_element(dc, name, text);
  };
  add_texts(dc, "dc:title", fields::titles(record));
  put("dc:creator", fields::text(fields::inner(record, "partner"), "name"));
  for (const auto& theme : fields::list(content, "themes")) put("dc:subject", theme);
  add_texts(dc, "dc:description", fields::summaries(record));
  put("dc:publisher", fields::text(fields::inner(record, "partner"), "name"));
  put("dc:date", fields::text(record, "modified"));
  put("dc:type", fields::text(record, "kind"));
  put("dc:identifier", fields::text(record, "id"));
  put("dc:identifier", fields::address(content, "url"));
  put("dc:source", fields::address(record, "source"));
  put("dc:language", fields::text(record, "language"));
  put("dc:relation", fields::text(content, "about"));
  for (const auto& country : fields::list(content, "country")) put("dc:coverage", country);
  put("dc:coverage", fields::text(content, "country"));
  put("dc:rights", fields::text(record, "licence"));
  put("dc:rights", fields::text(record, "attribution"));
}

}  // namespace

std::optional<Problem> prefix_problem(const Arguments& arguments) {
  const auto prefix = arguments.find("metadataPrefix");
  if (prefix == arguments.end()) return Problem{"badArgument", "metadataPrefix is missing"};
  if (prefix->second != only_prefix)
    return Problem{"cannotDisseminateFormat", "The only format is " + std::string(only_prefix) + "."};
  return std::nullopt;
}

protocol::Outcome<Selection, Problem> selection_of(const Arguments& arguments) {
  if (const auto token = arguments.find("resumptionToken"); token != arguments.end()) {
    if (arguments.size() > 1) return Problem{"badArgument", "resumptionToken stands alone"};
    const auto selection = selection_from(token->second);
    if (!selection) return Problem{"badResumptionToken", "This node did not give that token."};
    return *selection;
  }
  Selection selection;
  if (auto problem = prefix_problem(arguments)) return std::move(*problem);
  selection.prefix = only_prefix;
  if (const auto set = arguments.find("set"); set != arguments.end()) {
    selection.set = set->second;
    if (selection.set.empty() || selection.set.find(',') != std::string::npos)
      return Problem{"badArgument", "set is one that ListSets names"};
  }
  if (auto problem = fill_range(arguments, selection)) return std::move(*problem);
  return selection;
}

std::string resumption_token(const Selection& selection) {
  return std::to_string(selection.from_ms) + "," + std::to_string(selection.until_ms) + "," +
         selection.prefix + "," + selection.set + "," + std::to_string(selection.after_ms) + "," +
         protocol::to_text(*selection.after);
}

struct Answer::Document {
  pugi::xml_document xml = xml::new_document();
  pugi::xml_node root, request, body;

  void fill_header(pugi::xml_node parent, const Item& item) {
    auto header = parent.append_child("header");
    if (item.deleted) add_attribute(header, "status", "deleted");
    add_element(header, "identifier", item.id);
    add_element(header, "datestamp", datestamp_text(item.datestamp_ms));
    for (const auto& set : item.sets) add_element(header, "setSpec", set);
  }
};

Answer::Answer(std::string base_url, std::uint64_t now_ms) : document_(std::make_unique<Document>()) {
  auto& document = *document_;
  document.root = document.xml.append_child("OAI-PMH");
  add_attribute(document.root, "xmlns", "http://www.openarchives.org/OAI/2.0/");
  add_attribute(document.root, "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
  add_attribute(document.root, "xsi:schemaLocation",
                "http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd");
  add_element(document.root, "responseDate", datestamp_text(now_ms));
  document.request = add_element(document.root, "request", base_url);
}
Answer::~Answer() = default;

void Answer::problem(const Problem& problem) {
  add_attribute(add_element(document_->root, "error", problem.text), "code", problem.code);
}

void Answer::begin(const std::string& verb, const Arguments& arguments) {
  add_attribute(document_->request, "verb", verb);
  for (const auto& [name, value] : arguments) add_attribute(document_->request, name.c_str(), value);
  document_->body = document_->root.append_child(verb.c_str());
}

void Answer::identify(const std::string& name, const std::string& mail, std::uint64_t earliest_ms) {
  auto body = document_->body;
  add_element(body, "repositoryName", name);
  add_element(body, "baseURL", document_->request.text().get());
  add_element(body, "protocolVersion", "2.0");
  add_element(body, "adminEmail", mail);
  add_element(body, "earliestDatestamp", datestamp_text(earliest_ms));
  add_element(body, "deletedRecord", "persistent");
  add_element(body, "granularity", "YYYY-MM-DDThh:mm:ssZ");
}

void Answer::formats() {
  auto format = document_->body.append_child("metadataFormat");
  add_element(format, "metadataPrefix", only_prefix);
  add_element(format, "schema", "http://www.openarchives.org/OAI/2.0/oai_dc.xsd");
  add_element(format, "metadataNamespace", "http://www.openarchives.org/OAI/2.0/oai_dc/");
}

void Answer::sets(const std::vector<std::pair<std::string, std::string>>& sets) {
  for (const auto& [spec, name] : sets) {
    auto set = document_->body.append_child("set");
    add_element(set, "setSpec", spec);
    add_element(set, "setName", name);
  }
}

void Answer::header(const Item& item) { document_->fill_header(document_->body, item); }

void Answer::record(const Item& item) {
  auto record = document_->body.append_child("record");
  document_->fill_header(record, item);
  if (!item.deleted) add_dublin_core(record.append_child("metadata"), item.json);
}

void Answer::resumption(const std::string& token) { add_element(document_->body, "resumptionToken", token); }

std::string Answer::text() const { return xml::text_of(document_->xml); }

}  // namespace hansa::http::oai
