#include "json/record_json.h"

#include <chrono>
#include <cstdio>

#include "content_output.h"
#include "protocol/code_lists.h"

namespace hansa::json {
namespace {

boost::json::array codes_json(std::span<const std::string_view> codes) {
  boost::json::array array;
  for (const auto code : codes) array.emplace_back(code);
  return array;
}

boost::json::object provenance_json(const Provenance& provenance) {
  return {{"node", protocol::to_hex(provenance.node)},
          {"nodeName", provenance.node_name},
          {"log", protocol::to_hex(provenance.log)},
          {"sequence", provenance.sequence},
          {"signature", provenance.signature},
          {"hash", protocol::to_hex(provenance.hash)},
          {"heldBy", boost::json::object{{"held", provenance.held}, {"of", provenance.partners}}},
          {"authorTime", instant_text(provenance.author_time_ms)},
          {"receivedAt", instant_text(provenance.received_ms)}};
}

}  // namespace

std::string instant_text(std::uint64_t ms) {
  using namespace std::chrono;
  // Beyond the year 9999 RFC 3339 has no text; a peer may claim any time.
  constexpr std::uint64_t last_ms = 253'402'300'799'999;
  const sys_time<milliseconds> time{milliseconds(ms < last_ms ? ms : last_ms)};
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss<milliseconds> clock(time - day);
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return text;
}

std::optional<std::uint64_t> parse_instant(std::string_view text) {
  using namespace std::chrono;
  const std::string copy(text);
  int year = 0;
  unsigned month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0;
  int end = 0;
  const auto whole = [&] { return end > 0 && static_cast<std::size_t>(end) == copy.size(); };
  const auto read = [&](const char* format, auto*... parts) {
    end = 0;
    (void)std::sscanf(copy.c_str(), format, &year, &month, &day, parts..., &end);
    return whole();
  };
  const bool known = read("%4d-%2u-%2u%n") || read("%4d-%2u-%2uT%2u:%2u:%2uZ%n", &hour, &minute, &second) ||
                     read("%4d-%2u-%2uT%2u:%2u:%2u.%3uZ%n", &hour, &minute, &second, &ms);
  const year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  if (!known || year < 1970 || !date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  const auto time = sys_days(date) + hours(hour) + minutes(minute) + seconds(second) + milliseconds(ms);
  return static_cast<std::uint64_t>(duration_cast<milliseconds>(time.time_since_epoch()).count());
}

ContentJson content_json(const protocol::ContentReader& content) {
  ContentJson json;
  ContentOutput output;
  const auto root = content.root();
  json.common = output.write_struct(capnp::toDynamic(root), "");
  json.common.erase("schemaVersion");
  json.common.erase("version");
  json.common.erase("createdMs");
  json.common.erase("modifiedMs");
  json.common.erase("body");
  if (root.getCreatedMs() != 0) json.common["created"] = instant_text(root.getCreatedMs());
  if (root.getModifiedMs() != 0) json.common["modified"] = instant_text(root.getModifiedMs());
  if (content.understood()) {
    if (const auto body = content.body()) json.content = output.write_struct(*body, "content");
  }
  if (auto modes = output.take_translations(); !modes.empty()) json.common["translations"] = std::move(modes);
  return json;
}

boost::json::object record_json(const RecordView& record) {
  boost::json::object json{{"id", protocol::to_text(record.id)},
                           {"kind", record.kind},
                           {"partner", boost::json::object{{"id", protocol::to_text(record.id.owner)},
                                                           {"name", record.partner_name},
                                                           {"country", record.partner_country}}},
                           {"revision", protocol::to_hex(record.revision)},
                           {"version", record.version},
                           {"status", record.status},
                           {"visibility", record.visibility},
                           {"personal", record.personal},
                           {"conflict", record.conflict}};
  if (!record.withdrawn_reason.empty()) json["withdrawnReason"] = record.withdrawn_reason;
  if (record.about_version) json["aboutVersion"] = *record.about_version;
  if (record.replaced_by) json["replacedBy"] = protocol::to_text(*record.replaced_by);
  std::string state = record.content_state;
  boost::json::object content;
  if (record.content != nullptr) {
    auto written = content_json(*record.content);
    for (auto& [name, value] : written.common) json[name] = std::move(value);
    content = std::move(written.content);
    if (!record.content->understood() && record.status != "withdrawn") state = "not_understood";
  }
  json["content"] = std::move(content);
  json["contentState"] = state;
  if (record.provenance) json["provenance"] = provenance_json(*record.provenance);
  return json;
}

boost::json::object text_json(const std::vector<protocol::TextInLanguage>& text) {
  boost::json::object json;
  for (const auto& entry : text) json[entry.language] = entry.text;
  return json;
}

boost::json::object references_json(const std::map<protocol::RecordId, ReferenceView>& references) {
  boost::json::object json;
  for (const auto& [id, view] : references) {
    json[protocol::to_text(id)] =
        boost::json::object{{"title", text_json(view.title)}, {"kind", view.kind}, {"state", view.state}};
  }
  return json;
}

boost::json::object vocabularies_json() {
  boost::json::object json;
  for (const auto* list : protocol::all_code_lists()) json[list->name] = codes_json(list->codes);
  boost::json::object areas;
  for (const auto& theme : protocol::theme_areas()) {
    areas[theme.theme] = boost::json::object{{"zaragoza", theme.zaragoza},
                                             {"module", theme.module},
                                             {"mipex", codes_json(theme.mipex)},
                                             {"niem", codes_json(theme.niem)}};
  }
  json["themeAreas"] = std::move(areas);
  boost::json::object criteria;
  for (const auto name : protocol::code_lists::assessment_templates.codes) {
    criteria[name] = codes_json(protocol::criteria_of(name));
  }
  json["templateCriteria"] = std::move(criteria);
  return json;
}

}  // namespace hansa::json
