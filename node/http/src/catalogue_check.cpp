#include "catalogue_check.h"

#include <algorithm>
#include <array>

#include "json/record_json.h"
#include "protocol/kinds.h"

namespace hansa::http {
namespace {

using protocol::FieldError;
using protocol::RecordId;

constexpr std::size_t responses_max = 1000;

struct Expected {
  std::string_view field;
  std::string_view kind;
};
constexpr std::array<Expected, 15> expected_kinds{{{"lead", "organisation"},
                                                   {"publisher", "organisation"},
                                                   {"provider", "organisation"},
                                                   {"by", "organisation"},
                                                   {"host", "organisation"},
                                                   {"organisers", "organisation"},
                                                   {"organisation", "organisation"},
                                                   {"partOf", "organisation"},
                                                   {"parties", "organisation"},
                                                   {"contact", "contact"},
                                                   {"contacts", "contact"},
                                                   {"projects", "project"},
                                                   {"aboutPractices", "practice"},
                                                   {"outcomes", "resource"},
                                                   {"supersedes", "resource"}}};

std::string_view expected_kind(std::string_view field) {
  for (const auto& expected : expected_kinds)
    if (expected.field == field) return expected.kind;
  return {};
}

class ReferenceWalk {
 public:
  ReferenceWalk(const RecordReading& reading, std::vector<FieldError>& errors)
      : reading_(reading), errors_(errors) {}

  void visit(const boost::json::value& value, std::string_view field, const std::string& path) {
    if (const auto* object = value.if_object()) {
      for (const auto& [name, inner] : *object) visit(inner, name, path + '.' + std::string(name));
    } else if (const auto* list = value.if_array()) {
      for (std::size_t i = 0; i < list->size(); ++i)
        visit((*list)[i], field, path + '[' + std::to_string(i) + ']');
    } else if (const auto* text = value.if_string()) {
      check(*text, expected_kind(field), path);
    }
  }

 private:
  void check(std::string_view text, std::string_view kind, const std::string& path) {
    const auto id = kind.empty() ? protocol::Outcome<RecordId>(protocol::Refusal::not_found)
                                 : protocol::parse_record_id(text);
    if (!id) return;
    const auto record = reading_.snapshot().record(*id);
    // One that has not arrived may be anything: the reader will see.
    if (!record || protocol::name(record->kind) == kind) return;
    errors_.push_back({path, "wrong_kind", {{"expected", std::string(kind)}}, std::string(text)});
  }

