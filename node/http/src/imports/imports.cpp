#include "imports.h"

#include <algorithm>
#include <atomic>
#include <boost/json/parse.hpp>
#include <set>

#include "../publishing.h"
#include "../secrets.h"
#include "planning.h"

namespace hansa::http {
namespace {

using Outcome = ImportLine::Outcome;

constexpr std::size_t id_random_bytes = 12;

json::Problem conflict(std::string code, std::string title, std::string detail) {
  return {std::move(code), 409, std::move(title), std::move(detail), {}};
}

std::string separator_name(char separator) {
  if (separator == ',') return "comma";
  if (separator == ';') return "semicolon";
  return separator == '\t' ? "tab" : std::string(1, separator);
}

}  // namespace

Import::Import(std::string id, std::string owner, ImportOptions options, std::uint64_t now_ms)
    : id_(std::move(id)), owner_(std::move(owner)), options_(std::move(options)), touched_ms_(now_ms) {}

std::uint64_t Import::touched_ms() const {
  const std::lock_guard lock(mutex_);
  return touched_ms_;
}

std::size_t Import::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

std::optional<json::Problem> Import::append(std::string_view part, std::uint64_t now_ms) {
  const std::lock_guard lock(mutex_);
  touched_ms_ = now_ms;
  if (planned_ || busy_)
    return conflict("import_planned", "The document was complete already.", "Begin another import.");
  if (document_.size() + part.size() > import_bytes_max) return document_too_large("32 MiB");
  document_ += part;
  bytes_ = document_.size();
  return std::nullopt;
}

std::optional<json::Problem> Import::plan(const Services& services) {
  std::string document;
  {
    const std::lock_guard lock(mutex_);
    if (planned_ || busy_)
      return conflict("import_planned", "The document was complete already.", "Begin another import.");
    busy_ = true;
    document = std::move(document_);
  }
  auto read = read_document(document, options_);
  std::optional<json::Problem> problem;
  std::vector<ImportLine> lines;
  KnownRecords known;
  if (!read) {
    problem = read.error();
  } else {
    const RecordReading reading(services.node);
    known.follow(reading);
    auto planned = Planning(services, reading, known, options_).run(std::exchange(read->entries, {}));
    if (planned)
      lines = std::move(*planned);
    else
      problem = planned.error();
  }
  const std::lock_guard lock(mutex_);
  busy_ = false;
  if (problem) return problem;
  planned_ = true;
  about_ = std::move(*read);
  lines_ = std::move(lines);
  known_ = std::move(known);
  return std::nullopt;
}

boost::json::object Import::summary() const {
  const std::lock_guard lock(mutex_);
  boost::json::object totals;
  for (const auto outcome : {Outcome::created, Outcome::updated, Outcome::unchanged, Outcome::skipped,
                             Outcome::waiting, Outcome::refused})
    totals[name(outcome)] = std::count_if(lines_.begin(), lines_.end(),
                                          [&](const auto& line) { return line.outcome == outcome; });
  std::map<std::string, std::uint64_t> counts;
  for (const auto& line : lines_)
    for (const auto& what : line.dropped) ++counts[what];
  boost::json::object dropped;
  for (const auto& [what, count] : counts) dropped[what] = count;
  const auto to_do = std::count_if(lines_.begin(), lines_.end(), is_to_do);
  const auto done = std::count_if(lines_.begin(), lines_.end(), [](const auto& line) { return line.done; });
  const char* state = !planned_ ? "receiving" : to_do == 0 ? "done" : done == 0 ? "planned" : "running";
  boost::json::object out{{"id", id_},
                          {"format", options_.format},
                          {"state", state},
                          {"bytes", bytes_},
                          {"entries", lines_.size()},
                          {"totals", std::move(totals)},
                          {"published", done},
                          {"toDo", to_do}};
  out["encoding"] = about_.encoding;
  out["encodingSure"] = about_.encoding_sure;
  out["separator"] = about_.separator == 0 ? boost::json::value(nullptr)
                                           : boost::json::value(separator_name(about_.separator));
  boost::json::array unknown;
  for (const auto& column : about_.unknown) unknown.emplace_back(column);
  out["unknownColumns"] = std::move(unknown);
  out["dropped"] = std::move(dropped);
  return out;
}

std::vector<boost::json::object> Import::lines(std::size_t after, std::size_t limit,
                                               std::optional<Outcome> outcome) const {
  const std::lock_guard lock(mutex_);
  std::vector<boost::json::object> found;
  for (std::size_t i = after; i < lines_.size() && found.size() < limit; ++i)
    if (!outcome || lines_[i].outcome == *outcome) found.push_back(line_json(lines_[i]));
  return found;
}

/// A step under way: answers when the last of its records is decided.
struct Import::Step {
  std::shared_ptr<Import> import;
  std::function<void(std::optional<json::Problem>)> done;
  std::atomic<std::size_t> open{1};  ///< one for whoever hands them out

