#pragma once
// A bundle: a file with charters, headers and payloads as a link carries them, which anybody can check
// without a node, and which a node without links takes in. Layout: docs/protocol.md, "Bundles".
//
// The opening, signed by the node that made it, names the last header of each log and the payloads that are
// in it; headers commit to each other and to their payloads, so nothing can be changed, put in or left out
// unseen. Pure functions and values; any thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "protocol/bytes.h"
#include "protocol/heads.h"
#include "protocol/keys.h"
#include "protocol/outcome.h"
#include "protocol/payload.h"
#include "protocol/sync_limits.h"
#include "protocol/wire.h"

namespace hansa::protocol {

inline constexpr std::size_t bundle_logs_max = 16 * 1024;
inline constexpr std::size_t bundle_ranges_max = 64 * 1024;  ///< Of payloads, in all logs together.
inline constexpr std::size_t bundle_asked_bytes_max = 4096;
inline constexpr std::size_t bundle_opening_bytes_max = 4 * 1024 * 1024;
inline constexpr std::size_t bundle_batch_entries_max = 256;
/// Of its batches and payloads: nobody asked for them, and messages name a question.
inline constexpr std::uint32_t bundle_ticket = 1;
/// Of a part, which is what a node takes in at once.
inline constexpr std::size_t bundle_part_messages_max = 64;
inline constexpr std::size_t bundle_part_inflated_max = 8 * 1024 * 1024;

/// Sequences `from` to `through`, inclusive.
struct BundleRange {
  std::uint64_t from = 0;
  std::uint64_t through = 0;
  friend bool operator==(const BundleRange&, const BundleRange&) = default;
};

/// One log: its headers from the declaration to `head`.
struct BundleLog {
  Head head;
  /// Of whose entries the payloads are in the bundle, as far as they have one; ascending, apart.
  std::vector<BundleRange> payloads;
  friend bool operator==(const BundleLog&, const BundleLog&) = default;
};

struct BundleOpening {
  bool is_everything = false;  ///< All that the node held; otherwise what `asked` gave.
  Hash federation{};
  Hash charter{};  ///< The newest version that the node held.
  PublicKey node;  ///< Which made the bundle.
  std::uint64_t made_ms = 0;
  Hash digest{};      ///< Of the node, if everything that counted there is in the bundle; zeros otherwise.
  std::string asked;  ///< The address of the search behind its "?"; printable ASCII. Empty: everything.
  std::vector<BundleLog> logs;  ///< Strictly ascending by log.
  friend bool operator==(const BundleOpening&, const BundleOpening&) = default;
};

/// Signed by `key`, which is `node`. Refusals: malformed, limit_exceeded (what a reader would refuse).
Outcome<Bytes> seal_bundle_opening(BundleOpening opening, const SecretKey& key);
/// Refusals: too_large, malformed, unsupported_version, limit_exceeded, bad_signature.
Outcome<BundleOpening> read_bundle_opening(ByteView bytes);

/// The 16 bytes with which the file begins.
ByteView bundle_mark();
/// A length of four bytes, then the message.
void append_bundle_frame(Bytes& out, ByteView message);

/// The hash at the end of the file, over all that stands before it: what was damaged by accident is told from
/// what was altered on purpose, and no damage goes unseen. Not copyable while it runs.
class BundleSum {
 public:
  BundleSum();
  BundleSum(const BundleSum&) = delete;
  BundleSum& operator=(const BundleSum&) = delete;
  void add(ByteView bytes);
  /// The end of a file whose bytes so far were added: an empty frame and the hash. Once only.
  Bytes end();

 private:
  friend class BundleFrames;
  Hash finish();
  alignas(64) std::array<std::uint8_t, 384> state_;
};

/// Takes a bundle's frames from a file or anything else that is read from front to back.
class BundleFrames {
 public:
  /// Fills the span; fewer bytes only at the end of the file.
  using Source = std::function<std::size_t(std::span<std::uint8_t>)>;
  explicit BundleFrames(Source source) : source_(std::move(source)) {}

  /// The mark and the opening behind it. Refusals: malformed (no bundle), too_large, withheld (it ends too
  /// early).
  Outcome<Bytes> opening();
  /// The next message; none: the end, with nothing behind it. Refusals: too_large, withheld, bad_seal (the
  /// hash at the end is of another file), malformed (something stands behind the end).
  Outcome<std::optional<Bytes>> next();
  /// Where in the file the last frame starts.
  std::uint64_t offset() const { return frame_at_; }

 private:
  Outcome<std::optional<Bytes>> frame(std::size_t bytes_max);
  bool fill(std::span<std::uint8_t> into);

  Source source_;
  BundleSum sum_;
  std::uint64_t at_ = 0;
  std::uint64_t frame_at_ = 0;
};

/// Some of a bundle's messages, without the file around them: what a node is given to take in.
struct BundlePart {
  /// Headers that follow each other, and the payloads that came with them.
  struct Entries {
    Hash log{};
    std::uint64_t from = 0;
    Bytes headers;
    std::vector<wire::PayloadItem> payloads;
  };
  std::vector<Bytes> charters;
  std::vector<Bytes> proofs;
  std::vector<wire::HeadRow> claims;  ///< How far the bundle goes, for what counts only with that.
  std::vector<Entries> entries;
};
/// Frames, one after the other: nothing is checked but that each is a message of a bundle in its place.
/// Refusals: malformed, too_large, limit_exceeded, out_of_order, and those of wire::decode().
Outcome<BundlePart> read_bundle_part(ByteView frames);

}  // namespace hansa::protocol
