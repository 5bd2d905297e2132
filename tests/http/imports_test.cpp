// The ways in: a dry run that says by line what would become of a document, and what then comes of it.
#include "import_client.h"

using namespace hansa;
using boost::json::object;
using test::ApiClient;
using test::ImportingNode;

namespace {

const std::string table =
    "importedFrom.system;importedFrom.id;kind;language;title_lv;title_en;number;period;budget;themes;"
    "Piezīmes\r\n"
    "register;1;project;lv;Centra izveide;A centre;2007/4.1.1./8;08.2009 - 12.2009;246 879, 07 "
    "EUR;language|culture;x\r\n"
    "register;2;project;lv;Otrs projekts;;7;2010/2011;;;\r\n";

std::string mapped(const std::string& pair) { return "&map=" + http::percent_encoded(pair); }
std::string set(const std::string& pair) { return "&set=" + http::percent_encoded(pair); }

std::string code_of(const object& line) { return std::string(line.at("reason").at("code").as_string()); }

object content(ImportingNode& node, const object& line) {
  return node.record(std::string(line.at("id").as_string())).at("content").as_object();
}

}  // namespace

TEST_CASE("a table is looked at, published, found unchanged and updated") {
  ImportingNode node;
  const auto import = node.plan("csv", table);
  CHECK(node.totals(import) == "created 2");
  CHECK(import.at("state") == "planned");
  CHECK(import.at("separator") == "semicolon");
  CHECK(import.at("unknownColumns") == boost::json::parse(R"(["Piezīmes"])"));
  CHECK(node.records() == 1);  // the dry run publishes nothing
  CHECK(node.run(import).at("state") == "done");
  CHECK(node.records() == 3);
  const auto lines = node.lines(import);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].at("line") == 2);
  CHECK(lines[0].at("done") == true);
  CHECK(lines[1].at("line") == 3);
  const auto first = content(node, lines[0]);
  CHECK(first.at("budget") == boost::json::parse(R"({"amount":"246879.07","currency":"EUR"})"));
  CHECK(first.at("period") == "2009-08/2009-12");
  CHECK(first.at("themes") == boost::json::parse(R"(["language","culture"])"));
  CHECK(first.at("title") == boost::json::parse(R"({"lv":"Centra izveide","en":"A centre"})"));
  CHECK(node.bring_in("csv", table) == "unchanged 2");
  auto edited = table;
  edited.replace(edited.find("Otrs projekts"), 13, "Trešais");
  const auto again = node.plan("csv", edited);
  CHECK(node.totals(again) == "updated 1, unchanged 1");
  CHECK(node.lines(again)[1].at("changed") == boost::json::parse(R"(["content.title"])"));
  (void)node.run(again);
  CHECK(content(node, lines[1]).at("title") == boost::json::parse(R"({"lv":"Trešais"})"));
  CHECK(node.records() == 3);
}

TEST_CASE("a table of others is mapped, and what it does not say is set") {
  ImportingNode node;
  const std::string sheet = "Nr,Nosaukums,Tips,Dzimis\n17,Jaunā māja,ngo,1970\n";
  const auto options = "&kind=organisation&system=register" + mapped("Nr=importedFrom.id") +
                       mapped("Nosaukums=name_lv") + mapped("Tips=orgType") + set("country=LV");
  const auto import = node.plan("csv", sheet, options);
  CHECK(import.at("unknownColumns") == boost::json::parse(R"(["Dzimis"])"));
  CHECK(node.totals(node.run(import)) == "created 1");
  CHECK(content(node, node.lines(import)[0]).at("country") == "LV");
  CHECK(node.bring_in("csv", sheet, options) == "unchanged 1");
  CHECK(ApiClient::code_of(node.send("csv", sheet, options + mapped("Nav=name_en"))) == "malformed_document");
  CHECK(ApiClient::code_of(node.send("csv", sheet, options + mapped("Dzimis=birthday"))) ==
        "malformed_document");
  // Two columns for one field cannot both be right.
  CHECK(ApiClient::code_of(node.send("csv", sheet, options + mapped("Dzimis=name_lv"))) ==
        "malformed_document");
}

