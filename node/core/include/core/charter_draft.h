#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "protocol/card.h"
#include "protocol/charter.h"
#include "store/store.h"

/// The next version of the charter, made of the changes that people ask for.
namespace hansa::core {

/// Why a change cannot be made. Names are stable; the API shows them.
enum class DraftRefused : std::uint8_t {
  unknown_partner,
  unknown_node,
  unknown_signer,
  already_listed,    ///< this partner id, key or signer stands in the charter
  not_active,        ///< the node was retired, rotated or revoked before
  not_of_node,       ///< a log was named that is not the node's
  not_held,          ///< an entry was named that this node neither holds nor has aside
  several_branches,  ///< the log has several entries there, none of which counts: its hash must be named
  already_so,        ///< the charter says so already
  unknown_format,    ///< a format that this program cannot write, or 0
};
std::string_view name(DraftRefused refusal);

/// Where a log is to end.
struct CutFrom {
  protocol::Hash log{};
  std::uint64_t sequence = 0;  ///< The first entry that no longer counts, or is not to count yet.
  /// The hash of the entry before it, the last that counts: it says which branch, where there are several.
  std::optional<protocol::Hash> last{};
};

/// What becomes of a key's logs for which no CutFrom is given when the key ends.
enum class Unnamed : std::uint8_t {
  end_here,        ///< they end where this node holds them
  count_as_empty,  ///< they are left out: nothing of them counts
};

/// Starts from the charter in force. Narrowing is by position: where no other place is named, the logs of a
/// key that loses a right are cut at what this node holds of them now. A place may be named that counts now,
/// or one of what lies aside behind a fork, a limit or an earlier cut: so a cut can also widen.
///
/// Any thread, used by one; the snapshot outlives it.
class CharterDraft {
 public:
  using Change = protocol::Outcome<protocol::Done, DraftRefused>;
  CharterDraft(const protocol::Charter& current, const store::Snapshot& snapshot,
               const protocol::Entropy& entropy);

  /// A new partner with the card's node; personal data may be held in its country from now on.
  Change add_partner(const protocol::Card& card, protocol::PartnerRole role);
  Change add_node(const protocol::Card& card, const protocol::PartnerId& partner);
  /// `from`: of logs that are not to end at their head.
  Change end_node(const protocol::PublicKey& key, protocol::NodeStatus status, std::span<const CutFrom> from,
                  Unnamed unnamed = Unnamed::end_here);
  /// Another key in place of a node's: with its limits, for the same partner.
  Change rotate_node(const protocol::PublicKey& key, const protocol::Card& card,
                     std::span<const CutFrom> from, Unnamed unnamed = Unnamed::end_here);
  /// These logs of a node end before these entries, and it may go on in others: after a fork, for instance.
  Change cut_node(const protocol::PublicKey& key, std::span<const CutFrom> from);
  /// Observers' logs are cut. Who may publish again is cut as it was when it last might: cuts that made it an
  /// observer go, those that stood before or were set since stay. The same when a partner comes back.
  Change set_role(const protocol::PartnerId& partner, protocol::PartnerRole role);
  Change rename(const protocol::PartnerId& partner, const protocol::LocalText& name);
  Change add_predecessor(const protocol::PartnerId& heir, const protocol::PartnerId& before);
  Change leave(const protocol::PartnerId& partner, protocol::RecordsLeft records);
  Change come_back(const protocol::PartnerId& partner);
  Change set_limits(const protocol::PublicKey& key, const protocol::NodeLimits& limits);
  /// The federation's own name, in one language.
  Change rename_federation(const protocol::LocalText& name);
  /// Whether nodes in a country (ISO 3166-1 alpha-2) may hold personal payloads.
  Change set_personal_data(const std::string& country, bool may_hold);
  /// The newest formats that authors may use.
  Change set_formats(const protocol::Formats& formats);
  Change add_signer(const protocol::CharterSigner& signer);
  Change remove_signer(const protocol::PublicKey& key);

  const protocol::CharterBody& body() const { return body_; }
  /// Null if it is not listed.
  const protocol::CharterNode* find_node(const protocol::PublicKey& key) const;

 private:
  protocol::CharterPartner* partner(const protocol::PartnerId& id);
  protocol::CharterNode* node(const protocol::PublicKey& key);
  bool lists(const protocol::PublicKey& key);
  protocol::Outcome<std::vector<protocol::Cut>, DraftRefused> cuts_of(const protocol::CharterNode& node,
                                                                      std::span<const CutFrom> from,
                                                                      Unnamed unnamed) const;
  Change cut_active_nodes(const protocol::PartnerId& partner);
  std::vector<protocol::CharterBody> versions_back() const;
  void free_active_nodes(const protocol::PartnerId& partner);

  protocol::Charter current_;
  const store::Snapshot& snapshot_;
  protocol::CharterBody body_;
};

}  // namespace hansa::core
