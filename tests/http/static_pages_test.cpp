#include "http/static_pages.h"

#include <doctest/doctest.h>

#include <array>

using namespace hansa;
using http::Page;
using http::page_for;
using http::Request;

namespace {

const std::array<Page, 2> pages = {{
    {"/index.html", "text/html; charset=utf-8", "\"start\"", "<!doctype html>start", false},
    {"/assets/app-1a2b.js", "text/javascript; charset=utf-8", "\"app\"", "let a;", true},
}};

Request get(const std::string& target, const std::string& accept = "text/html,*/*;q=0.8") {
  return {"GET", target, {{"Accept", accept}}, "", ""};
}

std::string value(const http::Response& response, std::string_view name) {
  return std::string(http::header(response.headers, name));
}

}  // namespace

TEST_CASE("a file is served under its path, with its type") {
  const auto script = page_for(get("/assets/app-1a2b.js?v=1", "*/*"), pages);
  REQUIRE(script);
  CHECK(script->status == 200);
  CHECK(script->body == "let a;");
  CHECK(value(*script, "Content-Type") == "text/javascript; charset=utf-8");
  CHECK(value(*script, "Cache-Control").find("immutable") != std::string::npos);
  const auto start = page_for(get("/index.html"), pages);
  REQUIRE(start);
  CHECK(value(*start, "Cache-Control") == "no-cache");
}

TEST_CASE("the application's own addresses lead to its start page") {
  for (const auto* target : {"/", "/records/urn:hansa:a:b", "/peers?x=1", "/apidocs"}) {
    const auto page = page_for(get(target), pages);
    REQUIRE_MESSAGE(page, target);
    CHECK(page->body == "<!doctype html>start");
  }
  CHECK(page_for(get("/", "*/*"), pages));
}

TEST_CASE("what is no page is left to the API") {
  for (const auto* target :
       {"/api", "/api/v1/nothing", "/healthz", "/readyz", "/metrics", "/oai", "/api?x=1"})
    CHECK_MESSAGE(!page_for(get(target), pages), target);
  CHECK_FALSE(page_for(get("/assets/old-9f.js", "*/*"), pages));
  CHECK_FALSE(page_for({"POST", "/", {{"Accept", "text/html"}}, "", ""}, pages));
}

TEST_CASE("a browser that has the file is told so") {
  for (const auto* known : {"\"app\"", "W/\"app\"", "\"other\", \"app\"", "*"}) {
    auto request = get("/assets/app-1a2b.js");
    request.headers.emplace_back("If-None-Match", known);
    const auto page = page_for(request, pages);
    REQUIRE(page);
    CHECK(page->status == 304);
    CHECK(page->body.empty());
    CHECK(value(*page, "ETag") == "\"app\"");
  }
  auto request = get("/assets/app-1a2b.js");
  request.headers.emplace_back("If-None-Match", "\"app2\"");
  CHECK(page_for(request, pages)->status == 200);
}

TEST_CASE("pages may load nothing from elsewhere") {
  for (const auto* target : {"/", "/assets/app-1a2b.js"}) {
    const auto policy = value(*page_for(get(target), pages), "Content-Security-Policy");
    CHECK(policy.find("default-src 'none'; script-src 'self'") == 0);
    CHECK(policy.find("frame-ancestors 'none'") != std::string::npos);
    CHECK(policy.find("unsafe") == std::string::npos);
    CHECK(policy.find("http") == std::string::npos);
  }
}

TEST_CASE("a build without pages says so") {
  const auto page = page_for(get("/"), {});
  REQUIRE(page);
  CHECK(page->status == 200);
  CHECK(page->body.find("left out of this build") != std::string::npos);
  CHECK_FALSE(page_for(get("/api/v1/node"), {}));
}
