#pragma once
// Content: what a payload says, as the Cap'n Proto struct of schema/content.capnp. A receiver opens the bytes
// it got with read_content() and never re-encodes them; an author fills a ContentBuilder, checks it
// (content_check.h) and takes its bytes once, to be sealed. Values; not shared between threads while being
// built.

#include <capnp/dynamic.h>
#include <capnp/message.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/bytes.h"
#include "protocol/outcome.h"
#include "protocol/schema/content.capnp.h"

namespace hansa::protocol {

inline constexpr std::size_t content_bytes_max = 256 * 1024;
inline constexpr unsigned content_depth_max = 16;  ///< Nested structs and lists
/// Raised only when older programs would misread; new fields and codes do not raise it.
inline constexpr std::uint16_t content_schema_version = 1;

/// Content whose structure was checked. Only read_content() makes one. Owns its bytes.
class ContentReader {
 public:
  ContentReader(ContentReader&&) noexcept;
  ContentReader& operator=(ContentReader&&) noexcept;
  ~ContentReader();

  schema::Content::Reader root() const;
  /// "practice", "event", … ; empty if the body is of a kind this version does not know.
  std::string_view kind() const;
  /// The body, without which there is nothing to show: absent for an unknown kind.
  std::optional<capnp::DynamicStruct::Reader> body() const;
  /// False: show it as not understood by this version, keep and relay it all the same.
  bool understood() const;

 private:
  friend Outcome<ContentReader> read_content(ByteView bytes);
  struct Held;
  explicit ContentReader(std::unique_ptr<Held> held);
  std::unique_ptr<Held> held_;
};

/// Checks structure and nothing else: size, one complete message, no pointer leading outside or read twice,
/// depth, UTF-8 without NUL in every text this version knows, a schema version. Unknown fields, kinds and
/// codes pass. Errors: too_large, malformed. Never throws for bad bytes.
Outcome<ContentReader> read_content(ByteView bytes);

/// Content being made by an author on this node.
class ContentBuilder {
 public:
  ContentBuilder();
  ContentBuilder(ContentBuilder&&) noexcept;
  ContentBuilder& operator=(ContentBuilder&&) noexcept;
  ~ContentBuilder();

  schema::Content::Builder root();
  schema::Content::Reader reader() const;
  /// Starts the body of a kind; once only. Absent for a name that is not a kind.
  std::optional<capnp::DynamicStruct::Builder> init_body(std::string_view kind);
  std::string_view kind() const;

  /// Brings every text to NFC. Error: malformed if one is not UTF-8.
  Outcome<Done> normalise();

  /// The bytes to be sealed: one segment, fields in schema order, no leftovers of overwritten values. The
  /// same content gives the same bytes. Error: too_large.
  Outcome<Bytes> to_bytes() const;

 private:
  std::unique_ptr<capnp::MallocMessageBuilder> message_;
};

/// The kind of a body: "" if none is set or it is unknown.
std::string_view kind_of(schema::Content::Reader content);

}  // namespace hansa::protocol
