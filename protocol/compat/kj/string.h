#pragma once
// Stands before Cap'n Proto 0.9's own <kj/string.h>. That header leaves `"text" == StringPtr` to C++20's
// reversed operators, which a compiler with P2468 (clang 16, GCC 13) no longer derives where an operator!= is
// declared; then <capnp/blob.h> does not compile. Cap'n Proto 1.0 mended it; CMake leaves this folder out
// there.

#include_next <kj/string.h>

namespace kj {
// Both sides are made a StringPtr by name: `b == a` would find these very operators, reversed, and never
// return.
inline bool operator==(const char* a, const StringPtr& b) { return b == StringPtr(a); }
inline bool operator!=(const char* a, const StringPtr& b) { return !(b == StringPtr(a)); }
inline bool operator==(const char* a, const String& b) { return StringPtr(b) == StringPtr(a); }
inline bool operator!=(const char* a, const String& b) { return !(StringPtr(b) == StringPtr(a)); }
}  // namespace kj
