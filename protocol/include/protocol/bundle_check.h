#pragma once
// Checks a bundle from front to back, message by message, with what checks what peers send: the chain of
// charters, the chains of headers and every signature in them, the payloads against their commitments, and
// all of it against what the opening says is there. Whether entries count is not said here: see rights() and
// core/counting.h.
//
// What is wrong is gathered, and the check goes on with the next log or message as long as it can. Any
// thread, one at a time. Memory: the opening, the charters, one batch, a few numbers for each log, and at
// most bundle_faults_max faults. Cost: a signature check (57 us) an entry.

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "protocol/bundle.h"
#include "protocol/chain.h"
#include "protocol/charter_chain.h"
#include "protocol/fork.h"

namespace hansa::protocol {

inline constexpr std::size_t bundle_faults_max = 100;

/// What of a bundle is at fault.
enum class BundlePlace : std::uint8_t { file, opening, message, charter, proof, header, payload };
/// The stable snake_case name.
std::string_view name(BundlePlace place);

struct BundleFault {
  BundlePlace place{};
  Refusal refusal{};
  std::uint64_t offset = 0;    ///< In the file: of the message.
  Hash log{};                  ///< Zeros: none in particular.
  std::uint64_t sequence = 0;  ///< 0: none in particular. Of a charter: its version.
};

/// What was found of one log of the opening.
struct CheckedLog {
  Head promised;
  std::uint64_t entries = 0;  ///< From the declaration on, chained, each with its own valid signature.
  PublicKey author;           ///< Once there are entries.
  std::uint64_t epoch = 0;
  /// Of these, those in front of the first whose payload, by the headers' size classes, goes beyond what the
  /// newest charter lets the log hold.
  std::uint64_t within_payload_limit = 0;
  std::uint64_t payloads = 0;          ///< Which match their commitments.
  std::uint64_t payloads_missing = 0;  ///< Promised, and not there.
  std::uint64_t payloads_outside = 0;  ///< Of entries whose payload the bundle never meant to hold.
  bool is_whole() const { return entries == promised.sequence && payloads_missing == 0; }
};

class BundleCheck {
 public:
  /// Refusals: of read_bundle_opening().
  static Outcome<BundleCheck> open(ByteView opening);

  /// The next message of the file, at this offset.
  void take(ByteView message, std::uint64_t offset);
  /// The file says that this is all.
  void end(std::uint64_t offset);
  /// The file cannot be read on from here: withheld (it ends too early), or what BundleFrames says.
  void stop(Refusal refusal, std::uint64_t offset);

  const BundleOpening& opening() const { return opening_; }
  /// Null before the first charter.
  const CharterChain* charters() const { return chain_ ? &*chain_ : nullptr; }
  const std::vector<CheckedLog>& logs() const { return logs_; }
  const std::vector<ForkEvidence>& forks() const { return forks_; }
  std::uint64_t proofs() const { return proofs_; }
  /// At most bundle_faults_max.
  const std::vector<BundleFault>& faults() const { return faults_; }
  std::uint64_t fault_count() const { return fault_count_; }
  bool is_valid() const { return ended_ && fault_count_ == 0; }

 private:
  explicit BundleCheck(BundleOpening opening);
  void take(const wire::Charters& charters);
  void take(const wire::Proof& proof);
  void take(wire::Batch&& batch);
  void take(wire::Payloads&& payloads);
  template <class Other>
  void take(const Other&) {
    blame(BundlePlace::message, Refusal::out_of_order);
  }
  void blame(BundlePlace place, Refusal refusal, const Hash& log = {}, std::uint64_t sequence = 0);
  bool go_to(const Hash& log);
  void charters_end();
  void close_payloads(std::size_t index);
  void close_batch();
  void close_log();
  void count_payload_bytes(const ChainedRun& run);

  BundleOpening opening_;
  std::optional<CharterChain> chain_;
  std::vector<CheckedLog> logs_;
  std::vector<ForkEvidence> forks_;
  std::uint64_t proofs_ = 0;
  std::vector<BundleFault> faults_;
  std::uint64_t fault_count_ = 0;
  std::uint64_t offset_ = 0;
  bool ended_ = false;

  bool charters_ended_ = false;
  std::size_t at_ = 0;                ///< The log at hand, in opening_.logs and logs_.
  bool broken_ = false;               ///< What else comes of this log cannot be judged.
  bool begun_ = false;                ///< Some of the log at hand has come.
  std::uint64_t payload_blocks_ = 0;  ///< Of the log at hand, as its headers say.
  std::optional<LogTip> tip_;
  std::optional<ChainedRun> batch_;
  std::size_t next_payload_ = 0;  ///< Index in batch_ behind the last payload that came.
};

}  // namespace hansa::protocol
