// Documents of N records brought into a node: what the dry run costs, what publishing costs, and what it
// costs to send the same again.

#include <boost/json.hpp>
#include <future>

#include "benchmarks.h"
#include "floor.h"
#include "http/answerer.h"
#include "http/api.h"
#include "import_documents.h"
#include "linked_node.h"
#include "measure.h"

namespace hansa::bench {
namespace {

namespace json = boost::json;

constexpr std::size_t step_records = 200;  // as hansa import takes them
constexpr double disk_seconds = 2;
constexpr const char* imports_path = "/api/v1/imports";

/// What `hansa import` asks of a node, without the sockets in between.
class ImportClient {
 public:
  explicit ImportClient(LinkedNode& node) : api_(node.port(), options()) {}

  json::object ask(const std::string& method, const std::string& target, std::string body,
                   const char* type = "application/json") {
    std::promise<http::Response> promise;
    auto answer = promise.get_future();
    http::Headers headers{{"Host", "localhost"}, {"Content-Type", type}};
    api_.handle({method, target, std::move(headers), std::move(body), "127.0.0.1"},
                [&](http::Response response) { promise.set_value(std::move(response)); });
    const auto response = answer.get();
    if (response.status / 100 != 2)
      throw std::runtime_error(method + " " + target + " was refused: " + response.body);
    return response.body.empty() ? json::object() : json::parse(response.body).as_object();
  }

  /// The dry run: the summary of a plan that publishes `created` records.
  json::object plan(const std::string& format, std::string_view document, std::size_t created) {
    json::object summary;
    for (auto target = std::string(imports_path) + "?format=" + format; !document.empty();) {
      const auto part = document.substr(0, http::api_body_bytes_max);
      document.remove_prefix(part.size());
      if (!document.empty()) target += target.find('?') == std::string::npos ? "?more=true" : "&more=true";
      summary = ask("POST", target, std::string(part), "application/octet-stream");
      target = path(summary) + "/parts";
    }
    const auto& totals = summary.at("totals").as_object();
    if (totals.at("created").to_number<std::size_t>() != created || totals.at("refused") != 0)
      throw std::runtime_error("the dry run is not as expected: " + json::serialize(totals) + " " +
                               json::serialize(ask("GET", path(summary) + "/lines?limit=1", "")));
    return summary;
  }

  static std::string path(const json::object& summary) {
    return std::string(imports_path) + "/" + std::string(summary.at("id").as_string());
  }

 private:
  static http::ApiOptions options() {
    http::ApiOptions options;
    options.node_name = "Bench";
    options.country = "LV";
    options.local_only = true;
    return options;
  }

  http::Api api_;
};

struct Cost {
  double seconds = 0;
  double cpu = 0;
  std::vector<double> steps;  ///< seconds each
};

/// Adds what `work` takes to `cost`.
template <class F>
void charge(Cost& cost, F work) {
  const double start = now_seconds(), cpu = cpu_seconds();
  work();
  cost.seconds += now_seconds() - start;
  cost.cpu += cpu_seconds() - cpu;
}

struct Costs {
  Cost dry_run, publishing, again;
  double parsing = 0;
};

std::string publish_own_organisation(ImportClient& client) {
  const json::object organisation{
      {"kind", "organisation"},
      {"language", "lv"},
      {"content", {{"name", {{"lv", "Mērītava"}}}, {"orgType", "municipality"}, {"country", "LV"}}}};
  const auto made = client.ask("POST", "/api/v1/records", json::serialize(organisation));
  return std::string(made.at("id").as_string());
}

Costs bring_in(const Federation& federation, const std::string& directory, const Order& order,
               const std::string& format) {
  LinkedNode node(federation, 0, directory, 0, nullptr);
  ImportClient client(node);
  const auto lead = publish_own_organisation(client);
  const bool csv = format == "csv";
  const auto documents =
      csv ? csv_documents(order.records, order.seed, lead) : json_documents(order.records, order.seed, lead);
  Costs costs;
  costs.parsing = csv ? seconds_of_libcsv(documents) : seconds_of_boost_json(documents);
  std::size_t left = order.records;
  for (const auto& document : documents.documents) {
    const auto count = std::min<std::size_t>(left, 10'000);
    left -= count;
    json::object summary;
    charge(costs.dry_run, [&] { summary = client.plan(format, document, count); });
    charge(costs.publishing, [&] {
      while (summary.at("toDo") != 0) {
        const double start = now_seconds();
        summary = client.ask("POST", client.path(summary) + "/run",
                             json::serialize(json::object{{"limit", step_records}}));
        costs.publishing.steps.push_back(now_seconds() - start);
      }
    });
    client.ask("DELETE", client.path(summary), "");
  }
  for (const auto& document : documents.documents)
    charge(costs.again, [&] { client.ask("DELETE", client.path(client.plan(format, document, 0)), ""); });
  return costs;
}

void tell(Report& report, const std::string& what, const Cost& cost, double records, const Floor& floor) {
  report.add({what, records / cost.seconds, "records/s", "", floor});
  report.add({what + ", CPU", cost.cpu / records * 1e6, "us/record", "", {}});
}

void tell(Report& report, const std::string& format, const Costs& costs, double records,
          const BareRate& rocksdb, double sync_p50_ms) {
  const Floor parsed{records / costs.parsing, format == "csv" ? "libcsv alone" : "Boost.JSON alone"};
  tell(report, format + ": dry run, all new", costs.dry_run, records, parsed);
  tell(report, format + ": publishing", costs.publishing, records, {rocksdb.per_second, "bare RocksDB"});
  report.add({format + ": step of 200 records, p50", percentile(costs.publishing.steps, 0.5) * 1e3, "ms", "",
              Floor{sync_p50_ms, "fdatasync"}});
  report.add(
      {format + ": step of 200 records, p99", percentile(costs.publishing.steps, 0.99) * 1e3, "ms", "", {}});
  tell(report, format + ": dry run again, all unchanged", costs.again, records, parsed);
}

}  // namespace

Report import(const Order& order) {
  const Federation federation(order.seed, 1);
  const test::TemporaryDirectory scratch;
  const auto rocksdb =
      bare_rocksdb(scratch.path("floor"), write_catalogue(federation, order.records, order.seed));
  settle_disk(scratch.path());
  const double sync_p50_ms = percentile(fdatasync_times(scratch.path(), disk_seconds), 0.5) * 1e3;
  const auto records = static_cast<double>(order.records);
  Report report("import");
  report.condition("records", records);
  report.condition("seed", static_cast<double>(order.seed));
  for (const std::string format : {"csv", "json"}) {
    const auto costs = bring_in(federation, scratch.path(format), order, format);
    settle_disk(scratch.path());
    tell(report, format, costs, records, rocksdb, sync_p50_ms);
  }
  report.add({"peak memory of the process, documents included", memory().peak_mib, "MiB", "", {}});
  report.remark(
      "The search index does not follow here: building it takes longer than the import; see search.");
  return report;
}

}  // namespace hansa::bench
