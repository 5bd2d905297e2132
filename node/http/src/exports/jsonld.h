#pragma once

#include "writer.h"

namespace hansa::http {

/// Records as JSON-LD in the terms of schema.org (docs/content.md, "Elsewhere"): one graph, the record's id
/// as @id, texts with their languages. The context is part of the document, so that nothing need be fetched
/// to read it. Withdrawn records and such without content are left out.
class JsonldWriter final : public RecordWriter {
 public:
  void add(const Exported& record) override;
  std::size_t bytes() const override { return nodes_.size(); }
  std::string end() override;

 private:
  std::string nodes_;
};

}  // namespace hansa::http
