#include "bundle_import.h"

#include <boost/json.hpp>
#include <csignal>
#include <iostream>

#include "../json_fields.h"
#include "bundle_file.h"
#include "importing.h"
#include "progress.h"
#include "protocol/entry.h"

namespace hansa::commands {
namespace {

namespace wire = protocol::wire;
using protocol::Bytes;

/// Below what the API takes as a body, and what a node inflates of a part.
constexpr std::size_t part_bytes = 512 * 1024;
constexpr std::size_t part_messages = protocol::bundle_part_messages_max - 4;
constexpr std::size_t part_inflated = protocol::bundle_part_inflated_max / 2;

volatile std::sig_atomic_t interrupted = 0;

void interrupt(int) { interrupted = 1; }

std::size_t inflated_bytes(const wire::Message& message) {
  std::size_t bytes = 0;
  if (const auto* batch = std::get_if<wire::Batch>(&message)) bytes = batch->headers.size();
  if (const auto* payloads = std::get_if<wire::Payloads>(&message))
    for (const auto& item : payloads->items) bytes += item.content.size();
  return bytes;
}

/// Puts a bundle's messages together to parts, and has the node take each.
class Sending {
 public:
  Sending(ApiClient& api, const protocol::BundleCheck& check) : api_(api), check_(check) {}

  void add(const Bytes& frame) {
    const auto message = protocol::wire::decode(frame);
    if (!message) throw Failed("the file changed while it was read");
    if (std::holds_alternative<wire::Charters>(*message)) flush();
    const auto inflated = inflated_bytes(*message);
    if (part_.size() + frame.size() > part_bytes || messages_ >= part_messages ||
        inflated_ + inflated > part_inflated)
      flush();
    if (const auto* batch = std::get_if<wire::Batch>(&*message)) {
      begin_batch(frame, *batch);
    } else {
      // The part before ended between a batch and its payloads.
      if (std::holds_alternative<wire::Payloads>(*message) && messages_ == 0) put_batch();
      put(frame, inflated);
    }
    if (std::holds_alternative<wire::Charters>(*message)) flush();
  }

  void flush() {
    if (messages_ == 0) return;
    const auto answer = api_.require({"POST",
                                      "/api/v1/bundle/parts",
                                      {{"Content-Type", "application/octet-stream"}},
                                      std::string(protocol::text_of(part_)),
                                      ""});
    const auto taken = parse_document(answer.body, "the node's answer").as_object();
    entries_ += number_at(taken, "entries");
    known_ += number_at(taken, "known");
    payloads_ += number_at(taken, "payloads");
    for (const auto& refused : taken.at("refused").as_array()) refused_.push_back(refused);
    part_.clear();
    messages_ = inflated_ = 0;
  }

  boost::json::object result() const {
    return {{"entries", entries_}, {"known", known_}, {"payloads", payloads_}, {"refused", refused_}};
  }

 private:
  void begin_batch(const Bytes& frame, const wire::Batch& batch) {
    const auto first = protocol::HeaderView::parse_front(batch.headers);
    if (!first) throw Failed("the file changed while it was read");
    batch_ = frame;
    batch_inflated_ = batch.headers.size();
    log_ = first->log();
    put_batch();
  }
  /// With how far the bundle has this log: behind a fork, only that tells which branch it is.
  void put_batch() {
    for (const auto& log : check_.opening().logs)
      if (log.head.log == log_) {
        const wire::HeadRow row{wire::LogName::of(log_), log.head.sequence, wire::prefix_of(log.head.hash)};
        put(wire::encode(wire::Heads{0, {row}}), 0);
      }
    put(batch_, batch_inflated_);
  }
  void put(const Bytes& frame, std::size_t inflated) {
    protocol::append_bundle_frame(part_, frame);
    ++messages_;
    inflated_ += inflated;
  }

  ApiClient& api_;
  const protocol::BundleCheck& check_;
  Bytes part_;
  std::size_t messages_ = 0;
  std::size_t inflated_ = 0;
  Bytes batch_;
  std::size_t batch_inflated_ = 0;
  protocol::Hash log_{};
  std::uint64_t entries_ = 0, known_ = 0, payloads_ = 0;
  boost::json::array refused_;
};

void require_same_federation(ApiClient& api, const protocol::BundleCheck& check) {
  const auto answer = api.require({"GET", "/api/v1/charter", {}, "", ""});
  const auto charter = parse_document(answer.body, "the node's answer").as_object();
  const auto ours = text_at(charter, "federation");
  const auto theirs = protocol::to_hex(check.opening().federation);
  if (ours != theirs)
    throw Failed("the bundle is of the federation " + theirs + ", and this node belongs to " + ours);
}

void tell(const Context& context, const boost::json::object& result, bool dry_run) {
  for (const auto& refused : result.at("refused").as_array()) {
    const auto& one = refused.as_object();
    std::cerr << "refused: " << (one.at("payload").as_bool() ? "content " : "entry ") << one.at("sequence")
              << " of log " << text_at(one, "log") << ": " << text_at(one, "code") << '\n';
  }
  if (context.json)
    std::cout << result << '\n';
  else if (!dry_run)
    std::cout << "taken in: " << result.at("entries") << " entries and " << result.at("payloads")
              << " contents; held before: " << result.at("known")
              << " entries; refused: " << result.at("refused").as_array().size() << '\n';
}

}  // namespace

void import_bundle(const Context& context, ApiClient& api, const std::string& path, bool dry_run) {
  const auto check = check_bundle(path);
  for (const auto& fault : check.faults()) std::cerr << "at fault: " << in_words(fault) << '\n';
  if (!check.is_valid()) throw Failed("the bundle is not valid: nothing of it was taken");
  require_same_federation(api, check);
  if (dry_run) {
    if (context.json)
      std::cout << report_json(check, true) << '\n';
    else
      print_report(check);
    return;
  }
  std::signal(SIGINT, interrupt);
  BundleFile file(path);
  auto& frames = file.frames();
  Sending sending(api, check);
  {
    ProgressLine progress;
    if (!frames.opening()) throw Failed("the file changed while it was read");
    for (;;) {
      if (interrupted != 0)
        throw Failed("stopped. What was taken in stays; run it again, and it goes on from there");
      const auto message = frames.next();
      if (!message) throw Failed("the file changed while it was read");
      if (!*message) break;
      sending.add(**message);
      progress.tell("importing " + mebibytes(frames.offset()) + " of " + mebibytes(file.bytes()));
    }
    sending.flush();
  }
  const auto result = sending.result();
  tell(context, result, dry_run);
  if (!result.at("refused").as_array().empty())
    throw Failed(
        "the node did not take everything; the lines above say what, docs/operating.md what it means");
}

}  // namespace hansa::commands