TEST_CASE("a document is published whole or not at all, unless one says otherwise") {
  ImportingNode node;
  auto broken = table;
  broken.replace(broken.find("2010/2011;"), 10, "some;");
  const auto import = node.plan("csv", broken);
  CHECK(node.totals(import) == "created 1, refused 1");
  const auto lines = node.lines(import);
  CHECK(lines[1].at("line") == 3);
  CHECK(lines[1].at("errors").at(0).at("field") == "content.period");
  const auto refused = node.client.ask("POST", node.path(import) + "/run", "{}");
  CHECK(refused.status == 409);
  CHECK(ApiClient::code_of(refused) == "import_has_refused");
  CHECK(node.records() == 1);
  CHECK(node.run(import, R"({"skipRefused":true})").at("published") == 1);
  CHECK(node.records() == 2);
  CHECK(node.bring_in("csv", table) == "created 1, unchanged 1");
}

TEST_CASE("an import stops between steps, and the same document goes on, also with another import") {
  ImportingNode node;
  std::string rows = "importedFrom.system,importedFrom.id,kind,language,title_lv,period\n";
  for (int i = 0; i < 25; ++i)
    rows += "register," + std::to_string(i) + ",project,lv,Projekts " + std::to_string(i) + ",2010/2011\n";
  const auto import = node.plan("csv", rows);
  const auto step =
      ApiClient::json_of(node.client.ask("POST", node.path(import) + "/run", R"({"limit":10})"));
  CHECK(step.at("state") == "running");
  CHECK(step.at("published") == 10);
  CHECK(step.at("toDo") == 15);
  const auto other = node.plan("csv", rows);
  CHECK(node.totals(other) == "created 15, unchanged 10");
  (void)node.run(other);
  // What the other import published meanwhile is not published again by this one.
  const auto late = node.run(import);
  CHECK(node.totals(late) == "created 10, skipped 15");
  CHECK(node.records() == 26);
}

TEST_CASE("entries of JSON refer to one another in any order") {
  ImportingNode node;
  const std::string document = R"({"records":[
    {"kind":"project","language":"lv","importedFrom":{"system":"s","id":"p"},"content":{"title":{"lv":"Projekts"},
      "period":"2010/2011","lead":"import:s/o"}},
    {"kind":"organisation","language":"lv","importedFrom":{"system":"s","id":"o"},"content":{"name":{"lv":"Biedrība"},
      "orgType":"ngo","country":"LV"}},
    {"kind":"project","language":"lv","importedFrom":{"system":"s","id":"q"},"content":{"title":{"lv":"Cits"},
      "period":"2010/2011","lead":"import:s/nowhere"}},
    {"kind":"project","language":"lv","content":{"title":{"lv":"Bez vārda"},"period":"2010/2011"}},
    {"kind":"project","language":"lv","importedFrom":{"system":"s","id":"p"},"content":{"title":{"lv":"Vēlreiz"},
      "period":"2010/2011"}}, 7]})";
  const auto import = node.plan("json", document);
  const auto lines = node.lines(import);
  CHECK(node.totals(import) == "created 2, waiting 1, refused 3");
  CHECK(code_of(lines[2]) == "not_here_yet");
  CHECK(code_of(lines[3]) == "no_identifier");
  CHECK(code_of(lines[4]) == "twice");
  (void)node.run(import, R"({"skipRefused":true})");
  const auto done = node.lines(import);
  CHECK(content(node, done[0]).at("lead") == done[1].at("id"));
}

TEST_CASE("what refers to an entry that is refused waits with it") {
  ImportingNode node;
  const auto import = node.plan("json", R"([
    {"kind":"organisation","language":"lv","importedFrom":{"system":"s","id":"o"},"content":{"name":{"lv":"Biedrība"}}},
    {"kind":"project","language":"lv","importedFrom":{"system":"s","id":"p"},"content":{"title":{"lv":"Projekts"},
      "period":"2010/2011","lead":"import:s/o"}}])");
  CHECK(node.totals(import) == "waiting 1, refused 1");
}

