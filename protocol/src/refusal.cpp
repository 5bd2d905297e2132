#include "protocol/refusal.h"

#include <cassert>

namespace hansa::protocol {

std::string_view name(Refusal refusal) {
  switch (refusal) {
    case Refusal::malformed:
      return "malformed";
    case Refusal::too_large:
      return "too_large";
    case Refusal::limit_exceeded:
      return "limit_exceeded";
    case Refusal::bad_signature:
      return "bad_signature";
    case Refusal::bad_chain:
      return "bad_chain";
    case Refusal::bad_commitment:
      return "bad_commitment";
    case Refusal::wrong_federation:
      return "wrong_federation";
    case Refusal::unknown_key:
      return "unknown_key";
    case Refusal::unknown_log:
      return "unknown_log";
    case Refusal::unsupported_version:
      return "unsupported_version";
    case Refusal::not_permitted:
      return "not_permitted";
    case Refusal::not_found:
      return "not_found";
    case Refusal::timeout:
      return "timeout";
    case Refusal::bad_seal:
      return "bad_seal";
    case Refusal::own_key:
      return "own_key";
    case Refusal::not_signed:
      return "not_signed";
    case Refusal::duplicate:
      return "duplicate";
    case Refusal::closed:
      return "closed";
    case Refusal::inflated_too_large:
      return "inflated_too_large";
    case Refusal::different_charter:
      return "different_charter";
    case Refusal::beyond_credit:
      return "beyond_credit";
    case Refusal::unsolicited:
      return "unsolicited";
    case Refusal::out_of_order:
      return "out_of_order";
    case Refusal::stalled:
      return "stalled";
    case Refusal::withheld:
      return "withheld";
    case Refusal::log_conflict:
      return "log_conflict";
    case Refusal::refused_branch:
      return "refused_branch";
    case Refusal::own_log_differs:
      return "own_log_differs";
    case Refusal::own_epoch_changed:
      return "own_epoch_changed";
    case Refusal::store_full:
      return "store_full";
  }
  assert(!"not a Refusal");
  return "malformed";
}

}  // namespace hansa::protocol
