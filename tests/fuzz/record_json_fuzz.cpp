// Any text as a record sent to the API: a problem, or content that reads back and gives the same content
// again.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "json/record_input.h"
#include "json/record_json.h"

using namespace hansa;

namespace {

protocol::Outcome<json::PreparedRecord, json::Problem> prepare(const boost::json::value& record) {
  auto input = json::read_record(record);
  if (!input) return input.error();
  return json::prepare(std::move(*input),
                       {.now_ms = 1'795'300'000'000, .organisation = {}, .attribution = "A"}, {});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto record = json::parse_json({reinterpret_cast<const char*>(data), size});
  if (!record) return 0;
  const auto prepared = prepare(*record);
  if (!prepared) {
    (void)json::to_json(prepared.error());
    return 0;
  }
  const auto content = protocol::read_content(prepared->content);
  if (!content) std::abort();  // what we would sign must be readable
  json::RecordView view;
  view.kind = prepared->kind;
  view.visibility = prepared->visibility;
  view.content = &*content;
  auto shown = json::record_json(view);
  shown.erase("id");
  const auto again = prepare(shown);
  if (!again || again->content != prepared->content) std::abort();  // GET, then PUT, changes nothing
  return 0;
}
