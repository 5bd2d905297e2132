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
constexpr std::array<Expected, 14> expected_kinds{{{"lead", "organisation"},
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

bool forbids_derivatives(std::string_view licence) {
  return licence.find("-ND-") != std::string_view::npos || licence == "LicenseRef-no-derivatives" ||
         licence == "LicenseRef-all-rights-reserved";
}

std::optional<RecordId> id_of(protocol::schema::Ref::Reader reference) {
  const auto bytes = reference.getRecord();
  const auto id = protocol::record_id_from_bytes({bytes.begin(), bytes.size()});
  return id ? std::optional(*id) : std::nullopt;
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
  if (response.getType() != "translation" || about->owner == reading.own_partner()) return;
  const auto record = reading.snapshot().record(*about);
  if (!record) return;
  const auto content = reading.content(record->revisions[record->live]);
  if (!content.reader) return;
  const std::string licence(content.reader->root().getLicence().cStr());
  if (forbids_derivatives(licence))
    errors.push_back({"content.type", "no_derivatives", {{"licence", licence}}, "translation"});
}

}  // namespace

std::vector<FieldError> check_against_catalogue(const RecordReading& reading,
                                                const protocol::ContentReader& content,
                                                const std::optional<RecordId>& record) {
  std::vector<FieldError> errors;
  ReferenceWalk(reading, errors).visit(json::content_json(content).content, {}, "content");
  const auto body = content.root().getBody();
  if (body.isResponse()) check_response(reading, body.getResponse(), record, errors);
  return errors;
}

}  // namespace hansa::http
