#pragma once
// Whose word about the client's address is believed. Pure after construction; any thread.

#include <boost/asio/ip/address.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hansa::links {

class ProxyTrust {
 public:
  /// IP addresses or networks. Throws LinksBroken naming the one that is neither.
  explicit ProxyTrust(const std::vector<std::string>& proxies);

  struct Network {
    boost::asio::ip::address_v6 prefix;  // IPv4 is kept as mapped
    unsigned bits;
  };
  static std::optional<Network> network(std::string_view text);

  bool trusts(const boost::asio::ip::address& address) const;
  /// The address nearest to us in `forwarded_for` (X-Forwarded-For) that is no trusted proxy; `connected` if
  /// there is none or it does not parse.
  boost::asio::ip::address client(const boost::asio::ip::address& connected,
                                  std::string_view forwarded_for) const;

 private:
  std::vector<Network> networks_;
};

}  // namespace hansa::links
