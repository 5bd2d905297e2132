#pragma once
// A record as the HTTP API and `hansa show` give it. The shapes are in docs/content.md. Pure functions; any
// thread.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/bytes.h"
#include "protocol/content.h"
#include "protocol/content_summary.h"
#include "protocol/ids.h"

namespace hansa::json {

/// RFC 3339 in UTC with milliseconds: "2026-11-21T22:50:00.000Z".
std::string instant_text(std::uint64_t ms);
/// What instant_text() gives, with or without fractions of a second, or a day ("2026-11-21", its beginning).
/// None for anything else.
std::optional<std::uint64_t> parse_instant(std::string_view text);

/// What a content says, split as a record shows it: `common` holds language, licence, keywords, …, `content`
/// the domain fields. `content` is empty for a kind that is not understood.
struct ContentJson {
  boost::json::object common;
  boost::json::object content;
};
ContentJson content_json(const protocol::ContentReader& content);

struct Provenance {
  protocol::Hash node{};
  std::string node_name;
  protocol::Hash log{};
  std::uint64_t sequence = 0;
  std::string signature = "unchecked";  ///< valid, invalid or unchecked
  protocol::Hash hash{};                ///< Of the entry
  unsigned held = 0;                    ///< Partners known to hold the payload …
  unsigned partners = 0;                ///< … of so many
  std::uint64_t author_time_ms = 0;
  std::uint64_t received_ms = 0;
};

/// All that record_json() needs to know; headers and charter decide it, not the content.
struct RecordView {
  protocol::RecordId id;
  std::string kind;
  std::string partner_name;
  std::string partner_country;
  protocol::Hash revision{};
  unsigned version = 1;
  std::string status = "published";  ///< published or withdrawn
  std::string withdrawn_reason;      ///< If withdrawn
  std::optional<protocol::RecordId> replaced_by;
  std::string visibility = "network";
  bool personal = false;
  bool conflict = false;
  std::string content_state = "present";             ///< present, missing, erased or not_understood
  const protocol::ContentReader* content = nullptr;  ///< Not owned; null unless present
  std::optional<unsigned> about_version;             ///< Of a response: which version its author had seen
  std::optional<Provenance> provenance;
};
boost::json::object record_json(const RecordView& record);

/// How a referenced record is shown: ?expand=refs
struct ReferenceView {
  std::vector<protocol::TextInLanguage> title;
  std::string kind;
  std::string state;  ///< present, not_received, withdrawn, or aside: it counts no more
};
boost::json::object references_json(const std::map<protocol::RecordId, ReferenceView>& references);

/// {"lv":"…","en":"…"}
boost::json::object text_json(const std::vector<protocol::TextInLanguage>& text);

/// Every code list by name, each theme's areas and each assessment template's criteria.
boost::json::object vocabularies_json();

}  // namespace hansa::json
