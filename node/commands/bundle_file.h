#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "protocol/bundle.h"
#include "protocol/bundle_check.h"

namespace hansa::commands {

/// Whether the file begins as bundles do. Throws Failed if it cannot be read.
bool is_bundle(const std::string& path);

/// A bundle, read from front to back. Throws Failed if it cannot be opened.
class BundleFile {
 public:
  explicit BundleFile(const std::string& path);
  protocol::BundleFrames& frames() { return frames_; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  std::ifstream file_;
  std::uint64_t bytes_ = 0;
  protocol::BundleFrames frames_;
};

/// Checks the whole file, telling on standard error how far it is. Throws Failed if it has no opening that
/// can be read, or on an interruption.
protocol::BundleCheck check_bundle(const std::string& path);

/// How much of the entries of a checked log counts by the charter and the proofs of the bundle.
struct CountingLog {
  std::uint64_t through = 0;
  std::string end;  ///< why no more does: a stable name, "open" if nothing ends the log
};
/// One for each of check.logs(); without charters nothing counts.
std::vector<CountingLog> counting_logs(const protocol::BundleCheck& check);

/// Partner and country behind a log, by the bundle's charter; or its key.
std::string author_of(const protocol::BundleCheck& check, const protocol::PublicKey& author);
/// "in payload 7 of log 3fa4… (offset 1200): bad_commitment, it was altered".
std::string in_words(const protocol::BundleFault& fault);

/// Everything that was found, as one document.
boost::json::object report_json(const protocol::BundleCheck& check, bool trusted);
/// The same for people, on standard output.
void print_report(const protocol::BundleCheck& check);

}  // namespace hansa::commands
