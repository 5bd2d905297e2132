// Cards as entries (vCard 4.0, RFC 6350, and 3.0, RFC 2426), in the columns of our tables; the way back from
// exports/vcard.cpp. Work data only: what else a card holds is dropped, and said so.

#include <algorithm>
#include <array>
#include <map>

#include "encoding.h"
#include "entry.h"
#include "protocol/code_lists.h"
#include "protocol/unicode.h"

namespace hansa::http {
namespace {

constexpr std::string_view default_system = "vcard";
constexpr std::array<std::string_view, 6> without_news = {"VERSION", "PRODID", "REV",
                                                          "UID",     "KIND",   "SOURCE"};

std::string upper(std::string_view text) {
  std::string out(text);
  for (auto& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

/// "item1.EMAIL;TYPE=work:a@b.example"
struct Line {
  std::string name;  ///< in capitals, without a group
  std::map<std::string, std::string>
      params;         ///< several values of one between commas, in capitals but LANGUAGE
  std::string value;  ///< as it stands
};

/// Where the first of `wanted` stands outside quotation marks.
std::size_t outside_quotes(std::string_view text, std::string_view wanted) {
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '"') quoted = !quoted;
    if (!quoted && wanted.find(text[at]) != std::string_view::npos) return at;
  }
  return std::string_view::npos;
}

std::optional<Line> line_of(std::string_view text) {
  const auto colon = outside_quotes(text, ":");
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  Line line;
  line.value = text.substr(colon + 1);
  auto head = text.substr(0, colon);
  const auto next = [&head] {
    const auto end = std::min(outside_quotes(head, ";"), head.size());
    const auto part = head.substr(0, end);
    head.remove_prefix(std::min(end + 1, head.size()));
    return part;
  };
  auto name = next();
  if (const auto point = name.rfind('.'); point != std::string_view::npos) name.remove_prefix(point + 1);
  line.name = upper(name);
  while (!head.empty()) {
    const auto part = next();
    const auto equals = part.find('=');
    // 3.0 lets a type stand alone.
    auto key = equals == std::string_view::npos ? std::string("TYPE") : upper(part.substr(0, equals));
    std::string value(equals == std::string_view::npos ? part : part.substr(equals + 1));
    std::erase(value, '"');
    if (key != "LANGUAGE") value = upper(value);
    auto& all = line.params[key];
    all += (all.empty() ? "" : ",") + value;
  }
  return line;
}

/// The parts of a value between `separator`s, each without its escapes.
std::vector<std::string> parts_of(std::string_view value, char separator) {
  std::vector<std::string> parts(1);
  for (std::size_t at = 0; at < value.size(); ++at) {
    if (value[at] == '\\' && at + 1 < value.size()) {
      ++at;
      parts.back() += value[at] == 'n' || value[at] == 'N' ? '\n' : value[at];
    } else if (separator != 0 && value[at] == separator) {
      parts.emplace_back();
    } else {
      parts.back() += value[at];
    }
  }
  return parts;
}

std::string plain(const std::string& value) { return parts_of(value, 0).front(); }

bool has_type(const Line& line, std::string_view wanted) {
  const auto found = line.params.find("TYPE");
  if (found == line.params.end()) return false;
  return ("," + found->second + ",").find("," + std::string(wanted) + ",") != std::string::npos;
}

/// At home, or in a pocket and not said to be work's.
bool is_private(const Line& line) {
  if (has_type(line, "WORK")) return false;
  return has_type(line, "HOME") || has_type(line, "CELL");
}

/// E.164; empty if it is none.
std::string telephone(std::string text) {
  if (text.starts_with("tel:")) text.erase(0, 4);
  text = text.substr(0, text.find(';'));
  std::erase_if(text,
                [](char c) { return c == ' ' || c == '-' || c == '(' || c == ')' || c == '.' || c == '/'; });
  if (text.starts_with("00")) text = "+" + text.substr(2);
  const bool number =
      text.size() > 1 && text.front() == '+' && text.find_first_not_of("0123456789", 1) == std::string::npos;
  return number ? text : std::string();
}

class CardReading {
 public:
  explicit CardReading(const ImportOptions& options) : options_(options) {}

  void take(const Line& line) {
    if (line.name == "VERSION") version_ = line.value;
    if (line.name == "UID") uid_ = plain(line.value);
    if (line.name == "KIND") kind_ = upper(line.value);
    if (line.name == "X-ABSHOWAS") kind_ = upper(line.value) == "COMPANY" ? "ORG" : kind_;
    lines_.push_back(line);
  }
  void fault(std::string code, std::string_view value) {
    protocol::FieldError error{"", std::move(code), {}, {}};
    if (protocol::is_utf8(value))
      error.value = protocol::first_code_points(value, protocol::field_error_value_code_points_max);
    entry_.faults.push_back(std::move(error));
  }

