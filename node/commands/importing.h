#pragma once

#include <boost/json.hpp>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../api_client.h"

namespace hansa::commands {

/// What became, or would become, of one record of an import.
struct ImportLine {
  enum class Outcome { created, updated, unchanged, waiting, refused };
  std::size_t number = 0;  ///< 1, 2, … in the document
  std::string key;         ///< importedFrom as "system/id", or empty
  Outcome outcome{};
  std::string id;             ///< of the record, if there is one
  std::string reason;         ///< for waiting and refused, and what to mind
  boost::json::array errors;  ///< for refused: the fields at fault, as the API names them
};
std::string_view name(ImportLine::Outcome outcome);

/// Brings a document of records (`{"records":[…]}`, or a list, or one record) into a node's catalogue by its
/// API. What was imported before (by importedFrom) is updated, never repeated. A reference written
/// "import:SYSTEM/ID" means the record with that importedFrom, on whichever node it was published; while it
/// is not here the record waits.
class Importing {
 public:
  /// `progress` hears of each line when it is done.
  /// `only_new`: what was imported before is refused instead of updated.
  Importing(ApiClient& api, std::function<void(const ImportLine&)> progress, bool only_new = false)
      : api_(api), progress_(std::move(progress)), only_new_(only_new) {}

  /// Throws Failed if the document is no list of records or the node cannot be asked.
  std::vector<ImportLine> run(const boost::json::value& document, bool dry_run);

 private:
  struct Known {
    std::string id;
    std::string revision;
    bool own = false;
  };
  void learn_what_is_known();
  ImportLine import_one(const boost::json::object& record, bool dry_run);
  void publish(const boost::json::object& record, const Known* known, bool dry_run, ImportLine& line);
  /// None: the node refused, and `line` says why.
  std::optional<boost::json::object> answer_or_refusal(http::Request request, ImportLine& line);

  ApiClient& api_;
  std::function<void(const ImportLine&)> progress_;
  bool only_new_;
  std::string own_partner_;             ///< empty before there is a charter
  std::map<std::string, Known> known_;  ///< by "system/id"
};

/// Parses a JSON document of at most 64 MiB. Throws Failed, naming `source` and the position.
boost::json::value parse_document(std::string_view text, const std::string& source);

}  // namespace hansa::commands
