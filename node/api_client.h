#pragma once

#include <boost/json/array.hpp>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "http/message.h"

namespace hansa {

/// The node's API, asked by a command: through the serving node's admin listener, or, when nothing serves, on
/// the directory opened by this process. One thread.
class ApiClient {
 public:
  virtual ~ApiClient() = default;
  /// Waits for the answer, whatever its status; none if the node cannot be reached.
  virtual std::optional<http::Response> try_ask(http::Request request) = 0;
  /// Another process serves the node; otherwise this one has opened it.
  virtual bool is_served() const = 0;
  /// The same; throws commands::Failed if none came.
  http::Response ask(http::Request request);

  /// Of an answer that is not 2xx, the reason in one line: throws commands::WrongUsage if what was asked
  /// could not be read (bad_parameter, invalid_request), or else commands::Failed.
  http::Response require(http::Request request);
};

/// What a problem+json answer says, in one line: what is wrong with each field, or else its title and detail.
std::string problem_in_words(const http::Response& response);

/// The fields that a problem+json answer finds at fault, as it says it; empty if it names none.
boost::json::array problem_errors(const http::Response& response);

/// Speaks to "host:port" with a bearer token.
std::unique_ptr<ApiClient> connect_api(const std::string& endpoint, const std::string& token);

/// Whichever way `directory` can be asked right now. Throws Failed, StoreInUse, DirectoryRefused.
std::unique_ptr<ApiClient> open_api(const std::string& directory);

}  // namespace hansa
