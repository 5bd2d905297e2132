#pragma once
// Corrections that other partners propose to one's own records, and what became of them. Nothing of it is
// stored: a correction is open until the record says what was proposed, or its owner has answered it.

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "json/problem.h"
#include "protocol/outcome.h"
#include "record_reading.h"
#include "search/follower.h"

namespace hansa::http {

struct Correction {
  store::RecordState response;
  store::RecordState about;
  std::string field;     ///< a field of the content or a path into it ("results[0].label"), or a common field
  std::string proposed;  ///< its text, or its value as JSON where it is a number, a truth value or a list
  std::string language;  ///< in which `proposed` is, where the field has texts in several

  const char* state = "open";  ///< open, applied or answered
  boost::json::value current;  ///< what the field says now; null if nothing
};

/// None if the record is no live correction of a record that this node may revise.
std::optional<Correction> correction_of(const RecordReading& reading, const store::RecordState& response);

/// Those of the newest corrections_max corrections in the catalogue that are about records of one's own, the
/// newest first. Throws search::IndexBroken.
std::vector<Correction> corrections(const RecordReading& reading, search::Follower& search);

/// The record as it would be sent to be revised, with the field as proposed. Problem: cannot_apply (422).
protocol::Outcome<boost::json::object, json::Problem> applied(const RecordReading& reading,
                                                              const Correction& correction);

/// As the API gives it.
boost::json::object correction_json(const RecordReading& reading, const Correction& correction);

inline constexpr std::size_t corrections_max = 1000;

}  // namespace hansa::http
