#pragma once
// OAI-PMH 2.0 (http://www.openarchives.org/OAI/openarchivesprotocol.html): answers as XML, from arguments and
// records. Pure but for the reading; one request, one thread.

#include <boost/json/object.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "protocol/ids.h"
#include "protocol/outcome.h"

namespace hansa::http::oai {

/// What the protocol answers instead of data, with its own codes: badArgument, badResumptionToken, …
struct Problem {
  std::string code;
  std::string text;
};

/// The arguments of a request, each once; `token` and `verb` are not among them.
using Arguments = std::map<std::string, std::string>;

/// Which records a list means, and where it goes on.
struct Selection {
  std::uint64_t from_ms = 0;
  std::uint64_t until_ms = UINT64_MAX;      ///< inclusive, the whole second or day that was named
  std::string set;                          ///< "kind:practice", "theme:housing", "node:PARTNER"; empty: all
  std::string prefix;                       ///< of the metadata
  std::uint64_t after_ms = 0;               ///< the last record of the page before: its datestamp …
  std::optional<protocol::RecordId> after;  ///< … and id; none: the first page
};

/// What is wrong with the metadataPrefix, which a request for metadata must have.
std::optional<Problem> prefix_problem(const Arguments& arguments);
/// Of ListRecords and ListIdentifiers. A resumptionToken is exclusive: it holds the whole selection.
protocol::Outcome<Selection, Problem> selection_of(const Arguments& arguments);
std::string resumption_token(const Selection& selection);

/// One record as a harvester sees it.
struct Item {
  std::string id;
  std::uint64_t datestamp_ms = 0;  ///< when it last changed at this node
  bool deleted = false;
  std::vector<std::string> sets;
  boost::json::object json;  ///< as the API gives it; not looked at if deleted
};

/// An answer: verb(), then what it holds, then text().
class Answer {
 public:
  Answer(std::string base_url, std::uint64_t now_ms);
  ~Answer();
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;

  void problem(const Problem& problem);
  /// The request is repeated in the answer, as the protocol wants of one without fault.
  void begin(const std::string& verb, const Arguments& arguments);
  void identify(const std::string& name, const std::string& mail, std::uint64_t earliest_ms);
  void formats();
  void sets(const std::vector<std::pair<std::string, std::string>>& sets);  ///< spec and name
  void header(const Item& item);
  void record(const Item& item);
  void resumption(const std::string& token);  ///< empty: this was the last page
  std::string text() const;

 private:
  struct Document;
  std::unique_ptr<Document> document_;
};

}  // namespace hansa::http::oai
