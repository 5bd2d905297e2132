#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "protocol/bytes.h"
#include "protocol/entry.h"
#include "protocol/ids.h"
#include "protocol/outcome.h"

/// What a publisher asks of the node, and what it hears back.
namespace hansa::core {

/// Why the node did not publish. Names are stable; the HTTP API shows them.
enum class PublishRefused : std::uint8_t {
  no_charter,       ///< this node belongs to no federation yet
  not_a_publisher,  ///< the charter makes this partner an observer, or does not list this node's key
  key_not_active,   ///< the charter has retired, replaced or revoked this node's key, or its partner has left
  own_log_behind,   ///< a peer holds entries of our own log that we lack; they are being fetched back
  log_full,         ///< the charter's limit for this node's log, or for how many it has, is reached
  not_found,        ///< no such record here
  not_owner,        ///< the record belongs to another partner
  revision_changed,  ///< the record has a newer revision than the one that was edited
  already_withdrawn,
  kind_changed,   ///< a record's kind never changes
  record_exists,  ///< a new record was given an id that is taken
  disk_low,       ///< too little space is left on the disk to promise anything
  too_large,      ///< the content exceeds payload_blocks_max
};

std::string_view name(PublishRefused refusal);

/// Entries by which the federation runs itself: they have content and no record.
constexpr bool is_control(protocol::EntryKind kind) {
  return kind == protocol::EntryKind::announcement || kind == protocol::EntryKind::charter_proposal ||
         kind == protocol::EntryKind::charter_approval;
}

struct PublishRequest {
  /// content or withdraw; or a control entry, of which only `content` is read (see protocol/control_body.h).
  protocol::EntryKind kind = protocol::EntryKind::content;
  protocol::RecordKind record_kind{};
  protocol::Visibility visibility = protocol::Visibility::network;
  bool personal = false;
  std::uint16_t retention_month = 0;         ///< 0: none; see protocol/entry.h
  std::optional<protocol::RecordId> record;  ///< to revise or withdraw it, or to choose a new record's id
  bool is_new = true;                        ///< false: `record` must exist here
  std::optional<protocol::Hash> expected;    ///< the revision that was edited; must still be the live one
  std::optional<protocol::RecordId>
      subject;              ///< what a response is about, or what replaces a withdrawn record
  protocol::Bytes content;  ///< validated content, ready to be sealed
};

struct Published {
  protocol::RecordId record;  ///< zeros for a control entry
  protocol::Hash revision{};
  protocol::Hash log{};
  std::uint64_t sequence = 0;
};

using PublishOutcome = protocol::Outcome<Published, PublishRefused>;
/// Called on the core thread once the entry is synced to disk, or refused.
using PublishDone = std::function<void(PublishOutcome)>;

}  // namespace hansa::core
