#include "files.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <utility>

#include "search/index.h"
#include "terms.h"
#include "words.h"

namespace hansa::search {
namespace {

constexpr const char* general_name = "records";
constexpr const char* personal_name = "personal";
constexpr const char* format_key = "format";
constexpr const char* mark_key = "through";
constexpr int read_attempts_max = 10;

constexpr std::size_t spelled_letters_min = 4;
constexpr std::size_t spelled_letters_max = 30;

/// What is there is not what was written, or not there: all that the system gave no other reason for. A full
/// disk, files that may not be opened, and a reader that is too slow pass.
bool is_damage(const Xapian::Error& why) {
  const std::string_view type = why.get_type();
  if (type == "DatabaseLockError" || type == "DatabaseModifiedError") return false;
  const auto* reason = why.get_error_string();
  return reason == nullptr || std::string_view(reason) == std::strerror(ENOENT);
}

IndexBroken broken(const std::string& directory, const Xapian::Error& why) {
  const auto* reason = why.get_error_string();
  return {"search index " + directory + ": " + why.get_type() + ": " + why.get_msg() +
              (reason != nullptr ? std::string(" (") + reason + ")" : std::string()),
          is_damage(why)};
}

IndexBroken impossible(const std::string& directory, const char* what, const std::error_code& why) {
  return {"search index " + directory + ": " + what + ": " + why.message(), false};
}

std::vector<std::string> terms_with(const Xapian::Document& document, char prefix) {
  std::vector<std::string> terms;
  const std::string first(1, prefix);
  auto at = document.termlist_begin();
  for (at.skip_to(first); at != document.termlist_end() && (*at).starts_with(prefix); ++at)
    terms.push_back((*at).substr(1));
  return terms;
}

/// What is long enough to be mistyped, and no number.
bool is_spelled(const std::string& word) {
  const auto letters = code_points_of(word).size();
  return letters >= spelled_letters_min && letters <= spelled_letters_max &&
         word.find_first_of("0123456789") == std::string::npos;
}

}  // namespace

/// With the files open and under the lock.
template <class Work>
auto Files::writing(Work work) const {
  const std::lock_guard lock(writing_);
  try {
    if (!opened_) open();
    return work();
  } catch (const Xapian::Error& why) {
    throw broken(directory_, why);
  }
}

Xapian::WritableDatabase Files::open_one(const std::string& name) const {
  if (directory_.empty()) return Xapian::WritableDatabase(std::string(), Xapian::DB_BACKEND_INMEMORY);
  return Xapian::WritableDatabase(directory_ + "/" + name,
                                  Xapian::DB_CREATE_OR_OPEN | Xapian::DB_BACKEND_GLASS);
}

void Files::open() const {
  if (!directory_.empty()) {
    std::error_code failed;
    std::filesystem::create_directories(directory_, failed);
    if (failed) throw impossible(directory_, "cannot be made", failed);
  }
  general_ = open_one(general_name);
  personal_ = open_one(personal_name);
  // Of another version of this program, or one of the two is not there any more.
  if (general_.get_metadata(format_key) != index_format || personal_.get_metadata(format_key) != index_format)
    begin_anew();
  opened_ = true;
}

void Files::begin_anew() const {
  general_ = personal_ = Xapian::WritableDatabase();
  opened_ = false;
  std::error_code failed;
  for (const auto* name : {general_name, personal_name}) {
    if (directory_.empty()) break;
    std::filesystem::remove_all(std::filesystem::path(directory_) / name, failed);
    if (failed) throw impossible(directory_, "cannot be removed", failed);
  }
  general_ = open_one(general_name);
  personal_ = open_one(personal_name);
  for (auto* database : {&personal_, &general_}) {
    database->set_metadata(format_key, std::string(index_format));
    database->commit();
  }
  const std::lock_guard lock(reading_);
  ++generation_;
  idle_.clear();
}

void Files::reset() {
  const std::lock_guard lock(writing_);
  try {
    if (!directory_.empty()) std::filesystem::create_directories(directory_);
    begin_anew();
    opened_ = true;
  } catch (const Xapian::Error& why) {
    throw broken(directory_, why);
  } catch (const std::filesystem::filesystem_error& why) {
    throw impossible(directory_, "cannot be made", why.code());
  }
}

void Files::let_go() {
  if (directory_.empty()) return;
  const std::lock_guard lock(writing_);
  opened_ = false;
  try {
    general_ = personal_ = Xapian::WritableDatabase();
  } catch (const Xapian::Error& why) {
    throw broken(directory_, why);
  }
}

/// The words of the document that the general database has under `term` are no longer suggested for it.
void Files::unspell(const std::string& term) {
  if (directory_.empty()) return;  // Xapian keeps no spellings in memory
  const auto found = general_.postlist_begin(term);
  if (found == general_.postlist_end(term)) return;
  for (const auto& word : terms_with(general_.get_document(*found), prefix::folded))
    if (is_spelled(word)) general_.remove_spelling(word);
}

void Files::spell(const Xapian::Document& document) {
  if (directory_.empty()) return;
  for (const auto& word : terms_with(document, prefix::folded))
    if (is_spelled(word)) general_.add_spelling(word);
}

void Files::replace(bool personal, const std::string& term, const Xapian::Document& document) {
  writing([&] {
    unspell(term);
    if (!personal) spell(document);
    auto& other = personal ? general_ : personal_;
    if (other.term_exists(term)) other.delete_document(term);
    (personal ? personal_ : general_).replace_document(term, document);
  });
}

void Files::remove(const std::string& term) {
  writing([&] {
    unspell(term);
    for (auto* database : {&personal_, &general_})
      if (database->term_exists(term)) database->delete_document(term);
  });
}

std::vector<std::string> Files::terms_of(const std::string& term, char prefix) const {
  return writing([&] {
    std::vector<std::string> terms;
    for (auto* database : {&general_, &personal_})
      for (auto at = database->postlist_begin(term); at != database->postlist_end(term); ++at)
        for (auto& found : terms_with(database->get_document(*at), prefix)) terms.push_back(std::move(found));
    return terms;
  });
}

void Files::set_mark(const std::string& mark) {
  writing([&] { general_.set_metadata(mark_key, mark); });
}

void Files::commit() {
  writing([&] {
    // The general one says how far the index is: what is between the two is taken in again.
    personal_.commit();
    general_.commit();
  });
}

std::string Files::mark() const {
  return writing([&] { return general_.get_metadata(mark_key); });
}

std::uint64_t Files::documents() const {
  std::uint64_t count = 0;
  read([&](const Xapian::Database& database) { count = database.get_doccount(); });
  return count;
}

std::uint64_t Files::documents_with(const std::string& term) const {
  std::uint64_t count = 0;
  read([&](const Xapian::Database& database) { count = database.get_termfreq(term); });
  return count;
}

Xapian::Database Files::last_commit(Which which) const {
  Xapian::Database database(directory_ + "/" + general_name);
  if (which == Which::all) database.add_database(Xapian::Database(directory_ + "/" + personal_name));
  return database;
}

std::unique_ptr<Files::Reader> Files::take_reader(Which which) const {
  std::uint64_t generation = 0;
  {
    const std::lock_guard lock(reading_);
    generation = generation_;
    const auto idle = std::find_if(idle_.begin(), idle_.end(),
                                   [which](const auto& reader) { return reader->which == which; });
    if (idle != idle_.end()) {
      auto reader = std::move(*idle);
      idle_.erase(idle);
      reader->database.reopen();
      return reader;
    }
  }
  return std::make_unique<Reader>(Reader{last_commit(which), which, generation});
}

void Files::read(Which which, const Work& work) const {
  if (directory_.empty()) {
    // In memory there is no last commit to be read beside the writer.
    return writing([&] {
      Xapian::Database database(general_);
      if (which == Which::all) database.add_database(personal_);
      work(database);
    });
  }
  if (!opened_) writing([] {});
  for (int attempt = 1;; ++attempt) {
    try {
      auto reader = take_reader(which);
      work(reader->database);
      const std::lock_guard lock(reading_);
      if (reader->generation == generation_) idle_.push_back(std::move(reader));
      return;
    } catch (const Xapian::DatabaseModifiedError& why) {
      // Two commits overtook this reader: the next one begins at the newest.
      if (attempt == read_attempts_max) throw broken(directory_, why);
    } catch (const Xapian::DatabaseOpeningError& why) {
      if (attempt == read_attempts_max) throw broken(directory_, why);
      // Perhaps it is just being begun anew: whoever does that holds this lock.
      const std::lock_guard lock(writing_);
    } catch (const Xapian::Error& why) {
      throw broken(directory_, why);
    }
  }
}

}  // namespace hansa::search
