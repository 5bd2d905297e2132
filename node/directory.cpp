#include "directory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

namespace hansa {
namespace {

constexpr std::size_t small_file_bytes_max = 4096;

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& doing) {
  throw DirectoryRefused(file.string() + ": " + doing + ": " + std::strerror(errno));
}

/// A file descriptor that is closed at the end of its scope.
class OpenFile {
 public:
  OpenFile(const std::filesystem::path& file, int flags, mode_t mode)
      : descriptor_(::open(file.c_str(), flags | O_CLOEXEC, mode)) {
    if (descriptor_ < 0) refuse(file, "cannot be opened");
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() { ::close(descriptor_); }
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

std::string without_line_end(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

}  // namespace

void write_file(const std::filesystem::path& file, std::string_view text, bool secret) {
  auto temporary = file;
  temporary += ".new";
  {
    const OpenFile out(temporary, O_WRONLY | O_CREAT | O_TRUNC, secret ? 0600 : 0644);
    for (std::size_t done = 0; done < text.size();) {
      const ssize_t count = ::write(out.get(), text.data() + done, text.size() - done);
      if (count < 0) refuse(temporary, "cannot be written");
      done += static_cast<std::size_t>(count);
    }
    if (::fsync(out.get()) != 0) refuse(temporary, "cannot be synced");
  }
  if (std::rename(temporary.c_str(), file.c_str()) != 0) refuse(file, "cannot be replaced");
  const OpenFile folder(file.parent_path().empty() ? "." : file.parent_path(), O_RDONLY | O_DIRECTORY, 0);
  if (::fsync(folder.get()) != 0) refuse(file.parent_path(), "cannot be synced");
}

std::string read_file(const std::filesystem::path& file, std::size_t bytes_max) {
  if (std::filesystem::is_directory(file))
    throw DirectoryRefused(file.string() + ": is a folder; name its files");
  std::ifstream in(file, std::ios::binary);
  if (!in) refuse(file, "cannot be read");
  std::string text(bytes_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > bytes_max)
    throw DirectoryRefused(file.string() + ": larger than the " + std::to_string(bytes_max) +
                           " bytes that such a file may have");
  return text;
}

void NodeDirectory::create() const {
  std::error_code error;
  if (std::filesystem::exists(path_, error) && !std::filesystem::is_empty(path_, error))
    throw DirectoryRefused(path_.string() + ": is not empty; a new node needs a new directory");
  std::filesystem::create_directories(path_, error);
  if (error) throw DirectoryRefused(path_.string() + ": cannot be made: " + error.message());
  if (::chmod(path_.c_str(), 0700) != 0) refuse(path_, "cannot be closed to other users");
}

void NodeDirectory::require() const {
  if (state_ == State::made && std::filesystem::exists(unfinished_file()))
    throw DirectoryRefused(path_.string() +
                           ": a node was begun here and not finished; run `hansa restore` or `hansa init` "
                           "again, which begins it anew");
  if (!std::filesystem::exists(settings_file()))
    throw DirectoryRefused(path_.string() + ": no node lives here (no hansa.toml). `hansa init --dir " +
                           path_.string() + " --name NAME --country CC` makes one");
}

std::string NodeDirectory::node_key_text() const {
  const auto file = path_ / "node.key";
  struct stat about {};
  if (::stat(file.c_str(), &about) != 0) refuse(file, "cannot be read");
  if ((about.st_mode & 077) != 0)
    throw DirectoryRefused(file.string() + ": other users may read this secret. `chmod 600 " + file.string() +
                           "`");
  return without_line_end(read_file(file, small_file_bytes_max));
}

void NodeDirectory::write_node_key_text(std::string_view text) const {
  write_file(path_ / "node.key", std::string(text) + "\n", true);
}

std::string NodeDirectory::operator_token() const {
  return without_line_end(read_file(path_ / "operator.token", small_file_bytes_max));
}

void NodeDirectory::write_operator_token(const std::string& token) const {
  write_file(path_ / "operator.token", token + "\n", true);
}

std::optional<std::string> NodeDirectory::serving_at() const {
  const auto file = path_ / "serving";
  if (!std::filesystem::exists(file)) return std::nullopt;
  return without_line_end(read_file(file, small_file_bytes_max));
}

void NodeDirectory::write_serving(const std::string& admin_endpoint) const {
  write_file(path_ / "serving", admin_endpoint + "\n", false);
}

void NodeDirectory::erase_serving() const {
  std::error_code error;
  std::filesystem::remove(path_ / "serving", error);
  if (error) throw DirectoryRefused((path_ / "serving").string() + ": cannot be removed: " + error.message());
}

}  // namespace hansa
