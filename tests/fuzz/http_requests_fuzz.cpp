// Any bytes as a request to the API, over a catalogue that is empty: one answer, with a status, whatever is
// in path, query, Host, Origin, Cookie, Authorization, If-Match, Last-Event-ID, X-Forwarded-For or body.
//
// The first byte says who asks; then the request as on the wire, with or without carriage returns.

#include <boost/json/parse.hpp>
#include <memory>
#include <string>
#include <vector>

#include "client_address.h"
#include "fixed.h"
#include "http/api.h"
#include "memory_store.h"

using namespace hansa;
using hansa::fuzz::must;

namespace {

constexpr std::string_view operator_token = "fuzz";

/// Publishes nothing and keeps settings.
class EmptyNode final : public core::NodePort {
 public:
  void publish(core::PublishRequest, core::PublishDone done) override {
    done(core::PublishRefused::disk_low);
  }
  void take_charters(std::vector<protocol::Bytes>, core::TakeDone done) override { done({}); }
  void follow_charter(const protocol::Hash&, core::FollowDone done) override {
    done(protocol::CharterFault{protocol::Refusal::not_found, {}});
  }
  void hold(protocol::Bytes, core::HoldDone done) override { done(protocol::Refusal::malformed); }
  /// There is no core to work in.
  void in_core(std::function<void(core::Node&)>) override {}
  void put_setting(std::string key, std::optional<protocol::Bytes> value,
                   std::function<void()> done) override {
    if (value)
      store_.put_setting(key, *value);
    else
      store_.erase_setting(key);
    done();
  }
  std::shared_ptr<const core::NodeStatus> status() const override {
    return std::make_shared<core::NodeStatus>();
  }
  std::unique_ptr<store::Snapshot> snapshot() const override { return store_.snapshot(); }
  std::uint64_t now_ms() const override { return 1'795'300'000'000; }

 private:
  test::MemoryStore store_{[](const protocol::PublicKey&) { return std::vector<protocol::PartnerId>(); }};
};

/// Up to the next line's end, without it.
std::string_view line(std::string_view& text) {
  const auto end = text.find('\n');
  auto found = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  if (found.ends_with('\r')) found.remove_suffix(1);
  return found;
}

http::Request request_of(std::string_view text, std::uint8_t who) {
  http::Request request;
  auto first = line(text);
  const auto space = first.find(' ');
  request.method = first.substr(0, space);
  request.target = space == std::string_view::npos ? "/" : std::string(first.substr(space + 1));
  constexpr std::size_t headers_max = 64;
  for (auto next = line(text); !next.empty() && request.headers.size() < headers_max; next = line(text)) {
    const auto colon = next.find(':');
    if (colon == std::string_view::npos) continue;
    auto value = next.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    request.headers.emplace_back(next.substr(0, colon), value);
  }
  request.body = text;
  request.remote = "192.0.2.1";
  if ((who & 1) != 0) request.headers.emplace_back("Host", "localhost");
  if ((who & 2) != 0) request.headers.emplace_back("Authorization", "Bearer " + std::string(operator_token));
  return request;
}

void ask(const http::Request& request) {
  EmptyNode node;
  http::ApiOptions options;
  options.operator_token = operator_token;
  options.hosts = {"node.example", "node.example:8440"};
  options.entropy = fuzz::fixed_entropy(1);
  http::Api api(node, std::move(options));
  int answers = 0;
  api.handle(request, [&answers](const http::Response& response) {
    ++answers;
    must(response.status >= 200 && response.status < 600);
    const auto type = http::header(response.headers, "Content-Type");
    if (type.starts_with("application/") && type.find("json") != std::string_view::npos) {
      boost::system::error_code failed;
      (void)boost::json::parse(response.body, failed);
      must(!failed);
    }
  });
  must(answers == 1);
  (void)api.open_stream(request);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto request = request_of(protocol::text_of({data + 1, size - 1}), data[0]);
  must(http::client_address("192.0.2.1", request.headers, {}) == "192.0.2.1");
  (void)http::client_address("127.0.0.1", request.headers, {"127.0.0.1", "10.0.0.1"});
  ask(request);
  return 0;
}
