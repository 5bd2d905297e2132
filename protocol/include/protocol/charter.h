#pragma once
// The charter: who is a partner, with which node keys, and who signs the next version. The body of version
// n+1 names the hash of version n; signatures are detached, over the body's hash, by more than half of
// version n's signers and more than half of its own. Validity is judged from chain bytes alone; rights by the
// newest charter alone. Bytes: docs/protocol.md, "Charters"; schema: protocol/schema/charter.capnp.
//
// Narrowing is by position: a node that is not active, or whose partner is an observer or has left, counts
// only up to the cuts its charter names, and logs that are not named count as empty. A key is never removed
// from the list, never changes partner, is never listed twice and never becomes active again.
// Pure functions and values; any thread. A Charter is immutable and costs one pointer to copy.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "protocol/bytes.h"
#include "protocol/entry.h"
#include "protocol/ids.h"
#include "protocol/keys.h"
#include "protocol/outcome.h"

namespace hansa::protocol {

inline constexpr std::size_t charter_bytes_max = 256 * 1024;       ///< Body and signatures.
inline constexpr std::size_t charter_body_bytes_max = 224 * 1024;  ///< So that all signatures have room.
inline constexpr std::size_t charter_partners_max = 256;
inline constexpr std::size_t charter_nodes_max = 1024;
inline constexpr std::size_t charter_signers_max = 64;
inline constexpr std::size_t charter_cuts_max = 2048;  ///< Of all nodes together.
inline constexpr std::size_t charter_erasures_max = 512;
inline constexpr std::size_t charter_countries_max = 64;
inline constexpr std::uint32_t charter_erasure_delay_days_max = 366;
inline constexpr std::size_t charter_predecessors_max = 16;  ///< Of one partner.
inline constexpr std::size_t charter_languages_max = 16;     ///< Of one name.
inline constexpr std::size_t charter_name_bytes_max = 400;   ///< One name in one language.

/// A text in one language: BCP 47 tag of at most 35 characters, lowercase language first ("lv", "sr-Latn").
struct LocalText {
  std::string language;
  std::string text;
  friend bool operator==(const LocalText&, const LocalText&) = default;
};

enum class PartnerRole : std::uint8_t { coordinator = 0, member = 1, observer = 2 };
enum class NodeStatus : std::uint8_t { active = 0, retired = 1, rotated = 2, revoked = 3 };
enum class PartnerStatus : std::uint8_t { present = 0, left = 1 };
/// What becomes of the records of a partner that has left. Hidden and erased: none of its logs count.
enum class RecordsLeft : std::uint8_t { stay = 0, hidden = 1, erased = 2 };
std::string_view name(PartnerRole role);
std::string_view name(PartnerStatus status);
std::string_view name(RecordsLeft records);
std::string_view name(NodeStatus status);

struct CharterPartner {
  PartnerId id;
  std::vector<LocalText> names;  ///< One or more, no language twice.
  std::string country;           ///< Two uppercase letters (ISO 3166-1).
  PartnerRole role = PartnerRole::member;
  std::vector<PartnerId> successor_of{};  ///< Partners of this charter, never in a circle; see may_revise().
  PartnerStatus status = PartnerStatus::present;
  RecordsLeft records = RecordsLeft::stay;  ///< Stay, unless it has left.
};

/// The last entry of a log that counts. Sequence 0 with a hash of zeros: nothing of it counts.
struct Cut {
  Hash log{};
  std::uint64_t sequence = 0;
  Hash hash{};
  friend bool operator==(const Cut&, const Cut&) = default;
};

/// What one node key may write. Logs of a key rank by (epoch number, log id).
struct NodeLimits {
  std::uint32_t logs = 64;
  std::uint64_t entries_per_log = 10'000'000;
  std::uint64_t payload_bytes_per_log = std::uint64_t{64} << 30;  ///< Summed from the headers' size classes.
  friend bool operator==(const NodeLimits&, const NodeLimits&) = default;
};

struct CharterNode {
  PublicKey key;
  PartnerId partner;
  NodeStatus status = NodeStatus::active;
  std::vector<Cut> cuts;  ///< No log twice. For an active node: only the logs named are cut.
  NodeLimits limits;
};

struct CharterSigner {
  PublicKey key;
  std::string name;                  ///< A person or an office, as they want to be called.
  std::optional<PartnerId> partner;  ///< Whom they sign for.
};

struct CharterBody {
  std::uint32_t version = 1;
  Hash federation{};  ///< Zeros in version 1, whose own hash it is.
  Hash previous{};    ///< Hash of the version before; zeros in version 1.
  Hash nonce{};       ///< 32 random bytes, so that two foundings never meet.
  std::vector<LocalText> names;
  std::vector<CharterPartner> partners;
  std::vector<CharterNode> nodes;
  std::vector<CharterSigner> signers;
  std::vector<std::string> personal_data_countries;  ///< Whose nodes may hold personal payloads.
  std::vector<Subject> quorum_erasures;              ///< Each a record or an entry.
  std::uint32_t erasure_delay_days = 7;
  std::uint32_t erasures_per_day = 100;
  std::uint16_t header_version_max = header_version;  ///< The highest format authors may use.
  std::uint16_t content_version_max = content_version;
};

/// Versions of what authors write.
struct Formats {
  std::uint16_t header = header_version;
  std::uint16_t content = content_version;
  friend bool operator==(const Formats&, const Formats&) = default;
};
/// In which formats an author writes whose program knows these and all before them. The charter binds
/// authors, at their own nodes: what somebody wrote in a newer format counts all the same.
constexpr Formats formats_to_write(const CharterBody& charter, Formats known = {}) {
  return {std::min(known.header, charter.header_version_max),
          std::min(known.content, charter.content_version_max)};
}

/// Why a charter was not taken, and which field is at fault, e.g. "nodes[3].key"; empty for the whole.
/// Refusals: malformed, too_large, limit_exceeded (a list), duplicate, bad_signature, not_signed (fewer than
/// more than half), bad_chain (not the version after, other previous hash), wrong_federation, not_permitted
/// (a key that was dropped, came back or changed partner).
struct CharterFault {
  Refusal refusal{};
  std::string field;
};

using SignedBy = std::pair<PublicKey, Signature>;

/// A charter version that is valid after the one before it.
class Charter {
 public:
  const CharterBody& body() const { return state_->body; }
  const Hash& hash() const { return state_->hash; }
  const Hash& federation() const { return state_->federation; }
  std::uint32_t version() const { return body().version; }
  const std::vector<SignedBy>& signatures() const { return state_->signatures; }
  /// Body and signatures as received: what is stored, relayed and armoured.
  ByteView bytes() const { return state_->bytes; }