  const RecordReading& reading_;
  std::vector<FieldError>& errors_;
};

std::optional<RecordId> id_of(protocol::schema::Ref::Reader reference) {
  const auto bytes = reference.getRecord();
  const auto id = protocol::record_id_from_bytes({bytes.begin(), bytes.size()});
  return id ? std::optional(*id) : std::nullopt;
}

/// An organisation of the author's own, or of a partner that it succeeds.
void check_publisher(const RecordReading& reading, protocol::schema::Ref::Reader publisher,
                     std::vector<FieldError>& errors) {
  const auto id = id_of(publisher);
  if (id && !may_revise(reading, *id))
    errors.push_back({"publisher", "not_own_organisation", {}, protocol::to_text(*id)});
}

bool forbids_derivatives(std::string_view licence) {
  return licence.find("-ND-") != std::string_view::npos || licence == "LicenseRef-no-derivatives" ||
         licence == "LicenseRef-all-rights-reserved";
}

/// Another live endorsement of `about` by the organisation; none if there is none.
std::optional<RecordId> endorsement_by(const RecordReading& reading, const RecordId& about,
                                       const RecordId& organisation, const std::optional<RecordId>& except) {
  for (const auto& id : reading.snapshot().about(about, responses_max)) {
    const auto record = id == except ? std::nullopt : reading.snapshot().record(id);
    if (!record) continue;
    const auto& live = record->revisions[record->live];
    if (live.kind == protocol::EntryKind::withdraw) continue;
    const auto content = reading.content(live);
    if (!content.reader || !content.reader->root().getBody().isResponse()) continue;
    const auto response = content.reader->root().getBody().getResponse();
    if (response.getType() == "endorsement" && id_of(response.getBy()) == organisation) return id;
  }
  return std::nullopt;
}

/// Whether the live version of the response names the same revision: that may count no more, and stays.
bool was_seen_before(const RecordReading& reading, const std::optional<RecordId>& own,
                     capnp::Data::Reader seen) {
  const auto record = own ? reading.snapshot().record(*own) : std::nullopt;
  if (!record) return false;
  const auto held = reading.content(record->revisions[record->live]);
  return held.reader && held.reader->root().getBody().isResponse() &&
         held.reader->root().getBody().getResponse().getAboutRevision() == seen;
}

void check_revision_seen(const store::RecordState& about, capnp::Data::Reader seen,
                         std::vector<FieldError>& errors) {
  const auto is_seen = [seen](const store::Revision& revision) {
    return std::equal(revision.hash.begin(), revision.hash.end(), seen.begin(), seen.end());
  };
  if (seen.size() > 0 && std::none_of(about.revisions.begin(), about.revisions.end(), is_seen))
    errors.push_back({"content.aboutRevision", "unknown_revision", {}, protocol::to_hex(seen.asBytes())});
}

/// `name`: a field, or a path into one, as "results[0].label". None: the record has no such field.
std::optional<capnp::StructSchema::Field> field_of(const protocol::ContentReader& content,
                                                   std::string_view name) {
  const std::string first(name.substr(0, name.find_first_of(".[")));
  if (const auto body = content.body())
    KJ_IF_MAYBE (field, body->getSchema().findFieldByName(first)) return *field;
  for (const auto* common :
       {"language", "licence", "attribution", "source", "reviewBy", "keywords", "attachments", "publisher"})
    if (first == common)
      return capnp::StructSchema(capnp::Schema::from<protocol::schema::Content>()).getFieldByName(first);
  return std::nullopt;
}

/// A translation names fields that hold texts of several languages, or parts that do; a correction any field.
void check_names(const protocol::ContentReader& about, protocol::schema::Response::Reader response,
                 std::vector<FieldError>& errors) {
  if (!about.understood()) return;
  if (response.getType() == "correction" && !field_of(about, response.getField().cStr()))
    errors.push_back({"content.field", "no_such_field", {}, response.getField().cStr()});
  if (response.getType() != "translation") return;
  for (const auto entry : response.getFields().getEntries()) {
    const std::string name(entry.getName().cStr());
    const auto field = field_of(about, name);
    if (!field || field->getType().isText() || field->getType().isData())
      errors.push_back({"content.fields." + name, "no_such_field", {}, name});
  }
}

void check_response(const RecordReading& reading, protocol::schema::Response::Reader response,
                    const std::optional<RecordId>& own, std::vector<FieldError>& errors) {
  const auto about = id_of(response.getAbout());
  const auto by = id_of(response.getBy());
  if (!about) return;
  if (response.getType() == "endorsement" && by)
    if (const auto earlier = endorsement_by(reading, *about, *by, own))
      errors.push_back({"content.about",
                        "already_endorsed",
                        {{"response", protocol::to_text(*earlier)}},
                        protocol::to_text(*about)});
  const auto record = reading.snapshot().record(*about);
  if (!record) return;
  if (!was_seen_before(reading, own, response.getAboutRevision()))
    check_revision_seen(*record, response.getAboutRevision(), errors);
  const auto content = reading.content(record->revisions[record->live]);
  if (!content.reader) return;
  check_names(*content.reader, response, errors);
  const std::string licence(content.reader->root().getLicence().cStr());
  if (response.getType() == "translation" && about->owner != reading.own_partner() &&
      forbids_derivatives(licence))
    errors.push_back({"content.type", "no_derivatives", {{"licence", licence}}, "translation"});
}

}  // namespace

void note_revision_seen(const RecordReading& reading, protocol::ContentBuilder& content) {
  auto body = content.root().getBody();
  if (!body.isResponse() || body.getResponse().hasAboutRevision()) return;
  const auto about = id_of(body.getResponse().asReader().getAbout());
  const auto record = about ? reading.snapshot().record(*about) : std::nullopt;
  if (!record) return;
  const auto& seen = record->revisions[record->live].hash;
  body.getResponse().setAboutRevision(capnp::Data::Reader(seen.data(), seen.size()));
}

bool may_revise(const RecordReading& reading, const RecordId& record) {
  const auto own = reading.own_partner();
  return own && protocol::may_revise(*reading.status().charter, *own, record.owner);
}

std::vector<FieldError> check_against_catalogue(const RecordReading& reading,
                                                const protocol::ContentReader& content,
                                                const std::optional<RecordId>& record) {
  std::vector<FieldError> errors;
  const auto json = json::content_json(content);
  ReferenceWalk walk(reading, errors);
  walk.visit(json.content, {}, "content");
  if (const auto* publisher = json.common.if_contains("publisher"))
    walk.visit(*publisher, "publisher", "publisher");
  check_publisher(reading, content.root().getPublisher(), errors);
  const auto body = content.root().getBody();
  if (body.isResponse()) check_response(reading, body.getResponse(), record, errors);
  return errors;
}

}  // namespace hansa::http