TEST_CASE("what other partners published, or what was withdrawn, is skipped and said so") {
  ImportingNode node;
  const auto project = node.publish(
      R"({"kind":"project","language":"lv","importedFrom":{"system":"s","id":"p"},"content":{"title":{"lv":"Centrs"},"period":"2010/2011"}})");
  REQUIRE(
      node.client.ask("POST", "/api/v1/records/" + project + "/withdraw", R"({"reason":"error"})").status ==
      200);
  const std::string row = "importedFrom.system,importedFrom.id,kind,language,title_lv,period,status\n";
  const auto gone =
      node.plan("csv", row + "s,p,project,lv,Centrs,2010/2011,\ns,q,project,lv,Cits,2010/2011,withdrawn\n");
  CHECK(node.totals(gone) == "skipped 2");
  CHECK(code_of(node.lines(gone)[0]) == "withdrawn_here");
  CHECK(code_of(node.lines(gone)[1]) == "withdrawn_there");
  // Of another federation: a record of one's own that remembers where it came from, with its references.
  const std::string a = "urn:hansa:" + std::string(26, 'a') + ":" + std::string(25, 'b') + "a";
  const std::string b = "urn:hansa:" + std::string(26, 'a') + ":" + std::string(25, 'c') + "a";
  const auto foreign = "id,kind,language,name_lv,orgType,country,title_lv,period,lead\n" + a +
                       ",organisation,lv,Biedrība,ngo,LV,,,\n" + b + ",project,lv,,,,Projekts,2010/2011," +
                       a + "\n";
  const auto copied = node.plan("csv", foreign);
  (void)node.run(copied);
  const auto lines = node.lines(copied);
  CHECK(lines[1].at("key") == boost::json::value("hansa/" + b));
  CHECK(content(node, lines[1]).at("lead") == lines[0].at("id"));
  CHECK(node.bring_in("csv", foreign) == "unchanged 2");
}

TEST_CASE("our own table comes back unchanged, and a changed cell is one changed field") {
  ImportingNode node;
  const auto practice = node.publish(
      R"({"kind":"practice","language":"lv","keywords":[{"lv":"vārds"},{"lv":"otrs","en":"other"}],"content":{
      "title":{"lv":"=Mentori","en":"Mentors"},"summary":{"lv":"Īss apraksts, kas ir pietiekami garš, lai to pieņemtu.\nOtra rinda"},
      "country":["LV"],"places":[{"country":"LV","nuts":"LV008","name":"Cēsis"}],"level":"municipal","themes":["language"],
      "targetGroups":["women"],"practiceStatus":"running","period":"2020/2021","evidence":"self-reported",
      "resources":{"cost":{"amount":"1200.50","currency":"EUR"},"costPer":"year","staffFte":0.5}}})");
  (void)node.publish(
      R"({"kind":"response","language":"lv","content":{"about":")" + practice +
      R"(","type":"assessment","template":"FI-6","scores":[{"criterion":"goal-oriented","score":3},
                     {"criterion":"high-impact","score":2,"note":{"lv":"Labi"}}]}})");
  // "results" is a list of practices and a text of projects.
  (void)node.publish(
      R"({"kind":"project","language":"lv","content":{"title":{"lv":"Projekts"},"period":"2010/2011","results":{"lv":"Labi"}}})");
  (void)node.publish(
      R"({"kind":"practice","language":"lv","content":{"title":{"lv":"Kursi"},"summary":{"lv":"Īss apraksts, kas ir pietiekami garš, lai to pieņemtu."},
      "country":["LV"],"level":"municipal","themes":["language"],"targetGroups":["women"],"practiceStatus":"running","period":"2020/2021",
      "evidence":"self-reported","results":[{"label":{"lv":"Dalībnieki"},"value":10,"unit":"persons"}]}})");
  for (const std::string separator : {"comma", "semicolon"}) {
    const auto text = node.client.ask("GET", "/api/v1/records.csv?separator=" + separator).body;
    CHECK(node.bring_in("csv", text) == "unchanged 5");
  }
  auto text = node.client.ask("GET", "/api/v1/records.csv").body;
  text.replace(text.find("1200.50 EUR"), 11, "1300 EUR");
  const auto cheaper = node.plan("csv", text);
  CHECK(node.totals(cheaper) == "updated 1, unchanged 4");
  (void)node.run(cheaper);
  const auto now = node.record(practice);
  CHECK(now.at("content").at("resources").at("cost").at("amount") == "1300");
  CHECK(now.at("content").at("places").at(0).at("name") == "Cēsis");
  CHECK(now.at("version") == 2);
  // Parts of a list in one cell are for the eye: a change there is refused instead of forgotten.
  text = node.client.ask("GET", "/api/v1/records.csv").body;
  text.replace(text.find("LV008, Cēsis"), 13, "LV008, Vecpiebalga");
  const auto moved = node.plan("csv", text);
  CHECK(node.totals(moved) == "unchanged 4, refused 1");
}

