#include "importing.h"

#include <algorithm>

#include "../english.h"
#include "../json_fields.h"
#include "commands.h"
#include "http/answerer.h"
#include "http/percent.h"
#include "json/record_input.h"

namespace hansa::commands {
namespace {

namespace json = boost::json;

constexpr std::string_view base = "/api/v1/imports";
constexpr std::string_view node_answer = "the node's answer";
constexpr std::size_t step_records = 200;

std::string target_of(const ImportSettings& settings, bool more) {
  auto target = std::string(base) + "?format=" + settings.format;
  const auto add = [&target](const char* name, const std::string& value) {
    if (!value.empty()) target += std::string("&") + name + "=" + http::percent_encoded(value);
  };
  add("kind", settings.kind);
  add("language", settings.language);
  add("system", settings.system);
  add("encoding", settings.encoding);
  add("separator", settings.separator);
  add("timezone", settings.timezone);
  for (const auto& pair : settings.map) add("map", pair);
  for (const auto& pair : settings.set) add("set", pair);
  add("only_new", settings.only_new ? "true" : "");
  add("more", more ? "true" : "");
  return target;
}

http::Request part(std::string target, std::string_view bytes) {
  return {"POST", std::move(target), {{"Content-Type", "application/octet-stream"}}, std::string(bytes), ""};
}

json::array list_at(const json::object& object, const char* name) {
  const auto* list = object.if_contains(name);
  return list != nullptr && list->is_array() ? list->get_array() : json::array();
}

std::string reason_in_words(const json::object& line) {
  std::string words;
  for (const auto& error : list_at(line, "errors"))
    if (error.is_object()) words += (words.empty() ? "" : "; ") + field_error_in_words(error.get_object());
  const auto* reason = line.if_contains("reason");
  if (!words.empty() || reason == nullptr || !reason->is_object()) return words;
  const auto& coded = reason->get_object();
  if (knows_english("import", text_at(coded, "code"))) return coded_in_words(coded, "import", "import");
  return text_at(coded, "detail");
}

ImportLine line_of(const json::object& shown) {
  ImportLine line;
  line.number = number_at(shown, "number");
  line.line = number_at(shown, "line");
  line.outcome = text_at(shown, "outcome");
  line.done = shown.contains("done") && shown.at("done") == json::value(true);
  line.key = text_at(shown, "key");
  line.id = text_at(shown, "id");
  line.reason = reason_in_words(shown);
  line.errors = list_at(shown, "errors");
  line.changed = list_at(shown, "changed");
  line.dropped = list_at(shown, "dropped");
  return line;
}

}  // namespace

json::value parse_document(std::string_view text, const std::string& source) {
  text = hansa::json::after_byte_order_mark(text);
  boost::system::error_code failed;
  json::stream_parser parser;
  const auto parsed = parser.write_some(text, failed);
  if (!failed) parser.finish(failed);
  if (failed) {
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(parsed), '\n');
    throw Failed(source + ":" + std::to_string(line) + ": not JSON: " + failed.message());
  }
  return parser.release();
}

json::object Importing::answer(http::Request request, const std::string& source) {
  const auto response = api_.ask(std::move(request));
  auto body = parse_document(response.body, std::string(node_answer)).as_object();
  if (response.status / 100 == 2) return body;
  const auto code = text_at(body, "code");
  if (code == "bad_parameter" || code == "unknown_parameter" || code == "invalid_request")
    throw WrongUsage(problem_in_words(response) + " " + text_at(body, "detail"));
  if (code != "malformed_document") throw Failed(source + ": " + problem_in_words(response));
  constexpr std::string_view line = "line ";
  const auto detail = text_at(body, "detail");
  throw Failed(source + ":" + (detail.starts_with(line) ? detail.substr(line.size()) : " " + detail));
}

json::object Importing::send(std::string_view document, const std::string& source) {
  const auto first = document.substr(0, http::api_body_bytes_max);
  document.remove_prefix(first.size());
  auto summary = answer(part(target_of(settings_, !document.empty()), first), source);
  const auto parts = std::string(base) + "/" + text_at(summary, "id") + "/parts";
  while (!document.empty()) {
    const auto next = document.substr(0, http::api_body_bytes_max);
    document.remove_prefix(next.size());
    summary = answer(part(parts + (document.empty() ? "" : "?more=true"), next), source);
  }
  return summary;
}

std::vector<ImportLine> Importing::lines_of(const std::string& path) {
  std::vector<ImportLine> lines;
  for (std::string cursor = "0"; !cursor.empty();) {
    const auto page = answer({"GET", path + "/lines?cursor=" + cursor, {}, "", ""}, "import");
    for (const auto& item : page.at("items").as_array()) lines.push_back(line_of(item.as_object()));
    cursor = text_at(page, "next");
  }
  return lines;
}

void Importing::publish(const std::string& path, ImportReport& report) try {
  const auto all = number_at(report.summary, "toDo");
  while (number_at(report.summary, "toDo") != 0) {
    if (watch_.interrupted && watch_.interrupted()) {
      report.interrupted = true;
      return;
    }
    const json::object step{{"limit", step_records}, {"skipRefused", true}};
    report.summary = answer(
        {"POST", path + "/run", {{"Content-Type", "application/json"}}, json::serialize(step), ""}, "import");
    if (watch_.progress) watch_.progress(number_at(report.summary, "published"), all);
  }
} catch (const Failed& failed) {
  throw Failed(std::string(failed.what()) + ". " + std::to_string(number_at(report.summary, "published")) +
               " records were published, perhaps more; the same command goes on with the others");
}

ImportReport Importing::run(std::string_view document, const std::string& source) {
  ImportReport report;
  report.summary = send(document, source);
  const auto path = std::string(base) + "/" + text_at(report.summary, "id");
  report.lines = lines_of(path);
  const auto is_refused = [](const ImportLine& line) {
    return line.outcome == "refused" || line.outcome == "waiting";
  };
  report.refused = std::any_of(report.lines.begin(), report.lines.end(), is_refused);
  const bool sure = report.summary.at("encodingSure").as_bool();
  if (!settings_.dry_run && sure && (settings_.skip_refused || !report.refused)) {
    publish(path, report);
    report.lines = lines_of(path);
    report.refused = std::any_of(report.lines.begin(), report.lines.end(), is_refused);
  }
  (void)api_.require({"DELETE", path, {}, "", ""});
  return report;
}

}  // namespace hansa::commands
