#pragma once
// The parts of explain(): one function for each kind of thing.

#include "core/explain.h"

namespace hansa::core {

std::vector<Finding> explain_own(const Moment& moment);
std::vector<Finding> explain_node(const Moment& moment, const protocol::PublicKey& node);
/// Of the partner itself, without its nodes.
std::vector<Finding> explain_partner(const Moment& moment, const protocol::PartnerId& partner);
std::vector<Finding> explain_log(const Moment& moment, const store::LogState& log);
std::vector<Finding> explain_record(const Moment& moment, const protocol::RecordId& id);

std::string partner_name(const NodeStatus& status, const protocol::PartnerId& partner);
/// The alarms that name this log.
std::vector<Finding> alarms_of_log(const NodeStatus& status, const std::string& log);
Finding finding_of(const Alarm& alarm);

}  // namespace hansa::core
