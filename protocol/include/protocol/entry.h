#pragma once
// The header of an entry: a binary layout with exactly one encoding, signed by the node that wrote it. Stored
// and relayed byte for byte; nothing is ever re-encoded. Layout, offset by offset: docs/protocol.md,
// "Entries".
//
// The first five fields stand at the same offsets in every header version and the signature is the last 64
// bytes, so that a node can chain, check, store and relay versions it cannot interpret.
// Pure functions and values; any thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/bytes.h"
#include "protocol/ids.h"
#include "protocol/keys.h"
#include "protocol/kinds.h"
#include "protocol/outcome.h"

namespace hansa::protocol {

inline constexpr std::uint16_t header_version = 1;     ///< The newest that this program writes and reads;
inline constexpr std::uint16_t content_version = 1;    ///< of payloads, protocol/schema/content.capnp.
inline constexpr std::size_t header_bytes = 424;       ///< Of version 1.
inline constexpr std::size_t declaration_bytes = 324;  ///< Of version 1.
inline constexpr std::size_t header_bytes_min = 172;   ///< Of any version: common prefix and signature.
inline constexpr std::size_t header_bytes_max = 512;   ///< Of any version.
inline constexpr std::size_t parents_max = 4;
inline constexpr std::size_t payload_block_bytes = 256;
inline constexpr std::uint16_t payload_blocks_max = 4096;  ///< 1 MiB.

/// A point in a log.
struct EntryRef {
  Hash log{};
  std::uint64_t sequence = 0;
  friend auto operator<=>(const EntryRef&, const EntryRef&) = default;
};

/// "LOG:SEQUENCE" as people write it: 64 hexadecimal digits, a colon, a decimal number, not 0. None: anything
/// else, signs and white space included.
std::optional<EntryRef> parse_entry_ref(std::string_view text);
std::string to_text(const EntryRef& entry);

/// A log as far as it is known: what the next entry must continue.
struct LogTip {
  Hash federation{};
  Hash log{};
  PublicKey author;            ///< The node key in the log's declaration.
  std::uint64_t sequence = 0;  ///< Of the last entry; 1 is the declaration.
  Hash hash{};                 ///< Of the last entry.
  friend bool operator==(const LogTip&, const LogTip&) = default;
};

/// The last entry of the log of the epoch before.
struct PreviousEpoch {
  Hash log{};
  std::uint64_t sequence = 0;
  Hash hash{};
  friend bool operator==(const PreviousEpoch&, const PreviousEpoch&) = default;
};

/// What an entry is about, beside its own record.
using Subject = std::variant<std::monostate, RecordId, EntryRef>;

/// BLAKE2b over the declaring fields; asserts nothing, any values have an id.
Hash log_id(const Hash& federation, const PublicKey& node_key, const Hash& epoch_nonce);
/// Over the whole header, signature included.
Hash entry_hash(ByteView header);
/// year * 12 + (month - 1): the last month in which a personal payload may be held.
constexpr std::uint16_t retention_month(unsigned year, unsigned month) {
  return static_cast<std::uint16_t>(year * 12 + month - 1);
}

/// A header whose structure has been checked, in place. Does not own the bytes: valid as long as they are.
/// Nothing is said about chain or signature (see chain.h).
class HeaderView {
 public:
  /// Exactly one header. Errors: malformed, too_large.
  static Outcome<HeaderView> parse(ByteView header);
  /// The header at the front of a run of them; look at length() for where the next starts. Errors as parse.
  static Outcome<HeaderView> parse_front(ByteView headers);

  ByteView bytes() const { return bytes_; }
  std::uint16_t version() const { return u16(0); }
  std::uint16_t length() const { return u16(2); }
  Hash federation() const { return hash_at(4); }
  Hash log() const { return hash_at(36); }
  std::uint64_t sequence() const { return u64(68); }
  Hash previous_hash() const { return hash_at(76); }
  Signature signature() const;
  /// The hash of these bytes, computed anew.
  Hash hash() const { return entry_hash(bytes_); }

  bool is_declaration() const { return sequence() == 1; }
  /// This program can interpret more than the common prefix: version 1, and any declaration.
  bool is_understood() const { return version() == header_version || is_declaration(); }

  // Of a declaration, in every version; assert is_declaration().
  PublicKey node_key() const;
  std::uint64_t epoch_number() const;  ///< 1 or more.
  Hash epoch_nonce() const;
  std::optional<PreviousEpoch> previous_epoch() const;

  // Of every understood entry; assert is_understood().
  std::uint64_t author_time_ms() const;  ///< Since the Unix epoch, by the author's clock; any value.
  EntryKind kind() const;                ///< EntryKind::none for a declaration.
  RecordKind record_kind() const;        ///< RecordKind::none exactly if there is no record.
  Visibility visibility() const;
  bool personal() const;
  std::optional<RecordId> record() const;
  Subject subject() const;
  std::size_t parent_count() const;  ///< 0 to parents_max.
  Hash parent(std::size_t index) const;
  std::uint16_t payload_blocks() const;   ///< Of 256 bytes; 0: no payload. Its size class, never its length.
  Hash commitment() const;                ///< Zeros exactly if payload_blocks() == 0.
  std::uint16_t retention_month() const;  ///< See retention_month(); 0: none.

 private:
  friend class ChainedRun;
  explicit HeaderView(ByteView checked) : bytes_(checked) {}
  std::uint16_t u16(std::size_t at) const {
    return static_cast<std::uint16_t>(bytes_[at] | bytes_[at + 1] << 8);
  }
  std::uint64_t u64(std::size_t at) const;
  Hash hash_at(std::size_t at) const;
  bool is_plain() const { return !is_declaration() && is_understood(); }

  ByteView bytes_;
};

/// The signature alone, by the log's author.
[[nodiscard]] bool verify_signature(const HeaderView& header, const PublicKey& author);

struct DeclarationFields {
  Hash federation{};
  std::uint64_t epoch_number = 1;  ///< 1 or more; 1 has no epoch before.
  Hash epoch_nonce{};              ///< 32 fresh random bytes.
  std::optional<PreviousEpoch> previous;
  std::uint64_t author_time_ms = 0;
};

struct EntryFields {
  std::uint16_t version = header_version;  ///< See formats_to_write().
  EntryKind kind = EntryKind::content;
  std::uint64_t author_time_ms = 0;
  std::optional<RecordId> record;
  RecordKind record_kind = RecordKind::none;
  Visibility visibility = Visibility::none;
  bool personal = false;
  Subject subject;
  std::vector<Hash> parents;  ///< Any order; sealed ascending.
  std::uint16_t payload_blocks = 0;
  Hash commitment{};
  std::uint16_t retention_month = 0;
};

/// Each makes the signed bytes, then parses and verifies them before giving them out.
/// Errors: malformed (the fields break a rule of the layout), unsupported_version, not_permitted (the key is
/// not the log's author), bad_signature (what was made does not verify: a fault of the machine).
Outcome<Bytes> seal_declaration(const DeclarationFields& fields, const SecretKey& key);
/// The entry after `tip`.
Outcome<Bytes> seal_entry(const EntryFields& fields, const LogTip& tip, const SecretKey& key);

}  // namespace hansa::protocol
