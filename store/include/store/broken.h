#pragma once
// What the store throws. Values; any thread.

#include <cstdint>
#include <stdexcept>
#include <string>

namespace hansa::store {

/// The disk failed, its bytes are damaged, or they are of a newer format. The text says what was being done,
/// where, why it failed and what the operator can do. The program stops: it never goes on with a guess.
class StoreBroken : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Another process has the directory open; the text names it.
class StoreInUse : public StoreBroken {
 public:
  StoreInUse(const std::string& text, std::uint64_t pid) : StoreBroken(text), pid_(pid) {}
  /// 0: not known.
  std::uint64_t pid() const { return pid_; }

 private:
  std::uint64_t pid_;
};

}  // namespace hansa::store
