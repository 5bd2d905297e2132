#pragma once
// Bringing a store of an older format up to the one of today, when it is opened and before anything else.

#include "database.h"

namespace hansa::store {

/// Format 1 had no entries aside, and did not say where in the feed an entry stands. Writes the new rows
/// beside the old ones, in pieces, then changes over in one synced write: a kill before that leaves a store
/// of format 1, and the next start begins again. Throws StoreBroken.
void migrate_from_1(Database& database);

}  // namespace hansa::store
