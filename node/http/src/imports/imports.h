#pragma once
// Documents on their way into the catalogue: received, planned, published step by step. They live in memory:
// what was published stands in the catalogue, so that the same document, sent again, goes on where it ended.

#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/publish.h"
#include "entry.h"
#include "import_line.h"
#include "known_records.h"

namespace hansa::http {

struct Services;

inline constexpr std::size_t imports_at_once_max = 8;
inline constexpr std::uint64_t import_idle_ms_max = 60 * 60 * 1000;  ///< then it is forgotten
inline constexpr std::size_t import_step_max = 1000;                 ///< records of one step

/// One document. Any thread; a second step while one is under way is refused.
class Import : public std::enable_shared_from_this<Import> {
 public:
  Import(std::string id, std::string owner, ImportOptions options, std::uint64_t now_ms);

  const std::string& id() const { return id_; }
  const std::string& owner() const { return owner_; }

  /// Another part of the document. Problems: too_large; import_planned (409) once it was planned.
  std::optional<json::Problem> append(std::string_view part, std::uint64_t now_ms);
  /// The dry run. Problems: of the document, see read_document(); import_planned.
  std::optional<json::Problem> plan(const Services& services);

  boost::json::object summary() const;
  /// Lines behind `after`, of one outcome or (none) of all.
  std::vector<boost::json::object> lines(std::size_t after, std::size_t limit,
                                         std::optional<ImportLine::Outcome> outcome) const;

  /// Publishes the next records of the plan, at most `limit`; `done` is called once, on this thread or the
  /// core's, when all of them are on disk, refused or found to have changed. Problems before any is
  /// published: import_not_planned, import_busy, import_has_refused (unless `skip_refused`),
  /// encoding_not_sure (409).
  void step(const Services& services, std::size_t limit, bool skip_refused,
            std::function<void(std::optional<json::Problem>)> done);

  std::uint64_t touched_ms() const;
  std::size_t bytes() const;

 private:
  struct Step;
  struct Chosen {
    std::size_t index = 0;
    core::PublishRequest request;
  };
  std::optional<json::Problem> may_step(bool skip_refused) const;
  std::vector<Chosen> choose(const Services& services, std::size_t limit);
  std::optional<core::PublishRequest> request_for(const Services& services, const RecordReading& reading,
                                                  ImportLine& line) const;
  void published(std::size_t index, const core::PublishOutcome& outcome);

  const std::string id_, owner_;
  const ImportOptions options_;
  mutable std::mutex mutex_;
  std::uint64_t touched_ms_;
  std::string document_;  ///< until it was planned
  std::size_t bytes_ = 0;
  bool planned_ = false;
  bool busy_ = false;
  ImportDocument about_;  ///< without its entries
  std::vector<ImportLine> lines_;
  KnownRecords known_;
};

/// The imports of a node. Any thread.
class Imports {
 public:
  /// Problem: too_many_imports (409).
  protocol::Outcome<std::shared_ptr<Import>, json::Problem> add(const Services& services, std::string owner,
                                                                ImportOptions options);
  /// Null if there is none, or it is another's.
  std::shared_ptr<Import> find(const std::string& id, const std::string& owner) const;
  std::vector<std::shared_ptr<Import>> of(const std::string& owner) const;
  void remove(const std::string& id);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Import>> imports_;
};

}  // namespace hansa::http
