// Any text as a recovery phrase: what is accepted reads the same again, and ends in its checksum.

#include "fixed.h"
#include "protocol/recovery.h"

using namespace hansa::protocol;
using hansa::fuzz::must;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto phrase = parse_recovery_phrase(text_of({data, size}));
  if (!phrase) {
    must(!name(phrase.error().code).empty());
    return 0;
  }
  const auto again = parse_recovery_phrase(*phrase);
  must(again.has_value() && *again == *phrase);
  const std::string shorter = phrase->substr(0, phrase->rfind(' '));
  const auto other = parse_recovery_phrase(shorter + (phrase->ends_with(" zoo") ? " zone" : " zoo"));
  must(!other.has_value());
  return 0;
}
