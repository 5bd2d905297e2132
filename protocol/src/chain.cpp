#include "protocol/chain.h"

#include <cassert>

#include "header_layout.h"

namespace hansa::protocol {
namespace {

/// Entries that do something when they arrive, so their own signature is checked before they are given out.
/// An entry this program cannot interpret does nothing here.
bool acts(const HeaderView& header) { return header.is_understood() && header.kind() != EntryKind::content; }

bool at_equals(ByteView bytes, std::size_t at, const Hash& hash) {
  return std::memcmp(&bytes[at], hash.data(), hash.size()) == 0;
}

/// The header continues `tip`, or declares a log if there is none.
std::optional<Refusal> continues(const HeaderView& header, const Hash& federation, const LogTip* tip) {
  if (!at_equals(header.bytes(), layout::federation, federation)) return Refusal::wrong_federation;
  if (tip == nullptr) {
    if (!header.is_declaration()) return Refusal::bad_chain;
    return std::nullopt;
  }
  // Not sequence() == tip + 1: the sum could wrap.
  if (header.sequence() < 2 || header.sequence() - 1 != tip->sequence) return Refusal::bad_chain;
  if (!at_equals(header.bytes(), layout::log, tip->log)) return Refusal::bad_chain;
  if (!at_equals(header.bytes(), layout::previous_hash, tip->hash)) return Refusal::bad_chain;
  return std::nullopt;
}

void advance(LogTip& tip, const HeaderView& header, const Hash& hash) {
  if (header.is_declaration()) {
    tip.federation = header.federation();
    tip.log = header.log();
    tip.author = header.node_key();
  }
  tip.sequence = header.sequence();
  tip.hash = hash;
}

}  // namespace

HeaderView ChainedRun::header(std::size_t index) const {
  const std::size_t from = entries_[index].offset;
  const std::size_t to = index + 1 < entries_.size() ? entries_[index + 1].offset : bytes_.size();
  return HeaderView(ByteView(bytes_).subspan(from, to - from));
}

Outcome<ChainedRun, ChainFault> chain(const Hash& federation, const std::optional<LogTip>& tip,
                                      Bytes headers) {
  if (headers.empty()) return ChainFault{Refusal::malformed};
  if (headers.size() > run_bytes_max) return ChainFault{Refusal::too_large};
  ChainedRun run;
  run.bytes_ = std::move(headers);
  run.entries_.reserve(run.bytes_.size() / header_bytes + 1);
  if (tip) run.tip_ = *tip;
  const LogTip* known = tip ? &run.tip_ : nullptr;
  ByteView rest = run.bytes_;
  while (!rest.empty()) {
    const std::size_t index = run.entries_.size();
    const std::size_t offset = run.bytes_.size() - rest.size();
    const auto header = HeaderView::parse_front(rest);
    if (!header) return ChainFault{header.error(), index, offset};
    const Hash hash = header->hash();
    if (const auto refusal = continues(*header, federation, known)) {
      return ChainFault{*refusal, index, offset, hash};
    }
    advance(run.tip_, *header, hash);
    known = &run.tip_;
    rest = rest.subspan(header->length());
    const bool check = rest.empty() || acts(*header);
    if (check && !verify_signature(*header, run.tip_.author)) {
      return ChainFault{Refusal::bad_signature, index, offset, hash};
    }
    run.entries_.push_back({offset, hash, check});
  }
  return run;
}

std::optional<std::size_t> check_signatures(ByteView headers, const PublicKey& author) {
  for (std::size_t index = 0; !headers.empty(); ++index) {
    const auto header = HeaderView::parse_front(headers);
    if (!header || !verify_signature(*header, author)) return index;
    headers = headers.subspan(header->length());
  }
  return std::nullopt;
}

}  // namespace hansa::protocol
