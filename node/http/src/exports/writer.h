#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <string>

namespace hansa::protocol {
class ContentReader;
}
namespace hansa::store {
struct RecordState;
}

namespace hansa::http {

/// One record on its way into another format.
struct Exported {
  const store::RecordState& state;
  /// As the API gives it; of a withdrawn one with the content that it last had, unless that was erased.
  const boost::json::object& json;
  /// Of the live revision, understood or not; null: it is not here, or no content.
  const protocol::ContentReader* content = nullptr;
};

/// Records of a search, one after the other, as one document. One request, one thread.
class RecordWriter {
 public:
  virtual ~RecordWriter() = default;
  /// Leaves out what the format cannot say.
  virtual void add(const Exported& record) = 0;
  /// About what end() will give, so that its caller can stop in time.
  virtual std::size_t bytes() const = 0;
  /// The document. Last call.
  virtual std::string end() = 0;
};

}  // namespace hansa::http
