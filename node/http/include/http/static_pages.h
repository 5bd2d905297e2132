#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "http/message.h"

namespace hansa::http {

/// One file of the admin UI. Constant data of the program.
struct Page {
  std::string_view path;        ///< as in the URL
  std::string_view media_type;  ///< value of Content-Type
  std::string_view etag;        ///< value of ETag, with its quotes
  std::string_view bytes;
  bool immutable = false;  ///< its name holds a hash: a browser may keep it for ever
};

/// What was compiled in; empty in a build without the UI.
std::span<const Page> compiled_pages();

/// The page that answers a GET: the file of that path, or for a browser that opens any other path the
/// application ("/index.html"), which knows its own addresses. In a build without pages: a small one that
/// says so. None for another method, for paths of the API (/api, /healthz, /readyz, /metrics, /oai) and for a
/// file that is not there. Any thread.
std::optional<Response> page_for(const Request& request, std::span<const Page> pages = compiled_pages());

}  // namespace hansa::http
