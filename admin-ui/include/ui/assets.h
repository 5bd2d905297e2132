#pragma once
// The admin UI's files, compiled into the program by admin-ui/CMakeLists.txt. Constant data; any thread.

#include <span>
#include <string_view>

namespace hansa::ui {

struct Asset {
  std::string_view path;        ///< As in the URL: "/index.html", "/assets/hansa-….js"
  std::string_view media_type;  ///< Value of Content-Type
  std::string_view etag;        ///< Value of ETag, quotes included: a hash of the bytes
  std::span<const unsigned char> bytes;
  /// The name holds a hash of the content, so that a browser may keep it for ever.
  bool immutable = false;
};

/// Every file of the UI; empty in a build without it (-DHANSA_UI=OFF). "/index.html" answers every page's
/// address.
std::span<const Asset> assets();

}  // namespace hansa::ui
