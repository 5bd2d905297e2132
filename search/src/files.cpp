#include "files.h"

#include <filesystem>
#include <utility>

#include "search/index.h"
#include "terms.h"

namespace hansa::search {
namespace {

constexpr const char* general_name = "records";
constexpr const char* personal_name = "personal";
constexpr const char* format_key = "format";
constexpr const char* mark_key = "through";
constexpr int read_attempts_max = 10;

IndexBroken broken(const std::string& directory, const Xapian::Error& why) {
  return IndexBroken(
      "search index " + directory + ": " + why.get_type() + ": " + why.get_msg() +
      (why.get_error_string() != nullptr ? std::string(" (") + why.get_error_string() + ")" : std::string()));
}

}  // namespace

Files::Files(std::string directory) : directory_(std::move(directory)) {
  const std::lock_guard lock(writing_);
  try {
    open();
    if (general_.get_metadata(format_key) == index_format &&
        personal_.get_metadata(format_key) == index_format)
      return;
  } catch (const Xapian::Error&) {
    // Damaged, cut short, or of another program: it is built anew from the store, whatever the reason.
    general_ = personal_ = Xapian::WritableDatabase();
  }
  try {
    begin_anew();
  } catch (const IndexBroken&) {
    // Whoever wants to write meets it again, and can say so.
    general_ = personal_ = Xapian::WritableDatabase();
  }
}

Xapian::WritableDatabase Files::open_one(const std::string& name) const {
  if (directory_.empty()) return Xapian::WritableDatabase(std::string(), Xapian::DB_BACKEND_INMEMORY);
  return Xapian::WritableDatabase(directory_ + "/" + name,
                                  Xapian::DB_CREATE_OR_OPEN | Xapian::DB_BACKEND_GLASS);
}

void Files::open() {
  if (!directory_.empty()) {
    std::error_code failed;
    std::filesystem::create_directories(directory_, failed);
    if (failed) throw IndexBroken("search index " + directory_ + ": cannot be made: " + failed.message());
  }
  general_ = open_one(general_name);
  personal_ = open_one(personal_name);
}

void Files::begin_anew() {
  general_ = personal_ = Xapian::WritableDatabase();
  std::error_code failed;
  for (const auto* name : {general_name, personal_name}) {
    if (directory_.empty()) break;
    std::filesystem::remove_all(std::filesystem::path(directory_) / name, failed);
    if (failed) throw IndexBroken("search index " + directory_ + ": cannot be removed: " + failed.message());
  }
  try {
    open();
    for (auto* database : {&personal_, &general_}) {
      database->set_metadata(format_key, std::string(index_format));
      database->commit();
    }
  } catch (const Xapian::Error& why) {
    throw broken(directory_, why);
  }
  const std::lock_guard lock(reading_);
  ++generation_;
  idle_.clear();
}

void Files::reset() {
  const std::lock_guard lock(writing_);
  begin_anew();
}

void Files::replace(bool personal, const std::string& term, const Xapian::Document& document) {
  const std::lock_guard lock(writing_);
  try {
    auto& other = personal ? general_ : personal_;
    if (other.term_exists(term)) other.delete_document(term);
    (personal ? personal_ : general_).replace_document(term, document);
  } catch (const Xapian::Error& why) {
    throw broken(directory_, why);
  }
}

void Files::remove(const std::string& term) {
  const std::lock_guard lock(writing_);
  try {
    for (auto* database : {&personal_, &general_})
      if (database->term_exists(term)) database->delete_document(term);
  } catch (const Xapian::Error& why) {
    throw broken(directory_, why);
  }
}

void Files::set_mark(const std::string& mark) {
  const std::lock_guard lock(writing_);
  try {
    for (auto* database : {&personal_, &general_}) database->set_metadata(mark_key, mark);
  } catch (const Xapian::Error& why) {
    throw broken(directory_, why);
  }
}

void Files::commit() {
  const std::lock_guard lock(writing_);
  try {
    // The general one says how far the index is: what is between the two is taken in again.
    personal_.commit();
    general_.commit();
  } catch (const Xapian::Error& why) {
    throw broken(directory_, why);
  }
}

std::string Files::mark() const {
  const std::lock_guard lock(writing_);
  try {
    const auto general = general_.get_metadata(mark_key);
    // One of the two was thrown away: what it held must come from the beginning.
    return personal_.get_metadata(mark_key).empty() ? std::string() : general;
  } catch (const Xapian::Error& why) {
    throw broken(directory_, why);
  }
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

Xapian::Database Files::both() const {
  Xapian::Database database(directory_ + "/" + general_name);
  database.add_database(Xapian::Database(directory_ + "/" + personal_name));
  return database;
}

std::unique_ptr<Files::Reader> Files::take_reader() const {
  std::uint64_t generation = 0;
  {
    const std::lock_guard lock(reading_);
    generation = generation_;
    if (!idle_.empty()) {
      auto reader = std::move(idle_.back());
      idle_.pop_back();
      reader->database.reopen();
      return reader;
    }
  }
  return std::make_unique<Reader>(Reader{both(), generation});
}

void Files::read(const std::function<void(const Xapian::Database&)>& work) const {
  if (directory_.empty()) {
    // In memory there is no last commit to be read beside the writer.
    const std::lock_guard lock(writing_);
    Xapian::Database database(general_);
    database.add_database(personal_);
    return work(database);
  }
  for (int attempt = 1;; ++attempt) {
    try {
      auto reader = take_reader();
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
