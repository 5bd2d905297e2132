#pragma once

#include <xapian.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace hansa::search {

/// The two databases of an index: personal records are in one of their own, so that what was erased from it
/// can leave its files without building everything anew. Throws IndexBroken only.
class Files {
 public:
  /// Touches no file; the first use of the others opens them, and makes them if they are not there.
  explicit Files(std::string directory) : directory_(std::move(directory)) {}

  /// The writer's thread: changes to both databases, then commit(). A failure leaves the last commit.
  void replace(bool personal, const std::string& term, const Xapian::Document& document);
  void remove(const std::string& term);
  void set_mark(const std::string& mark);
  void commit();
  /// Removes everything and begins anew.
  void reset();
  /// Closes the files without a commit.
  void let_go();

  /// Of all documents with `term`, as the writer sees them: their terms that begin with `prefix`, without it.
  std::vector<std::string> terms_of(const std::string& term, char prefix) const;

  /// How far this index goes, as set_mark() said last; empty: nothing was taken in yet.
  std::string mark() const;
  std::uint64_t documents() const;
  std::uint64_t documents_with(const std::string& term) const;

  using Work = std::function<void(const Xapian::Database&)>;
  enum class Which { all, general };
  /// Runs `work` on the last commit of both databases, or of the one without personal records. Any thread;
  /// again if the files changed below it.
  void read(Which which, const Work& work) const;
  void read(const Work& work) const { read(Which::all, work); }

 private:
  struct Reader {
    Xapian::Database database;
    Which which = Which::all;
    std::uint64_t generation = 0;
  };
  template <class Work>
  auto writing(Work work) const;
  void open() const;
  void begin_anew() const;
  void unspell(const std::string& term);
  void spell(const Xapian::Document& document);
  Xapian::WritableDatabase open_one(const std::string& name) const;
  Xapian::Database last_commit(Which which) const;
  std::unique_ptr<Reader> take_reader(Which which) const;

  std::string directory_;  ///< empty: in memory
  mutable std::mutex writing_;
  mutable std::atomic<bool> opened_{false};              ///< set under writing_
  mutable Xapian::WritableDatabase general_, personal_;  ///< under writing_
  mutable std::mutex reading_;
  mutable std::vector<std::unique_ptr<Reader>> idle_;  ///< under reading_
  mutable std::uint64_t generation_ = 0;               ///< under reading_: how often it was begun anew
};

}  // namespace hansa::search
