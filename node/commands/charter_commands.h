#pragma once

#include <CLI/App.hpp>
#include <boost/json/object.hpp>
#include <string>

#include "../api_client.h"
#include "commands.h"

/// The parts of `hansa charter`, one file each.
namespace hansa::commands {

void add_charter_propose(CLI::App& charter, Context& context);
void add_charter_approve(CLI::App& charter, Context& context);
void add_charter_sign(CLI::App& charter, Context& context);
void add_charter_hold(CLI::App& charter, Context& context);
void add_charter_new_signer(CLI::App& charter, Context& context);

/// The one proposal whose hash begins so, as the API shows it. Throws Failed.
boost::json::object find_proposal(ApiClient& api, const std::string& hash);

/// An answer of the API that is a proposal, in words or as it stands.
void report_proposal(const Context& context, const std::string& body);

}  // namespace hansa::commands
