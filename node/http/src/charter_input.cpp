// Changes of a charter, from JSON. The words are those in which a proposal is shown.

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <set>

#include "charter_json.h"
#include "log_place.h"
#include "problem_response.h"
#include "protocol/card.h"
#include "protocol/signer_line.h"
#include "request_body.h"

namespace hansa::http {
namespace {

using boost::json::array;
using boost::json::object;
using core::CharterDraft;

/// Which field is at fault, and why.
struct Fault {
  std::string field;
  std::string code;
};

/// Reads one change; each field that is missing or malformed is a fault, and each that nobody asked for.
class Input {
 public:
  explicit Input(const object& change) : change_(change) {}

  std::string text(const char* field) {
    asked_.insert(field);
    const auto* found = change_.if_contains(field);
    if (found != nullptr && found->is_string()) return std::string(found->get_string());
    blame(field, found == nullptr ? "required" : "not_a_text");
    return {};
  }
  bool has(const char* field) {
    asked_.insert(field);
    return change_.contains(field);
  }

  template <class Parse>
  auto parsed(const char* field, Parse parse, const char* code) {
    using Value = std::remove_cvref_t<decltype(*parse(std::string_view()))>;
    const auto given = text(field);
    if (is_blamed(field)) return Value{};
    auto value = parse(given);
    if (value) return Value(std::move(*value));
    blame(field, code);
    return Value{};
  }
  protocol::PublicKey key(const char* field) {
    return parsed(field, protocol::parse_public_key, "not_a_key");
  }
  protocol::PartnerId partner(const char* field) {
    return parsed(field, protocol::parse_partner_id, "not_a_partner_id");
  }
  protocol::Card card() { return parsed("card", protocol::read_card, "not_a_card"); }

  std::uint64_t number(const char* field) {
    asked_.insert(field);
    const auto* found = change_.if_contains(field);
    if (found != nullptr && found->is_int64() && found->get_int64() >= 0)
      return static_cast<std::uint64_t>(found->get_int64());
    if (found != nullptr && found->is_uint64()) return found->get_uint64();
    blame(field, found == nullptr ? "required" : "not_a_number");
    return 0;
  }

  template <class Code>
  Code one_of(const char* field, std::initializer_list<Code> codes, std::optional<Code> otherwise) {
    if (!has(field) && otherwise) return *otherwise;
    const auto given = text(field);
    if (is_blamed(field)) return *codes.begin();
    for (const auto code : codes)
      if (protocol::name(code) == given) return code;
    blame(field, "unknown_code");
    return *codes.begin();
  }

  /// `[{"log","sequence","hash"?}]`, or nothing.
  std::vector<core::CutFrom> from() {
    std::vector<core::CutFrom> entries;
    if (!has("from")) return entries;
    const auto* list = change_.at("from").if_array();
    if (list == nullptr) return blame("from", "not_a_list"), entries;
    for (std::size_t i = 0; i < list->size(); ++i) {
      const auto place = read_log_place((*list)[i]);
      if (place)
        entries.push_back({place->log, place->sequence, place->hash});
      else
        blame("from[" + std::to_string(i) + "]." + place.error().field, place.error().code);
    }
    return entries;
  }
  core::Unnamed unnamed() {
    if (!has("onlyNamed")) return core::Unnamed::end_here;
    const auto* only = change_.if_contains("onlyNamed");
    if (!only->is_bool()) blame("onlyNamed", "not_true_or_false");
    return only->is_bool() && only->get_bool() ? core::Unnamed::count_as_empty : core::Unnamed::end_here;
  }

  void blame_what_nobody_asked_for() {
    for (const auto& member : change_)
      if (!asked_.contains(member.key())) blame(shown_value(member.key()), "unknown_field");
  }
  /// One fault a field: the first one stays.
  void blame(std::string field, std::string code) {
    if (faults.size() < faults_told_max && !is_blamed(field))
      faults.push_back({std::move(field), std::move(code)});
  }
  bool at_fault() const { return !faults.empty(); }

  std::vector<Fault> faults;

 private:
  bool is_blamed(std::string_view field) const {
    return std::ranges::find(faults, field, &Fault::field) != faults.end();
  }

