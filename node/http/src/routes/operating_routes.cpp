// For those who watch over the node: health, metrics, and the description of this API.

#include <set>
#include <sstream>

#include "../openapi.h"
#include "routes.h"
#include "search/follower.h"

namespace hansa::http {
namespace {

Response text_response(int status, const std::string& text) {
  return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, text};
}

/// Prometheus text exposition format 0.0.4.
class Metrics {
 public:
  void add(const std::string& name, const std::string& type, const std::string& help) {
    out_ << "# HELP hansa_" << name << ' ' << help << "\n# TYPE hansa_" << name << ' ' << type << '\n';
  }
  template <class Number>
  void value(const std::string& name, Number number, const std::string& labels = {}) {
    out_ << "hansa_" << name << (labels.empty() ? "" : "{" + labels + "}") << ' ' << number << '\n';
  }
  template <class Number>
  void one(const std::string& name, const std::string& type, const std::string& help, Number number) {
    add(name, type, help);
    value(name, number);
  }
  std::string text() const { return out_.str(); }

 private:
  std::ostringstream out_;
};

void add_store_metrics(Metrics& metrics, const store::Totals& totals) {
  metrics.one("records", "gauge", "Records that are not withdrawn.", totals.records);
  metrics.one("entries", "gauge", "Entries held, of all logs.", totals.entries);
  metrics.one("unchecked_entries", "gauge", "Entries whose own signature is still to be checked.",
              totals.unchecked_entries);
  metrics.one("missing_payloads", "gauge", "Payloads that are due here and not held.",
              totals.missing_payloads);
  metrics.one("arrivals", "counter", "Changes given out so far.", totals.last_arrival);
}

void add_index_metrics(Metrics& metrics, const search::Progress& index, const store::Totals& totals) {
  metrics.one("index_records", "gauge", "Records in the search index.", index.records);
  metrics.one("index_waiting", "gauge",
              "Records in the search index whose content or check is still to come.", index.waiting);
  metrics.one("index_behind", "gauge", "Changes that the search index has not taken in yet.",
              index.behind(totals.last_arrival));
}

void add_peer_metrics(Metrics& metrics, const core::NodeStatus& status) {
  metrics.add("peer_state", "gauge", "1 for the state that a peer is in.");
  for (const auto& peer : status.peers)
    metrics.value("peer_state", 1,
                  "node=\"" + protocol::to_text(peer.node) + "\",state=\"" +
                      std::string(protocol::name(peer.state)) + "\"");
  metrics.add("peer_outstanding", "gauge", "Headers and payloads that a peer holds and this node lacks.");
  for (const auto& peer : status.peers)
    metrics.value("peer_outstanding", peer.outstanding_entries + peer.outstanding_payloads,
                  "node=\"" + protocol::to_text(peer.node) + "\"");
}

void show_metrics(const Services& services, Call& call) {
  const auto status = services.node.status();
  Metrics metrics;
  const auto totals = services.node.snapshot()->totals();
  add_store_metrics(metrics, totals);
  add_index_metrics(metrics, services.search.index().progress(), totals);
  metrics.one("retracted_entries_total", "counter",
              "Entries removed because a signature before or in them was bad.", status->retracted_entries);
  if (status->own_log)
    metrics.one("own_log_sequence", "gauge", "Last entry of this node's own log.", status->own_log->sequence);
  metrics.add("alarm", "gauge", "1 for each thing that an operator should know of; see /api/v1/alarms.");
  std::set<std::string> codes;
  for (const auto& alarm : status->alarms) codes.insert(alarm.code);
  for (const auto& code : codes) metrics.value("alarm", 1, "code=\"" + code + "\"");
  add_peer_metrics(metrics, *status);
  metrics.add("refusals_total", "counter", "What peers sent and was refused, by reason.");
  for (const auto& [reason, count] : status->refusals)
    metrics.value("refusals_total", count, "reason=\"" + reason + "\"");
  metrics.add("link_ends_total", "counter", "Connections that ended or were refused, by reason.");
  if (services.options.link_counters)
    for (const auto& [reason, count] : services.options.link_counters())
      metrics.value("link_ends_total", count, "reason=\"" + reason + "\"");
  metrics.one("start_time_seconds", "gauge", "When the node started, Unix time.", status->started_ms / 1000);
  call.respond({200, {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}}, metrics.text()});
}

}  // namespace

void add_operating_routes(Router& router, Services& services) {
  router.add({"GET", "/healthz", Access::anyone, {}, "Answers while the node runs.", [](Call& call) {
                call.respond(text_response(200, "ok\n"));
              }});
  router.add({"GET",
              "/readyz",
              Access::anyone,
              {},
              "Answers 200 once the node can be used.",
              [&services](Call& call) {
                // The store answers, so the catalogue can be read and written.
                (void)services.node.snapshot()->totals();
                call.respond(text_response(200, "ready\n"));
              }});
  router.add({"GET", "/metrics", Access::anyone, {}, "Figures for Prometheus.", [&services](Call& call) {
                show_metrics(services, call);
              }});
  router.add({"GET",
              "/api/v1/openapi.json",
              Access::anyone,
              {},
              "This description.",
              [&router, &services](Call& call) {
                call.respond(json_response(200, openapi_document(router, services.options.version)));
              }});
}

}  // namespace hansa::http
