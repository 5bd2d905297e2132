#include "protocol/content.h"

#include <capnp/serialize.h>
#include <kj/exception.h>

#include <cassert>
#include <cstring>
#include <limits>

#include "protocol/unicode.h"

namespace hansa::protocol {
namespace {

using capnp::DynamicList;
using capnp::DynamicStruct;
using capnp::DynamicValue;

/// Reads every known part of a message once, so that what is wrong with it is found here and not by a later
/// reader.
class StructureWalk {
 public:
  bool texts_ok() const { return texts_ok_; }

  void visit(DynamicStruct::Reader value) {
    for (const auto field : value.getSchema().getNonUnionFields()) visit_field(value, field);
    KJ_IF_MAYBE (active, value.which()) {
      visit_field(value, *active);
    }
  }

 private:
  void visit_field(DynamicStruct::Reader value, capnp::StructSchema::Field field) {
    if (value.has(field)) visit(value.get(field));
  }

  void visit(DynamicList::Reader list) {
    for (unsigned i = 0; i < list.size(); ++i) visit(list[i]);
  }

  void visit(DynamicValue::Reader value) {
    switch (value.getType()) {
      case DynamicValue::TEXT: {
        const auto text = value.as<capnp::Text>();
        const std::string_view view(text.cStr(), text.size());
        texts_ok_ = texts_ok_ && view.find('\0') == std::string_view::npos && is_utf8(view);
        break;
      }
      case DynamicValue::STRUCT:
        visit(value.as<DynamicStruct>());
        break;
      case DynamicValue::LIST:
        visit(value.as<DynamicList>());
        break;
      default:
        break;  // numbers and bytes: any value will do
    }
  }

