#pragma once

#include <map>
#include <string>

#include "writer.h"

namespace hansa::http {

/// Who publishes a feed, and where.
struct FeedSource {
  std::string title;
  std::string id;    ///< a URI that stays
  std::string base;  ///< "https://host", before the pages of the records; empty: links are relative
  std::map<std::string, std::string> links;  ///< relation ("self", "first", "next") → address
};

/// An Atom feed (RFC 4287) of records, newest first; a withdrawn one is a tombstone (RFC 6721); further pages
/// are linked (RFC 5005). A record whose content is not here yet comes when that has come.
class AtomWriter final : public RecordWriter {
 public:
  explicit AtomWriter(FeedSource source) : source_(std::move(source)) {}
  void add(const Exported& record) override;
  std::size_t bytes() const override { return entries_.size(); }
  std::string end() override;
  /// Known only once the records are.
  void add_link(const std::string& relation, const std::string& address) {
    source_.links[relation] = address;
  }

 private:
  FeedSource source_;
  std::string updated_ = "1970-01-01T00:00:00.000Z";  ///< a feed must have one, an empty one too
  std::string entries_;
};

}  // namespace hansa::http
