// Bundles: what a search gives, or everything, as it was signed; and taking one in.

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cassert>
#include <charconv>
#include <future>
#include <memory>
#include <string>

#include "../list_query.h"
#include "../openapi_schemas.h"
#include "core/bundles.h"
#include "core/node.h"
#include "http/answerer.h"
#include "http/percent.h"
#include "routes.h"

namespace hansa::http {
namespace {

using protocol::BundleOpening;
using protocol::BundleRange;
using protocol::Bytes;
using protocol::Outcome;
using protocol::Refusal;

constexpr std::size_t selected_records_max = 20'000;
constexpr std::size_t file_bytes_max = 32 * 1024 * 1024;

/// What turns pages and sorts has no meaning here.
std::set<std::string> selecting_parameters() {
  auto names = list_parameters();
  for (const auto* name : {"limit", "cursor", "sort", "reader"}) names.erase(name);
  return names;
}

Response no_charter() {
  return problem_response(409, "no_charter", "This node belongs to no federation yet.",
                          "What counts in a bundle is judged by the charter. Join the federation first.");
}

Response too_much(const std::string& most) {
  return problem_response(422, "too_many_records", "The search gives more than one bundle may hold.",
                          "At most " + most + ". Narrow the search.");
}

Response bundle_response(Bytes bytes) {
  return {200,
          {{"Content-Type", bundle_media_type},
           {"Content-Disposition", "attachment; filename=\"hansa.bundle\""},
           {"Cache-Control", "private, no-store"}},
          std::string(protocol::text_of(bytes))};
}

/// The parameters that say what is meant, sorted.
std::string asked_by(const Call& call) {
  std::string asked;
  for (const auto& [name, value] : call.query)
    if (!value.empty()) asked += (asked.empty() ? "" : "&") + name + "=" + percent_encoded(value);
  return asked;
}

Outcome<BundleOpening, Response> opening_of(const Services& services, const Call& call,
                                            RecordReading& reading) {
  if (!reading.status().charter) return no_charter();
  BundleOpening opening;
  opening.asked = asked_by(call);
  opening.is_everything = opening.asked.empty();
  if (opening.asked.size() > protocol::bundle_asked_bytes_max)
    return problem_response(422, "search_too_long", "The search is too long to be told in a bundle.");
  auto logs = Outcome<std::vector<protocol::BundleLog>>(Refusal::not_found);
  if (opening.is_everything) {
    logs = core::bundle_logs(reading.snapshot());
  } else {
    auto query = list_query(call, reading, services.search);
    if (!query) return query.error();
    query->limit = selected_records_max;
    query->with_facets = false;
    const auto page = list_records(reading, services.search, *query);
    if (!page) return bad_cursor(call);
    if (page->next) return too_much(std::to_string(selected_records_max) + " records");
    logs = core::bundle_logs(reading.snapshot(), page->records);
  }
  if (!logs) return too_much(std::to_string(protocol::bundle_ranges_max) + " places in logs");
  opening.logs = std::move(*logs);
  return opening;
}

/// What comes before the entries, signed on the core thread.
Outcome<Bytes, Response> begin(const Services& services, BundleOpening opening) {
  // The callback owns the promise: when the core stops without calling it, the wait ends with an exception.
  auto signing = std::make_shared<std::promise<Outcome<Bytes>>>();
  auto done = signing->get_future();
  services.node.in_core([opening = std::move(opening), signing = std::move(signing)](core::Node& node) {
    signing->set_value(node.begin_bundle(opening));
  });
  auto bytes = done.get();
  if (!bytes) return too_much("what its limits allow");
  return std::move(*bytes);
}

void respond_with_file(const Services& services, Call& call, BundleOpening opening, const Bytes& entries) {
  auto bytes = begin(services, std::move(opening));
  if (!bytes) return call.respond(bytes.error());
  bytes->insert(bytes->end(), entries.begin(), entries.end());
  protocol::BundleSum sum;
  sum.add(*bytes);
  const auto end = sum.end();
  bytes->insert(bytes->end(), end.begin(), end.end());
  call.respond(bundle_response(std::move(*bytes)));
}

/// The entries of these logs, as far as a document may hold them.
Outcome<Bytes, Response> entries_of(const store::Snapshot& snapshot,
                                    const std::vector<protocol::BundleLog>& logs) {
  Bytes all;
  for (const auto& log : logs)
    for (std::uint64_t from = 1; from <= log.head.sequence; from += protocol::bundle_batch_entries_max) {
      const auto frames = core::bundle_entries(snapshot, log.head.log, from, log.head.sequence, log.payloads);
      assert(frames);
      all.insert(all.end(), frames->begin(), frames->end());
      if (all.size() > file_bytes_max)
        return problem_response(
            422, "too_many_records", "The bundle would be larger than one document may be.",
            "At most " + std::to_string(file_bytes_max / (1024 * 1024)) +
                " MiB. Narrow the search, or let `hansa export --format bundle` fetch it piece by piece.");
    }
  return all;
}

void give_opening(const Services& services, Call& call) {
  RecordReading reading(services.node);
  auto opening = opening_of(services, call, reading);
  if (!opening) return call.respond(opening.error());
  auto bytes = begin(services, std::move(*opening));
  call.respond(bytes ? bundle_response(std::move(*bytes)) : bytes.error());
}

void give_file(const Services& services, Call& call) {
  RecordReading reading(services.node);
  auto opening = opening_of(services, call, reading);
  if (!opening) return call.respond(opening.error());
  auto entries = entries_of(reading.snapshot(), opening->logs);
  if (!entries) return call.respond(entries.error());
  respond_with_file(services, call, std::move(*opening), *entries);
}

/// One record with all its versions, as a search for it would give it.
void give_proof(const Services& services, Call& call) {
  const RecordReading reading(services.node);
  const auto record = record_of(reading, call.path.at("id"));
  if (!record) return call.respond(record.error());
  BundleOpening opening;
  opening.asked = "id=" + percent_encoded(protocol::to_text(record->id));
  auto logs = core::bundle_logs(reading.snapshot(), {&*record, 1});
  if (!logs) return call.respond(too_much(std::to_string(protocol::bundle_ranges_max) + " places in logs"));
  opening.logs = std::move(*logs);
  auto entries = entries_of(reading.snapshot(), opening.logs);
  if (!entries) return call.respond(entries.error());
  respond_with_file(services, call, std::move(opening), *entries);
}

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number == 0) return std::nullopt;
  return number;
}

