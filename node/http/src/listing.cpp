#include "listing.h"

#include "search/said_last.h"
#include "search/snippet.h"

namespace hansa::http {
namespace {

std::string suggestion(const RecordReading& reading, search::Follower& search, const std::string& words) {
  std::string text;
  for (const auto& [word, stands_in] : search.suggest(words)) {
    const auto record = stands_in ? reading.snapshot().record(*stands_in) : std::nullopt;
    const auto content = record ? reading.content(record->revisions[record->live]) : RecordReading::Content{};
    text += text.empty() ? "" : " ";
    text += content.reader ? search::as_written(search::texts_of(*content.reader), word) : word;
  }
  return text;
}

}  // namespace

std::optional<ListPage> list_records(RecordReading& reading, search::Follower& search,
                                     const ListQuery& query) {
  auto found = search.find(query, reading.snapshot().totals().last_arrival, index_wait_max);
  if (!found) return std::nullopt;
  reading.renew();  // the index may know more than the snapshot did
  ListPage page;
  page.total = found->total;
  page.facets = std::move(found->facets);
  page.next = std::move(found->next);
  page.behind = found->progress.behind(reading.snapshot().totals().last_arrival);
  // The snapshot may be newer than the index.
  const auto may_show = [&](const store::RecordState& record) {
    return query.with_personal || !search::is_personal(reading.snapshot(), record);
  };
  for (std::size_t i = 0; i < found->records.size(); ++i) {
    auto record = reading.snapshot().record(found->records[i]);
    if (!record || !may_show(*record)) continue;
    page.records.push_back(std::move(*record));
    page.responses.push_back(std::move(found->responses[i]));
  }
  if (page.total == 0 && !query.words.empty()) page.suggestion = suggestion(reading, search, query.words);
  return page;
}

}  // namespace hansa::http
