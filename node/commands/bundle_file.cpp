#include "bundle_file.h"

#include <csignal>

#include "commands.h"
#include "core/bundles.h"
#include "core/counting.h"
#include "progress.h"

namespace hansa::commands {
namespace {

using protocol::BundleCheck;
using protocol::BundlePlace;
using protocol::Refusal;

volatile std::sig_atomic_t interrupted = 0;

void interrupt(int) { interrupted = 1; }

std::size_t read_from(std::ifstream& file, std::span<std::uint8_t> into) {
  file.read(reinterpret_cast<char*>(into.data()), static_cast<std::streamsize>(into.size()));
  if (file.bad()) throw Failed("the file cannot be read to its end: the disk refuses");
  return static_cast<std::size_t>(file.gcount());
}

/// What a reason means here; empty: its name says enough.
std::string meaning(Refusal refusal) {
  switch (refusal) {
    case Refusal::withheld:
      return "it is not there";
    case Refusal::bad_signature:
      return "the signature is not by whom it should be, or what it signs was altered";
    case Refusal::bad_commitment:
      return "the content or its salt was altered";
    case Refusal::bad_chain:
      return "it does not follow what stands before it: something was altered, left out or put in";
    case Refusal::bad_seal:
      return "the file is not the one that was written: it was damaged on the way";
    case Refusal::malformed:
      return "these bytes are not what they should be";
    case Refusal::unsolicited:
      return "the opening does not say that it is here";
    case Refusal::out_of_order:
      return "it stands where it must not";
    case Refusal::unknown_log:
      return "the opening names no such log, or not here";
    case Refusal::unknown_key:
      return "the charter does not list the node that made the bundle";
    case Refusal::different_charter:
      return "the charters do not end with the one that the opening names";
    case Refusal::wrong_federation:
      return "it is of another federation than the opening says";
    case Refusal::not_signed:
      return "too few signers signed it";
    default:
      return "";
  }
}

}  // namespace

bool is_bundle(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Failed(path + " cannot be opened");
  const auto mark = protocol::bundle_mark();
  std::vector<std::uint8_t> front(mark.size());
  return read_from(file, front) == mark.size() && std::ranges::equal(front, mark);
}

BundleFile::BundleFile(const std::string& path)
    : file_(path, std::ios::binary),
      frames_([this](std::span<std::uint8_t> into) { return read_from(file_, into); }) {
  std::error_code failed;
  bytes_ = std::filesystem::file_size(path, failed);
  if (!file_ || failed) throw Failed(path + " cannot be opened");
}

protocol::BundleCheck check_bundle(const std::string& path) {
  BundleFile file(path);
  auto& frames = file.frames();
  const auto opening = frames.opening();
  if (!opening)
    throw Failed(path + (opening.error() == Refusal::malformed
                             ? " is no bundle of Hansa"
                             : " ends within its opening, or was altered there"));
  auto check = BundleCheck::open(*opening);
  if (!check)
    throw Failed("the opening of " + path + " cannot be used: " + std::string(protocol::name(check.error())) +
                 (check.error() == Refusal::unsupported_version ? ". A newer Hansa made it"
                                                                : ". It was altered, or made wrongly"));
  std::signal(SIGINT, interrupt);
  ProgressLine progress;
  for (;;) {
    if (interrupted != 0) throw Failed("stopped before the end of the file");
    auto message = frames.next();
    if (!message) {
      check->stop(message.error(), frames.offset());
      break;
    }
    if (!*message) {
      check->end(frames.offset());
      break;
    }
    check->take(**message, frames.offset());
    progress.tell("checking " + mebibytes(frames.offset()) + " of " + mebibytes(file.bytes()));
  }
  return std::move(*check);
}

std::vector<CountingLog> counting_logs(const BundleCheck& check) {
  std::vector<core::DeclaredLog> declared;
  for (const auto& log : check.logs())
    if (log.entries > 0) declared.push_back({log.promised.log, log.author, log.epoch});
  const auto forks = core::forks_of(check.forks());
  std::vector<CountingLog> counting;
  for (const auto& log : check.logs()) {
    counting.push_back({0, "unknown"});
    if (check.charters() == nullptr || log.entries == 0) continue;
    const auto& charter = check.charters()->newest();
    const core::DeclaredLog one{log.promised.log, log.author, log.epoch};
    const auto reach = core::reach_of(charter, forks, one, core::rank_of(charter, forks, one, declared));
    counting.back() = {std::min(log.entries, reach.through), std::string(core::name(reach.end))};
    if (reach.end != core::LogEnd::unknown_key)
      counting.back().through = std::min(counting.back().through, log.within_payload_limit);
    if (reach.end == core::LogEnd::open && counting.back().through < log.entries)
      counting.back().end = protocol::name(Refusal::limit_exceeded);
    const auto& passes = reach.passes;
    if (passes && log.promised.sequence == passes->sequence && log.promised.hash != passes->hash)
      counting.back().through = std::min(counting.back().through, reach.disputed_from - 1);
  }
  return counting;
}

std::string author_of(const BundleCheck& check, const protocol::PublicKey& author) {
  const auto* charter = check.charters() == nullptr ? nullptr : &check.charters()->newest();
  const auto* node = charter == nullptr ? nullptr : charter->node(author);
  const auto* partner = node == nullptr ? nullptr : charter->partner(node->partner);
  if (partner == nullptr) return "node " + protocol::to_text(author).substr(0, 16) + "…";
  return protocol::Charter::name_in(partner->names, "en") + " (" + partner->country + ")";
}

std::string in_words(const protocol::BundleFault& fault) {
  std::string words(protocol::name(fault.place));
  if (fault.sequence != 0) words += " " + std::to_string(fault.sequence);
  if (fault.log != protocol::Hash{}) words += " of log " + protocol::to_hex(fault.log).substr(0, 16) + "…";
  words += " (at byte " + std::to_string(fault.offset) + "): " + std::string(protocol::name(fault.refusal));
  const auto means = fault.place == BundlePlace::file && fault.refusal == Refusal::withheld
                         ? std::string("the file ends before its end")
                         : meaning(fault.refusal);
  return means.empty() ? words : words + ", " + means;
}

}  // namespace hansa::commands
