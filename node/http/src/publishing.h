#pragma once
// From what an author sends to what the core publishes: the one way for POST, PUT and imports. Any thread.

#include <boost/json/value.hpp>

#include "core/publish.h"
#include "json/record_input.h"
#include "record_reading.h"

namespace hansa::http {

struct Services;

/// Reads, completes and judges a record by every rule that binds this node as its author. `revised`: the
/// record that it becomes a new revision of; null for a new one. Problems: invalid_record (422), too_large
/// (413), and what publish_refused() gives without a charter or the right to publish.
protocol::Outcome<json::PreparedRecord, json::Problem> prepare_record(const Services& services,
                                                                      const RecordReading& reading,
                                                                      const boost::json::value& sent,
                                                                      const store::RecordState* revised);

/// A revision keeps when the record was made, and counts on from the version it replaces.
void count_on(const RecordReading& reading, const store::RecordState& revised,
              protocol::ContentBuilder& content);

/// Whether publishing it would change nothing but times, the version, and that the publisher, which may not
/// have had a record of its own before, now has one. A revision that ends a conflict does change something.
bool is_unchanged(const Services& services, const RecordReading& reading, const store::RecordState& revised,
                  const json::PreparedRecord& record);

/// A new record; whoever revises one sets `record`, `is_new` and `expected`.
core::PublishRequest request_of(json::PreparedRecord record);

/// Why nothing was published.
json::Problem publish_refused(core::PublishRefused refused);

}  // namespace hansa::http
