#include "core/signature_check.h"

#include <cassert>

#include "protocol/chain.h"
#include "protocol/entry.h"

namespace hansa::core {

CheckResult run_check(const CheckJob& job) {
  CheckResult result{job.log, job.through, std::nullopt};
  const auto bad = protocol::check_signatures(job.headers, job.author);
  if (!bad) return result;
  result.through = job.from + *bad - 1;
  protocol::ByteView rest = job.headers;
  for (std::size_t index = 0; index < *bad; ++index) {
    const auto header = protocol::HeaderView::parse_front(rest);
    assert(header.has_value());
    rest = rest.subspan(header->length());
  }
  const auto header = protocol::HeaderView::parse_front(rest);
  assert(header.has_value());
  result.bad = header->hash();
  return result;
}

}  // namespace hansa::core
