#pragma once

#include <vector>

#include "protocol/content.h"
#include "protocol/field_error.h"
#include "protocol/ids.h"
#include "record_reading.h"

namespace hansa::http {

/// Whether the charter lets this node revise a record: one of its partner's, or of a partner that it
/// succeeds.
bool may_revise(const RecordReading& reading, const protocol::RecordId& record);

/// A response that does not say which revision of a record it is about is about the live one, if that is
/// here.
void note_revision_seen(const RecordReading& reading, protocol::ContentBuilder& content);

/// The rules of an author's node that only the catalogue can judge, in addition to protocol::check_content: a
/// reference is to a record of the kind that its field asks for, if that record is here; one live endorsement
/// of a record by an organisation; no translation of another partner's record whose licence forbids
/// derivatives; a response names a revision that is here, and fields that the record's kind has. A receiver
/// never applies them. `record`: the one that is revised, none if it is new.
std::vector<protocol::FieldError> check_against_catalogue(const RecordReading& reading,
                                                          const protocol::ContentReader& content,
                                                          const std::optional<protocol::RecordId>& record);

}  // namespace hansa::http