  bool texts_ok_ = true;
};

capnp::ReaderOptions options(std::uint64_t traversal_words) {
  capnp::ReaderOptions reader_options;
  reader_options.traversalLimitInWords = traversal_words;
  reader_options.nestingLimit = static_cast<int>(content_depth_max);
  return reader_options;
}

std::string_view view(capnp::Text::Reader text) { return {text.cStr(), text.size()}; }

bool normalise(DynamicStruct::Builder value);

bool normalise_value(DynamicValue::Builder value) {
  if (value.getType() == DynamicValue::STRUCT) return normalise(value.as<DynamicStruct>());
  if (value.getType() != DynamicValue::LIST) return true;
  auto list = value.as<DynamicList>();
  const bool of_text = list.getSchema().whichElementType() == capnp::schema::Type::TEXT;
  for (unsigned i = 0; i < list.size(); ++i) {
    if (!of_text) {
      if (!normalise_value(list[i])) return false;
      continue;
    }
    const auto text = list.asReader()[i].as<capnp::Text>();
    const auto composed = to_nfc(view(text));
    if (!composed) return false;
    if (*composed != view(text)) list.set(i, capnp::Text::Reader(composed->c_str(), composed->size()));
  }
  return true;
}

bool normalise_field(DynamicStruct::Builder value, capnp::StructSchema::Field field) {
  if (!value.has(field)) return true;
  if (!field.getType().isText()) return normalise_value(value.get(field));
  const auto text = value.asReader().get(field).as<capnp::Text>();
  const auto composed = to_nfc(view(text));
  if (!composed) return false;
  if (*composed != view(text)) value.set(field, capnp::Text::Reader(composed->c_str(), composed->size()));
  return true;
}

bool normalise(DynamicStruct::Builder value) {
  for (const auto field : value.getSchema().getNonUnionFields()) {
    if (!normalise_field(value, field)) return false;
  }
  KJ_IF_MAYBE (active, value.which()) {
    return normalise_field(value, *active);
  }
  return true;
}

}  // namespace

struct ContentReader::Held {
  kj::Array<capnp::word> words;
  std::optional<capnp::FlatArrayMessageReader> message;
};

ContentReader::ContentReader(std::unique_ptr<Held> held) : held_(std::move(held)) {}
ContentReader::ContentReader(ContentReader&&) noexcept = default;
ContentReader& ContentReader::operator=(ContentReader&&) noexcept = default;
ContentReader::~ContentReader() = default;

schema::Content::Reader ContentReader::root() const { return held_->message->getRoot<schema::Content>(); }

std::string_view ContentReader::kind() const { return kind_of(root()); }

std::optional<DynamicStruct::Reader> ContentReader::body() const {
  const DynamicStruct::Reader group = capnp::toDynamic(root()).get("body").as<DynamicStruct>();
  KJ_IF_MAYBE (active, group.which()) {
    return group.get(*active).as<DynamicStruct>();
  }
  return std::nullopt;
}

bool ContentReader::understood() const {
  return !kind().empty() && root().getSchemaVersion() <= content_schema_version;
}

Outcome<ContentReader> read_content(ByteView bytes) {
  if (bytes.size() > content_bytes_max) return Refusal::too_large;
  if (bytes.empty() || bytes.size() % sizeof(capnp::word) != 0) return Refusal::malformed;
  auto held = std::make_unique<ContentReader::Held>();
  // Bytes from a store or a frame are not aligned; Cap'n Proto reads words.
  held->words = kj::heapArray<capnp::word>(bytes.size() / sizeof(capnp::word));
  std::memcpy(held->words.begin(), bytes.data(), bytes.size());
  const kj::ArrayPtr<const capnp::word> words(held->words.begin(), held->words.size());
  try {
    // Each word may be read once: a message cannot make itself larger by pointing at a part of itself again.
    capnp::FlatArrayMessageReader checked(words, options(words.size()));
    if (checked.getEnd() != words.end()) return Refusal::malformed;
    const auto root = checked.getRoot<schema::Content>();
    if (root.getSchemaVersion() == 0) return Refusal::malformed;  // an empty message reads as all defaults
    StructureWalk walk;
    walk.visit(capnp::toDynamic(root));
    if (!walk.texts_ok()) return Refusal::malformed;
    // The limit counts every access, so readers of checked content need one without it.
    held->message.emplace(words, options(std::numeric_limits<std::uint64_t>::max()));
  } catch (const kj::Exception&) {
    return Refusal::malformed;
  }
  return ContentReader(std::move(held));
}

ContentBuilder::ContentBuilder() : message_(std::make_unique<capnp::MallocMessageBuilder>()) {
  message_->initRoot<schema::Content>();
}
ContentBuilder::ContentBuilder(ContentBuilder&&) noexcept = default;
ContentBuilder& ContentBuilder::operator=(ContentBuilder&&) noexcept = default;
ContentBuilder::~ContentBuilder() = default;

schema::Content::Builder ContentBuilder::root() { return message_->getRoot<schema::Content>(); }
schema::Content::Reader ContentBuilder::reader() const {
  return message_->getRoot<schema::Content>().asReader();
}
std::string_view ContentBuilder::kind() const { return kind_of(reader()); }

std::optional<DynamicStruct::Builder> ContentBuilder::init_body(std::string_view kind) {
  DynamicStruct::Builder group = capnp::toDynamic(root()).get("body").as<DynamicStruct>();
  for (const auto field : group.getSchema().getUnionFields()) {
    if (kind == std::string_view(field.getProto().getName().cStr()))
      return group.init(field).as<DynamicStruct>();
  }
  return std::nullopt;
}

Outcome<Done> ContentBuilder::normalise() {
  if (!protocol::normalise(capnp::toDynamic(root()))) return Refusal::malformed;
  return Done{};
}

Outcome<Bytes> ContentBuilder::to_bytes() const {
  const auto content = reader();
  const auto words = content.totalSize().wordCount + 1;
  if ((words + 1) * sizeof(capnp::word) > content_bytes_max) return Refusal::too_large;
  // A copy leaves behind what was overwritten, and fits one segment.
  capnp::MallocMessageBuilder copy(static_cast<unsigned>(words), capnp::AllocationStrategy::FIXED_SIZE);
  copy.setRoot(content);
  const auto flat = capnp::messageToFlatArray(copy);
  const auto bytes = flat.asBytes();
  return Bytes(bytes.begin(), bytes.end());
}

std::string_view kind_of(schema::Content::Reader content) {
  const DynamicStruct::Reader group = capnp::toDynamic(content).get("body").as<DynamicStruct>();
  KJ_IF_MAYBE (active, group.which()) {
    if (!group.has(*active)) return {};
    // Names live in the compiled-in schema.
    const auto name = active->getProto().getName();
    return {name.cStr(), name.size()};
  }
  return {};
}

}  // namespace hansa::protocol
