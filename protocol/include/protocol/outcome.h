#pragma once
// Outcome<T>: a value, or the reason there is none. For input that may be bad; a bug is an assert, a broken
// environment is an exception. Never ignored silently: the class is [[nodiscard]] and the build makes that an
// error.

#include <cassert>
#include <type_traits>
#include <utility>
#include <variant>

#include "protocol/refusal.h"

namespace hansa::protocol {

template <class T, class E = Refusal>
class [[nodiscard]] Outcome {
  static_assert(!std::is_same_v<T, E>, "value and error must be distinguishable");

 public:
  Outcome(T value) : held_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit on purpose
  Outcome(E error) : held_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit on purpose

  bool has_value() const { return held_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  /// Each asserts that there is one: ask first.
  T& value() & { return assert(has_value()), *std::get_if<0>(&held_); }
  const T& value() const& { return assert(has_value()), *std::get_if<0>(&held_); }
  T&& value() && { return assert(has_value()), std::move(*std::get_if<0>(&held_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const E& error() const { return assert(!has_value()), *std::get_if<1>(&held_); }

 private:
  std::variant<T, E> held_;
};

/// The value of a step that only succeeds or not: `Outcome<Done>`.
struct Done {};

}  // namespace hansa::protocol
