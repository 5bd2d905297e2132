#include "protocol/bundle.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "api_client.h"
#include "http/api.h"
#include "http/percent.h"
#include "protocol/bundle_check.h"
#include "publishing_node.h"

using namespace hansa;
using namespace hansa::test;

namespace {

struct Bundling {
  PublishingNode node;
  http::Api api{node, api_options()};
  ApiClient client{api};

  Bundling() { client.become_operator(); }

  std::string publish(const std::string& name) {
    const auto answer = client.ask("POST", "/api/v1/records",
                                   R"({"kind":"organisation","language":"lv","content":{"name":{"lv":")" +
                                       name + R"("},"orgType":"ngo","country":"LV"}})");
    REQUIRE(answer.status == 201);
    return std::string(ApiClient::json_of(answer).at("id").as_string());
  }
  std::string get(const std::string& target) {
    auto answer = client.ask("GET", target);
    REQUIRE_MESSAGE(answer.status == 200, answer.body);
    return std::move(answer.body);
  }
  http::Response take(const std::string& frames) {
    return client.ask("POST", "/api/v1/bundle/parts", frames, {{"Content-Type", "application/octet-stream"}});
  }
};

protocol::Bytes from_base64url(std::string_view text) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  protocol::Bytes bytes;
  unsigned bits = 0;
  unsigned count = 0;
  for (const char digit : text) {
    const auto value = digits.find(digit);
    REQUIRE(value != std::string_view::npos);
    bits = (bits << 6 | static_cast<unsigned>(value)) & 0xffffU;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<std::uint8_t>(bits >> count));
  }
  return bytes;
}

/// Gives each message of the file to `see`, and the check of all of it back.
template <class See>
protocol::BundleCheck read(const std::string& file, See see) {
  std::size_t at = 0;
  protocol::BundleFrames frames([&](std::span<std::uint8_t> into) {
    const auto count = std::min(into.size(), file.size() - at);
    std::copy_n(file.begin() + static_cast<std::ptrdiff_t>(at), count, into.begin());
    at += count;
    return count;
  });
  const auto opening = frames.opening();
  REQUIRE(opening);
  auto check = protocol::BundleCheck::open(*opening);
  REQUIRE(check);
  for (;;) {
    const auto message = frames.next();
    REQUIRE(message);
    if (!*message) break;
    check->take(**message, frames.offset());
    see(**message);
  }
  check->end(frames.offset());
  return std::move(*check);
}

}  // namespace

TEST_CASE("a bundle of everything, and what it says when it is taken in where all is held") {
  Bundling one;
  one.publish("Pirmā");
  one.publish("Otrā");
  std::vector<std::string> parts;
  const auto check = read(one.get("/api/v1/bundle"), [&](const protocol::Bytes& message) {
    protocol::Bytes frame;
    protocol::append_bundle_frame(frame, message);
    const std::string text(protocol::text_of(frame));
    const auto decoded = protocol::wire::decode(message);
    REQUIRE(decoded);
    if (std::holds_alternative<protocol::wire::Payloads>(*decoded))
      parts.back() += text;
    else
      parts.push_back(text);
  });
  CHECK(check.is_valid());
  CHECK(check.opening().is_everything);
  CHECK(check.opening().node == one.node.status()->key);
  CHECK(check.opening().digest == one.node.status()->digest);
  std::int64_t known = 0;
  for (const auto& part : parts) {
    const auto answer = one.take(part);
    REQUIRE_MESSAGE(answer.status == 200, answer.body);
    const auto taken = ApiClient::json_of(answer);
    CHECK(taken.at("entries").to_number<int>() == 0);
    CHECK(taken.at("payloads").to_number<int>() == 0);
    CHECK(taken.at("refused").as_array().empty());
    known += taken.at("known").to_number<std::int64_t>();
  }
  CHECK(static_cast<std::uint64_t>(known) == check.logs().front().entries);
}

TEST_CASE("a bundle of a search names the search, and can be fetched in pieces") {
  Bundling one;
  one.publish("Pirmā");
  one.publish("Otrā");
  one.publish("Trešā");
  const auto check = read(one.get("/api/v1/bundle?q=otra&kind=organisation"), [](const protocol::Bytes&) {});
  CHECK(check.is_valid());
  CHECK(check.opening().asked == "kind=organisation&q=otra");
  REQUIRE(check.logs().size() == 1);
  CHECK(check.logs().front().payloads == 1);

  auto file = one.get("/api/v1/bundle/opening?q=otra&kind=organisation");
  const auto& log = check.opening().logs.front();
  const auto place = std::to_string(log.payloads.front().from);
  file += one.get("/api/v1/bundle/entries?log=" + protocol::to_hex(log.head.log) +
                  "&from=1&through=" + std::to_string(log.head.sequence) + "&payloads=" + place);
  protocol::BundleSum sum;
  sum.add(protocol::view_of(file));
  const auto end = sum.end();
  file += protocol::text_of(end);
  CHECK(read(file, [](const protocol::Bytes&) {}).is_valid());
}

