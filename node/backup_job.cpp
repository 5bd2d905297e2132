#include "backup_job.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <set>

#include "backup_place.h"
#include "json/record_json.h"
#include "opened_node.h"
#include "store/backup.h"

namespace hansa {
namespace {

using http::BackupOrder;
using http::BackupStatus;

constexpr std::uint64_t day_ms = 24ULL * 60 * 60 * 1000;
constexpr std::size_t settings_bytes_max = 1024 * 1024;

std::string step_name(store::BackupStep step) {
  return step == store::BackupStep::copying ? "copying" : "verifying";
}

/// At least what the backup holds: it was made after this.
boost::json::object facts_of(const store::Snapshot& snapshot, const core::NodeStatus& node) {
  boost::json::array heads;
  for (const auto& log : snapshot.logs())
    heads.push_back(boost::json::object{{"log", protocol::to_hex(log.log)},
                                        {"sequence", log.sequence},
                                        {"hash", protocol::to_hex(log.head)}});
  boost::json::object facts{{"program", "hansa " HANSA_VERSION},
                            {"nodeKey", protocol::to_text(node.key)},
                            {"entries", snapshot.totals().entries},
                            {"records", snapshot.totals().records},
                            {"heads", std::move(heads)}};
  if (node.charter)
    facts["charter"] = boost::json::object{{"federation", protocol::to_hex(node.charter->federation())},
                                           {"version", node.charter->version()},
                                           {"hash", protocol::to_hex(node.charter->hash())}};
  if (node.own_log)
    facts["ownLog"] = boost::json::object{{"log", protocol::to_hex(node.own_log->id)},
                                          {"epoch", node.own_log->epoch},
                                          {"sequence", node.own_log->sequence}};
  return facts;
}

/// Backups that were never finished, those of which enough newer ones are there, and those whose time is
/// over. One whose note is damaged stays: somebody may mend it.
void tidy(const BackupPlace& place, store::BackupFolder& folder, const BackupOrder& order,
          std::uint64_t now_ms) {
  const auto notes = place.held().notes;
  std::set<std::uint32_t> kept;
  for (auto note = notes.rbegin(); note != notes.rend() && kept.size() < order.keep; ++note)
    if (note->expires_ms > now_ms) kept.insert(note->number);
  // A note without its store would be offered and could not be restored; a store without its note is removed
  // the next time.
  for (const auto& note : notes)
    if (!kept.contains(note.number)) place.remove(note.number);
  for (const auto& held : folder.held())
    if (!kept.contains(held.number) && !place.holds(held.number)) folder.remove(held.number);
}

/// Tidying would remove another node's backups.
void require_own(const BackupPlace& place, const core::NodeStatus& node) {
  const auto held = place.held();
  const auto& notes = held.notes;
  if (notes.empty() && !held.damaged.empty())
    throw DirectoryRefused(held.damaged.front() +
                           "; whose backups the folder holds cannot be told: name a folder of its own");
  if (notes.empty()) return;
  const auto* key = notes.back().facts.if_contains("nodeKey");
  const auto own = protocol::to_text(node.key);
  if (key != nullptr && key->is_string() && key->get_string() != own)
    throw DirectoryRefused("the folder holds the backups of another node, " + std::string(key->get_string()) +
                           "; this one is " + own + ": name a folder of its own");
}

}  // namespace

BackupJob::~BackupJob() {
  stop();
  wait();
}

bool BackupJob::start(const BackupOrder& order) {
  const std::lock_guard lock(mutex_);
  if (status_.state == BackupStatus::State::running) return false;
  if (thread_.joinable()) thread_.join();  // it has ended, but for its last steps
  status_ = {};
  status_.state = BackupStatus::State::running;
  status_.order = order;
  status_.started_ms = port_.now_ms();
  stopping_ = false;
  thread_ = std::thread([this, order, node = port_.status()] { run(order, node); });
  return true;
}

BackupStatus BackupJob::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

void BackupJob::wait() {
  std::thread ending;
  {
    const std::lock_guard lock(mutex_);
    ending.swap(thread_);
  }
  if (ending.joinable()) ending.join();
}

void BackupJob::run(const BackupOrder& order, const std::shared_ptr<const core::NodeStatus>& node) {
  try {
    const bool whole = back_up(order, *node);
    end(whole ? BackupStatus::State::done : BackupStatus::State::stopped, "");
  } catch (const std::exception& failed) {
    // A full or missing backup disk is no reason to end the node.
    end(BackupStatus::State::failed, failed.what());
  }
}

bool BackupJob::back_up(const BackupOrder& order, const core::NodeStatus& node) {
  const BackupPlace place(order.destination);
  place.prepare(directory_);
  require_own(place, node);
  store::BackupFolder folder(place.store(), [this](const store::BackupProgress& progress) {
    step(step_name(progress.step), progress.bytes);
    return !stopping_;
  });
  const auto snapshot = port_.snapshot();
  const auto sealed = snapshot->setting(setting::sealed_node_key);
  if (!sealed)
    throw store::StoreBroken("the store holds no sealed node key: it was not made by `hansa init`");
  BackupNote note;
  note.facts = facts_of(*snapshot, node);
  note.made_ms = port_.now_ms();
  note.expires_ms = note.made_ms + order.expire_days * day_ms;
  const auto made = folder.make(store_);
  if (!made) return false;
  const auto good = folder.verify(made->number);
  if (!good) return false;
  if (!*good)
    throw store::StoreBroken("the backup does not read as it was written: do not trust the disk of " +
                             order.destination);
  step("tidying", 0);
  note.number = made->number;
  note.facts["number"] = made->number;
  note.facts["made"] = json::instant_text(note.made_ms);
  note.facts["expires"] = json::instant_text(note.expires_ms);
  note.facts["bytes"] = made->bytes;
  place.add(note, read_file(directory_.settings_file(), settings_bytes_max),
            std::string(protocol::text_of(*sealed)) + "\n");
  tidy(place, folder, order, port_.now_ms());
  auto damaged = place.held().damaged;
  const std::lock_guard lock(mutex_);
  status_.damaged = std::move(damaged);
  status_.number = made->number;
  status_.backup_bytes = made->bytes;
  status_.expires_ms = note.expires_ms;
  return true;
}

void BackupJob::step(const std::string& name, std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  status_.step = name;
  status_.bytes = bytes;
}

void BackupJob::end(BackupStatus::State state, const std::string& reason) {
  const std::lock_guard lock(mutex_);
  status_.state = state;
  status_.step.clear();
  status_.reason = reason;
  status_.ended_ms = port_.now_ms();
}

}  // namespace hansa
