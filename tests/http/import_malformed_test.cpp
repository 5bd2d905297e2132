// Documents that were damaged in every way chance finds: a clear error each, and nothing of any is published.
#include "import_client.h"
#include "protocol/dice.h"

using namespace hansa;
using boost::json::object;
using protocol::testing::Dice;
using test::ApiClient;
using test::ImportingNode;

namespace {

constexpr std::size_t malformed_wanted = 10'000;

struct Sample {
  std::string format, document, options;
  std::vector<std::string> pieces;  ///< that mean something in this format, or are wrong in it
};

const Sample samples[] = {
    {"json",
     R"({"records":[{"kind":"project","language":"lv","importedFrom":{"system":"s","id":"p"},"content":{"title":{"lv":"Projekts"},
     "period":"2010/2011","budget":{"amount":"12.50","currency":"EUR"},"lead":"import:s/o"}},{"kind":"organisation","language":"lv",
     "importedFrom":{"system":"s","id":"o"},"content":{"name":{"lv":"Biedrība"},"orgType":"ngo","country":"LV"}}]})",
     "",
     {"{", "}", "[", "]", "\"", ",", ":", "null", "1e999", "\\u0000", "\\ud800", "true", "\"records\"", "-"}},
    {"csv",
     "importedFrom.system;importedFrom.id;kind;language;title_lv;period;budget;themes\r\n"
     "s;1;project;lv;\"Divas\r\nrindas; un \"\"pēdiņas\"\"\";2010/2011;246 879, 07 EUR;language|culture\r\n"
     "s;2;project;lv;Otrs;08.2009 - 12.2009;;\r\n",
     "",
     {";", "\"", "\r\n", "\t", ",", "\"\"", "|", "kind", "sep=,\r\n", "'=", "places[0].name", "\xFF\xFE",
      "[99]"}},
    {"ics",
     "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1@a\r\nSUMMARY;LANGUAGE=lv:Saruna\\, vakarā\r\n"
     "DTSTART;TZID=Europe/Riga:20260212T163000\r\nDTEND;TZID=Europe/"
     "Riga:20260212T183000\r\nLOCATION:Māja\r\nGEO:57.3;25.2\r\n"
     "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:2@a\r\nSUMMARY:Diena\r\nDTSTART;VALUE=DATE:20260212\r\nDURATION:"
     "P1D\r\nEND:VEVENT\r\n"
     "END:VCALENDAR\r\n",
     "&set=eventType%3Dseminar&set=themes%3Dlanguage&set=venue.country%3DLV",
     {"BEGIN:VEVENT\r\n", "END:VEVENT\r\n", ":", ";", "\r\n ", "RRULE:FREQ=DAILY\r\n", "T", "Z", "=", "\\",
      "VALUE=DATE", "TZID=Nowhere", "\"", "99"}},
    {"vcf",
     "BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:group\r\nUID:c1\r\nFN;LANGUAGE=lv:Koordinators\\, "
     "Cēsis\r\nEMAIL;TYPE=work:birojs@a.example\r\n"
     "TEL;VALUE=uri;TYPE=work:tel:+37160000000\r\nORG:Cēsu "
     "novads\r\nROLE:press\r\nLANG:lv\r\nEND:VCARD\r\nBEGIN:"
     "VCARD\r\nVERSION:3.0\r\nUID:c2\r\n"
     "N:Māja;;;;\r\nFN:Māja\r\nORG:Māja\r\nADR;TYPE=WORK:;;Iela 1;Cēsis;;LV-4101;LV\r\nEND:VCARD\r\n",
     "&set=roles%3Dpress&set=orgType%3Dngo&set=country%3DLV",
     {"BEGIN:VCARD\r\n", "END:VCARD\r\n", ":", ";", "\r\n ", "VERSION:2.1\r\n", "\\", "=", "\"", "TYPE=home",
      "N:A;B;;;\r\n", ","}},
};

void damage_once(std::string& text, const Sample& sample, Dice& dice) {
  const auto at = dice.below(text.size() + 1);
  const auto length = std::min(1 + dice.below(24), text.size() - at);
  switch (dice.below(6)) {
    case 0:
      text.resize(at);
      break;
    case 1:
      text.erase(at, length);
      break;
    case 2:
      text.insert(at, text.substr(dice.below(text.size() + 1), length));
      break;
    case 3:
      text.insert(at, sample.pieces[dice.below(sample.pieces.size())]);
      break;
    case 4:
      text.insert(at, 1, static_cast<char>(dice.below(256)));
      break;
    default:
      if (at < text.size()) text[at] = static_cast<char>(dice.below(256));
  }
}

std::string damaged(const Sample& sample, Dice& dice) {
  auto text = sample.document;
  for (auto times = 1 + dice.below(4); times > 0; --times) damage_once(text, sample, dice);
  return text;
}

bool says_why(const object& line) {
  if (!line.at("reason").is_object()) return false;
  for (const auto& error : line.at("errors").as_array())
    if (error.at("code").as_string().empty()) return false;
  const auto& reason = line.at("reason").as_object();
  const bool by_fields = reason.at("code") != "invalid_record" || !line.at("errors").as_array().empty();
  return !reason.at("code").as_string().empty() && by_fields;
}

/// Whether it was refused, as a whole or in a part; checks that it says why and that nothing comes of it.
bool is_refused(ImportingNode& node, const Sample& sample, const std::string& document) {
  const auto answer = node.send(sample.format, document, sample.options);
  const auto body = ApiClient::json_of(answer);
  if (answer.status != 201) {
    REQUIRE_MESSAGE((answer.status == 422 || answer.status == 413), answer.body);
    REQUIRE_MESSAGE(!body.at("detail").as_string().empty(), answer.body);
    return true;
  }
  const auto& totals = body.at("totals").as_object();
  const bool refused = totals.at("refused") != 0 || totals.at("waiting") != 0;
  for (const auto& line : node.lines(body)) {
    const auto& outcome = line.at("outcome").as_string();
    if (outcome == "refused" || outcome == "waiting")
      REQUIRE_MESSAGE(says_why(line), boost::json::serialize(line));
  }
  if (refused || body.at("encodingSure") == false)
    REQUIRE(node.client.ask("POST", node.path(body) + "/run", "{}").status == 409);
  node.forget(body);
  return refused;
}

void run(const Sample& sample, std::uint64_t seed) {
  CAPTURE(seed);
  CAPTURE(sample.format);
  Dice dice(seed);
  ImportingNode node;
  // Whole, it would be taken: what is refused below is so because it is damaged.
  const auto whole = node.plan(sample.format, sample.document, sample.options);
  const auto lines = node.lines(whole);
  REQUIRE_MESSAGE(node.totals(whole) == "created 2", boost::json::serialize(lines[0]),
                  boost::json::serialize(lines[1]));
  node.forget(whole);
  const auto before = node.node.snapshot()->totals().last_arrival;
  std::size_t malformed = 0;
  for (std::size_t tried = 0; malformed < malformed_wanted; ++tried) {
    REQUIRE(tried < 20 * malformed_wanted);
    const auto document = damaged(sample, dice);
    if (is_refused(node, sample, document)) ++malformed;
    REQUIRE_MESSAGE(node.node.snapshot()->totals().last_arrival == before, document);
  }
}

}  // namespace

TEST_CASE("10 000 malformed documents of each format: a clear error each, nothing half-imported") {
  const auto seed = protocol::testing::random_seed();
  for (const auto& sample : samples) run(sample, seed);
}
