#include <CLI/CLI.hpp>
#include <array>
#include <boost/json.hpp>
#include <csignal>
#include <iostream>
#include <memory>

#include "../backup_place.h"
#include "../founding.h"
#include "../new_directory.h"
#include "../node_key.h"
#include "commands.h"
#include "progress.h"
#include "protocol/recovery.h"
#include "store/backup.h"

namespace hansa::commands {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t phrase_file_bytes_max = 4096;

struct Options {
  std::string source;
  std::uint32_t number = 0;  ///< 0: the newest
  std::string phrase_file;
  bool expired_too = false;
};

volatile std::sig_atomic_t interrupted = 0;

void interrupt(int) { interrupted = 1; }

BackupNote chosen(const BackupPlace& place, const Options& options) {
  place.require();
  if (options.number != 0 && place.holds(options.number)) return place.note(options.number);
  const auto held = place.held();
  for (const auto& damaged : held.damaged) std::cerr << "hansa: warning: " << damaged << '\n';
  if (held.notes.empty()) throw Failed(options.source + ": holds no backup that can be restored");
  if (options.number == 0) return held.notes.back();
  throw Failed("there is no backup " + std::to_string(options.number) + " in it; `hansa backup --list " +
               options.source + "` shows those that are");
}

void refuse_expired(const BackupNote& note, const Options& options) {
  if (options.expired_too || note.expires_ms > wall_clock_ms()) return;
  throw Failed("backup " + std::to_string(note.number) + " expired at " +
               std::string(note.facts.at("expires").as_string()) +
               ": it may hold what was erased since. With --expired-too it is restored all the same");
}

/// The key that the recovery phrase opens.
protocol::SecretKey opened_key(const BackupPlace& place, const BackupNote& note, const std::string& file) {
  const auto phrase = protocol::parse_recovery_phrase(read_file(file, phrase_file_bytes_max));
  if (!phrase)
    throw Failed(file + ": is not the recovery phrase: " + std::string(protocol::name(phrase.error().code)) +
                 " (word " + std::to_string(phrase.error().word_number) + ")");
  const auto sealed = protocol::read_sealed_key(place.sealed_key(note.number));
  auto key = sealed ? protocol::unseal_key(*sealed, *phrase)
                    : protocol::Outcome<protocol::SecretKey>(sealed.error());
  if (key) return std::move(*key);
  throw Failed(key.error() == protocol::Refusal::bad_seal
                   ? file + ": this is not the phrase of the node in this backup"
                   : "the sealed node key in the backup is damaged: " +
                         std::string(protocol::name(key.error())));
}

void restore_store(const BackupPlace& place, const BackupNote& note, const NodeDirectory& directory) {
  ProgressLine line;
  store::BackupFolder folder(place.store(), [&line](const store::BackupProgress& progress) {
    line.tell("restoring " + mebibytes(progress.bytes));
    return interrupted == 0;
  });
  if (!folder.restore(note.number, directory.store().string()))
    throw Failed("stopped before the end; nothing was made");
}

struct NewKey {
  std::string phrase;  ///< empty: the key is the one that the backup holds
};

/// Keys, token and settings.
NewKey write_files(const BackupPlace& place, const BackupNote& note, const NodeDirectory& directory,
                   const std::optional<protocol::SecretKey>& known) {
  NewKey made;
  const auto entropy = protocol::system_entropy();
  if (known) {
    write_node_key(directory, *known);
  } else {
    const auto key = protocol::SecretKey::generate(entropy);
    made.phrase = protocol::make_recovery_phrase(protocol::phrase_words_default, entropy);
    founding::write_sealed_key(directory, key, made.phrase);
    write_node_key(directory, key);
  }
  std::array<std::uint8_t, 32> token{};
  entropy(token);
  directory.write_operator_token(protocol::to_hex(token));
  write_file(directory.settings_file(), place.settings(note.number), false);
  return made;
}

void tell(const Context& context, const BackupNote& note, const OpenedNode& node, const NewKey& made) {
  if (context.json) {
    boost::json::object told{{"backup", note.number},
                             {"made", note.facts.at("made")},
                             {"dir", node.directory().path().string()},
                             {"card", node.card_line()}};
    if (!made.phrase.empty()) told["recovery"] = made.phrase;
    std::cout << told << '\n';
    return;
  }
  std::cout << "backup " << note.number << ", made " << std::string_view(note.facts.at("made").as_string())
            << ", is restored in " << node.directory().path().string() << '\n';
  if (made.phrase.empty()) return;
  std::cerr
      << "Without the recovery phrase the node has a new key, under which it publishes once the federation's "
         "coordinators have put it in place of the old one: send them the card. Write down the new recovery "
         "phrase, shown this once.\n";
  std::cout << "recovery phrase: " << made.phrase << "\ncard:            " << node.card_line() << '\n';
}

void restore(const Context& context, const Options& options) {
  const BackupPlace place(fs::absolute(options.source));
  const auto note = chosen(place, options);
  refuse_expired(note, options);
  std::optional<protocol::SecretKey> known;
  if (!options.phrase_file.empty()) known = opened_key(place, note, options.phrase_file);
  std::signal(SIGINT, interrupt);
  std::signal(SIGTERM, interrupt);
  NewDirectory making(context.require_directory());
  restore_store(place, note, making.directory());
  const auto made = write_files(place, note, making.directory(), known);
  // It begins a new epoch here: this host does not remember what the old one wrote last.
  const OpenedNode node(making.directory());
  making.finish();
  tell(context, note, node, made);
}

}  // namespace

void add_restore(CLI::App& program, Context& context) {
  auto* command = program.add_subcommand("restore", "Make a node directory from a backup");
  auto options = std::make_shared<Options>();
  add_directory_option(*command, context);
  add_json_option(*command, context);
  command->add_option("SRC", options->source, "The folder that `hansa backup` wrote to")->required();
  command->add_option("--backup", options->number, "Its number (default: the newest)")->type_name("N");
  command->add_option("--recovery-phrase-file", options->phrase_file,
                      "File with the recovery phrase; without it the node gets a new key");
  command->add_flag("--expired-too", options->expired_too, "Also a backup that has expired");
  command->callback(
      [&context, options] { context.chosen = [&context, options] { restore(context, *options); }; });
}

}  // namespace hansa::commands
