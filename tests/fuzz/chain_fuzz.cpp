// A real run, changed and cut as the input says: what still chains is what was written.

#include <algorithm>

#include "fixed.h"
#include "protocol/chain.h"

using namespace hansa::protocol;
using hansa::fuzz::must;

namespace {

struct Written {
  Hash federation = hansa::fuzz::fixed_hash(7);
  LogTip start;
  Bytes run;  // five entries behind the declaration, the third of which acts

  Written() {
    const SecretKey key = SecretKey::from_seed(hansa::fuzz::fixed_hash(2));
    const Hash nonce = hansa::fuzz::fixed_hash(3);
    const auto declaration = seal_declaration({federation, 1, nonce, std::nullopt, 5}, key);
    start = {federation, log_id(federation, key.public_key(), nonce), key.public_key(), 1,
             entry_hash(*declaration)};
    LogTip tip = start;
    for (int i = 0; i < 5; ++i) {
      EntryFields fields;
      fields.kind = i == 2 ? EntryKind::erase : EntryKind::content;
      fields.record = RecordId{PartnerId{{1}}, {2}};
      fields.record_kind = RecordKind::event;
      fields.visibility = Visibility::everyone;
      if (i == 2) fields.subject = *fields.record;
      fields.payload_blocks = 1;
      fields.commitment = hansa::fuzz::fixed_hash(9);
      const auto header = seal_entry(fields, tip, key);
      run.insert(run.end(), header->begin(), header->end());
      tip.sequence += 1;
      tip.hash = entry_hash(*header);
    }
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Written written;
  hansa::fuzz::Input input(data, size);
  Bytes bytes = written.run;
  bytes.resize(std::min<std::size_t>(input.number(), bytes.size() + 64), 0);
  while (!input.empty() && !bytes.empty()) {
    const std::size_t at = input.number() % bytes.size();
    bytes[at] = input.byte();
  }
  const auto run = chain(written.federation, written.start, bytes);
  if (!run) {
    must(run.error().offset <= bytes.size());
    return 0;
  }
  // Entries before the last may carry another signature only until each is looked at; but the chain commits
  // to signatures, and the last one is checked: so not even that.
  must(std::ranges::equal(run->bytes(), bytes));
  must(bytes.size() <= written.run.size() && std::equal(bytes.begin(), bytes.end(), written.run.begin()));
  must(!check_signatures(bytes, written.start.author));
  return 0;
}
