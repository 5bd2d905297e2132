#pragma once
// Stands before Cap'n Proto 0.9's own <kj/string.h>. That header leaves `"text" == StringPtr` to C++20's
// reversed operators, which a compiler with P2468 (clang 16, GCC 13) no longer derives where an operator!= is
// declared; then <capnp/blob.h> does not compile. Cap'n Proto 1.0 mended it; CMake leaves this folder out
// there.

#include_next <kj/string.h>

namespace kj {
inline bool operator==(const char* a, const StringPtr& b) { return b == a; }
inline bool operator!=(const char* a, const StringPtr& b) { return !(b == a); }
inline bool operator==(const char* a, const String& b) { return b == a; }
inline bool operator!=(const char* a, const String& b) { return !(b == a); }
}  // namespace kj