/// "5-9,12"; none if it is something else.
std::optional<std::vector<BundleRange>> ranges_in(std::string_view text) {
  std::vector<BundleRange> ranges;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    const auto one = text.substr(0, comma);
    const auto dash = one.find('-');
    const auto from = number_in(one.substr(0, dash));
    const auto through = dash == std::string_view::npos ? from : number_in(one.substr(dash + 1));
    if (!from || !through || *through < *from) return std::nullopt;
    ranges.push_back({*from, *through});
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return ranges;
}

void give_entries(const Services& services, Call& call) {
  const auto log = protocol::hash_from_hex(call.query_value("log"));
  if (!log) return call.respond(bad_parameter(call, "log", "log is the id of a log, 64 hexadecimal digits"));
  const auto from = number_in(call.query_value("from"));
  if (!from) return call.respond(bad_parameter(call, "from", "from is a sequence number, 1 or more"));
  const auto through = number_in(call.query_value("through"));
  if (!through || *through < *from)
    return call.respond(bad_parameter(call, "through", "through is a sequence number, not before from"));
  const auto ranges = ranges_in(call.query_value("payloads"));
  if (!ranges)
    return call.respond(bad_parameter(call, "payloads", "payloads are sequence numbers, as in 5-9,12"));
  auto frames = core::bundle_entries(*services.node.snapshot(), *log, *from, *through, *ranges);
  if (!frames)
    return call.respond(problem_response(409, "not_held", "These entries are not held here, or not any more.",
                                         "Begin the bundle anew."));
  call.respond(bundle_response(std::move(*frames)));
}

boost::json::object taken_json(const core::BundleTaken& taken) {
  boost::json::array refused;
  for (const auto& one : taken.refused)
    refused.push_back(boost::json::object{{"code", protocol::name(one.refusal)},
                                          {"log", protocol::to_hex(one.log)},
                                          {"sequence", one.sequence},
                                          {"payload", one.is_payload}});
  return {{"entries", taken.entries},
          {"known", taken.known},
          {"payloads", taken.payloads},
          {"refused", std::move(refused)}};
}

Response refused_part(Refusal refusal, const std::string& title) {
  return problem_response(422, std::string(protocol::name(refusal)), title, "Nothing of it was taken.");
}

void take_part(const Services& services, Call& call) {
  if (!services.node.status()->charter) return call.respond(no_charter());
  auto part = protocol::read_bundle_part(protocol::view_of(call.request.body));
  if (!part) return call.respond(refused_part(part.error(), "This is no part of a bundle."));
  auto shared = std::make_shared<const protocol::BundlePart>(std::move(*part));
  const auto take_in = [&node = services.node, respond = call.respond, shared] {
    node.in_core([respond, shared](core::Node& core) {
      respond(json_response(200, taken_json(core.take_in(*shared))));
    });
  };
  if (shared->charters.empty()) return take_in();
  // What counts is judged by the newest of them, so they are in force before anything else is looked at.
  services.node.take_charters(
      shared->charters, [respond = call.respond, take_in](const core::ChartersTaken& taken) {
        if (taken.refused())
          return respond(
              refused_part(taken.offers.back().fault->refusal, "A charter of the bundle was refused."));
        take_in();
      });
}

}  // namespace

void add_bundle_routes(Router& router, Services& services) {
  const auto add = [&](std::string method, std::string path, Access access, std::set<std::string> query,
                       std::string summary, void (*run)(const Services&, Call&)) {
    Route route{std::move(method), std::move(path),    access,
                std::move(query),  std::move(summary), [&services, run](Call& call) { run(services, call); }};
    route.takes_files = true;
    router.add(std::move(route));
  };
  add("GET", "/api/v1/bundle", Access::reader, selecting_parameters(),
      "Gives the records of a list, or without parameters everything, as a signed bundle.", give_file);
  add("GET", "/api/v1/bundle/opening", Access::reader, selecting_parameters(),
      "Gives the beginning of such a bundle: its opening, charters and proofs.", give_opening);
  add("GET", "/api/v1/bundle/entries", Access::reader, {"log", "from", "through", "payloads"},
      "Gives the next messages of a bundle: up to 256 entries of a log, and payloads among them.",
      give_entries);
  add("GET", "/api/v1/records/{id}/proof", Access::reader, {},
      "Gives a record with all its versions as a signed bundle.", give_proof);
  add("POST", std::string(bundle_parts_path), Access::admin, {}, "Takes some messages of a bundle in.",
      take_part);
}

}  // namespace hansa::http
