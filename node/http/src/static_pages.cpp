#include "http/static_pages.h"

#include <algorithm>
#include <vector>

#include "text.h"
#include "ui/assets.h"

namespace hansa::http {
namespace {

constexpr std::string_view page_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

constexpr std::string_view left_out =
    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Hansa</title></head>\n"
    "<body><h1>Hansa</h1>\n<p>The pages were left out of this build. The HTTP API is under <a "
    "href=\"/api/v1/openapi.json\">/api/v1</a>; build with HANSA_UI=ON for the pages.</p></body></html>\n";

std::vector<Page> read_assets() {
  std::vector<Page> pages;
  for (const auto& asset : ui::assets())
    pages.push_back({asset.path, asset.media_type, asset.etag,
                     std::string_view(reinterpret_cast<const char*>(asset.bytes.data()), asset.bytes.size()),
                     asset.immutable});
  return pages;
}

bool is_under(std::string_view path, std::string_view root) {
  return path.substr(0, root.size()) == root && (path.size() == root.size() || path[root.size()] == '/');
}

bool belongs_to_api(std::string_view path) {
  constexpr std::string_view roots[] = {"/api", "/healthz", "/readyz", "/metrics", "/oai"};
  return std::any_of(std::begin(roots), std::end(roots),
                     [&](std::string_view root) { return is_under(path, root); });
}

bool wants_page(const Request& request) {
  return header(request.headers, "Accept").find("text/html") != std::string_view::npos;
}

/// RFC 9110, 13.1.2: weak comparison.
bool is_known(const Request& request, std::string_view etag) {
  for (auto candidate : split(header(request.headers, "If-None-Match"), ',')) {
    if (candidate.substr(0, 2) == "W/") candidate.remove_prefix(2);
    if (candidate == "*" || candidate == etag) return true;
  }
  return false;
}

Response response_of(const Request& request, const Page& page) {
  Response response;
  response.headers = {{"Content-Type", std::string(page.media_type)},
                      {"Content-Security-Policy", std::string(page_policy)},
                      {"Cache-Control", page.immutable ? "public, max-age=31536000, immutable" : "no-cache"},
                      {"ETag", std::string(page.etag)}};
  if (is_known(request, page.etag))
    response.status = 304;
  else
    response.body = page.bytes;
  return response;
}

const Page* page_at(std::span<const Page> pages, std::string_view path) {
  const auto found =
      std::find_if(pages.begin(), pages.end(), [&](const Page& page) { return page.path == path; });
  return found == pages.end() ? nullptr : &*found;
}

}  // namespace

std::span<const Page> compiled_pages() {
  static const std::vector<Page> pages = read_assets();
  return pages;
}

std::optional<Response> page_for(const Request& request, std::span<const Page> pages) {
  const auto path = path_of(request.target);
  if ((request.method != "GET" && request.method != "HEAD") || belongs_to_api(path)) return std::nullopt;
  if (const auto* page = page_at(pages, path)) return response_of(request, *page);
  if (path != "/" && !wants_page(request)) return std::nullopt;
  if (const auto* start = page_at(pages, "/index.html")) return response_of(request, *start);
  return Response{200,
                  {{"Content-Type", "text/html; charset=utf-8"},
                   {"Content-Security-Policy", std::string(page_policy)},
                   {"Cache-Control", "no-cache"}},
                  std::string(left_out)};
}

}  // namespace hansa::http
