#pragma once

#include <boost/json.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../api_client.h"

namespace hansa::commands {

/// How a document is read, and what is done with it; see `hansa import --help`.
struct ImportSettings {
  std::string format = "json";
  std::string kind, language, system, encoding, separator, timezone;
  std::vector<std::string> map, set;
  bool only_new = false;      ///< what is known is refused instead of updated
  bool skip_refused = false;  ///< publish what can be; otherwise all or nothing
  bool dry_run = false;
};

/// What became, or would become, of one entry of a document.
struct ImportLine {
  std::size_t number = 0;               ///< 1, 2, … in the document
  std::size_t line = 0;                 ///< where it begins
  std::string outcome;                  ///< created, updated, unchanged, skipped, waiting or refused
  bool done = false;                    ///< created or updated, and published
  std::string key;                      ///< importedFrom as "system/id", or empty
  std::string id;                       ///< of the record, if there is one
  std::string reason;                   ///< in words; may be empty
  boost::json::array errors;            ///< for refused: the fields at fault, as the API names them
  boost::json::array changed, dropped;  ///< names of fields; of what was left out
};

struct ImportReport {
  boost::json::object summary;  ///< as the API gives it
  std::vector<ImportLine> lines;
  bool refused = false;      ///< some entries are refused or wait
  bool interrupted = false;  ///< before all that was to be published was
};

/// Brings a document into a node's catalogue by its API (docs/api.md, "Imports"): the dry run first, then,
/// step by step, what came out of it. What was imported before is updated, never repeated.
class Importing {
 public:
  struct Watch {
    /// After each step: how many records were published, of how many.
    std::function<void(std::size_t done, std::size_t all)> progress;
    std::function<bool()> interrupted;  ///< asked before each step
  };
  Importing(ApiClient& api, ImportSettings settings, Watch watch = {})
      : api_(api), settings_(std::move(settings)), watch_(std::move(watch)) {}

  /// Throws Failed, naming `source` and the line, if the document cannot be read or the node not be asked;
  /// WrongUsage for settings that cannot be used.
  ImportReport run(std::string_view document, const std::string& source);

 private:
  boost::json::object send(std::string_view document, const std::string& source);
  void publish(const std::string& path, ImportReport& report);
  std::vector<ImportLine> lines_of(const std::string& path);
  /// Throws Failed, with the line as compilers name it, for a document that cannot be read.
  boost::json::object answer(http::Request request, const std::string& source);

  ApiClient& api_;
  ImportSettings settings_;
  Watch watch_;
};

/// Parses a JSON document of at most 64 MiB. Throws Failed, naming `source` and the position.
boost::json::value parse_document(std::string_view text, const std::string& source);

}  // namespace hansa::commands
