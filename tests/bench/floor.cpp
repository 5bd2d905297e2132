#include "floor.h"

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>
#include <sodium.h>
#include <zstd.h>

#include <stdexcept>

#include "measure.h"

namespace hansa::bench {
namespace {

constexpr std::size_t records_at_once = 256;

std::string key_of(const SignedLog& log, std::uint64_t sequence) {
  std::string key(log.author.bytes.begin(), log.author.bytes.end());
  for (int shift = 56; shift >= 0; shift -= 8) key.push_back(static_cast<char>(sequence >> shift));
  return key;
}

/// Calls `see(log, sequence, header, content)` for each entry with a payload.
template <class F>
std::size_t each_record(const std::vector<SignedLog>& catalogue, F see) {
  std::size_t count = 0;
  for (const auto& log : catalogue)
    for (std::size_t i = 0; i < log.payloads.size(); ++i, ++count)
      see(log, i + 2, protocol::ByteView(log.headers).subspan(log.ends[i], log.ends[i + 1] - log.ends[i]),
          protocol::ByteView(log.payloads[i].second));
  return count;
}

void require(const rocksdb::Status& status) {
  if (!status.ok()) throw std::runtime_error("bare RocksDB: " + status.ToString());
}

BareRate rate(std::size_t records, double seconds, double cpu) {
  const auto count = static_cast<double>(records);
  return {count / seconds, cpu * 1e6 / count};
}

}  // namespace

BareRate bare_rocksdb(const std::string& directory, const std::vector<SignedLog>& catalogue) {
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* opened = nullptr;
  require(rocksdb::DB::Open(options, directory, &opened));
  const std::unique_ptr<rocksdb::DB> database(opened);
  const double cpu = cpu_seconds();
  const double start = now_seconds();
  rocksdb::WriteOptions synced;
  synced.sync = true;
  rocksdb::WriteBatch batch;
  const auto count = each_record(catalogue, [&](const auto& log, auto sequence, auto header, auto content) {
    std::string value(protocol::text_of(header));
    value += protocol::text_of(content);
    require(batch.Put(key_of(log, sequence), value));
    if (batch.Count() < static_cast<int>(records_at_once)) return;
    require(database->Write(synced, &batch));
    batch.Clear();
  });
  if (batch.Count() > 0) require(database->Write(synced, &batch));
  return rate(count, now_seconds() - start, cpu_seconds() - cpu);
}

BareRate bare_hash(const std::vector<SignedLog>& catalogue) {
  const double cpu = cpu_seconds();
  const double start = now_seconds();
  std::array<unsigned char, 32> hash{};
  unsigned char all = 0;  // so that no hash can be left out
  const auto count = each_record(catalogue, [&](const auto&, auto, auto header, auto content) {
    for (const auto& bytes : {header, content}) {
      crypto_generichash(hash.data(), hash.size(), bytes.data(), bytes.size(), nullptr, 0);
      all |= hash[0];
    }
  });
  if (count > 64 && all == 0) throw std::runtime_error("BLAKE2b gave nothing but zeros");
  return rate(count, now_seconds() - start, cpu_seconds() - cpu);
}

double compressed_bytes(const std::vector<SignedLog>& catalogue) {
  constexpr std::size_t frame_bytes = 64 * 1024;
  protocol::Bytes frame;
  std::size_t compressed = 0;
  const auto compress = [&] {
    protocol::Bytes room(ZSTD_compressBound(frame.size()));
    const auto size = ZSTD_compress(room.data(), room.size(), frame.data(), frame.size(), 3);
    if (ZSTD_isError(size) != 0) throw std::runtime_error("bare zstd failed");
    compressed += size;
    frame.clear();
  };
  const auto count = each_record(catalogue, [&](const auto&, auto, auto, auto content) {
    frame.insert(frame.end(), content.begin(), content.end());
    if (frame.size() >= frame_bytes) compress();
  });
  if (!frame.empty()) compress();
  return static_cast<double>(compressed) / static_cast<double>(count);
}

}  // namespace hansa::bench
