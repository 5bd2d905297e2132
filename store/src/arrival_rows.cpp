#include "arrival_rows.h"

#include <cassert>

namespace hansa::store {

void ArrivalRows::add(const rows::ArrivalRun& run) {
  runs_[run.first_number] = run;
  if (run.ceased.empty())
    numberings_[rows::numbering_key(run.log, run.from)] = rows::Numbering{run.received_ms, run.first_number};
}

std::optional<ArrivalRows::Place> ArrivalRows::place_of(const Hash& log, std::uint64_t sequence) const {
  const auto row = database_.iterate(database_.base());
  row->SeekForPrev(rows::numbering_key(log, sequence));
  if (!database_.valid(*row) || !text(row->key()).starts_with(rows::numbering_prefix(log)))
    return std::nullopt;
  return Place{rows::sequence_of(text(row->key())),
               database_.whole(rows::decode_numbering(text(row->value())), "a numbering of arrivals")};
}

rows::ArrivalRun& ArrivalRows::load(std::uint64_t first_number) {
  const auto [place, is_new] = runs_.try_emplace(first_number);
  if (is_new) {
    const auto row = database_.get(database_.base(), rows::arrivals_key(first_number));
    if (!row) database_.damaged("a run of arrivals that is not there");
    place->second = database_.whole(rows::decode_arrivals(first_number, *row), "a run of arrivals");
  }
  assert(place->second);
  return *place->second;
}

std::uint64_t ArrivalRows::number_of(const Hash& log, std::uint64_t sequence) const {
  const auto place = place_of(log, sequence);
  if (!place) database_.damaged("an arrival without its number");
  return place->numbering.first_number + (sequence - place->from);
}

void ArrivalRows::set_first(const Hash& log, std::uint64_t sequence, bool is_first) {
  const auto place = place_of(log, sequence);
  if (!place) database_.damaged("an arrival without its number");
  auto& run = load(place->numbering.first_number);
  const auto index = sequence - run.from;
  if (run.log != log || index >= run.first_of_record.size()) database_.damaged("a number of another arrival");
  run.first_of_record[index] = is_first;
}

void ArrivalRows::truncate(const Hash& log, std::uint64_t from) {
  if (const auto place = place_of(log, from); place && place->from < from) {
    auto& run = load(place->numbering.first_number);
    if (run.first_of_record.size() > from - place->from) run.first_of_record.resize(from - place->from);
  }
  const auto row = database_.iterate(database_.base());
  for (row->Seek(rows::numbering_key(log, from)); database_.valid(*row); row->Next()) {
    if (!text(row->key()).starts_with(rows::numbering_prefix(log))) break;
    const auto numbering =
        database_.whole(rows::decode_numbering(text(row->value())), "a numbering of arrivals");
    numberings_[std::string(text(row->key()))].reset();
    runs_[numbering.first_number].reset();
  }
}

void ArrivalRows::write(rocksdb::WriteBatch& batch) const {
  for (const auto& [number, run] : runs_)
    database_.check(run ? batch.Put(database_.base(), rows::arrivals_key(number), rows::encode(*run))
                        : batch.Delete(database_.base(), rows::arrivals_key(number)),
                    "making a batch");
  for (const auto& [key, numbering] : numberings_)
    database_.check(numbering ? batch.Put(database_.base(), key, rows::encode(*numbering))
                              : batch.Delete(database_.base(), key),
                    "making a batch");
}

}  // namespace hansa::store
