#pragma once

#include <boost/asio/ip/address.hpp>
#include <string>
#include <vector>

#include "http/message.h"

namespace hansa::http {

/// Text of an address; an IPv4 one that came by IPv6 as IPv4.
std::string address_text(const boost::asio::ip::address& address);

/// Who sent a request that came from `peer`: behind trusted proxies the last address of X-Forwarded-For that
/// is none of them, else `peer`.
std::string client_address(const std::string& peer, const Headers& headers,
                           const std::vector<std::string>& trusted_proxies);

}  // namespace hansa::http