TEST_CASE("the proof of a record is a bundle of it") {
  Bundling one;
  one.publish("Pirmā");
  const auto id = one.publish("Otrā");
  const auto check = read(one.get("/api/v1/records/" + id + "/proof"), [](const protocol::Bytes&) {});
  CHECK(check.is_valid());
  CHECK(check.opening().asked == "id=" + http::percent_encoded(id));
  CHECK(check.logs().front().payloads == 1);
  CHECK(one.client.ask("GET", "/api/v1/records/urn:hansa:x:y/proof").status == 404);
}

TEST_CASE("bundles are refused with the reason") {
  Bundling one;
  one.publish("Pirmā");
  for (const auto* target :
       {"/api/v1/bundle?limit=5", "/api/v1/bundle?kind=nonsense",
        "/api/v1/bundle/entries?log=xy&from=1&through=1", "/api/v1/bundle/entries?log=&from=0&through=1"}) {
    CAPTURE(target);
    CHECK(one.client.ask("GET", target).status == 400);
  }
  const auto nowhere = "/api/v1/bundle/entries?from=1&through=1&log=" + std::string(64, '0');
  CHECK(one.client.ask("GET", nowhere).status == 409);
  CHECK(one.client.ask("GET", nowhere + "&payloads=2-1").status == 400);
  CHECK(one.take(std::string("\x05\x00\x00\x00short", 9)).status == 422);
  CHECK(one.take("no frames").status == 422);
  // A message of links that has no place in bundles.
  protocol::Bytes frame;
  protocol::append_bundle_frame(frame, protocol::wire::encode(protocol::wire::Ping{1, 2}));
  const auto answer = one.take(std::string(protocol::text_of(frame)));
  CHECK(answer.status == 422);
  CHECK(ApiClient::json_of(answer).at("code").as_string() == "out_of_order");

  PublishingNode alone(false);
  http::Api api(alone, api_options());
  ApiClient client(api);
  client.become_operator();
  CHECK(client.ask("GET", "/api/v1/bundle").status == 409);
  CHECK(client.ask("POST", "/api/v1/bundle/parts", "x", {{"Content-Type", "application/octet-stream"}})
            .status == 409);
}

TEST_CASE("a list as JSON holds the bytes that were signed") {
  Bundling one;
  const auto id = one.publish("Pirmā");
  const auto list = boost::json::parse(one.get("/api/v1/records.json?q=pirma")).as_object();
  REQUIRE(list.at("items").as_array().size() == 1);
  const auto& record = list.at("items").as_array().front().as_object();
  CHECK(record.at("id").as_string() == id);
  const auto bytes_of = [&](const char* name) {
    const auto bytes = from_base64url(std::string_view(record.at("signed").at(name).as_string()));
    return bytes;
  };
  const auto bytes = bytes_of("header");
  const auto header = protocol::HeaderView::parse(bytes);
  REQUIRE(header);
  CHECK(protocol::to_hex(header->hash()) == std::string_view(record.at("revision").as_string()));
  const auto key =
      protocol::parse_public_key(std::string_view(record.at("provenance").at("node").as_string()));
  REQUIRE(key);
  CHECK(protocol::verify_signature(*header, *key));
  protocol::Salt salt;
  std::ranges::copy(bytes_of("salt"), salt.bytes.begin());
  CHECK(protocol::check_payload(*header, salt, bytes_of("content")).has_value());
  // Of a withdrawn record there is a header, and the reason as content.
  CHECK(one.client.ask("POST", "/api/v1/records/" + id + "/withdraw", R"({"reason":"obsolete"})").status ==
        200);
  const auto withdrawn = boost::json::parse(one.get("/api/v1/records.json?status=withdrawn")).as_object();
  CHECK_FALSE(withdrawn.at("items").at(0).at("signed").at("header").as_string().empty());
}

TEST_CASE("the feed says by a name whose numbers it gives") {
  Bundling one;
  one.publish("Pirmā");
  const auto page = ApiClient::json_of(one.client.ask("GET", "/api/v1/changes?since=0"));
  CHECK(std::string_view(page.at("feed").as_string()) == protocol::to_hex(one.node.status()->own_log->id));
}