  ImportEntry run(std::size_t line) && {
    entry_.line = line;
    if (version_ != "4.0" && version_ != "3.0") fault("vcard_version", version_);
    decide_kind();
    entry_.record["kind"] = is_organisation_ ? "organisation" : "contact";
    entry_.record["language"] = options_.language;
    for (const auto& one : lines_) read(one);
    identify();
    if (!is_organisation_) put("contactType", is_person_ ? "person" : "role-mailbox");
    put_list("roles", roles_);
    put_list("themes", themes_);
    put_list("languages", languages_);
    return std::move(entry_);
  }

 private:
  const Line* find(std::string_view name) const {
    const auto found =
        std::find_if(lines_.begin(), lines_.end(), [&](const auto& one) { return one.name == name; });
    return found == lines_.end() ? nullptr : &*found;
  }

  /// What a card is about, where it does not say so: a name in parts is a person's, unless it only repeats
  /// the whole, as 3.0 makes everybody have one.
  void decide_kind() {
    const auto* whole = find("FN");
    const auto* name = find("N");
    const auto* employer = find("ORG");
    const auto fn = whole == nullptr ? std::string() : plain(whole->value);
    const auto parts = name == nullptr ? std::vector<std::string>{""} : parts_of(name->value, ';');
    const bool repeated = parts.front() == fn && std::all_of(parts.begin() + 1, parts.end(),
                                                             [](const auto& p) { return p.empty(); });
    const bool named =
        !repeated && std::any_of(parts.begin(), parts.end(), [](const auto& p) { return !p.empty(); });
    is_organisation_ = kind_ == "ORG" || (kind_.empty() && !named && employer != nullptr &&
                                          parts_of(employer->value, ';').front() == fn);
    if (options_.kind == "contact" || options_.kind == "organisation")
      is_organisation_ = options_.kind == "organisation";
    is_person_ = !is_organisation_ && (kind_ == "INDIVIDUAL" || (kind_.empty() && named));
  }

  void drop(const std::string& what) {
    if (std::find(entry_.dropped.begin(), entry_.dropped.end(), what) == entry_.dropped.end())
      entry_.dropped.push_back(what);
  }
  void put(std::string column, std::string value) {
    const bool there = find_cell(entry_.cells, column) != nullptr;
    if (!value.empty() && !there) entry_.cells.push_back({std::move(column), std::move(value)});
  }
  void put_text(const std::string& column, const Line& line) {
    const auto language = line.params.find("LANGUAGE");
    put(language == line.params.end() ? column : column + "_" + language->second, plain(line.value));
  }
  void put_list(const char* column, const std::vector<std::string>& items) {
    std::string all;
    for (const auto& item : items) all += (all.empty() ? "" : "|") + item;
    put(column, all);
  }

  void read(const Line& line) {
    if (std::find(without_news.begin(), without_news.end(), line.name) != without_news.end()) return;
    if (line.name == "FN") {
      if (const auto language = line.params.find("LANGUAGE"); language != line.params.end())
        entry_.record["language"] = language->second;
      put_text(is_organisation_ ? "name" : "displayName", line);
    } else if (line.name == "N")
      read_name(line);
    else if (line.name == "ORG")
      read_employer(line);
    else if (!read_reach(line) && !read_codes(line))
      drop(line.name);
  }

  void read_name(const Line& line) {
    if (!is_person_) return;
    auto parts = parts_of(line.value, ';');
    parts.resize(5);
    put("familyName", parts[0]);
    // A patronymic stays with the given name.
    put("givenName", parts[1] + (parts[2].empty() ? "" : " " + parts[2]));
    if (!parts[3].empty() || !parts[4].empty()) drop("N (titles)");
  }

  void read_employer(const Line& line) {
    if (is_organisation_) return;
    const auto parts = parts_of(line.value, ';');
    put("organisation", parts.front());
    if (parts.size() > 1 && !parts[1].empty()) drop("ORG (unit)");
  }

