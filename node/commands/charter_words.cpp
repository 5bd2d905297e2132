#include "charter_words.h"

#include <array>
#include <sstream>
#include <string_view>

#include "../english.h"
#include "../json_fields.h"

namespace hansa::commands {
namespace {

using boost::json::object;

struct Sentence {
  std::string_view code;
  std::string_view words;  ///< {name} stands for a parameter
};

constexpr std::array<Sentence, 31> sentences = {{
    {"federation_renamed", "the federation is called {name}"},
    {"partner_added", "{name} ({country}) joins as {role}"},
    {"partner_renamed", "{name} changes its names from {from} to {to}"},
    {"country_changed", "{name} is in {to} instead of {from}"},
    {"role_changed", "{name} becomes {to} instead of {from}"},
    {"successor_changed", "{name} succeeds {predecessors}"},
    {"partner_left", "{name} leaves; its records: {records}"},
    {"partner_returned", "{name} comes back"},
    {"records_changed", "the records of {name}, which has left: {records} instead of {from}"},
    {"partner_dropped", "{name} is dropped, which is not allowed"},
    {"node_added", "{name} gets the node {key}"},
    {"node_retired", "the node {key} of {name} is retired"},
    {"node_rotated", "the key {key} of {name} is replaced"},
    {"node_revoked", "the key {key} of {name} is revoked"},
    {"node_activated", "the node {key} of {name} becomes active again, which is not allowed"},
    {"node_moved", "the node {key} moves to {name}, which is not allowed"},
    {"node_dropped", "the node {key} of {name} is dropped, which is not allowed"},
    {"cuts_changed", "other entries of the node {key} of {name} count than before"},
    {"limits_lowered",
     "the node {key} of {name} may write less: {logs} logs, {entriesPerLog} entries and {payloadBytesPerLog} "
     "bytes in each"},
    {"limits_raised",
     "the node {key} of {name} may write more: {logs} logs, {entriesPerLog} entries and {payloadBytesPerLog} "
     "bytes in each"},
    {"signer_added", "{name} signs from now on ({key})"},
    {"signer_changed", "the signer {key} is now {name}, was {from}"},
    {"signer_removed", "{name} signs no longer ({key})"},
    {"personal_data_country_added", "nodes in {country} may hold personal data"},
    {"personal_data_country_removed", "nodes in {country} may no longer hold personal data"},
    {"erasure_ordered", "{subject} is to be erased"},
    {"erasure_withdrawn", "{subject} is no longer to be erased"},
    {"erasure_delay_changed", "erasures wait {to} days instead of {from}"},
    {"erasures_per_day_changed", "a partner may erase {to} records a day instead of {from}"},
    {"header_version_changed", "entries may have format {to} instead of {from}"},
    {"content_version_changed", "content may have format {to} instead of {from}"},
}};

void tell_quorum(std::ostream& out, const object& proposal) {
  const auto* needed = proposal.if_contains("needed");
  const auto* given = proposal.if_contains("given");
  if (needed == nullptr || given == nullptr || !needed->is_object() || !given->is_object()) return;
  for (const auto* of : {"current", "own"})
    out << "  signatures " << number_at(given->get_object(), of) << " of "
        << number_at(needed->get_object(), of) << " needed from the signers of the "
        << (std::string_view(of) == "own" ? "proposed version" : "version in force") << '\n';
}

/// The English title, else any; a record whose content is not here has none.
std::string title_of(const object& named) {
  const auto* title = named.if_contains("title");
  if (title == nullptr || !title->is_object() || title->get_object().empty()) return "(without a title)";
  const auto english = text_at(title->get_object(), "en");
  return english.empty() ? text_at(title->get_object(), title->get_object().begin()->key()) : english;
}

void tell_effect(std::ostream& out, const object& proposal, std::string_view field, std::string_view words) {
  const auto* found = proposal.if_contains(field);
  if (found == nullptr || !found->is_object() || number_at(found->get_object(), "entries") == 0) return;
  const auto& effect = found->get_object();
  const auto records = number_at(effect, "records");
  out << "  " << words << ": " << number_at(effect, "entries") << " entries, " << records << " records\n";
  const auto& named = effect.at("named").as_object();
  for (const auto& [id, record] : named)
    out << "    " << title_of(record.as_object()) << "  " << std::string_view(id) << '\n';
  if (records > named.size()) out << "    and " << records - named.size() << " more\n";
}

}  // namespace

std::string change_in_words(const object& change) {
  const auto code = text_at(change, "code");
  const auto* given = change.if_contains("params");
  const object params = given != nullptr && given->is_object() ? given->get_object() : object();
  std::string words = code;
  for (const auto& sentence : sentences) {
    if (sentence.code != code) continue;
    words = sentence.words;
    for (std::size_t open = words.find('{'); open != std::string::npos; open = words.find('{', open)) {
      const auto close = words.find('}', open);
      const auto text = text_at(params, std::string_view(words).substr(open + 1, close - open - 1));
      words.replace(open, close + 1 - open, text);
      open += text.size();
    }
  }
  const auto* cuts = change.if_contains("cuts");
  const bool has_cuts = cuts != nullptr && cuts->is_array() && !cuts->get_array().empty();
  if (!has_cuts) {
    // A key that ends without the name of a log takes all of them along; one in use has none that end.
    const bool ends_key = code == "node_retired" || code == "node_rotated" || code == "node_revoked";
    return words + (ends_key                 ? "; nothing that it wrote counts"
                    : code == "cuts_changed" ? "; all of them count"
                                             : "");
  }
  for (const auto& cut : cuts->get_array())
    words += "; its log " + text_at(cut.get_object(), "log").substr(0, 12) + " counts up to entry " +
             std::to_string(number_at(cut.get_object(), "sequence"));
  return words;
}

std::string proposal_in_words(const object& proposal) {
  std::ostringstream out;
  out << "proposal " << text_at(proposal, "hash") << "\n  version " << number_at(proposal, "version") << ", "
      << text_at(proposal, "state") << ", proposed by "
      << text_at(proposal.at("proposedBy").get_object(), "name") << " at " << text_at(proposal, "at") << '\n';
  for (const auto& change : proposal.at("changes").get_array())
    out << "  - " << change_in_words(change.get_object()) << '\n';
  tell_effect(out, proposal, "stopsCounting", "stops counting");
  tell_effect(out, proposal, "countsAgain", "counts again");
  if (const auto* warnings = proposal.if_contains("warnings"))
    for (const auto& warning : warnings->as_array())
      out << "  WARNING: " << in_english("charterWarning", text_at(warning.as_object(), "code"), {}) << '\n';
  for (const auto& approval : proposal.at("approvals").get_array())
    out << "  approved by " << text_at(approval.get_object(), "name") << " at "
        << text_at(approval.get_object(), "at") << '\n';
  tell_quorum(out, proposal);
  return out.str();
}

}  // namespace hansa::commands
