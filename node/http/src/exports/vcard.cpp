#include "vcard.h"

#include "fields.h"

namespace hansa::http {
namespace {

constexpr std::size_t line_octets_max = 75;

/// RFC 6350, 3.4: backslash, comma, semicolon and line ends.
std::string escaped(const std::string& value) {
  std::string out;
  for (const char c : value) {
    if (c == '\\' || c == ',' || c == ';') out += '\\';
    if (c == '\n')
      out += "\\n";
    else if (c != '\r')
      out += c;
  }
  return out;
}

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// A content line, folded at 75 octets and never inside a character.
void append_line(std::string& out, const std::string& line) {
  std::size_t octets = 0;
  for (std::size_t at = 0; at < line.size();) {
    std::size_t next = at + 1;
    while (next < line.size() && continues_character(line[next])) ++next;
    if (octets + (next - at) > line_octets_max) {
      out += "\r\n ";
      octets = 1;
    }
    out.append(line, at, next - at);
    octets += next - at;
    at = next;
  }
  out += "\r\n";
}

class Card {
 public:
  explicit Card(VcardVersion version) : version_(version) {
    append_line(text_, "BEGIN:VCARD");
    append_line(text_, version == VcardVersion::v4 ? "VERSION:4.0" : "VERSION:3.0");
  }
  bool is_v4() const { return version_ == VcardVersion::v4; }

  void add(const std::string& property, const std::string& value) {
    if (!value.empty()) append_line(text_, property + ':' + escaped(value));
  }
  /// The value holds separators of its own and is escaped already, or a URI.
  void add_as_is(const std::string& property, const std::string& value) {
    append_line(text_, property + ':' + value);
  }
  void add_in_language(const std::string& property, const fields::InLanguage& text) {
    if (text.text.empty()) return;
    const bool marked = is_v4() && !text.language.empty();
    add(property + (marked ? ";LANGUAGE=" + text.language : ""), text.text);
  }
  /// What is no number in E.164 is no telephone.
  void add_telephone(const std::string& number) {
    if (number.empty() || number.find_first_not_of("+0123456789") != std::string::npos) return;
    if (is_v4())
      add_as_is("TEL;VALUE=uri;TYPE=work", "tel:" + number);
    else
      add_as_is("TEL;TYPE=WORK,VOICE", number);
  }
  std::string end() && {
    append_line(text_, "END:VCARD");
    return std::move(text_);
  }

 private:
  VcardVersion version_;
  std::string text_;
};

/// REV is a time of basic format: 20261121T225000Z.
std::string revision_time(const std::string& instant) {
  std::string out;
  for (const char c : instant.substr(0, 19))
    if (c != '-' && c != ':') out += c;
  return out + "Z";
}

/// Of the seven parts of an address, post office box, extension and region are never known.
void add_address(Card& card, const boost::json::object& address) {
  if (address.empty()) return;
  const auto part = [&](const char* name) { return escaped(fields::text(address, name)); };
  card.add_as_is(
      card.is_v4() ? "ADR;TYPE=work" : "ADR;TYPE=WORK",
      ";;" + part("street") + ";" + part("locality") + ";;" + part("postcode") + ";" + part("country"));
}

/// Values between commas, each escaped.
std::string joined(const std::vector<std::string>& parts) {
  std::string all;
  for (const auto& part : parts) all += (all.empty() ? "" : ",") + escaped(part);
  return all;
}

void add_common(Card& card, const boost::json::object& record, const boost::json::object& content) {
  card.add_as_is("UID", fields::text(record, "id"));
  if (const auto modified = fields::text(record, "modified"); !modified.empty())
    card.add_as_is("REV", revision_time(modified));
  card.add(card.is_v4() ? "EMAIL;TYPE=work" : "EMAIL;TYPE=INTERNET,WORK", fields::text(content, "email"));
  card.add_telephone(fields::text(content, "phone"));
  if (const auto themes = fields::list(content, "themes"); !themes.empty())
    card.add_as_is("CATEGORIES", joined(themes));
  if (card.is_v4())
    for (const auto& language : fields::list(content, "languages")) card.add("LANG", language);
}

std::string card_of_contact(const boost::json::object& record, VcardVersion version,
                            const std::string& employer) {
  const auto& content = fields::inner(record, "content");
  const auto name = fields::title(record);
  Card card(version);
  const bool person = fields::text(content, "contactType") == "person";
  if (card.is_v4()) card.add_as_is("KIND", person ? "individual" : "group");
  card.add_in_language("FN", name);
  const auto family = person ? fields::text(content, "familyName") : std::string();
  const auto given = person ? fields::text(content, "givenName") : std::string();
  // 3.0 asks for N of everybody.
  if (person || !card.is_v4())
    card.add_as_is("N", escaped(person ? family : name.text) + ";" + escaped(given) + ";;;");
  card.add("ORG", employer);
  card.add_in_language("TITLE", fields::original(content, "position", fields::text(record, "language")));
  for (const auto& role : fields::list(content, "roles")) card.add("ROLE", role);
  add_common(card, record, content);
  return std::move(card).end();
}

std::string card_of_organisation(const boost::json::object& record, VcardVersion version) {
  const auto& content = fields::inner(record, "content");
  const auto name = fields::title(record);
  Card card(version);
  if (card.is_v4()) card.add_as_is("KIND", "org");
  card.add_in_language("FN", name);
  if (!card.is_v4()) card.add_as_is("N", escaped(name.text) + ";;;;");
  card.add("ORG", name.text);
  add_address(card, fields::inner(content, "address"));
  if (const auto page = fields::address(content, "homepage"); !page.empty()) card.add_as_is("URL", page);
  add_common(card, record, content);
  return std::move(card).end();
}

}  // namespace

void VcardWriter::add(const Exported& record) {
  const auto& content = fields::inner(record.json, "content");
  const auto kind = fields::text(record.json, "kind");
  if (fields::is_withdrawn(record.json) || content.empty()) return;
  if (kind == "contact")
    text_ +=
        card_of_contact(record.json, version_, organisation_name_(fields::text(content, "organisation")));
  if (kind == "organisation") text_ += card_of_organisation(record.json, version_);
}

}  // namespace hansa::http