TEST_CASE("an import belongs to who began it, and a node keeps few of them") {
  ImportingNode node;
  const auto import = node.plan("csv", table);
  CHECK(node.client.ask("GET", "/api/v1/imports/nothing").status == 404);
  for (int i = 0; i < 7; ++i) (void)node.plan("csv", table);
  CHECK(ApiClient::code_of(node.send("csv", table)) == "too_many_imports");
  node.forget(import);
  (void)node.plan("csv", table);
  // An hour later nobody has asked for them.
  node.node.now += 61 * 60 * 1000;
  (void)node.plan("csv", table);
  CHECK(ApiClient::json_of(node.client.ask("GET", "/api/v1/imports")).at("items").as_array().size() == 1);
}

TEST_CASE("a long document comes in parts") {
  ImportingNode node;
  const auto half = table.size() / 2;
  const auto begun = ApiClient::json_of(node.send("csv", table.substr(0, half), "&more=true"));
  CHECK(begun.at("state") == "receiving");
  CHECK(ApiClient::code_of(node.client.ask("POST", node.path(begun) + "/run", "{}")) == "import_not_planned");
  const auto whole = node.client.ask("POST", node.path(begun) + "/parts", table.substr(half),
                                     {{"Content-Type", "text/csv"}});
  CHECK(node.totals(ApiClient::json_of(whole)) == "created 2");
  CHECK(ApiClient::code_of(node.client.ask("POST", node.path(begun) + "/parts", "x",
                                           {{"Content-Type", "text/csv"}})) == "import_planned");
  // Not by a form of another site.
  CHECK(
      node.client.ask("POST", "/api/v1/imports?format=csv", table, {{"Content-Type", "text/plain"}}).status ==
      415);
}

TEST_CASE("encodings are found out, and a guess is shown and not published") {
  ImportingNode node;
  const std::string baltic =  // Latvian in Windows-1257
      "importedFrom.system;importedFrom.id;kind;language;title_lv;period\r\n"
      "s;1;project;lv;B\xE7"
      "g\xEF"
      "u m\xE2"
      "joklis un sabiedr\xEE"
      "bas l\xEE"
      "dzdal\xEE"
      "ba, \xF0\xED"
      "irot\xE2"
      "s "
      "iespijas;2010/2011\r\n"
      "s;2;project;lv;\xDE\xE7"
      "l\xF0"
      "anas \xE7"
      "ka \xF0\xED\xE7"
      "rsiel\xE2 un p\xE2"
      "rvald\xEE"
      "ba;2010/2011\r\n";
  const auto guessed = node.plan("csv", baltic);
  CHECK(guessed.at("encodingSure") == false);
  CHECK(ApiClient::code_of(node.client.ask("POST", node.path(guessed) + "/run", "{}")) ==
        "encoding_not_sure");
  const auto told = node.plan("csv", baltic, "&encoding=windows-1257");
  CHECK(std::string(node.lines(told)[0].at("title").as_string()).starts_with("Bēgļu mājoklis"));
  CHECK(node.totals(node.run(told)) == "created 2");
  std::string wide = "\xFF\xFE";
  for (const char c : std::string("kind,language,title_lv,period,importedFrom.system,importedFrom."
                                  "id\nproject,lv,Cits,2010/2011,s,3\n")) {
    wide += c;
    wide += '\0';
  }
  CHECK(node.bring_in("csv", wide) == "created 1");
  CHECK(ApiClient::code_of(node.send("csv", "kind\n\xC3\x28\xFF", "&encoding=utf-8")) ==
        "malformed_document");
}
