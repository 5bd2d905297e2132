// The paths for backups, over a stand-in for whoever makes them.

#include "http/backups.h"

#include <doctest/doctest.h>

#include "api_client.h"
#include "http/api.h"
#include "publishing_node.h"

using namespace hansa;
using test::ApiClient;

namespace {

constexpr const char* path = "/api/v1/backups";

class Backups final : public http::BackupPort {
 public:
  bool start(const http::BackupOrder& order) override {
    if (shown.state == http::BackupStatus::State::running) return false;
    shown = {};
    shown.state = http::BackupStatus::State::running;
    shown.order = order;
    return true;
  }
  http::BackupStatus status() const override { return shown; }
  void stop() override { shown.state = http::BackupStatus::State::stopped; }

  http::BackupStatus shown;
};

struct Fixture {
  Fixture() : api(node, options()), client(api) {}
  http::ApiOptions options() {
    auto options = test::api_options();
    options.backups = &backups;
    return options;
  }

  test::PublishingNode node;
  Backups backups;
  http::Api api;
  ApiClient client;
};

}  // namespace

TEST_CASE("a backup is begun, shown and stopped by an administrator") {
  Fixture fixture;
  CHECK(fixture.client.ask("GET", path).status == 401);
  CHECK(fixture.client.ask("POST", path, R"({"destination":"/mnt/b"})").status == 401);
  fixture.client.become_operator();
  CHECK(ApiClient::json_of(fixture.client.ask("GET", path)).at("state") == "none");

  const auto begun = fixture.client.ask("POST", path, R"({"destination":"/mnt/b","keep":3,"expireDays":30})");
  CHECK(begun.status == 202);
  CHECK(ApiClient::json_of(begun).at("state") == "running");
  CHECK(fixture.backups.shown.order.destination == "/mnt/b");
  CHECK(fixture.backups.shown.order.keep == 3);
  CHECK(fixture.backups.shown.order.expire_days == 30);
  const auto second = fixture.client.ask("POST", path, R"({"destination":"/mnt/b"})");
  CHECK(second.status == 409);
  CHECK(ApiClient::code_of(second) == "backup_running");

  CHECK(fixture.client.ask("DELETE", path).status == 204);
  CHECK(ApiClient::json_of(fixture.client.ask("GET", path)).at("state") == "stopped");
  fixture.backups.shown.state = http::BackupStatus::State::done;
  fixture.backups.shown.number = 4;
  CHECK(ApiClient::json_of(fixture.client.ask("GET", path)).at("backup").at("number") == 4);
}

TEST_CASE("an order that cannot be carried out is refused, and the field is named") {
  Fixture fixture;
  fixture.client.become_operator();
  const std::pair<std::string, std::string> bad[] = {
      {R"({})", "destination"},
      {R"({"destination":7})", "destination"},
      {R"({"destination":"relative/path"})", "destination"},
      {R"({"destination":"/a\u0000b"})", "destination"},
      {R"({"destination":"/)" + std::string(5'000, 'a') + R"("})", "destination"},
      {R"({"destination":"/mnt/b","keep":0})", "keep"},
      {R"({"destination":"/mnt/b","keep":1001})", "keep"},
      {R"({"destination":"/mnt/b","keep":"3"})", "keep"},
      {R"({"destination":"/mnt/b","keep":1.5})", "keep"},
      {R"({"destination":"/mnt/b","expireDays":-1})", "expireDays"},
  };
  for (const auto& [body, field] : bad) {
    CAPTURE(body);
    const auto answer = fixture.client.ask("POST", path, body);
    CHECK(answer.status == 422);
    CHECK(ApiClient::json_of(answer).at("errors").at(0).at("field") == boost::json::value(field));
  }
  CHECK(fixture.client.ask("POST", path, "[]").status == 422);
  CHECK(fixture.client.ask("POST", path, "{").status == 400);
  CHECK(fixture.backups.shown.state == http::BackupStatus::State::none);
}
