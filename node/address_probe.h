#pragma once

#include <string>

#include "links/peer_address.h"

namespace hansa {

/// What somebody outside meets at a link address.
struct Probed {
  /// `reached`, `resolve_failed`, `connect_failed`, `tls_failed`, `no_answer` or `upgrade_refused`.
  std::string code;
  std::string detail;  ///< what the system or the other end said; may be empty
};

/// Connects as a peer would and asks for the upgrade to a WebSocket, then hangs up: no key is shown.
/// Resolves, connects, checks the certificate for the address's name (`extra_ca_file`: PEM, empty: the
/// system's only). Blocks for at most ten seconds.
Probed probe_link_address(const links::PeerAddress& address, const std::string& extra_ca_file);

}  // namespace hansa
