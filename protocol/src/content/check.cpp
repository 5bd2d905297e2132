#include <chrono>
#include <cstdio>
#include <string>

#include "content/field_check.h"
#include "content/findings.h"
#include "protocol/content_check.h"

namespace hansa::protocol {
namespace {

std::string_view view(capnp::Text::Reader text) { return {text.cStr(), text.size()}; }

unsigned review_months(std::string_view kind) {
  if (kind == "practice") return 24;
  if (kind == "contact") return 12;
  if (kind == "service") return 6;
  return 0;
}

bool asks_attribution(std::string_view licence) {
  return !licence.empty() && licence != "CC0-1.0" && licence != "LicenseRef-all-rights-reserved";
}

void check_common(schema::Content::Reader content, std::string_view kind, FindingsLog& log) {
  const auto licence = view(content.getLicence());
  if (licence.empty() && kind != "contact") log.error("licence", "required");
  if (asks_attribution(licence) && content.getAttribution().size() == 0) {
    log.error("attribution", "required_by", {},
              {{"field", std::string("licence")}, {"value", std::string(licence)}});
  }
  if (review_months(kind) != 0 && content.getReviewBy().size() == 0) log.error("reviewBy", "required");
  unsigned i = 0;
  for (const auto attachment : content.getAttachments()) {
    const std::string path = "attachments[" + std::to_string(i++) + ']';
    if ((attachment.getUrl().size() > 0) == (attachment.getHash().size() > 0)) {
      log.error(path, "one_of", {}, {{"fields", std::string("url,hash")}});
    }
    if (view(attachment.getMediaType()).starts_with("image/") &&
        attachment.getAlt().getEntries().size() == 0) {
      log.error(path + ".alt", "required");
    }
  }
}

}  // namespace

Findings check_content(schema::Content::Reader content, const AuthorContext& context) {
  Findings findings;
  FindingsLog log(findings);
  const auto kind = kind_of(content);
  if (context.visibility == "local") {
    log.error("visibility", "local_not_supported_yet", context.visibility);
  } else if (!code_lists::visibilities.contains(context.visibility)) {
    log.error("visibility", "unknown_code", context.visibility, {{"list", std::string("visibilities")}});
  }
  FieldCheck fields(view(content.getLanguage()), log);
  fields.check(capnp::toDynamic(content), "");
  check_common(content, kind, log);
  if (kind.empty()) {
    log.error("kind", "required");
    return findings;
  }
  const auto body = capnp::toDynamic(content).get("body").as<capnp::DynamicStruct>();
  KJ_IF_MAYBE (active, body.which()) {
    fields.check(body.get(*active).as<capnp::DynamicStruct>(), "content.");
  }
  cross_check(content, context, log);
  return findings;
}

std::string default_review_by(std::string_view kind, std::uint64_t now_ms) {
  const unsigned months = review_months(kind);
  if (months == 0) return {};
  using namespace std::chrono;
  const sys_time<milliseconds> now{milliseconds(now_ms)};
  year_month_day day = year_month_day(floor<days>(now)) + std::chrono::months(months);
  if (!day.ok()) day = day.year() / day.month() / last;  // 29 February
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(day.year()),
                static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
  return text;
}

void fill_defaults(schema::Content::Builder content, const AuthorDefaults& defaults) {
  const std::string kind(kind_of(content.asReader()));
  content.setSchemaVersion(content_schema_version);
  if (content.getVersion() == 0) content.setVersion(1);
  if (content.getCreatedMs() == 0) content.setCreatedMs(defaults.now_ms);
  content.setModifiedMs(defaults.now_ms);
  if (content.getLicence().size() == 0 && kind != "contact") content.setLicence("CC-BY-4.0");
  if (content.getAttribution().size() == 0 && !defaults.attribution.empty() &&
      asks_attribution(view(content.asReader().getLicence()))) {
    content.setAttribution(std::string(defaults.attribution));
  }
  if (content.getReviewBy().size() == 0) {
    if (const auto day = default_review_by(kind, defaults.now_ms); !day.empty()) content.setReviewBy(day);
  }
  auto body = content.getBody();
  if (body.isContact() && body.getContact().getContactType().size() == 0)
    body.getContact().setContactType("role-mailbox");
  if (!defaults.organisation) return;
  const auto bytes = to_bytes(*defaults.organisation);
  const capnp::Data::Reader record(bytes.data(), bytes.size());
  if (!content.hasPublisher()) content.initPublisher().setRecord(record);
  if (body.isPractice() && !body.getPractice().hasLead()) body.getPractice().initLead().setRecord(record);
  if (body.isProject() && !body.getProject().hasLead()) body.getProject().initLead().setRecord(record);
  if (body.isService() && !body.getService().hasProvider())
    body.getService().initProvider().setRecord(record);
  if (body.isResponse() && !body.getResponse().hasBy()) body.getResponse().initBy().setRecord(record);
}

}  // namespace hansa::protocol
