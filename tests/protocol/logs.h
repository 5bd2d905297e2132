#pragma once
// Logs of one author, made entry by entry, for tests.

#include <doctest/doctest.h>

#include "dice.h"
#include "protocol/chain.h"
#include "protocol/entry.h"

namespace hansa::protocol::testing {

/// A log with its declaration, to which entries are added.
class WrittenLog {
 public:
  explicit WrittenLog(Dice& dice, const Hash& federation) : dice_(dice), key_(dice.key()) {
    const DeclarationFields fields{federation, 1, dice.hash(), std::nullopt, 1'700'000'000'000};
    const auto declaration = seal_declaration(fields, key_);
    REQUIRE(declaration);
    tip_ = {federation, log_id(federation, key_.public_key(), fields.epoch_nonce), key_.public_key(), 1,
            entry_hash(*declaration)};
    headers_.push_back(*declaration);
  }

  EntryFields content_fields() {
    EntryFields fields;
    fields.author_time_ms = 1'700'000'000'000 + tip_.sequence;
    fields.record = dice_.record();
    fields.record_kind = RecordKind::practice;
    fields.visibility = Visibility::everyone;
    fields.payload_blocks = 6;
    fields.commitment = dice_.hash();
    return fields;
  }
  const Bytes& add(const EntryFields& fields) {
    const auto header = seal_entry(fields, tip_, key_);
    REQUIRE(header);
    return add_bytes(*header);
  }
  const Bytes& add_content() { return add(content_fields()); }
  /// Whatever the bytes are, the log goes on behind them.
  const Bytes& add_bytes(Bytes header) {
    ++tip_.sequence;
    tip_.hash = entry_hash(header);
    headers_.push_back(std::move(header));
    return headers_.back();
  }

  const SecretKey& key() const { return key_; }
  const LogTip& tip() const { return tip_; }
  const std::vector<Bytes>& headers() const { return headers_; }
  /// Entries from `first` (counted from 0) up to but not including `last`, one after the other.
  Bytes run(std::size_t first, std::size_t last) const {
    Bytes bytes;
    for (std::size_t i = first; i < last; ++i)
      bytes.insert(bytes.end(), headers_[i].begin(), headers_[i].end());
    return bytes;
  }
  Bytes run() const { return run(0, headers_.size()); }

 private:
  Dice& dice_;
  SecretKey key_;
  LogTip tip_;
  std::vector<Bytes> headers_;
};

}  // namespace hansa::protocol::testing
