// Any text where the links read one: a peer's address, a trusted proxy, X-Forwarded-For. The first byte says
// which.

#include <string>

#include "fixed.h"
#include "links/links.h"
#include "links/peer_address.h"
#include "proxy_trust.h"

using namespace hansa;
using hansa::fuzz::must;

namespace {

void peer_address(std::string_view text) {
  const auto address = links::parse_peer_address(text);
  if (!address) return;
  must(!address->host.empty() && address->path.starts_with('/'));
  const auto again = links::parse_peer_address(address->text());
  must(again && *again == *address);
}

void trusted_proxy(const std::string& text) {
  try {
    const links::ProxyTrust trust({text});
    (void)trust.trusts(boost::asio::ip::make_address("10.1.2.3"));
    (void)trust.trusts(boost::asio::ip::make_address("2001:db8::1"));
  } catch (const links::LinksBroken& broken) {
    // The operator is told which; what() ends where its text holds a zero byte.
    must(std::string_view(broken.what()).find(text.c_str()) != std::string_view::npos);
  }
}

void forwarded_for(std::string_view text) {
  static const links::ProxyTrust trust({"10.0.0.0/8", "::1"});
  const auto stranger = boost::asio::ip::make_address("192.0.2.1");
  must(trust.client(stranger, text) == stranger);
  const auto proxy = boost::asio::ip::make_address("10.1.2.3");
  const auto client = trust.client(proxy, text);
  must(client == proxy || !trust.trusts(client));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto text = protocol::text_of({data + 1, size - 1});
  switch (data[0] % 3) {
    case 0:
      peer_address(text);
      break;
    case 1:
      trusted_proxy(std::string(text));
      break;
    default:
      forwarded_for(text);
  }
  return 0;
}
