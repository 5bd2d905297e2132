#include "publishing.h"

#include <algorithm>

#include "catalogue_check.h"
#include "json/record_json.h"
#include "protocol/kinds.h"
#include "routes/routes.h"

namespace hansa::http {
namespace {

/// What a response is about: its header names it, so that the view finds it without opening payloads.
std::optional<protocol::RecordId> subject_of(const protocol::Bytes& content) {
  const auto reader = protocol::read_content(content);
  if (!reader || !reader->root().getBody().isResponse()) return std::nullopt;
  const auto about = reader->root().getBody().getResponse().getAbout().getRecord();
  const auto id = protocol::record_id_from_bytes({about.begin(), about.size()});
  if (!id) return std::nullopt;
  return *id;
}

bool is_ours(const RecordReading& reading, const store::RecordState& record) {
  const auto& charter = reading.status().charter;
  if (!charter) return false;
  const auto ours = protocol::partners_of(*charter, reading.status().key);
  return std::find(ours.begin(), ours.end(), record.id.owner) != ours.end();
}

json::Problem problem(int status, std::string code, std::string title, std::string detail = {}) {
  return {std::move(code), status, std::move(title), std::move(detail), {}};
}

json::Problem problem(int status, std::string code, std::string title, std::string detail,
                      protocol::FieldError error) {
  return {std::move(code), status, std::move(title), std::move(detail), {std::move(error)}};
}

}  // namespace

void count_on(const RecordReading& reading, const store::RecordState& revised,
              protocol::ContentBuilder& content) {
  const auto live = reading.content(revised.revisions[revised.live]);
  if (!live.reader) return;
  content.root().setVersion(live.reader->root().getVersion() + 1);
  content.root().setCreatedMs(live.reader->root().getCreatedMs());
  // Who published it stays as it was unless the author says otherwise.
  if (!content.root().hasPublisher() && live.reader->root().hasPublisher())
    content.root().setPublisher(live.reader->root().getPublisher());
  // A response stays about the version that its author had seen.
  auto body = content.root().getBody();
  const auto before = live.reader->root().getBody();
  if (body.isResponse() && before.isResponse() && !body.getResponse().hasAboutRevision() &&
      body.getResponse().asReader().getAbout().getRecord() == before.getResponse().getAbout().getRecord())
    body.getResponse().setAboutRevision(before.getResponse().getAboutRevision());
}

protocol::Outcome<json::PreparedRecord, json::Problem> prepare_record(const Services& services,
                                                                      const RecordReading& reading,
                                                                      const boost::json::value& sent,
                                                                      const store::RecordState* revised) {
  auto input =
      json::read_record(sent, revised == nullptr ? std::string_view() : protocol::name(revised->kind));
  if (!input) return input.error();
  const auto partner = reading.own_partner();
  // Said before anything about fields: an organisation of one's own, for one, needs a charter.
  if (!partner)
    return publish_refused(reading.status().charter ? core::PublishRefused::not_a_publisher
                                                    : core::PublishRefused::no_charter);
  const auto attribution = reading.partner_name(*partner);
  protocol::AuthorDefaults defaults;
  defaults.now_ms = services.node.now_ms();
  defaults.organisation = services.own_organisation.find(reading, services.node.now_ms());
  defaults.attribution = attribution;
  if (revised != nullptr) count_on(reading, *revised, input->content);
  note_revision_seen(reading, input->content);
  auto record = json::prepare(std::move(*input), defaults, partner);
  if (!record) return record.error();
  const auto content = protocol::read_content(record->content);
  auto errors =
      check_against_catalogue(reading, *content, revised ? std::optional(revised->id) : std::nullopt);
  if (!errors.empty()) return json::invalid_record(std::move(errors));
  return std::move(*record);
}

core::PublishRequest request_of(json::PreparedRecord record) {
  core::PublishRequest request;
  request.record_kind = *protocol::record_kind(record.kind);
  request.visibility = *protocol::visibility(record.visibility);
  request.subject = subject_of(record.content);
  request.content = std::move(record.content);
  return request;
}

bool is_unchanged(const Services& services, const RecordReading& reading, const store::RecordState& revised,
                  const json::PreparedRecord& record) {
  if (revised.tips.size() > 1 || !is_ours(reading, revised)) return false;
  const auto& live = revised.revisions[revised.live];
  const auto held = reading.content(live);
  const auto given = protocol::read_content(record.content);
  if (!held.reader || !given || protocol::name(live.visibility) != record.visibility) return false;
  auto before = json::content_json(*held.reader);
  auto after = json::content_json(*given);
  for (auto* common : {&before.common, &after.common})
    for (const auto* name : {"created", "modified"}) common->erase(name);
  const auto own = services.own_organisation.find(reading, services.node.now_ms());
  if (const auto* publisher = after.common.if_contains("publisher");
      publisher != nullptr && own && !before.common.contains("publisher") &&
      *publisher == boost::json::value(protocol::to_text(*own)))
    after.common.erase("publisher");
  return before.common == after.common && before.content == after.content;
}

json::Problem publish_refused(core::PublishRefused refused) {
  using core::PublishRefused;
  const std::string code(core::name(refused));
  switch (refused) {
    case PublishRefused::not_found:
      return problem(404, code, "There is no such record here.");
    case PublishRefused::revision_changed:
      return problem(412, code, "The record has a newer revision than the one that was edited.",
                     "Get the record again and repeat the change on it.");
    case PublishRefused::record_exists:
      return problem(409, code, "The id that was chosen for the new record is taken.", "",
                     {"id", code, {}, ""});
    case PublishRefused::already_withdrawn:
      return problem(409, code, "The record was withdrawn before.");
    case PublishRefused::not_owner:
      return problem(403, code, "The record belongs to another partner; only that partner may change it.",
                     "A response of your own (a correction, a review) says what should change.");
    case PublishRefused::kind_changed:
      return problem(422, code, "A record's kind never changes.", "", {"kind", code, {}, ""});
    case PublishRefused::too_large:
      return problem(413, code, "The record is too large.");
    case PublishRefused::no_charter:
      return problem(409, code, "This node belongs to no federation yet.", "Accept a charter first.");
    case PublishRefused::not_a_publisher:
      return problem(403, code, "The charter does not let this node publish.");
    case PublishRefused::key_not_active:
      return problem(403, code, "The charter has taken this node's key out of use.",
                     "A coordinator can list a new key for the partner.");
    case PublishRefused::own_log_behind:
      return problem(503, code, "Entries of this node are being fetched back from a peer.",
                     "Try again in a minute.");
    case PublishRefused::disk_low:
      return problem(507, code, "Too little space is left on this node's disk.",
                     "Free some; nothing that was published is lost.");
    case PublishRefused::log_full:
      return problem(409, code, "This node has published as much as the charter lets it.");
  }
  return problem(500, code, "The record was not published.");
}

}  // namespace hansa::http