  const object& change_;
  std::set<std::string, std::less<>> asked_;
};

using Change = CharterDraft::Change;
using protocol::NodeStatus;
using protocol::PartnerRole;
using protocol::RecordsLeft;

constexpr auto roles = {PartnerRole::coordinator, PartnerRole::member, PartnerRole::observer};

/// Nothing is made of input that is at fault.
template <class Make>
Change if_whole(const Input& input, Make make) {
  return input.at_fault() ? Change(protocol::Done{}) : make();
}

Change end_node(Input& input, CharterDraft& draft, NodeStatus status) {
  const auto key = input.key("key");
  const auto from = input.from();
  const auto unnamed = input.unnamed();
  return if_whole(input, [&] { return draft.end_node(key, status, from, unnamed); });
}

Change set_limits(Input& input, CharterDraft& draft) {
  const auto key = input.key("key");
  const auto* node = draft.find_node(key);
  auto limits = node == nullptr ? protocol::NodeLimits{} : node->limits;
  if (input.has("logs")) {
    const auto logs = input.number("logs");
    if (logs == 0 || logs > std::numeric_limits<std::uint32_t>::max()) input.blame("logs", "out_of_range");
    limits.logs = static_cast<std::uint32_t>(logs);
  }
  if (input.has("entriesPerLog")) limits.entries_per_log = input.number("entriesPerLog");
  if (input.has("payloadBytesPerLog")) limits.payload_bytes_per_log = input.number("payloadBytesPerLog");
  return if_whole(input, [&] { return draft.set_limits(key, limits); });
}

/// `of`: which of the two is set.
Change set_format(Input& input, CharterDraft& draft, std::uint16_t protocol::Formats::*of) {
  const auto to = input.number("to");
  if (to > std::numeric_limits<std::uint16_t>::max()) input.blame("to", "out_of_range");
  protocol::Formats formats{draft.body().header_version_max, draft.body().content_version_max};
  formats.*of = static_cast<std::uint16_t>(to);
  return if_whole(input, [&] { return draft.set_formats(formats); });
}

using Make = Change (*)(Input&, CharterDraft&);
struct Known {
  std::string_view code;
  Make make;
};

constexpr std::array<Known, 19> known_changes = {{
    {"partner_added",
     [](Input& in, CharterDraft& draft) {
       const auto card = in.card();
       const auto role = in.one_of<PartnerRole>("role", roles, PartnerRole::member);
       return if_whole(in, [&] { return draft.add_partner(card, role); });
     }},
    {"node_added",
     [](Input& in, CharterDraft& draft) {
       const auto card = in.card();
       const auto partner = in.partner("partner");
       return if_whole(in, [&] { return draft.add_node(card, partner); });
     }},
    {"node_retired", [](Input& in, CharterDraft& draft) { return end_node(in, draft, NodeStatus::retired); }},
    {"node_revoked", [](Input& in, CharterDraft& draft) { return end_node(in, draft, NodeStatus::revoked); }},
    {"node_rotated",
     [](Input& in, CharterDraft& draft) {
       const auto key = in.key("key");
       const auto card = in.card();
       const auto from = in.from();
       const auto unnamed = in.unnamed();
       return if_whole(in, [&] { return draft.rotate_node(key, card, from, unnamed); });
     }},
    {"role_changed",
     [](Input& in, CharterDraft& draft) {
       const auto partner = in.partner("partner");
       const auto role = in.one_of<PartnerRole>("role", roles, std::nullopt);
       return if_whole(in, [&] { return draft.set_role(partner, role); });
     }},
    {"partner_renamed",
     [](Input& in, CharterDraft& draft) {
       const auto partner = in.partner("partner");
       const protocol::LocalText name{in.text("language"), in.text("name")};
       return if_whole(in, [&] { return draft.rename(partner, name); });
     }},
    {"successor_changed",
     [](Input& in, CharterDraft& draft) {
       const auto partner = in.partner("partner");
       const auto before = in.partner("predecessor");
       return if_whole(in, [&] { return draft.add_predecessor(partner, before); });
     }},
    {"partner_left",
     [](Input& in, CharterDraft& draft) {
       const auto partner = in.partner("partner");
       const auto records = in.one_of<RecordsLeft>(
           "records", {RecordsLeft::stay, RecordsLeft::hidden, RecordsLeft::erased}, RecordsLeft::stay);
       return if_whole(in, [&] { return draft.leave(partner, records); });
     }},
    {"partner_returned",
     [](Input& in, CharterDraft& draft) {
       const auto partner = in.partner("partner");
       return if_whole(in, [&] { return draft.come_back(partner); });
     }},
    {"federation_renamed",
     [](Input& in, CharterDraft& draft) {
       const protocol::LocalText name{in.text("language"), in.text("name")};
       return if_whole(in, [&] { return draft.rename_federation(name); });
     }},
    {"personal_data_country_added",
     [](Input& in, CharterDraft& draft) {
       const auto country = in.text("country");
       return if_whole(in, [&] { return draft.set_personal_data(country, true); });
     }},
    {"personal_data_country_removed",
     [](Input& in, CharterDraft& draft) {
       const auto country = in.text("country");
       return if_whole(in, [&] { return draft.set_personal_data(country, false); });
     }},
    {"limits_changed", set_limits},
    {"header_version_changed",
     [](Input& in, CharterDraft& draft) { return set_format(in, draft, &protocol::Formats::header); }},
    {"content_version_changed",
     [](Input& in, CharterDraft& draft) { return set_format(in, draft, &protocol::Formats::content); }},
    {"cuts_changed",
     [](Input& in, CharterDraft& draft) {
       const auto key = in.key("key");
       const auto from = in.from();
       return if_whole(in, [&] { return draft.cut_node(key, from); });
     }},
    {"signer_added",
     [](Input& in, CharterDraft& draft) {
       const auto signer = in.parsed("line", protocol::read_signer_line, "not_a_signer");
       return if_whole(in, [&] { return draft.add_signer(signer); });
     }},
    {"signer_removed",
     [](Input& in, CharterDraft& draft) {
       const auto key = in.key("key");
       return if_whole(in, [&] { return draft.remove_signer(key); });
     }},
}};

/// Which field a refused draft is about.
std::string field_of(core::DraftRefused refused) {
  switch (refused) {
    case core::DraftRefused::unknown_partner:
      return "partner";
    case core::DraftRefused::unknown_node:
    case core::DraftRefused::unknown_signer:
    case core::DraftRefused::not_active:
      return "key";
    case core::DraftRefused::not_of_node:
    case core::DraftRefused::not_held:
    case core::DraftRefused::several_branches:
      return "from";
    case core::DraftRefused::unknown_format:
      return "to";
    case core::DraftRefused::already_listed:
    case core::DraftRefused::already_so:
      break;
  }
  return {};
}

/// What is wrong with one change: what of it cannot be read, or else why it cannot be made.
struct Applied {
  std::vector<Fault> unreadable;
  std::optional<Fault> refused;
};

Applied apply(const object& change, CharterDraft& draft) {
  Input input(change);
  const auto code = input.text("code");
  const auto known = std::ranges::find(known_changes, code, &Known::code);
  if (known == known_changes.end()) {
    input.blame("code", "unknown_code");
    return {std::move(input.faults), {}};
  }
  const auto made = known->make(input, draft);
  input.blame_what_nobody_asked_for();
  if (input.at_fault()) return {std::move(input.faults), {}};
  if (made) return {};
  return {{}, Fault{field_of(made.error()), std::string(core::name(made.error()))}};
}

}  // namespace

std::optional<json::Problem> apply_changes(const array& changes, CharterDraft& draft) {
  json::Problem unreadable{"invalid_request", 422, "These changes of the charter cannot be read.", "", {}};
  json::Problem refused{"invalid_change", 422, "This change of the charter cannot be proposed.", "", {}};
  for (std::size_t i = 0; i < changes.size() && unreadable.errors.size() < faults_told_max; ++i) {
    const auto path = "changes[" + std::to_string(i) + "]";
    const auto add = [&path](json::Problem& to, const Fault& fault) {
      if (to.errors.size() < faults_told_max)
        to.errors.push_back({path + (fault.field.empty() ? "" : ".") + fault.field, fault.code, {}, {}});
    };
    const auto* change = changes[i].if_object();
    const auto applied = change != nullptr ? apply(*change, draft) : Applied{{{"", "not_an_object"}}, {}};
    for (const auto& fault : applied.unreadable) add(unreadable, fault);
    if (applied.refused) add(refused, *applied.refused);
  }
  // What can be made of the others is not known as long as one cannot be read.
  if (!unreadable.errors.empty()) return unreadable;
  return refused.errors.empty() ? std::nullopt : std::optional(refused);
}

}  // namespace hansa::http
