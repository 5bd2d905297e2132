#include "client_address.h"

#include <algorithm>
#include <ranges>

#include "text.h"

namespace hansa::http {

std::string address_text(const boost::asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6()).to_string();
  return address.to_string();
}

std::string client_address(const std::string& peer, const Headers& headers,
                           const std::vector<std::string>& trusted_proxies) {
  const auto is_trusted = [&](const std::string& address) {
    return std::find(trusted_proxies.begin(), trusted_proxies.end(), address) != trusted_proxies.end();
  };
  std::vector<std::string_view> hops;
  for (const auto& [name, value] : headers)
    if (equal_in_any_case(name, "X-Forwarded-For"))
      for (const auto hop : split(value, ',')) hops.push_back(hop);
  // Each proxy appends whom it heard it from; what an untrusted hop wrote before itself proves nothing.
  std::string client = peer;
  for (const auto hop : std::views::reverse(hops)) {
    if (!is_trusted(client)) break;
    boost::system::error_code bad;
    const auto address = boost::asio::ip::make_address(std::string(hop), bad);
    if (bad) break;
    client = address_text(address);
  }
  return client;
}

}  // namespace hansa::http
