#include "search/record_texts.h"

#include <capnp/dynamic.h>

#include <algorithm>
#include <iterator>

#include "content_codes.h"

namespace hansa::search {
namespace {

using capnp::DynamicList;
using capnp::DynamicStruct;
using capnp::DynamicValue;
namespace schema = protocol::schema;

constexpr std::string_view titles[] = {"title", "name", "displayName", "shortName"};
constexpr std::string_view summaries[] = {"summary", "abstract", "description"};
/// Texts without a language that people search for, and those that name one thing.
constexpr std::string_view names[] = {"name", "locality", "networks", "proposed", "familyName", "givenName"};
constexpr std::string_view identifiers[] = {"number", "doi", "isbn", "series"};

template <std::size_t size>
bool is_among(const std::string_view (&list)[size], std::string_view name) {
  return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

std::string_view view(capnp::Text::Reader text) { return {text.cStr(), text.size()}; }

class Collector {
 public:
  Collector(RecordTexts& out, std::string language) : out_(out), language_(std::move(language)) {}

  /// The body itself: which of its fields are titles and summaries is known by their names.
  void take_body(DynamicStruct::Reader body) {
    for (const auto field : body.getSchema().getNonUnionFields()) {
      const std::string_view name = field.getProto().getName().cStr();
      const auto weight = is_among(titles, name)      ? Weight::title
                          : is_among(summaries, name) ? Weight::summary
                                                      : Weight::text;
      take_field(body, field, weight);
    }
  }

  void take(DynamicValue::Reader value, Weight weight) {
    if (value.getType() == DynamicValue::LIST) {
      for (const auto item : value.as<DynamicList>()) take(item, weight);
      return;
    }
    if (value.getType() != DynamicValue::STRUCT) return;
    const auto inner = value.as<DynamicStruct>();
    if (inner.getSchema() == capnp::Schema::from<schema::MultilingualText>()) {
      for (const auto entry : inner.as<schema::MultilingualText>().getEntries())
        add(std::string(view(entry.getLanguage())), view(entry.getText()), weight);
    } else if (inner.getSchema() == capnp::Schema::from<schema::NamedTexts>()) {
      for (const auto entry : inner.as<schema::NamedTexts>().getEntries())
        add(language_, view(entry.getText()), weight);
    } else if (inner.getSchema() == capnp::Schema::from<schema::Organisation::Identifier>()) {
      out_.identifiers.emplace_back(view(inner.as<schema::Organisation::Identifier>().getValue()));
    } else {
      for (const auto field : inner.getSchema().getNonUnionFields()) take_field(inner, field, weight);
    }
  }

 private:
  void add(std::string language, std::string_view text, Weight weight) {
    if (!text.empty()) out_.texts.push_back({std::move(language), std::string(text), weight});
  }

  void take_field(DynamicStruct::Reader of, capnp::StructSchema::Field field, Weight weight) {
    if (!of.has(field)) return;
    const std::string_view name = field.getProto().getName().cStr();
    const auto value = of.get(field);
    if (field.getType().isText()) {
      const auto text = view(value.as<capnp::Text>());
      if (is_among(names, name)) add(language_, text, weight);
      if (is_among(identifiers, name) && !text.empty()) {
        out_.identifiers.emplace_back(text);
        add(language_, text, weight);
      }
    } else if (field.getType().isList() && field.getType().asList().getElementType().isText()) {
      if (!is_among(names, name)) return;
      for (const auto item : value.as<DynamicList>()) add(language_, view(item.as<capnp::Text>()), weight);
    } else {
      take(value, weight);
    }
  }

  RecordTexts& out_;
  std::string language_;  ///< of texts that name none
};

}  // namespace

RecordTexts texts_of(const protocol::ContentReader& content) {
  RecordTexts out;
  if (!content.understood()) return out;
  const auto root = content.root();
  auto language = std::string(view(root.getLanguage()));
  if (root.getBody().isResponse() && root.getBody().getResponse().hasLanguage())
    language = view(root.getBody().getResponse().getLanguage());
  Collector collector(out, language);
  if (const auto body = content.body()) collector.take_body(*body);
  collector.take(capnp::toDynamic(root.getKeywords()), Weight::summary);
  out.codes = codes_of(content);
  return out;
}

}  // namespace hansa::search
