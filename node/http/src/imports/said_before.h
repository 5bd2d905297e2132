#pragma once

#include <vector>

#include "../record_reading.h"
#include "entry.h"

namespace hansa::http {

/// What a document of this format would say of a record that is here: written by our own writer, read by our
/// own reader. What a format says with losses is so compared with the same losses. Any thread.
std::vector<json::Cell> cells_of(const RecordReading& reading, const store::RecordState& record,
                                 const ImportOptions& options);

}  // namespace hansa::http
