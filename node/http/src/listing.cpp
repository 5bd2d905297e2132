#include "listing.h"

namespace hansa::http {
namespace {

/// What was just published here, or was just told of as an event, is in the list that is asked for next.
constexpr std::chrono::milliseconds wait_max{2000};

}  // namespace

void bring_up_to_date(const RecordReading& reading, search::Follower& search) {
  search.reach(reading.snapshot().totals().last_arrival, wait_max);
}

std::optional<ListPage> list_records(const RecordReading& reading, search::Follower& search,
                                     const ListQuery& query) {
  bring_up_to_date(reading, search);
  auto found = search.index().find(query);
  if (!found) return std::nullopt;
  ListPage page;
  page.total = found->total;
  page.facets = std::move(found->facets);
  page.next = std::move(found->next);
  const auto newest = reading.snapshot().totals().last_arrival;
  const auto through = search.index().progress().through;
  page.behind = newest > through ? newest - through : 0;
  for (const auto& id : found->records)
    if (auto record = reading.snapshot().record(id)) page.records.push_back(std::move(*record));
  return page;
}

}  // namespace hansa::http
