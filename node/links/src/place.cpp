#include "place.h"

#include <algorithm>
#include <boost/asio/ip/address.hpp>

namespace hansa::links {

std::string place_of(const std::string& address) {
  boost::system::error_code no_address;
  const auto parsed = boost::asio::ip::make_address(address, no_address);
  if (no_address || !parsed.is_v6() || parsed.to_v6().is_v4_mapped()) return address;
  auto bytes = parsed.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
  return boost::asio::ip::address_v6(bytes).to_string();
}

}  // namespace hansa::links
