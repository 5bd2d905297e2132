#include "import_document.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return hansa::fuzz::document("json", data, size);
}
