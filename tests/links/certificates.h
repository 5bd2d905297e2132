#pragma once
// A certificate authority made for one test run, in a folder that goes with it.

#include <memory>
#include <string>

#include "temporary_directory.h"

namespace hansa::test {

class Authority {
 public:
  Authority();
  ~Authority();
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;

  std::string ca_file() const;
  struct Files {
    std::string certificate, private_key;
  };
  /// A server certificate for this subject alternative name, e.g. "IP:127.0.0.1" or "DNS:localhost".
  Files issue(const std::string& name, const std::string& alternative_name);

 private:
  struct Keys;
  std::unique_ptr<Keys> keys_;
  TemporaryDirectory folder_;
};

}  // namespace hansa::test
