#include "if_match.h"

#include <algorithm>

#include "text.h"

namespace hansa::http {
namespace {

enum class Compare { strong, weak };

/// Reads one entity tag off the front of `text`. False if there is none.
bool take_tag(std::string_view& text, Compare compare, std::vector<std::string>& tags) {
  const bool weak = text.starts_with("W/");
  if (weak) text.remove_prefix(2);
  if (!text.starts_with('"')) return false;
  const auto end = text.find('"', 1);
  if (end == std::string_view::npos) return false;
  const auto tag = text.substr(1, end - 1);
  // Anything visible; bytes above ASCII are allowed as they always were.
  if (std::any_of(tag.begin(), tag.end(), [](char c) { return (c >= 0 && c <= ' ') || c == '\x7f'; }))
    return false;
  if (!weak || compare == Compare::weak) tags.emplace_back(tag);
  text.remove_prefix(end + 1);
  return true;
}

/// Tags between commas; a comma too many is forgiven, as RFC 9110 wants (section 5.6.1).
bool take_list(std::string_view text, Compare compare, std::vector<std::string>& tags) {
  for (text = trimmed(text); !text.empty(); text = trimmed(text)) {
    if (text.front() != ',' && !take_tag(text, compare, tags)) return false;
    text = trimmed(text);
    if (text.empty()) break;
    if (text.front() != ',') return false;
    text.remove_prefix(1);
  }
  return true;
}

/// All lines of the header together.
IfMatch read(const Headers& headers, std::string_view wanted, Compare compare) {
  IfMatch read;
  std::string all;
  for (const auto& [name, value] : headers) {
    if (!equal_in_any_case(name, wanted)) continue;
    if (read.form != IfMatch::Form::absent) all += ',';
    read.form = IfMatch::Form::tags;
    all += value;
  }
  if (read.form == IfMatch::Form::absent) return read;
  if (trimmed(all) == "*")
    read.form = IfMatch::Form::any;
  else if (!take_list(all, compare, read.tags))
    read.form = IfMatch::Form::malformed;
  return read;
}

}  // namespace

bool IfMatch::names(std::string_view tag) const {
  return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

IfMatch read_if_match(const Headers& headers) { return read(headers, "If-Match", Compare::strong); }

bool has_already(const Headers& headers, std::string_view tag) {
  const auto read_tags = read(headers, "If-None-Match", Compare::weak);
  return read_tags.form == IfMatch::Form::any ||
         (read_tags.form == IfMatch::Form::tags && read_tags.names(tag));
}

}  // namespace hansa::http
