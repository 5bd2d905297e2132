#pragma once
// Under what a client is counted where there is a limit for each: its address, or the network of one
// subscriber.

#include <string>

namespace hansa::links {

/// "192.0.2.7" stays; of IPv6 the first 64 bits count ("2001:db8:0:1::"), for whoever has one address there
/// has all of them (RFC 6177). What is no address stays as it is.
std::string place_of(const std::string& address);

}  // namespace hansa::links
