#include "protocol/bundle_check.h"

#include <algorithm>
#include <cassert>

#include "protocol/hold.h"

namespace hansa::protocol {
namespace {

constexpr std::size_t proof_kind_at = 2;

bool has_payload(const HeaderView& header) { return header.is_understood() && header.payload_blocks() > 0; }

bool promises(const BundleLog& log, std::uint64_t sequence) {
  const auto behind = std::ranges::upper_bound(log.payloads, sequence, {}, &BundleRange::from);
  return behind != log.payloads.begin() && sequence <= std::prev(behind)->through;
}

}  // namespace

std::string_view name(BundlePlace place) {
  switch (place) {
    case BundlePlace::file:
      return "file";
    case BundlePlace::opening:
      return "opening";
    case BundlePlace::message:
      return "message";
    case BundlePlace::charter:
      return "charter";
    case BundlePlace::proof:
      return "proof";
    case BundlePlace::header:
      return "header";
    case BundlePlace::payload:
      return "payload";
  }
  assert(!"every place has a name");
  return "unknown";
}

BundleCheck::BundleCheck(BundleOpening opening) : opening_(std::move(opening)) {
  for (const auto& log : opening_.logs) {
    logs_.emplace_back();
    logs_.back().promised = log.head;
  }
}

Outcome<BundleCheck> BundleCheck::open(ByteView opening) {
  auto read = read_bundle_opening(opening);
  if (!read) return read.error();
  return BundleCheck(std::move(*read));
}

void BundleCheck::blame(BundlePlace place, Refusal refusal, const Hash& log, std::uint64_t sequence) {
  ++fault_count_;
  if (faults_.size() < bundle_faults_max) faults_.push_back({place, refusal, offset_, log, sequence});
}

void BundleCheck::take(ByteView bytes, std::uint64_t offset) {
  offset_ = offset;
  auto message = wire::decode(bytes);
  if (!message) return blame(BundlePlace::message, message.error());
  std::visit([this](auto& one) { take(std::move(one)); }, *message);
}

void BundleCheck::take(const wire::Charters& charters) {
  if (charters_ended_) return blame(BundlePlace::message, Refusal::out_of_order);
  for (const auto& bytes : charters.list) {
    const std::uint64_t version = chain_ ? chain_->newest().version() + 1 : 1;
    if (!chain_) {
      auto started = CharterChain::start(bytes);
      if (!started) return blame(BundlePlace::charter, started.error().refusal, {}, version);
      chain_ = std::move(*started);
      continue;
    }
    const auto offer = chain_->take(bytes);
    if (offer.taken == CharterTaken::extended) continue;
    return blame(BundlePlace::charter, offer.fault ? offer.fault->refusal : Refusal::out_of_order, {},
                 version);
  }
}

/// With the first message that is none.
void BundleCheck::charters_end() {
  if (std::exchange(charters_ended_, true)) return;
  if (!chain_) return blame(BundlePlace::charter, Refusal::withheld, {}, 1);
  if (chain_->federation() != opening_.federation)
    blame(BundlePlace::charter, Refusal::wrong_federation, {}, 1);
  else if (chain_->newest().hash() != opening_.charter)
    blame(BundlePlace::charter, Refusal::different_charter, {}, chain_->newest().version());
  else if (chain_->newest().node(opening_.node) == nullptr)
    blame(BundlePlace::opening, Refusal::unknown_key);
}

void BundleCheck::take(const wire::Proof& proof) {
  charters_end();
  if (begun_ || at_ > 0) return blame(BundlePlace::message, Refusal::out_of_order);
  if (++proofs_ > proofs_max) return blame(BundlePlace::proof, Refusal::limit_exceeded);
  const auto kind = proof.bytes.size() > proof_kind_at ? proof.bytes[proof_kind_at] : std::uint8_t{0};
  if (kind == fork_proof_kind) {
    auto fork = read_fork(opening_.federation, proof.bytes);
    if (!fork) return blame(BundlePlace::proof, fork.error());
    forks_.push_back(std::move(*fork));
  } else if (kind == hold_proof_kind || kind == hold_release_proof_kind) {
    if (const auto hold = read_hold(proof.bytes); !hold) blame(BundlePlace::proof, hold.error());
  }
  // Proofs of other kinds are left alone, as a node leaves them.
}

/// False: the opening names no such log, or no more.
bool BundleCheck::go_to(const Hash& log) {
  const auto behind =
      std::ranges::find(opening_.logs.begin() + static_cast<std::ptrdiff_t>(at_), opening_.logs.end(), log,
                        [](const BundleLog& one) { return one.head.log; });
  if (behind == opening_.logs.end()) {
    close_batch();
    blame(BundlePlace::header, Refusal::unknown_log, log);
    return false;
  }
  const auto to = static_cast<std::size_t>(behind - opening_.logs.begin());
  while (at_ < to) close_log();
  begun_ = true;
  return true;
}

void BundleCheck::take(wire::Batch&& batch) {
  charters_end();
  if (batch.headers.size() > bundle_batch_entries_max * header_bytes_max)
    return blame(BundlePlace::message, Refusal::too_large);
  const auto first = HeaderView::parse_front(batch.headers);
  if (!first) return blame(BundlePlace::header, first.error());
  if (!go_to(first->log())) return;
  close_batch();
  if (broken_) return;
  auto& log = logs_[at_];
  auto run = chain(opening_.federation, tip_, std::move(batch.headers));
  const auto fault = [&](Refusal refusal, std::size_t index) {
    broken_ = true;
    blame(BundlePlace::header, refusal, log.promised.log, log.entries + index + 1);
  };
  if (!run) return fault(run.error().refusal, run.error().index);
  if (const auto bad = check_signatures(run->bytes(), run->tip().author))
    return fault(Refusal::bad_signature, *bad);
  if (run->tip().sequence > log.promised.sequence)
    return fault(Refusal::unsolicited, log.promised.sequence - log.entries);
  if (!tip_) {
    log.author = run->tip().author;
    log.epoch = run->header(0).epoch_number();
  }
  count_payload_bytes(*run);
  log.entries += run->size();
  tip_ = run->tip();
  batch_ = std::move(*run);
  next_payload_ = 0;
}

void BundleCheck::count_payload_bytes(const ChainedRun& run) {
  if (!chain_) return;
  auto& log = logs_[at_];
  const auto rights_of_log = rights(chain_->newest(), log.author, log.promised.log);
  const auto blocks_max = rights_of_log.limits.payload_bytes_per_log / payload_block_bytes;
  for (std::size_t i = 0; i < run.size() && payload_blocks_ <= blocks_max; ++i) {
    if (has_payload(run.header(i))) payload_blocks_ += run.header(i).payload_blocks();
    if (payload_blocks_ <= blocks_max) ++log.within_payload_limit;
  }
}

void BundleCheck::take(wire::Payloads&& payloads) {
  charters_end();
  if (broken_) return;
  if (!batch_) return blame(BundlePlace::message, Refusal::out_of_order);
  auto& log = logs_[at_];
  for (auto& item : payloads.items) {
    const auto fault = [&](Refusal refusal) {
      blame(BundlePlace::payload, refusal, log.promised.log, item.sequence);
    };
    const auto first = batch_->first_sequence();
    const auto index = static_cast<std::size_t>(item.sequence - first);
    if (item.range != 0 || item.sequence < first || index >= batch_->size() || index < next_payload_)
      return fault(Refusal::out_of_order);
    close_payloads(index);
    next_payload_ = index + 1;
    if (!promises(opening_.logs[at_], item.sequence)) {
      fault(Refusal::unsolicited);
    } else if (const auto payload = check_payload(batch_->header(index), item.salt, std::move(item.content));
               !payload) {
      fault(payload.error());
    } else {
      ++log.payloads;
    }
  }
}

/// What stands before `index` of the batch and has not come does not come any more.
void BundleCheck::close_payloads(std::size_t index) {
  auto& log = logs_[at_];
  for (; next_payload_ < index; ++next_payload_) {
    const auto header = batch_->header(next_payload_);
    if (!has_payload(header)) continue;
    if (!promises(opening_.logs[at_], header.sequence())) {
      ++log.payloads_outside;
      continue;
    }
    ++log.payloads_missing;
    blame(BundlePlace::payload, Refusal::withheld, log.promised.log, header.sequence());
  }
}

void BundleCheck::close_batch() {
  if (!batch_) return;
  close_payloads(batch_->size());
  batch_.reset();
}

void BundleCheck::close_log() {
  close_batch();
  const auto& log = logs_[at_];
  if (!broken_ && log.entries < log.promised.sequence)
    blame(BundlePlace::header, Refusal::withheld, log.promised.log, log.entries + 1);
  else if (!broken_ && tip_->hash != log.promised.hash)
    blame(BundlePlace::header, Refusal::bad_chain, log.promised.log, log.entries);
  ++at_;
  begun_ = broken_ = false;
  payload_blocks_ = 0;
  tip_.reset();
}

void BundleCheck::end(std::uint64_t offset) {
  offset_ = offset;
  charters_end();
  while (at_ < logs_.size()) close_log();
  ended_ = true;
}

void BundleCheck::stop(Refusal refusal, std::uint64_t offset) {
  offset_ = offset;
  blame(BundlePlace::file, refusal);
  end(offset);
}

}  // namespace hansa::protocol
