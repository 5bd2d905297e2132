#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/explain.h"
#include "core/node_port.h"
#include "core/signer_port.h"
#include "http/accounts.h"
#include "http/answerer.h"
#include "http/backups.h"
#include "http/event_source.h"
#include "http/message.h"
#include "protocol/keys.h"

namespace hansa::search {
class Follower;
}

namespace hansa::http {

struct ApiOptions {
  std::string node_name;
  std::string country;
  std::string language = "en";
  std::string version;
  std::string card;
  std::string operator_token;      ///< this machine's commands; empty: none
  std::vector<std::string> hosts;  ///< beside loopback names and addresses, the Host names answered to
  bool secure_cookies = false;     ///< a proxy adds TLS
  bool local_only = false;         ///< asked in-process by a command: everything is allowed
  std::function<std::vector<core::DialStatus>()> dials;
  std::function<std::vector<std::pair<std::string, std::uint64_t>>()> link_counters;  ///< reason → count
  search::Follower* search = nullptr;  ///< outlives the Api; null: it indexes in memory, when it is asked
  BackupPort* backups = nullptr;       ///< outlives the Api; null: this node makes none
  core::SignerPort* signer = nullptr;  ///< outlives the API; null: this machine signs no charters
  protocol::Entropy entropy = protocol::system_entropy();
};

/// The HTTP API and the pages, from a request to a response, without sockets. Paths and shapes: docs/api.md
/// and GET /api/v1/openapi.json. Any thread but the network's and the core's: a call may read the store or
/// hash a password. `respond` is called once, on the caller's thread or the core's.
class Api final : public Answerer {
 public:
  Api(core::NodePort& node, ApiOptions options);
  ~Api() override;
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  void handle(Request request, Respond respond) override;
  std::optional<Stream> open_stream(const Request& request) override;
  EventSource& events() override;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace hansa::http
