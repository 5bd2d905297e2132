#include "protocol/kinds.h"

#include <array>
#include <cstddef>

namespace hansa::protocol {
namespace {

// By number; index 0 is "none".
constexpr std::array<std::string_view, 12> entry_kinds = {
    "none",         "content",          "withdraw",         "restrict",      "erase", "receipt",
    "announcement", "charter_proposal", "charter_approval", "fork_evidence", "hold",  "hold_release"};
constexpr std::array<std::string_view, 9> record_kinds = {
    "none", "practice", "event", "organisation", "contact", "response", "project", "service", "resource"};
constexpr std::array<std::string_view, 3> visibilities = {"none", "public", "network"};

template <std::size_t n>
std::string_view name_at(const std::array<std::string_view, n>& names, std::size_t number) {
  return number < n ? names[number] : std::string_view("unknown");
}

template <class Kind, std::size_t n>
std::optional<Kind> number_of(const std::array<std::string_view, n>& names, std::string_view name) {
  for (std::size_t i = 1; i < n; ++i) {
    if (names[i] == name) return static_cast<Kind>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view name(EntryKind kind) { return name_at(entry_kinds, static_cast<std::size_t>(kind)); }
std::string_view name(RecordKind kind) { return name_at(record_kinds, static_cast<std::size_t>(kind)); }
std::string_view name(Visibility visibility) {
  return name_at(visibilities, static_cast<std::size_t>(visibility));
}

std::optional<RecordKind> record_kind(std::string_view name) {
  return number_of<RecordKind>(record_kinds, name);
}
std::optional<Visibility> visibility(std::string_view name) {
  return number_of<Visibility>(visibilities, name);
}

}  // namespace hansa::protocol
