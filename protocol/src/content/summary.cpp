#include <algorithm>
#include <set>

#include "protocol/content.h"
#include "protocol/content_summary.h"

namespace hansa::protocol {
namespace {

using capnp::DynamicList;
using capnp::DynamicStruct;
using capnp::DynamicValue;

std::string_view view(capnp::Text::Reader text) { return {text.cStr(), text.size()}; }

void add(std::vector<std::string>& list, capnp::Text::Reader code) {
  std::string text(view(code));
  if (!text.empty() && std::find(list.begin(), list.end(), text) == list.end())
    list.push_back(std::move(text));
}

void add_all(std::vector<std::string>& list, capnp::List<capnp::Text>::Reader codes) {
  for (const auto code : codes) add(list, code);
}

void collect_references(DynamicValue::Reader value, std::set<RecordId>& found) {
  if (value.getType() == DynamicValue::LIST) {
    for (const auto item : value.as<DynamicList>()) collect_references(item, found);
    return;
  }
  if (value.getType() != DynamicValue::STRUCT) return;
  const auto inner = value.as<DynamicStruct>();
  for (const auto field : inner.getSchema().getNonUnionFields()) {
    if (!inner.has(field)) continue;
    // Ref and Link, the only structs with a field of this name, hold a record's id in it.
    if (field.getType().isData() && field.getProto().getName() == "record") {
      const auto bytes = inner.get(field).as<capnp::Data>();
      if (const auto id = record_id_from_bytes({bytes.begin(), bytes.size()})) found.insert(*id);
    } else {
      collect_references(inner.get(field), found);
    }
  }
}

void take_title(ContentSummary& summary, schema::MultilingualText::Reader title) {
  for (const auto entry : title.getEntries()) {
    summary.title.push_back({std::string(view(entry.getLanguage())), std::string(view(entry.getText()))});
    add(summary.languages, entry.getLanguage());
  }
}

void take_body(ContentSummary& summary, schema::Content::Body::Reader body) {
  switch (body.which()) {
    case schema::Content::Body::PRACTICE:
      take_title(summary, body.getPractice().getTitle());
      add_all(summary.countries, body.getPractice().getCountry());
      add_all(summary.themes, body.getPractice().getThemes());
      break;
    case schema::Content::Body::EVENT:
      take_title(summary, body.getEvent().getTitle());
      add(summary.countries, body.getEvent().getVenue().getCountry());
      add_all(summary.themes, body.getEvent().getThemes());
      break;
    case schema::Content::Body::ORGANISATION:
      take_title(summary, body.getOrganisation().getName());
      add(summary.countries, body.getOrganisation().getCountry());
      add_all(summary.themes, body.getOrganisation().getThemes());
      break;
    case schema::Content::Body::CONTACT:
      take_title(summary, body.getContact().getDisplayName());
      add(summary.countries, body.getContact().getCountry());
      add_all(summary.themes, body.getContact().getThemes());
      break;
    case schema::Content::Body::RESPONSE:
      add(summary.countries, body.getResponse().getPlace().getCountry());
      for (const auto entry : body.getResponse().getText().getEntries())
        add(summary.languages, entry.getLanguage());
      break;
    case schema::Content::Body::PROJECT:
      take_title(summary, body.getProject().getTitle());
      add_all(summary.countries, body.getProject().getCountries());
      add_all(summary.themes, body.getProject().getThemes());
      break;
    case schema::Content::Body::SERVICE:
      take_title(summary, body.getService().getName());
      add(summary.countries, body.getService().getArea().getCountry());
      add_all(summary.themes, body.getService().getThemes());
      break;
    case schema::Content::Body::RESOURCE:
      take_title(summary, body.getResource().getTitle());
      add_all(summary.themes, body.getResource().getThemes());
      break;
  }
}

}  // namespace

ContentSummary summarise(const ContentReader& content) {
  ContentSummary summary;
  if (!content.understood()) return summary;
  const auto root = content.root();
  summary.kind = content.kind();
  summary.language = view(root.getLanguage());
  summary.licence = view(root.getLicence());
  summary.review_by = view(root.getReviewBy());
  take_body(summary, root.getBody());
  return summary;
}

bool says_erased(const ContentReader& withdrawal) {
  return view(withdrawal.root().getWithdrawnReason()) == "erased";
}

bool is_of_person(const ContentReader& content) {
  const auto body = content.root().getBody();
  return body.isContact() && view(body.getContact().getContactType()) == "person";
}

std::vector<RecordId> references_of(const ContentReader& content) {
  std::set<RecordId> found;
  collect_references(capnp::toDynamic(content.root().getPublisher()), found);
  if (const auto body = content.body()) collect_references(*body, found);
  return {found.begin(), found.end()};
}

}  // namespace hansa::protocol
