#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "api_client.h"
#include "child_process.h"

namespace hansa {

struct DemoOptions {
  std::string directory;  ///< empty: a temporary one, removed at the end
  std::string program;    ///< how to start `hansa serve`
  int nodes = 3;          ///< 1 to 8
  int base_port = 8440;
  std::string ready_file;  ///< empty: none
};

/// Keeps a second demo out of a directory for as long as it lives.
class DemoLock {
 public:
  /// Throws commands::Failed if another demo has it.
  explicit DemoLock(const std::filesystem::path& directory);
  DemoLock(const DemoLock&) = delete;
  DemoLock& operator=(const DemoLock&) = delete;
  ~DemoLock();

 private:
  int descriptor_ = -1;
};

/// A federation on loopback: one `hansa serve` process a node, the demo catalogue spread over them by
/// country. Progress goes to standard error. One thread. Throws commands::Failed.
class DemoFederation {
 public:
  /// Makes the directory if there is none, and keeps other demos out of it.
  explicit DemoFederation(DemoOptions options);
  DemoFederation(const DemoFederation&) = delete;
  DemoFederation& operator=(const DemoFederation&) = delete;
  ~DemoFederation();

  /// Makes the nodes and their charter, or finds those that an earlier run made.
  void make();
  /// Starts every node and waits until each serves.
  void start();
  /// Publishes what is not published yet and waits until every node holds everything.
  void load_catalogue();
  /// Writes the ready file and prints where to go.
  void report() const;
  /// Until Ctrl-C or SIGTERM. A node that ends before is named, and the others go on.
  void wait_for_stop();

 private:
  struct DemoNode {
    std::string name;
    std::string country;
    std::string user;
    std::string password;
    std::string token;
    std::string recovery;
    std::filesystem::path directory;
    bool told_ended = false;
  };
  std::filesystem::path log_file(std::size_t index) const;
  std::string admin_endpoint(std::size_t index) const;
  std::string link_endpoint(std::size_t index) const;
  bool answers(std::size_t index) const;
  std::string state_text() const;
  bool find_earlier();
  void refuse_foreign_nodes() const;
  void make_new();
  void check_children();
  void tell_ended();
  bool all_agree(std::size_t records) const;
  struct Round {
    std::size_t waiting = 0;   ///< records that refer to others which have not arrived
    std::size_t left_out = 0;  ///< responses of a node to its own records
  };
  Round import_round();

  DemoOptions options_;
  std::filesystem::path directory_;
  bool temporary_ = false;
  std::optional<DemoLock> lock_;
  std::vector<DemoNode> nodes_;
  std::vector<ChildProcess> children_;
};

}  // namespace hansa