  /// Null if not listed. Valid as long as a copy of this charter.
  const CharterPartner* partner(const PartnerId& id) const;
  const CharterNode* node(const PublicKey& key) const;
  const CharterSigner* signer(const PublicKey& key) const;
  /// In this language, else in English, else the first.
  static const std::string& name_in(const std::vector<LocalText>& names, std::string_view language);
  bool may_hold_personal_data(const PartnerId& partner) const;

 private:
  friend Outcome<Charter, CharterFault> read_charter(ByteView, const Charter*);
  friend Outcome<Charter, CharterFault> imagine_charter(ByteView, const Charter&);
  struct State {
    CharterBody body;
    Hash hash{};
    Hash federation{};
    std::vector<SignedBy> signatures;
    Bytes bytes;
    std::unordered_map<PublicKey, std::size_t> nodes;  // by key: where in body.nodes
  };
  static Charter made(CharterBody body, const Hash& hash, const Hash& federation,
                      std::vector<SignedBy> signatures, ByteView bytes);
  explicit Charter(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

/// `previous` null: the founding version. The one way to a Charter that is valid.
Outcome<Charter, CharterFault> read_charter(ByteView bytes, const Charter* previous);

/// A body to be signed. Fault: what the reader would say of it, signatures and chain aside.
Outcome<Bytes, CharterFault> encode_charter_body(const CharterBody& body);
/// A body alone, as a proposal shows it: structure checked, neither chain nor signatures. Faults as
/// read_charter, of the structure.
Outcome<CharterBody, CharterFault> read_charter_body(ByteView bytes);
/// A body alone that could follow `previous` if it were signed: what a proposal must be. Faults as
/// read_charter(), of structure and chain.
Outcome<CharterBody, CharterFault> read_proposed_body(ByteView bytes, const Charter& previous);
/// The version after `previous` as it would be if this body were signed: to show what it would do, never to
/// decide by. Nobody takes its bytes for a charter. Faults as read_proposed_body().
Outcome<Charter, CharterFault> imagine_charter(ByteView body, const Charter& previous);
/// A body and the hash that names it.
struct NamedBody {
  CharterBody body;
  Hash hash{};
};
/// The body of a charter whose chain is not at hand: structure only, neither chain nor signatures. To show it
/// beside a body that names it as the one before.
Outcome<NamedBody, CharterFault> body_of_charter(ByteView charter);
/// What signers sign, and the name of this version. Of version 1: the federation id.
Hash charter_hash(std::uint32_t version, ByteView body);
Signature sign_charter(const Hash& hash, const SecretKey& signer);
/// More than half.
constexpr std::size_t signatures_needed(std::size_t signers) { return signers / 2 + 1; }
/// Body and signatures together, for read_charter().
Bytes assemble_charter(ByteView body, std::span<const SignedBy> signatures);

/// Founds a federation: fills version, hashes and nonce of `body` and signs it with all these keys.
Outcome<Charter, CharterFault> found_charter(CharterBody body, std::span<const SecretKey* const> signers,
                                             const Entropy& entropy);
/// The body a proposal starts from: the next version of `charter` with a fresh nonce, otherwise unchanged.
CharterBody next_body(const Charter& charter, const Entropy& entropy);

/// How much of one log counts under a charter.
struct Rights {
  enum class Reach : std::uint8_t { all, up_to, none };
  enum class Why : std::uint8_t { active, cut, retired, rotated, revoked, observer, unknown_key, left };
  Reach reach = Reach::none;
  Why why = Why::unknown_key;
  Cut last;           ///< For up_to: the last entry that counts.
  PartnerId partner;  ///< Unless unknown_key.
  NodeLimits limits;  ///< Unless unknown_key.

  /// By position alone; the entry at last.sequence must also have last.hash for the branch to count.
  bool covers(std::uint64_t sequence) const {
    return reach == Reach::all || (reach == Reach::up_to && sequence <= last.sequence);
  }
};
std::string_view name(Rights::Why why);
Rights rights(const Charter& charter, const PublicKey& author, const Hash& log);
/// New entries of this key would count.
bool may_write(const Charter& charter, const PublicKey& node);
/// An active node of a partner that has not left: what a link asks before it admits a peer. Observers may.
bool may_link(const Charter& charter, const PublicKey& node);
/// `writer` may revise and withdraw the records that `owner` owns: it is the owner, its successor, or a
/// successor of one, and so on. Whether either has left makes no difference; that is for rights().
bool may_revise(const Charter& charter, const PartnerId& writer, const PartnerId& owner);
/// Whose records this node may revise: its own partner's first, then those of the partners that it succeeds,
/// directly or through others. Empty: not listed.
std::vector<PartnerId> partners_of(const Charter& charter, const PublicKey& node);

/// One line for files and mail: `hansa-charter-1:` and base64url. Errors of the reader: malformed,
/// unsupported_version, too_large.
/// White space around and line breaks within are ignored.
std::string armour_charter(ByteView charter);
Outcome<Bytes> read_charter_text(std::string_view text);

}  // namespace hansa::protocol
