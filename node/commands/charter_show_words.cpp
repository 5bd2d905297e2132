// What `hansa charter show` prints: everything that the charter says.

#include <sstream>

#include "../json_fields.h"
#include "charter_words.h"

namespace hansa::commands {
namespace {

using boost::json::array;
using boost::json::object;

/// English, else the first.
std::string name_of(const object& partner) {
  const auto& names = partner.at("names").as_object();
  const auto english = text_at(names, "en");
  return english.empty() && !names.empty() ? text_at(names, names.begin()->key()) : english;
}

std::string name_of(const array& partners, std::string_view id) {
  for (const auto& partner : partners)
    if (text_at(partner.as_object(), "id") == id) return name_of(partner.as_object());
  return std::string(id);
}

std::string listed(const array& texts, const char* none) {
  std::string list;
  for (const auto& text : texts) list += (list.empty() ? "" : ", ") + std::string(text.as_string());
  return list.empty() ? none : list;
}

void tell_terms(std::ostream& out, const object& charter) {
  const auto& formats = charter.at("formats").as_object();
  out << "formats    headers up to version " << number_at(formats, "header") << ", content up to version "
      << number_at(formats, "content") << '\n'
      << "personal   personal data may be held in: "
      << listed(charter.at("personalDataCountries").as_array(), "no country") << '\n'
      << "erasures   carried out after " << number_at(charter, "erasureDelayDays") << " days; more than "
      << number_at(charter, "erasuresPerDay") << " a day of one partner wait for an operator\n";
  for (const auto& ordered : charter.at("orderedErasures").as_array())
    out << "erased     by the signers: " << std::string_view(ordered.as_string()) << '\n';
}

void tell_node(std::ostream& out, const object& charter, const object& node) {
  const auto key = text_at(node, "key");
  const auto status = text_at(node, "status");
  const auto& limits = node.at("limits").as_object();
  out << "  node     " << key << "  " << status << '\n'
      << "    limits " << number_at(limits, "logs") << " logs, in each " << number_at(limits, "entriesPerLog")
      << " entries and " << number_at(limits, "payloadBytesPerLog") << " bytes of content\n";
  const auto& cuts = node.at("cuts").as_array();
  for (const auto& item : cuts) {
    const auto& cut = item.as_object();
    const auto last = number_at(cut, "sequence");
    out << "    cut    log " << text_at(cut, "log");
    if (last == 0)
      out << " does not count\n";
    else
      out << " counts up to entry " << last << ", " << text_at(cut, "hash") << '\n';
  }
  if (status != "active") out << "    cut    " << (cuts.empty() ? "no log" : "no other log") << " counts\n";
  for (const auto& item : charter.at("holds").as_array())
    if (const auto& hold = item.as_object(); text_at(hold, "node") == key)
      out << "    HELD   by " << text_at(hold, "signerName") << " since " << text_at(hold, "signed") << '\n';
}

void tell_partner(std::ostream& out, const object& charter, const object& partner) {
  const bool has_left = text_at(partner, "status") == "left";
  out << "partner    " << text_at(partner, "id") << "  " << text_at(partner, "country") << "  "
      << text_at(partner, "role");
  if (has_left) out << ", has left, its records: " << text_at(partner, "records");
  out << "  " << name_of(partner) << '\n';
  for (const auto& [language, name] : partner.at("names").as_object())
    out << "  name     " << std::string_view(language) << ": " << std::string_view(name.as_string()) << '\n';
  for (const auto& before : partner.at("successorOf").as_array()) {
    const std::string id(before.as_string());
    out << "  succeeds " << id << "  " << name_of(charter.at("partners").as_array(), id) << '\n';
  }
  for (const auto& node : partner.at("nodes").as_array()) tell_node(out, charter, node.as_object());
}

/// Two sides that each have a majority's signatures: what an operator can decide.
void tell_conflict(std::ostream& out, const object& charter) {
  if (const auto alarm = text_at(charter, "alarm"); !alarm.empty()) out << "ALARM      " << alarm << '\n';
  for (const auto& item : charter.at("finalised").as_array()) {
    const auto& other = item.as_object();
    out << "beside     version " << number_at(other, "version") << ", " << text_at(other, "hash") << '\n';
    if (text_at(other, "since").empty())
      out << "           decided against it; `hansa charter follow` still can decide for it\n";
    else
      out << "           `hansa charter follow " << text_at(other, "hash") << "` decides for it,\n"
          << "           `hansa charter follow " << text_at(other, "own")
          << "` for the one that is held here\n";
  }
}

}  // namespace

std::string charter_in_words(const object& charter) {
  std::ostringstream out;
  out << text_at(charter, "name") << "\nfederation " << text_at(charter, "federation") << '\n';
  for (const auto& [language, name] : charter.at("names").as_object())
    out << "name       " << std::string_view(language) << ": " << std::string_view(name.as_string()) << '\n';
  out << "version    " << number_at(charter, "version") << ", signed by " << number_at(charter, "signatures")
      << " of " << charter.at("signers").as_array().size() << " signers, of whom "
      << number_at(charter, "signaturesNeeded") << " must sign the next one\n"
      << "hash       " << text_at(charter, "hash") << '\n';
  if (const auto since = text_at(charter, "inForceSince"); !since.empty())
    out << "in force   since " << since << '\n';
  tell_terms(out, charter);
  for (const auto& partner : charter.at("partners").as_array())
    tell_partner(out, charter, partner.as_object());
  for (const auto& item : charter.at("signers").as_array()) {
    const auto& signer = item.as_object();
    const auto partner = text_at(signer, "partner");
    out << "signer     " << text_at(signer, "key") << "  " << text_at(signer, "name")
        << (partner.empty() ? "" : ", " + name_of(charter.at("partners").as_array(), partner)) << '\n';
  }
  tell_conflict(out, charter);
  return out.str();
}

}  // namespace hansa::commands
