// Why something is out of step.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "core/explain.h"
#include "json/record_json.h"
#include "routes.h"

namespace hansa::http {
namespace {

/// Numbers and instants as JSON has them; the rest as text.
boost::json::object params_json(const std::map<std::string, std::string>& params) {
  boost::json::object json;
  for (const auto& [name, value] : params) {
    if (name.ends_with("_ms"))
      json[name.substr(0, name.size() - 3)] = json::instant_text(std::stoull(value));
    else
      json[name] = value;
  }
  return json;
}

boost::json::object coded_json(const core::Coded& coded) {
  return {{"code", coded.code}, {"params", params_json(coded.params)}};
}

boost::json::object finding_json(const core::Finding& finding) {
  auto json = coded_json(finding.what);
  json["since"] = finding.since_ms ? boost::json::value(json::instant_text(*finding.since_ms))
                                   : boost::json::value(nullptr);
  json["next"] = finding.next ? boost::json::value(coded_json(*finding.next)) : boost::json::value(nullptr);
  return json;
}

boost::json::object explanation_json(const core::Explanation& explanation) {
  boost::json::array findings;
  for (const auto& finding : explanation.findings) findings.push_back(finding_json(finding));
  return {{"id", explanation.id},
          {"kind", core::name(explanation.kind)},
          {"name", explanation.name},
          {"inStep", explanation.findings.empty()},
          {"findings", std::move(findings)}};
}

/// Status, store and connections of about the same moment, for as long as the request lives.
struct Looked {
  explicit Looked(const Services& services)
      : status(services.node.status()),
        snapshot(services.node.snapshot()),
        dials(services.options.dials ? services.options.dials() : std::vector<core::DialStatus>()) {}
  core::Moment moment() const { return {*status, *snapshot, dials}; }

  std::shared_ptr<const core::NodeStatus> status;
  std::unique_ptr<store::Snapshot> snapshot;
  std::vector<core::DialStatus> dials;
};

void explain_all(const Services& services, Call& call) {
  const Looked looked(services);
  boost::json::array items;
  for (const auto& explanation : core::explain_all(looked.moment()))
    items.push_back(explanation_json(explanation));
  call.respond(list_response(std::move(items)));
}

void explain_one(const Services& services, Call& call) {
  const Looked looked(services);
  const auto explanation = core::explain(looked.moment(), call.path["id"]);
  if (!explanation)
    return call.respond(
        problem_response(404, "not_found", "Nothing of this name is known here.",
                         "Ask about this, a partner id, a node key, a log id or a record id."));
  call.respond(json_response(200, explanation_json(*explanation)));
}

}  // namespace

void add_explain_routes(Router& router, Services& services) {
  router.add({"GET",
              "/api/v1/explain",
              Access::reader,
              {},
              "Lists what is out of step, and why.",
              [&services](Call& call) { explain_all(services, call); }});
  router.add({"GET",
              "/api/v1/explain/{id}",
              Access::reader,
              {},
              "Says why a partner, a node, a log, a record or this node is out of step.",
              [&services](Call& call) { explain_one(services, call); }});
}

}  // namespace hansa::http