  /// How to reach them: the first of each at work.
  bool read_reach(const Line& line) {
    const bool known = line.name == "EMAIL" || line.name == "TEL" || line.name == "ADR" || line.name == "URL";
    if (!known) return false;
    if (is_private(line)) return drop(line.name + (has_type(line, "HOME") ? " (home)" : " (mobile)")), true;
    const auto value = plain(line.value);
    if (line.name == "ADR") return read_address(line), true;
    const char* column = line.name == "EMAIL" ? "email" : line.name == "TEL" ? "phone" : "homepage";
    const auto usable = line.name == "TEL" ? telephone(value) : value;
    const bool fits = !usable.empty() && find_cell(entry_.cells, column) == nullptr &&
                      (line.name != "URL" || (is_organisation_ && usable.starts_with("https://")));
    if (fits)
      put(column, usable);
    else
      drop(line.name);
    return true;
  }

  void read_address(const Line& line) {
    auto parts = parts_of(line.value, ';');
    parts.resize(7);
    if (!is_organisation_) return drop("ADR");
    put("address.street", parts[2]);
    put("address.locality", parts[3]);
    put("address.postcode", parts[5]);
    if (protocol::code_lists::countries.contains(parts[6]))
      put("address.country", parts[6]);
    else if (!parts[6].empty())
      drop("ADR (country)");
    if (!parts[0].empty() || !parts[1].empty() || !parts[4].empty()) drop("ADR (box, region)");
  }

  bool read_codes(const Line& line) {
    if (line.name == "TITLE" && !is_organisation_) return put_text("position", line), true;
    if (line.name == "LANG") return languages_.push_back(plain(line.value)), true;
    if (line.name == "ROLE" && protocol::code_lists::contact_roles.contains(plain(line.value)))
      return roles_.push_back(plain(line.value)), true;
    if (line.name != "CATEGORIES") return false;
    for (const auto& one : parts_of(line.value, ','))
      if (protocol::code_lists::themes.contains(one))
        themes_.push_back(one);
      else if (!one.empty())
        drop("CATEGORIES");
    return true;
  }

  /// Who has no UID is known by a mailbox.
  void identify() {
    const auto* email = find_cell(entry_.cells, "email");
    if (uid_.empty() && email != nullptr) uid_ = "mailto:" + *email;
    if (uid_.empty()) return;
    if (uid_.starts_with("urn:hansa:"))
      entry_.record["id"] = uid_;
    else
      entry_.record["importedFrom"] = boost::json::object{
          {"system", options_.system.empty() ? std::string(default_system) : options_.system}, {"id", uid_}};
  }

  const ImportOptions& options_;
  ImportEntry entry_;
  std::vector<Line> lines_;
  std::string version_, uid_, kind_;
  bool is_organisation_ = false;
  bool is_person_ = false;
  std::vector<std::string> roles_, themes_, languages_;
};

/// A content line of the document: folded ones are put together.
struct Unfolded {
  std::size_t number = 0;
  std::string text;
};

std::vector<Unfolded> unfolded(std::string_view text) {
  std::vector<Unfolded> lines;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    while (line.ends_with('\r')) line.remove_suffix(1);
    const bool folded = (line.starts_with(' ') || line.starts_with('\t')) && !lines.empty();
    if (folded)
      lines.back().text += line.substr(1);
    else if (!line.empty())
      lines.push_back({number, std::string(line)});
  }
  return lines;
}

}  // namespace

ReadDocument read_vcard_document(std::string_view bytes, const ImportOptions& options) {
  auto decoded = decode_text(bytes, options.encoding);
  if (!decoded) return decoded.error();
  if (decoded->text.find('\0') != std::string::npos) return malformed_document("it holds a NUL character");
  ImportDocument document;
  document.encoding = decoded->encoding;
  document.encoding_sure = decoded->sure;
  std::optional<CardReading> card;
  std::size_t begun = 0;
  for (const auto& [number, text] : unfolded(decoded->text)) {
    const auto at = "line " + std::to_string(number) + ": ";
    const auto line = line_of(text);
    const bool begins = line && line->name == "BEGIN" && upper(line->value) == "VCARD";
    const bool ends = line && line->name == "END" && upper(line->value) == "VCARD";
    if (begins == card.has_value())
      return malformed_document(at + (begins ? "a card within a card" : "something outside a card"));
    if (begins) {
      card.emplace(options);
      begun = number;
    } else if (ends) {
      document.entries.push_back(std::move(*card).run(begun));
      card.reset();
      if (document.entries.size() > import_entries_max)
        return document_too_large(std::to_string(import_entries_max) + " cards");
    } else if (line) {
      card->take(*line);
    } else {
      card->fault("bad_property", text);
    }
  }
  if (card) return malformed_document("line " + std::to_string(begun) + ": the card does not end");
  return document;
}

}  // namespace hansa::http
