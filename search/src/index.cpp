#include "search/index.h"

#include <atomic>
#include <charconv>
#include <set>

#include "asking.h"
#include "counting_pairs.h"
#include "document.h"
#include "files.h"
#include "suggesting.h"
#include "terms.h"

namespace hansa::search {
namespace {

constexpr std::size_t look_again_max = 500;

/// The checkpoint: the last arrival taken in, and what stood there, so that another store is noticed.
std::string mark_of(std::uint64_t through, const std::optional<store::Arrival>& last) {
  auto mark = std::to_string(through);
  if (last && last->number == through && !last->ceased)
    mark += " " + protocol::to_hex(last->log) + " " + std::to_string(last->sequence);
  return mark;
}

std::uint64_t number_in(std::string_view mark) {
  std::uint64_t number = 0;
  std::from_chars(mark.data(), mark.data() + mark.size(), number);
  return number;
}

}  // namespace

struct Index::Parts {
  explicit Parts(std::string directory) : files(std::move(directory)) {}

  void take(const store::Snapshot& snapshot, const protocol::RecordId& id) {
    const auto record = snapshot.record(id);
    if (!record) return files.remove(record_term(id));
    const auto made = documents.make(snapshot, *record);
    files.replace(made.personal, record_term(id), made.document);
  }

  /// Takes `changed`, and the records whose facets follow from them: what they respond to, now and before;
  /// what takes a country from them, and what that responds to.
  void take_all(const store::Snapshot& snapshot, const std::set<protocol::RecordId>& changed) {
    std::set<std::string> concerned;
    const auto add_concerned = [&](const std::string& term, char named_by = prefix::about) {
      for (auto& about : files.terms_of(term, named_by)) concerned.insert(std::move(about));
    };
    for (const auto& id : changed) {
      add_concerned(record_term(id));
      take(snapshot, id);
      add_concerned(record_term(id));
      add_concerned(by_term(id));
      add_concerned(by_term(id), prefix::record);
    }
    for (const auto& about : concerned)
      if (const auto id = protocol::record_id_from_bytes(protocol::view_of(about));
          id && !changed.contains(*id))
        take(snapshot, *id);
  }

  /// Once, and again after reopen().
  void compare(const store::Snapshot& snapshot) {
    through = number_in(files.mark());
    if (continues(snapshot))
      count();
    else
      reset();
    compared = true;
  }

  /// What the files say, for who asks before the first step.
  void learn() {
    if (learnt.exchange(true)) return;
    try {
      std::uint64_t unknown = 0;
      if (through.compare_exchange_strong(unknown, number_in(files.mark()))) count();
    } catch (const IndexBroken&) {
      learnt = false;  // as if nothing were in it; step() and find() say why
    }
  }

  void reset() {
    through = 0;  // first: nobody may take an empty list for the whole
    files.reset();
    count();
  }

  /// The store that is asked may not be the one that was indexed: an older backup, for example.
  bool continues(const store::Snapshot& snapshot) const {
    const auto mark = files.mark();
    const auto number = number_in(mark);
    if (number == 0) return true;
    if (snapshot.totals().last_arrival < number) return false;
    const auto found = snapshot.arrivals(number - 1, 1);
    if (found.empty() || found.front().number != number) return true;  // its line was set aside since
    const auto expected = mark_of(number, found.front());
    return expected == mark || mark.find(' ') == std::string::npos;
  }

  void count() {
    records = files.documents();
    waiting = files.documents_with(std::string(waiting_term));
  }

  Files files;
  DocumentMaker documents;
  bool compared = false;              ///< with the store, once since this was made
  Xapian::docid look_again_from = 0;  ///< of those that wait
  std::atomic<bool> learnt{false};
  std::atomic<std::uint64_t> through{0};
  std::atomic<std::uint64_t> records{0};
  std::atomic<std::uint64_t> waiting{0};
};

Index::Index(std::string directory) : parts_(std::make_unique<Parts>(std::move(directory))) {}
Index::~Index() = default;

void Index::reset() {
  parts_->reset();
  parts_->compared = true;
}

void Index::reopen() {
  parts_->files.let_go();
  parts_->compared = false;
}

bool Index::step(const store::Snapshot& snapshot) {
  auto& parts = *parts_;
  if (!parts.compared) parts.compare(snapshot);
  const auto arrivals = snapshot.arrivals(parts.through, step_arrivals_max);
  const auto newest = snapshot.totals().last_arrival;
  const bool more = arrivals.size() == step_arrivals_max && arrivals.back().number < newest;
  std::set<protocol::RecordId> changed;
  for (const auto& arrival : arrivals)
    if (arrival.record != protocol::RecordId{}) changed.insert(arrival.record);
  // Numbers whose lines were set aside may stand behind the last one.
  const auto through = more ? arrivals.back().number : newest;
  if (through == parts.through) return false;
  parts.take_all(snapshot, changed);
  const auto last = arrivals.empty() ? std::nullopt : std::optional(arrivals.back());
  parts.files.set_mark(mark_of(through, last));
  parts.files.commit();
  parts.count();
  parts.through = through;
  return more;
}

bool Index::look_again(const store::Snapshot& snapshot) {
  auto& parts = *parts_;
  if (parts.waiting == 0) return false;
  std::vector<protocol::RecordId> seen;
  Xapian::docid next = 0;
  parts.files.read([&](const Xapian::Database& database) {
    seen.clear();
    next = 0;
    auto at = database.postlist_begin(std::string(waiting_term));
    const auto end = database.postlist_end(std::string(waiting_term));
    if (at != end && parts.look_again_from != 0) at.skip_to(parts.look_again_from);
    for (; at != end; ++at) {
      if (seen.size() == look_again_max) {
        next = *at;
        break;
      }
      const auto bytes = database.get_document(*at).get_value(slot::record);
      if (const auto id = protocol::record_id_from_bytes(protocol::view_of(bytes))) seen.push_back(*id);
    }
  });
  parts.look_again_from = next;
  std::set<protocol::RecordId> changed;
  for (const auto& id : seen) {
    const auto record = snapshot.record(id);
    if (!record || !DocumentMaker::is_waiting(snapshot, *record)) changed.insert(id);
  }
  if (!changed.empty()) {
    parts.take_all(snapshot, changed);
    parts.files.commit();
    parts.count();
  }
  return next != 0;
}

Progress Index::progress() const {
  parts_->learn();
  return {parts_->through, parts_->records, parts_->waiting};
}

std::optional<Page> Index::find(const Query& query) const {
  const auto at_least = progress();
  std::optional<Page> page;
  parts_->files.read(query.with_personal ? Files::Which::all : Files::Which::general,
                     [&](const Xapian::Database& database) { page = ask(database, query); });
  if (page) page->progress = at_least;
  return page;
}

std::vector<Suggestion> Index::suggest(const std::string& words) const {
  std::vector<Suggestion> suggested;
  parts_->files.read([&](const Xapian::Database& database) { suggested = search::suggest(database, words); });
  return suggested;
}

Coverage Index::coverage(const Query& query, const std::string& rows, const std::string& columns) const {
  const auto at_least = progress();
  Coverage found;
  parts_->files.read(
      query.with_personal ? Files::Which::all : Files::Which::general,
      [&](const Xapian::Database& database) { found = count_pairs(database, query, rows, columns); });
  found.progress = at_least;
  return found;
}

bool Index::in_use(const std::string& facet, const std::string& code) const {
  bool found = false;
  parts_->files.read(
      [&](const Xapian::Database& database) { found = database.term_exists(code_term(facet, code)); });
  return found;
}

}  // namespace hansa::search
