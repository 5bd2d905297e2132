#pragma once

#include "../record_reading.h"
#include "writer.h"

namespace hansa::http {

/// Records as the API gives them, each with the bytes that its author signed: header, and salt and content as
/// far as they are here (docs/protocol.md). So nothing is lost that this version does not understand, and
/// whoever has the author's key can check each for itself. `reading` outlives it.
class SignedJsonWriter final : public RecordWriter {
 public:
  explicit SignedJsonWriter(const RecordReading& reading);
  void add(const Exported& record) override;
  std::size_t bytes() const override { return text_.size(); }
  std::string end() override;

 private:
  const RecordReading& reading_;
  std::string text_;
  bool first_ = true;
};

}  // namespace hansa::http
