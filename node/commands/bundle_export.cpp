#include "bundle_export.h"

#include <algorithm>

#include "commands.h"
#include "progress.h"
#include "protocol/bundle.h"

namespace hansa::commands {
namespace {

using protocol::BundleLog;

protocol::BundleOpening opening_in(const std::string& front) {
  std::size_t at = 0;
  protocol::BundleFrames frames([&](std::span<std::uint8_t> into) {
    const auto count = std::min(into.size(), front.size() - at);
    std::copy_n(front.begin() + static_cast<std::ptrdiff_t>(at), count, into.begin());
    at += count;
    return count;
  });
  const auto bytes = frames.opening();
  auto opening = bytes ? protocol::read_bundle_opening(*bytes)
                       : protocol::Outcome<protocol::BundleOpening>(bytes.error());
  if (!opening) throw Failed("the node's answer is no bundle");
  return std::move(*opening);
}

/// "5-9,12": what of the log's payloads lies in these places.
std::string payloads_text(const BundleLog& log, std::uint64_t from, std::uint64_t through) {
  std::string text;
  for (const auto& range : log.payloads) {
    const auto first = std::max(range.from, from);
    const auto last = std::min(range.through, through);
    if (first > last) continue;
    text += (text.empty() ? "" : ",") + std::to_string(first);
    if (last > first) text += "-" + std::to_string(last);
  }
  return text;
}

void write(std::ostream& out, protocol::BundleSum& sum, std::string_view bytes) {
  sum.add(protocol::view_of(bytes));
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!out) throw Failed("the bundle could not be written: is the disk full?");
}

}  // namespace

void write_bundle(ApiClient& api, const std::string& query, std::ostream& out) {
  const auto front = api.require({"GET", "/api/v1/bundle/opening?" + query, {}, "", ""});
  const auto opening = opening_in(front.body);
  protocol::BundleSum sum;
  write(out, sum, front.body);
  std::uint64_t total = 0;
  for (const auto& log : opening.logs) total += log.head.sequence;
  std::uint64_t done = 0;
  ProgressLine progress;
  for (const auto& log : opening.logs)
    for (std::uint64_t from = 1; from <= log.head.sequence; from += protocol::bundle_batch_entries_max) {
      const auto through = std::min(log.head.sequence, from + protocol::bundle_batch_entries_max - 1);
      const auto answer = api.require(
          {"GET",
           "/api/v1/bundle/entries?log=" + protocol::to_hex(log.head.log) + "&from=" + std::to_string(from) +
               "&through=" + std::to_string(through) + "&payloads=" + payloads_text(log, from, through),
           {},
           "",
           ""});
      write(out, sum, answer.body);
      done += through - from + 1;
      progress.tell("exporting " + std::to_string(done) + " of " + std::to_string(total) + " entries");
    }
  const auto end = sum.end();
  const auto text = protocol::text_of(end);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.flush();
  if (!out) throw Failed("the bundle could not be written: is the disk full?");
}

}  // namespace hansa::commands
