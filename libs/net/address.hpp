// IP addresses of clients.
#pragma once

#include <boost/asio/ip/address.hpp>

namespace pms::net {

/// Returns the IPv4 address of an IPv4-mapped IPv6 address (RFC 4291, section 2.5.5.2), which is
/// how a listener on :: sees an IPv4 client, and any other address as it is.
inline boost::asio::ip::address without_mapping(const boost::asio::ip::address& address) {
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
  return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6());
}

}  // namespace pms::net
