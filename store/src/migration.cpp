#include "migration.h"

namespace hansa::store {

namespace {

constexpr std::size_t rows_per_write = 4096;
// What format 1 had in place of the numberings: log and sequence, and only the time.
constexpr std::string_view received_start = "R";
constexpr std::string_view received_end = "S";

void number_entries(Database& database) {
  rocksdb::WriteBatch batch;
  std::size_t rows = 0;
  const auto row = database.iterate(database.base());
  for (row->Seek(slice(rows::arrivals_key(0))); database.valid(*row); row->Next()) {
    const auto key = text(row->key());
    if (key.front() != rows::arrivals_letter) break;
    const auto run = database.whole(rows::decode_arrivals(rows::sequence_of(key), text(row->value())),
                                    "a run of arrivals");
    database.check(batch.Put(database.base(), rows::numbering_key(run.log, run.from),
                             rows::encode(rows::Numbering{run.received_ms, run.first_number})),
                   "making a batch");
    if (++rows % rows_per_write != 0) continue;
    database.write(batch, false);
    batch.Clear();
  }
  database.write(batch, false);
}

}  // namespace

void migrate_from_1(Database& database) {
  number_entries(database);
  rocksdb::WriteBatch batch;
  // One number more: entries aside, of which there are none.
  if (auto totals = database.get(database.base(), rows::totals_key))
    database.check(batch.Put(database.base(), slice(rows::totals_key), *totals + rows::encode_wide(0)),
                   "making a batch");
  database.check(batch.DeleteRange(database.base(), slice(received_start), slice(received_end)),
                 "making a batch");
  database.check(batch.Put(database.base(), slice(rows::format_key), rows::encode(std::uint32_t{2})),
                 "making a batch");
  database.write(batch, true);
}

}  // namespace hansa::store
