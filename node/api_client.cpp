#include "api_client.h"

#include "backup_job.h"
#include "commands/commands.h"
#include "core_port.h"
#include "http/api.h"
#include "opened_node.h"
#include "search/follower.h"
#include "store/rocks_store.h"

namespace hansa {
namespace {

/// The API of a node that nothing serves: the directory is this process's while it lives.
class DirectClient final : public ApiClient {
 public:
  explicit DirectClient(const std::string& directory)
      : node_(directory),
        port_(node_.core()),
        backups_(node_.directory(), node_.store(), port_),
        index_(node_.directory().index().string()),
        search_(index_, {[this] { return port_.snapshot(); }, {}, {}, {}}),
        api_(port_, options()) {}

  std::optional<http::Response> try_ask(http::Request request) override {
    http::Response response;
    // Everything happens within the call: the port has no other thread.
    api_.handle(std::move(request), [&response](http::Response answer) { response = std::move(answer); });
    return response;
  }

  bool is_served() const override { return false; }

 private:
  http::ApiOptions options() {
    http::ApiOptions options;
    options.node_name = node_.config().name;
    options.country = node_.config().country;
    options.language = node_.config().language;
    options.version = HANSA_VERSION;
    options.card = node_.card_line();
    options.signer = &node_.signer();
    options.local_only = true;
    options.backups = &backups_;
    options.search = &search_;
    return options;
  }

  OpenedNode node_;
  DirectPort port_;
  BackupJob backups_;
  search::Index index_;
  search::Follower search_;  ///< follows when it is asked
  http::Api api_;
};

}  // namespace

std::unique_ptr<ApiClient> open_api(const std::string& directory) {
  const NodeDirectory node(directory);
  node.require();
  if (const auto endpoint = node.serving_at()) {
    auto client = connect_api(*endpoint, node.operator_token());
    // Without an answer the file is left over from a node that was killed: its directory is free, or the
    // opening says who has it.
    if (client->try_ask({"GET", "/healthz", {}, "", ""})) return client;
  }
  return std::make_unique<DirectClient>(directory);
}

}  // namespace hansa
