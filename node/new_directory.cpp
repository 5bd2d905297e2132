#include "new_directory.h"

#include <array>
#include <system_error>

namespace hansa {
namespace {

namespace fs = std::filesystem;

/// What is made by `init` and `restore`, and nothing else: a file that somebody put there stays.
constexpr std::array made{"hansa.toml", "node.key", "operator.token", "store", "host", "index"};

/// The mark goes last: what is cut short here goes on with the next attempt.
std::error_code take_away(const NodeDirectory& directory) {
  std::error_code first;
  const auto remove = [&](const fs::path& file) {
    std::error_code error;
    fs::remove_all(file, error);
    if (error && !first) first = error;
  };
  for (const auto* name : made) {
    remove(directory.path() / name);
    remove(directory.path() / (std::string(name) + ".new"));
  }
  if (!first) remove(directory.unfinished_file());
  return first;
}

}  // namespace

NewDirectory::NewDirectory(const fs::path& path) : directory_(path, NodeDirectory::State::in_the_making) {
  std::error_code absent;
  fs::remove(directory_.unfinished_file().string() + ".new", absent);  // killed before anything else was made
  if (fs::exists(directory_.unfinished_file()))
    if (const auto error = take_away(directory_))
      throw DirectoryRefused(path.string() +
                             ": what an earlier attempt left cannot be removed: " + error.message());
  directory_.create();
  write_file(directory_.unfinished_file(),
             "This node directory was not finished. `hansa init` and `hansa restore` begin it anew.\n",
             false);
}

NewDirectory::~NewDirectory() {
  // What could not be removed stays marked: the next attempt says so.
  if (!finished_) take_away(directory_);
}

void NewDirectory::finish() {
  std::error_code error;
  fs::remove(directory_.unfinished_file(), error);
  if (error)
    throw DirectoryRefused(directory_.unfinished_file().string() + ": cannot be removed: " + error.message());
  finished_ = true;
}

}  // namespace hansa
