#include "backup_place.h"

#include <sys/stat.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>

#include "json/record_json.h"

namespace hansa {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view marker = "hansa-backup";
constexpr std::string_view marker_text = "hansa-backup-1\n";
constexpr std::size_t note_bytes_max = 64 * 1024 * 1024;  // about 100 bytes a log
constexpr std::size_t small_file_bytes_max = 1024 * 1024;

std::optional<std::uint32_t> number_of(const std::string& name) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc() || end != name.data() + name.size() || number == 0) return std::nullopt;
  return number;
}

std::uint64_t instant_at(const boost::json::object& facts, std::string_view name, const fs::path& file) {
  const auto* value = facts.if_contains(name);
  const auto ms =
      value != nullptr && value->is_string() ? json::parse_instant(value->get_string()) : std::nullopt;
  if (!ms) throw DirectoryRefused(file.string() + ": says no " + std::string(name) + "; it is damaged");
  return *ms;
}

BackupNote read_note(const fs::path& folder, std::uint32_t number) {
  const auto file = folder / "backup.json";
  boost::system::error_code failed;
  const auto parsed = boost::json::parse(read_file(file, note_bytes_max), failed);
  if (failed || !parsed.is_object())
    throw DirectoryRefused(file.string() + ": is no JSON object; it is damaged");
  BackupNote note;
  note.number = number;
  note.facts = parsed.get_object();
  note.made_ms = instant_at(note.facts, "made", file);
  note.expires_ms = instant_at(note.facts, "expires", file);
  if (const auto* entries = note.facts.if_contains("entries"); entries == nullptr || !entries->is_number())
    throw DirectoryRefused(file.string() + ": says no entries; it is damaged");
  return note;
}

bool lies_within(const fs::path& inner, const fs::path& outer) {
  const auto a = fs::weakly_canonical(inner);
  const auto b = fs::weakly_canonical(outer);
  return std::mismatch(b.begin(), b.end(), a.begin(), a.end()).first == b.end();
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw DirectoryRefused(folder.string() + ": cannot be made: " + error.message());
  fs::permissions(folder, fs::perms::owner_all, error);
  if (error)
    throw DirectoryRefused(folder.string() + ": cannot be closed to other users: " + error.message());
}

/// Empty, but for what a first backup leaves that was cut short.
bool is_unused(const fs::path& folder) {
  const auto unfinished = std::string(marker) + ".new";
  return std::ranges::all_of(fs::directory_iterator(folder), [&](const fs::directory_entry& entry) {
    return entry.path().filename() == unfinished;
  });
}

void remove_folder(const fs::path& folder) {
  std::error_code error;
  fs::remove_all(folder, error);
  if (error) throw DirectoryRefused(folder.string() + ": cannot be removed: " + error.message());
}

}  // namespace

void BackupPlace::prepare(const NodeDirectory& node) const {
  if (lies_within(path_, node.path()))
    throw DirectoryRefused(path_.string() +
                           ": lies in the node's own directory; a backup belongs on another disk");
  std::error_code error;
  if (fs::exists(path_ / marker, error)) {
    require();
    return clear_leftovers();
  }
  if (fs::exists(path_, error) && (!fs::is_directory(path_, error) || !is_unused(path_)))
    throw DirectoryRefused(path_.string() + ": holds something that is no backup; name a folder of its own");
  make_folder(path_);
  write_file(path_ / marker, marker_text, false);
}

void BackupPlace::require() const {
  if (!fs::exists(path_ / marker))
    throw DirectoryRefused(path_.string() + ": is no folder of backups that `hansa backup` made");
  if (read_file(path_ / marker, small_file_bytes_max) != marker_text)
    throw DirectoryRefused(path_.string() + ": holds backups of another version of Hansa, or is damaged");
}

void BackupPlace::clear_leftovers() const {
  std::vector<fs::path> leftovers;
  for (const auto& entry : fs::directory_iterator(path_)) {
    const auto end = entry.path().extension();
    if ((end == ".gone" || end == ".new") && number_of(entry.path().stem().string()))
      leftovers.push_back(entry.path());
  }
  for (const auto& folder : leftovers) remove_folder(folder);
}

BackupNote BackupPlace::note(std::uint32_t number) const { return read_note(folder_of(number), number); }

bool BackupPlace::holds(std::uint32_t number) const { return fs::exists(folder_of(number)); }

HeldNotes BackupPlace::held() const {
  std::vector<std::uint32_t> numbers;
  for (const auto& entry : fs::directory_iterator(path_))
    if (const auto number = number_of(entry.path().filename().string())) numbers.push_back(*number);
  std::sort(numbers.begin(), numbers.end());
  HeldNotes held;
  for (const auto number : numbers) {
    try {
      held.notes.push_back(note(number));
    } catch (const DirectoryRefused& why) {
      held.damaged.emplace_back(why.what());
    }
  }
  return held;
}

void BackupPlace::add(const BackupNote& note, const std::string& settings,
                      const std::string& sealed_key) const {
  auto unfinished = folder_of(note.number);
  unfinished += ".new";
  remove_folder(unfinished);
  make_folder(unfinished);
  write_file(unfinished / "hansa.toml", settings, false);
  write_file(unfinished / "node-key.sealed", sealed_key, true);
  write_file(unfinished / "backup.json", boost::json::serialize(note.facts) + "\n", false);
  std::error_code error;
  fs::rename(unfinished, folder_of(note.number), error);
  if (error) throw DirectoryRefused(unfinished.string() + ": cannot be renamed: " + error.message());
  // The name is as durable as the files: writing the marker again syncs the folder.
  write_file(path_ / marker, marker_text, false);
}

void BackupPlace::remove(std::uint32_t number) const {
  // Under its number it is whole or not there, however it is cut short.
  auto gone = folder_of(number);
  gone += ".gone";
  remove_folder(gone);
  std::error_code error;
  fs::rename(folder_of(number), gone, error);
  if (error) throw DirectoryRefused(folder_of(number).string() + ": cannot be renamed: " + error.message());
  remove_folder(gone);
}

std::string BackupPlace::settings(std::uint32_t number) const {
  return read_file(folder_of(number) / "hansa.toml", small_file_bytes_max);
}

std::string BackupPlace::sealed_key(std::uint32_t number) const {
  return read_file(folder_of(number) / "node-key.sealed", small_file_bytes_max);
}

}  // namespace hansa
