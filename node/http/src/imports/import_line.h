#pragma once
// What is to become, or became, of one entry of a document. Values; any thread.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/bytes.h"
#include "protocol/ids.h"

namespace hansa::http {

struct ImportLine {
  enum class Outcome {
    created,
    updated,
    unchanged,
    skipped,  ///< it is not for this node to publish; `reason` says why
    waiting,  ///< it refers to a record that is not here yet
    refused,
  };
  std::size_t number = 0;  ///< of the entry, from 1
  std::size_t line = 0;    ///< where it begins; of JSON the same
  std::string kind, title;
  std::string key;  ///< importedFrom as "system/id", or empty
  Outcome outcome{};
  bool done = false;  ///< created or updated: published; the others never become done
  std::optional<protocol::RecordId> id;
  std::optional<protocol::Hash> revision;  ///< updated: the one that was looked at
  std::string code;                        ///< of the reason; empty if there is none
  boost::json::object params;
  std::string detail;                ///< of a problem, in English
  boost::json::array errors;         ///< refused: the fields at fault, as the API names them
  std::vector<std::string> changed;  ///< updated: which fields
  std::vector<std::string> dropped;  ///< what of the entry was left out
  std::string record;                ///< what is to be published, as POST takes it; empty once it is done
  std::optional<protocol::RecordId> about;  ///< of a response
  std::vector<protocol::RecordId> needs;    ///< records of the same document that it refers to
};

std::string_view name(ImportLine::Outcome outcome);
/// created or updated, and not done.
bool is_to_do(const ImportLine& line);
boost::json::object line_json(const ImportLine& line);
void give_reason(ImportLine& line, ImportLine::Outcome outcome, std::string code,
                 boost::json::object params = {});

}  // namespace hansa::http
