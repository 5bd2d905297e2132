// Changes of a charter, from JSON. The words are those in which a proposal is shown.

#include <algorithm>
#include <array>
#include <functional>
#include <limits>

#include "charter_json.h"
#include "log_place.h"
#include "problem_response.h"
#include "protocol/card.h"
#include "protocol/signer_line.h"
#include "request_body.h"

namespace hansa::http {
namespace {

using boost::json::array;
using core::CharterDraft;

/// The fields of one change.
class Input : public RequestBody {
 public:
  using RequestBody::RequestBody;

  /// A text that is wanted, as `parse` reads it; what it cannot read is blamed with `code`.
  template <class Parse>
  auto parsed(std::string_view field, Parse parse, std::string_view code) {
    using Value = std::remove_cvref_t<decltype(*parse(std::string_view()))>;
    const auto given = text(field);
    auto value = parse(given);
    if (value) return Value(std::move(*value));
    blame(field, code);
    return Value{};
  }
  protocol::PublicKey key(std::string_view field) {
    return parsed(field, protocol::parse_public_key, "not_a_key");
  }
  protocol::PartnerId partner(std::string_view field) {
    return parsed(field, protocol::parse_partner_id, "not_a_partner_id");
  }
  protocol::Card card() { return parsed("card", protocol::read_card, "not_a_card"); }

  template <class Code>
  Code one_of(std::string_view field, std::initializer_list<Code> codes, std::optional<Code> otherwise) {
    if (!has(field) && otherwise) return *otherwise;
    const auto given = text(field);
    for (const auto code : codes)
      if (protocol::name(code) == given) return code;
    blame(field, "unknown_code");
    return *codes.begin();
  }

  /// `[{"log","sequence","hash"?}]`, or nothing.
  std::vector<core::CutFrom> from() {
    std::vector<core::CutFrom> entries;
    for (const auto& [path, place] : read_log_places(*this))
      entries.push_back({place.log, place.sequence, place.hash});
    return entries;
  }
  core::Unnamed unnamed() {
    return flag("onlyNamed") ? core::Unnamed::count_as_empty : core::Unnamed::end_here;
  }
};

using Change = CharterDraft::Change;
using protocol::NodeStatus;
using protocol::PartnerRole;
using protocol::RecordsLeft;

constexpr auto number_max = std::numeric_limits<std::int64_t>::max();
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
  if (const auto logs = input.number_if_there("logs", 1, std::numeric_limits<std::uint32_t>::max()))
    limits.logs = static_cast<std::uint32_t>(*logs);
  if (const auto entries = input.number_if_there("entriesPerLog", 0, number_max))
    limits.entries_per_log = static_cast<std::uint64_t>(*entries);
  if (const auto bytes = input.number_if_there("payloadBytesPerLog", 0, number_max))
    limits.payload_bytes_per_log = static_cast<std::uint64_t>(*bytes);
  return if_whole(input, [&] { return draft.set_limits(key, limits); });
}

/// `of`: which of the two is set.
Change set_format(Input& input, CharterDraft& draft, std::uint16_t protocol::Formats::*of) {
  const auto to = input.number("to", 0, std::numeric_limits<std::uint16_t>::max());
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

/// None: it was made, or it cannot be read, and the input is at fault.
std::optional<core::DraftRefused> apply(Input& input, CharterDraft& draft) {
  const auto code = input.text("code");
  const auto known = std::ranges::find(known_changes, code, &Known::code);
  if (known == known_changes.end()) {
    input.blame("code", "unknown_code");
    return std::nullopt;
  }
  const auto made = known->make(input, draft);
  input.blame_unasked();
  return input.at_fault() || made ? std::nullopt : std::optional(made.error());
}

void add(json::Problem& problem, const std::vector<protocol::FieldError>& errors) {
  for (const auto& error : errors)
    if (problem.errors.size() < faults_told_max) problem.errors.push_back(error);
}

}  // namespace

std::optional<json::Problem> apply_changes(const array& changes, CharterDraft& draft) {
  json::Problem unreadable{"invalid_request", 422, "These changes of the charter cannot be read.", "", {}};
  json::Problem refused{"invalid_change", 422, "This change of the charter cannot be proposed.", "", {}};
  for (std::size_t i = 0; i < changes.size() && unreadable.errors.size() < faults_told_max; ++i) {
    auto path = "changes[" + std::to_string(i) + "]";
    const auto* change = changes[i].if_object();
    if (change == nullptr) {
      add(unreadable, {{path, "wrong_type", {{"expected", "object"}}, {}}});
      continue;
    }
    Input input(*change, path);
    const auto refusal = apply(input, draft);
    add(unreadable, input.errors());
    if (!refusal) continue;
    const auto field = field_of(*refusal);
    if (!field.empty()) path += "." + field;
    add(refused, {{std::move(path), std::string(core::name(*refusal)), {}, {}}});
  }
  // What can be made of the others is not known as long as one cannot be read.
  if (!unreadable.errors.empty()) return unreadable;
  return refused.errors.empty() ? std::nullopt : std::optional(refused);
}

}  // namespace hansa::http
