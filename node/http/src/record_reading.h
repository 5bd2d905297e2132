#pragma once

#include <atomic>
#include <boost/json/object.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "core/node_port.h"
#include "json/record_json.h"
#include "protocol/content.h"
#include "protocol/ids.h"
#include "store/store.h"

namespace hansa::http {

/// Reads records as the API shows them, from one snapshot and the node's state at the same moment. One
/// request, one thread.
class RecordReading {
 public:
  explicit RecordReading(const core::NodePort& node)
      : node_(node), snapshot_(node.snapshot()), status_(node.status()) {}

  /// From here on with the newest snapshot.
  void renew() { snapshot_ = node_.snapshot(); }

  const store::Snapshot& snapshot() const { return *snapshot_; }
  const core::NodeStatus& status() const { return *status_; }

  /// The record with its live revision; `revision`: with this one instead.
  boost::json::object json(const store::RecordState& record,
                           std::optional<std::size_t> revision = std::nullopt) const;
  /// Why the content of a revision can be shown, or not.
  struct Content {
    std::string state;  ///< present, missing or not_understood
    std::optional<protocol::ContentReader> reader;
  };
  Content content(const store::Revision& revision) const;
  /// A record with a revision whose content was read already.
  boost::json::object json(const store::RecordState& record, const store::Revision& revision,
                           const Content& content) const;
  /// The same without what only this node knows of it
  /// (provenance, and which version a response's author had seen): for other formats.
  boost::json::object plain_json(const store::RecordState& record, const store::Revision& revision,
                                 const Content& content) const;
  /// Title and state of a record, as one that refers to it shows it.
  json::ReferenceView reference(const protocol::RecordId& id) const;
  /// Titles and states of all records that `record` (as given by json) refers to.
  boost::json::object references(const boost::json::object& record) const;

  /// As core::name_of(); the id if the charter does not list it.
  std::string partner_name(const protocol::PartnerId& id) const;
  std::string partner_country(const protocol::PartnerId& id) const;
  /// The partner on whose behalf this node writes; none without a charter.
  std::optional<protocol::PartnerId> own_partner() const;

 private:
  json::RecordView view_of(const store::RecordState& record, const store::Revision& revision,
                           const Content& content) const;
  json::Provenance provenance_of(const store::Revision& revision) const;
  /// Which version of a record a response's author had seen; none if that revision is not here.
  std::optional<unsigned> version_seen(const Content& response) const;

  const core::NodePort& node_;
  std::unique_ptr<store::Snapshot> snapshot_;
  std::shared_ptr<const core::NodeStatus> status_;
};

/// Which organisation record says who this node's partner is: the earliest one it published and did not
/// withdraw. Remembered, since finding it takes going through the partner's records. Any thread.
class OwnOrganisation {
 public:
  std::optional<protocol::RecordId> find(const RecordReading& reading, std::uint64_t now_ms);
  /// An organisation was published here: the next find() goes through the records, however lately one did.
  /// Never waits: the core thread calls it.
  void look_again() { looked_ms_ = 0; }

 private:
  std::mutex mutex_;
  std::optional<protocol::RecordId> known_;
  std::atomic<std::uint64_t> looked_ms_{0};
};

}  // namespace hansa::http
