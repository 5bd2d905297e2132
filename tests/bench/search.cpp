// The search index over N records: how fast it is built, how big it is, and how long questions take.

#include <filesystem>

#include "benchmarks.h"
#include "catalogue.h"
#include "dice.h"
#include "measure.h"
#include "search/index.h"
#include "search/record_texts.h"

namespace hansa::bench {
namespace {

constexpr std::size_t questions = 400;
constexpr std::size_t questions_sources = 200;

double megabytes_in(const std::string& directory) {
  double bytes = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(directory))
    if (file.is_regular_file()) bytes += static_cast<double>(file.file_size());
  return bytes / 1e6;
}

/// Words as they stand in records, so that questions find something: rare ones and frequent ones alike.
std::vector<std::string> words_in(const store::Snapshot& snapshot) {
  std::vector<std::string> words;
  for (const auto& record : snapshot.records(std::nullopt, questions_sources)) {
    const auto& live = record.revisions[record.live];
    const auto held = snapshot.payload(live.log, live.sequence);
    const auto content = held ? protocol::read_content(held->content) : protocol::Refusal::malformed;
    if (!content) continue;
    for (const auto& text : search::texts_of(*content).texts)
      for (std::size_t at = 0; at < text.text.size();) {
        const auto end = std::min(text.text.find(' ', at), text.text.size());
        if (end - at >= 4) words.push_back(text.text.substr(at, end - at));
        at = end + 1;
      }
  }
  if (words.empty()) throw std::runtime_error("the records hold no words");
  return words;
}

struct Times {
  std::vector<double> each;
  std::size_t found = 0;
};

Times ask(const search::Index& index, std::size_t count, const std::function<search::Query()>& make) {
  Times times;
  for (std::size_t i = 0; i < count; ++i) {
    const auto query = make();
    const double start = now_seconds();
    const auto page = index.find(query);
    times.each.push_back(now_seconds() - start);
    times.found += page ? page->total : 0;
  }
  return times;
}

void add(Report& report, const std::string& what, const Times& times, const std::string& promise) {
  report.add({what + ", p50", percentile(times.each, 0.5) * 1e3, "ms", "", {}});
  report.add({what + ", p99", percentile(times.each, 0.99) * 1e3, "ms", promise, {}});
  report.add({what + ", matches on average",
              static_cast<double>(times.found) / static_cast<double>(times.each.size()),
              "records",
              "",
              {}});
}

/// What reading the same records costs without indexing them.
double seconds_of_reading(const store::Snapshot& snapshot) {
  const double start = now_seconds();
  std::optional<store::RecordId> after;
  for (auto page = snapshot.records(after, 500); !page.empty(); page = snapshot.records(after, 500)) {
    for (const auto& record : page) {
      const auto& live = record.revisions[record.live];
      (void)snapshot.payload(live.log, live.sequence);
    }
    after = page.back().id;
  }
  return now_seconds() - start;
}

}  // namespace

Report search(const Order& order) {
  const Federation federation(order.seed, 1);
  const test::TemporaryDirectory scratch;
  const auto store = open(scratch.path("node"), federation);
  fill(*store, federation, write_catalogue(federation, order.records, order.seed), false);
  const auto records = static_cast<double>(order.records);
  const double reading = seconds_of_reading(*store->snapshot());

  search::Index index(scratch.path("index"));
  const double start = now_seconds(), cpu = cpu_seconds();
  while (index.step(*store->snapshot())) {
  }
  const double built = now_seconds() - start, built_cpu = cpu_seconds() - cpu;

  const auto words = words_in(*store->snapshot());
  Dice dice(order.seed);
  const auto word = [&] { return words[dice.below(words.size())]; };
  search::Query everything;
  Report report("search");
  report.condition("records", records);
  report.condition("seed", static_cast<double>(order.seed));
  report.add({"index built", records / built, "records/s", "",
              Floor{records / reading, "reading the same records"}});
  report.add({"CPU a record", built_cpu / records * 1e6, "us", "", {}});
  report.add({"size of the index", megabytes_in(scratch.path("index")), "MB", "",
              Floor{megabytes_in(scratch.path("node")), "size of the store"}});
  add(report, "one word with facets",
      ask(index, questions,
          [&] {
            search::Query query;
            query.words = word();
            query.order = search::Order::relevance;
            return query;
          }),
      "<= 20 ms with 100 000 records");
  add(report, "two words with facets",
      ask(index, questions,
          [&] {
            search::Query query;
            query.words = word() + " " + word();
            query.order = search::Order::relevance;
            return query;
          }),
      "<= 20 ms with 100 000 records");
  add(report, "everything with facets, newest first", ask(index, 20, [&] { return everything; }), "");
  return report;
}

}  // namespace hansa::bench
