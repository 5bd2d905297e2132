// Any bytes as a content: refused, or read whole without harm; what an author's node makes of it reads back.
#include <cstdint>
#include <cstdlib>

#include "protocol/content.h"
#include "protocol/content_check.h"
#include "protocol/content_summary.h"
#include "search/record_texts.h"

#if __has_include("json/record_json.h")
#include <boost/json/serialize.hpp>

#include "json/content_table.h"
#include "json/record_input.h"
#include "json/record_json.h"
#endif

using namespace hansa;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto content = protocol::read_content({data, size});
  if (!content) return 0;
  const auto summary = protocol::summarise(*content);
  if (!content->understood() && !summary.kind.empty()) std::abort();
  (void)protocol::references_of(*content);
  const auto texts = search::texts_of(*content);
  if (!content->understood() && (!texts.texts.empty() || !texts.codes.empty())) std::abort();
  (void)protocol::check_content(content->root(), {});
#if __has_include("json/record_json.h")
  json::RecordView view;
  view.kind = content->kind();
  view.content = &*content;
  const auto shown = json::record_json(view);
  if (boost::json::serialize(shown).empty()) std::abort();
  if (json::content_rows(*content).empty()) std::abort();
#endif
  return 0;
}
