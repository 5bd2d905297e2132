#pragma once
// The parts of explain(): one function for each kind of thing.

#include <functional>

#include "core/explain.h"

namespace hansa::core {

std::vector<Finding> explain_own(const Moment& moment);
std::vector<Finding> explain_node(const Moment& moment, const protocol::PublicKey& node);
/// Of the partner itself, without its nodes.
std::vector<Finding> explain_partner(const Moment& moment, const protocol::PartnerId& partner);
std::vector<Finding> explain_log(const Moment& moment, const store::LogState& log);
/// A log of which nothing counts: what was set aside of it.
struct LogAside {
  protocol::Hash log{};
  protocol::PublicKey author;
  std::size_t entries = 0;  ///< as many as explaining counts
};
/// None: nothing of the log lies aside.
std::optional<LogAside> log_aside(const Moment& moment, const protocol::Hash& log);
std::vector<Finding> explain_log_aside(const Moment& moment, const LogAside& log);
std::vector<Finding> explain_record(const Moment& moment, const protocol::RecordId& id);

/// Since when the charter says so without interruption: since the first of the last versions that do is in
/// force. None: the newest does not say so, or it is not known.
std::optional<std::uint64_t> decided_since(const NodeStatus& status,
                                           const std::function<bool(const protocol::Charter&)>& says_so);
/// What this node sees of itself and its logs.
const OutOfStepSince& seen_since(const NodeStatus& status);

std::string partner_name(const NodeStatus& status, const protocol::PartnerId& partner);
/// The alarms that name this log.
std::vector<Finding> alarms_of_log(const NodeStatus& status, const std::string& log);
Finding finding_of(const Alarm& alarm);

}  // namespace hansa::core
