#include "host_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <map>
#include <optional>
#include <sstream>

#include "protocol/ids.h"

namespace hansa {
namespace {

constexpr std::size_t file_bytes_max = 4096;
constexpr std::size_t number_digits = 20;  // of any 64-bit number
constexpr std::string_view first_lines = "hansa-host-1\nsequence ";

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& doing) {
  throw DirectoryRefused(file.string() + ": " + doing + ": " + std::strerror(errno));
}

/// With leading zeros, so that it can be written over in place.
std::string digits(std::uint64_t number) {
  auto text = std::to_string(number);
  text.insert(0, number_digits - text.size(), '0');
  return text;
}

/// A container may have none.
std::string machine_id() {
  for (const char* const file : {"/etc/machine-id", "/var/lib/dbus/machine-id"}) {
    if (::access(file, R_OK) != 0) continue;
    auto text = read_file(file, file_bytes_max);
    text.erase(std::remove_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }),
               text.end());
    if (!text.empty()) return text;
  }
  return "unknown";
}

/// An inode number is given out again once a directory is gone; with the time of its birth it is not.
std::string identity_of(const std::filesystem::path& directory) {
  struct statx about {};
  if (::statx(AT_FDCWD, directory.c_str(), 0, STATX_INO | STATX_BTIME, &about) != 0)
    refuse(directory, "cannot be looked at");
  auto text = std::to_string(about.stx_ino);
  if ((about.stx_mask & STATX_BTIME) != 0)
    text += "/" + std::to_string(about.stx_btime.tv_sec) + "." + std::to_string(about.stx_btime.tv_nsec);
  return text;
}

std::string text_of(const core::HostMark& mark, const std::string& machine, const std::string& store) {
  std::ostringstream text;
  text << first_lines << digits(mark.sequence) << "\nepoch " << mark.epoch << "\nlog "
       << protocol::to_hex(mark.log) << "\nfederation " << protocol::to_hex(mark.federation)
       << "\ncharter_version " << mark.charter_version << "\ncharter " << protocol::to_hex(mark.charter_hash)
       << "\nmachine " << machine << "\nstore " << store << "\n";
  return text.str();
}

using Lines = std::map<std::string, std::string>;

Lines lines_of(const std::string& text) {
  Lines lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    const auto space = line.find(' ');
    if (space != std::string::npos) lines[line.substr(0, space)] = line.substr(space + 1);
  }
  return lines;
}

std::optional<core::HostMark> mark_of(const Lines& lines) {
  const auto line = [&](const char* name) {
    const auto at = lines.find(name);
    return at == lines.end() ? std::string() : at->second;
  };
  core::HostMark mark;
  const auto sequence = protocol::parse_number(line("sequence"));
  const auto epoch = protocol::parse_number(line("epoch"));
  const auto version = protocol::parse_number(line("charter_version"));
  const auto log = protocol::hash_from_hex(line("log"));
  const auto federation = protocol::hash_from_hex(line("federation"));
  const auto charter = protocol::hash_from_hex(line("charter"));
  if (!sequence || !epoch || !version || !log || !federation || !charter) return std::nullopt;
  mark.sequence = *sequence;
  mark.epoch = *epoch;
  mark.charter_version = static_cast<std::uint32_t>(*version);
  mark.log = *log;
  mark.federation = *federation;
  mark.charter_hash = *charter;
  return mark;
}

}  // namespace

HostFile::HostFile(const NodeDirectory& directory)
    : file_(directory.path() / "host" / "epoch"),
      machine_(machine_id()),
      store_(identity_of(directory.store())) {}

HostFile::~HostFile() { close(); }

void HostFile::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

core::EpochGuard::Kept HostFile::kept() const {
  Kept kept;
  if (!std::filesystem::exists(file_)) return kept;
  const auto text = read_file(file_, file_bytes_max);
  const auto lines = lines_of(text);
  const auto mark = mark_of(lines);
  const bool whole = mark && text.starts_with(first_lines) && lines.contains("machine") &&
                     lines.contains("store") &&
                     text == text_of(*mark, lines.at("machine"), lines.at("store"));
  if (!whole) {
    kept.standing = Standing::damaged;
    return kept;
  }
  kept.mark = *mark;
  kept.standing = lines.at("machine") != machine_ ? Standing::other_machine
                  : lines.at("store") != store_   ? Standing::other_store
                                                  : Standing::bound;
  return kept;
}

void HostFile::bind(const core::HostMark& mark) {
  close();
  const auto folder = file_.parent_path();
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) refuse(folder, "cannot be made");
  write_file(file_, text_of(mark, machine_, store_), true);
  descriptor_ = ::open(file_.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor_ < 0) refuse(file_, "cannot be opened");
}

void HostFile::advance(std::uint64_t sequence) {
  // The first time after a start nothing has been bound anew.
  if (descriptor_ < 0) descriptor_ = ::open(file_.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor_ < 0) refuse(file_, "cannot be opened");
  const auto text = digits(sequence);
  const auto written =
      ::pwrite(descriptor_, text.data(), text.size(), static_cast<off_t>(first_lines.size()));
  if (written != static_cast<ssize_t>(text.size())) refuse(file_, "cannot be written");
}

}  // namespace hansa
