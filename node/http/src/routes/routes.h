#pragma once

#include <boost/json/array.hpp>

#include "../record_reading.h"
#include "../router.h"
#include "core/node_port.h"
#include "http/api.h"
#include "http/sessions.h"

namespace hansa::search {
class Follower;
}

namespace hansa::http {

class Imports;

/// What the routes work with; owned by the Api, outlives them.
struct Services {
  core::NodePort& node;
  const ApiOptions& options;
  Accounts& accounts;
  Sessions& sessions;
  search::Follower& search;
  OwnOrganisation& own_organisation;
  Imports& imports;
};

void add_record_routes(Router& router, Services& services);
void add_coverage_routes(Router& router, Services& services);
void add_export_routes(Router& router, Services& services);
void add_bundle_routes(Router& router, Services& services);
void add_oai_routes(Router& router, Services& services);
void add_dcat_routes(Router& router, Services& services);
void add_publishing_routes(Router& router, Services& services);
void add_import_routes(Router& router, Services& services);
void add_node_routes(Router& router, Services& services);
void add_account_routes(Router& router, Services& services);
void add_change_routes(Router& router, Services& services);
void add_operating_routes(Router& router, Services& services);
void add_explain_routes(Router& router, Services& services);
void add_invitation_routes(Router& router, Services& services);
void add_join_routes(Router& router, Services& services);
void add_alarm_routes(Router& router, Services& services);
void add_backup_routes(Router& router, Services& services);
void add_hold_routes(Router& router, Services& services);
void add_charter_routes(Router& router, Services& services);
void add_federation_routes(Router& router, Services& services);

/// The alarms as the API shows them.
boost::json::array alarms_json(const core::NodeStatus& status);

/// Why the signer key of this machine was not used, or not made.
Response sign_refused_response(core::SignRefused refused);

/// Why nothing was published.
Response publish_refused_response(core::PublishRefused refused);

/// The record that a path names, or the problem to answer with.
protocol::Outcome<store::RecordState, Response> record_of(const RecordReading& reading,
                                                          const std::string& id);

}  // namespace hansa::http