  void one_less() {
    if (open.fetch_sub(1) != 1) return;
    {
      const std::lock_guard lock(import->mutex_);
      import->busy_ = false;
    }
    done(std::nullopt);
  }
};

std::optional<json::Problem> Import::may_step(bool skip_refused) const {
  if (busy_)
    return conflict("import_busy", "A step of this import is under way.", "Ask again when it has ended.");
  if (!planned_)
    return conflict("import_not_planned", "The document is not complete.", "Send its last part first.");
  if (!about_.encoding_sure)
    return conflict(
        "encoding_not_sure", "The document's encoding was guessed.",
        "It looks like " + about_.encoding + ". Look at the texts, and send it again with its encoding.");
  const bool refused = std::any_of(lines_.begin(), lines_.end(), [](const auto& line) {
    return line.outcome == Outcome::refused || line.outcome == Outcome::waiting;
  });
  if (!refused || skip_refused) return std::nullopt;
  return conflict("import_has_refused", "Not every record of the document would be taken.",
                  "Mend them, or say skipRefused to publish the others.");
}

std::optional<core::PublishRequest> Import::request_for(const Services& services,
                                                        const RecordReading& reading,
                                                        ImportLine& line) const {
  if (!line.revision && !line.key.empty())
    if (const auto known = known_.with_key(line.key); known && *known != *line.id) {
      give_reason(line, Outcome::skipped, "published_meanwhile");
      return std::nullopt;
    }
  const auto held = line.revision ? reading.snapshot().record(*line.id) : std::nullopt;
  auto prepared = prepare_record(services, reading, boost::json::parse(line.record), held ? &*held : nullptr);
  if (!prepared) {
    const auto& problem = prepared.error();
    give_reason(line, Outcome::refused, problem.code);
    line.detail = problem.title + " " + problem.detail;
    for (const auto& error : problem.errors) line.errors.push_back(json::to_json(error));
    return std::nullopt;
  }
  auto request = request_of(std::move(*prepared));
  request.record = line.id;
  request.is_new = !line.revision;
  request.expected = line.revision;
  return request;
}

/// Responses come last, and of one record one at a time: the rules look at those that are there.
std::vector<Import::Chosen> Import::choose(const Services& services, std::size_t limit) {
  const RecordReading reading(services.node);
  known_.follow(reading);
  std::vector<Chosen> chosen;
  std::set<protocol::RecordId> about;
  for (const bool responses : {false, true}) {
    if (responses && !chosen.empty()) break;
    for (std::size_t i = 0; i < lines_.size() && chosen.size() < limit; ++i) {
      auto& line = lines_[i];
      if (!is_to_do(line) || (line.kind == "response") != responses) continue;
      if (line.about && !about.insert(*line.about).second) continue;
      if (auto request = request_for(services, reading, line)) chosen.push_back({i, std::move(*request)});
    }
  }
  return chosen;
}

void Import::published(std::size_t index, const core::PublishOutcome& outcome) {
  const std::lock_guard lock(mutex_);
  auto& line = lines_[index];
  if (outcome) {
    line.done = true;
    line.revision = outcome->revision;
    line.record.clear();
    return;
  }
  const auto problem = publish_refused(outcome.error());
  give_reason(line, Outcome::refused, problem.code);
  line.detail = problem.title + " " + problem.detail;
}

void Import::step(const Services& services, std::size_t limit, bool skip_refused,
                  std::function<void(std::optional<json::Problem>)> done) {
  std::vector<Chosen> chosen;
  {
    std::unique_lock lock(mutex_);
    touched_ms_ = services.node.now_ms();
    if (auto problem = may_step(skip_refused)) {
      lock.unlock();
      return done(std::move(problem));
    }
    busy_ = true;
    chosen = choose(services, limit);
  }
  const auto step = std::make_shared<Step>();
  step->import = shared_from_this();
  step->done = std::move(done);
  step->open += chosen.size();
  for (auto& one : chosen) {
    const bool organisation = one.request.record_kind == protocol::RecordKind::organisation;
    services.node.publish(std::move(one.request), [&services, step, organisation,
                                                   index = one.index](const core::PublishOutcome& outcome) {
      step->import->published(index, outcome);
      if (organisation) services.own_organisation.look_again();
      step->one_less();
    });
  }
  step->one_less();
}

protocol::Outcome<std::shared_ptr<Import>, json::Problem> Imports::add(const Services& services,
                                                                       std::string owner,
                                                                       ImportOptions options) {
  const auto now_ms = services.node.now_ms();
  const std::lock_guard lock(mutex_);
  std::erase_if(imports_,
                [&](const auto& one) { return one.second->touched_ms() + import_idle_ms_max < now_ms; });
  if (imports_.size() >= imports_at_once_max)
    return conflict("too_many_imports", "There are too many imports on this node.",
                    "Delete one that is done, or wait an hour.");
  auto import = std::make_shared<Import>(random_hex(services.options.entropy, id_random_bytes),
                                         std::move(owner), std::move(options), now_ms);
  imports_.emplace(import->id(), import);
  return import;
}

std::shared_ptr<Import> Imports::find(const std::string& id, const std::string& owner) const {
  const std::lock_guard lock(mutex_);
  const auto found = imports_.find(id);
  return found == imports_.end() || found->second->owner() != owner ? nullptr : found->second;
}

std::vector<std::shared_ptr<Import>> Imports::of(const std::string& owner) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<Import>> found;
  for (const auto& [id, import] : imports_)
    if (import->owner() == owner) found.push_back(import);
  return found;
}

void Imports::remove(const std::string& id) {
  const std::lock_guard lock(mutex_);
  imports_.erase(id);
}

}  // namespace hansa::http
