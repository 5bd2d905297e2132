#pragma once
// The demo catalogue that is compiled into the program: one JSON document per country, in the import format
// (docs/demo.md). Constant data that lives as long as the program; any thread.

#include <span>
#include <string_view>

namespace hansa::demo {

struct Document {
  std::string_view country;  ///< ISO 3166-1 alpha-2, "LV"
  std::string_view json;     ///< UTF-8, `{"records":[…]}`; not NUL-terminated
};

/// All eight, in the order in which a demo federation gains nodes: LV LT FI EE SE DK NO IS. A record may
/// refer to one of another document by `import:hansa-demo/ID`; taken kind by kind over all documents
/// (organisation, contact, project, practice, event, service, resource, response) every reference is to an
/// earlier record.
std::span<const Document> documents();

}  // namespace hansa::demo
