#pragma once
// By which content a record is found and told of, and whether that is of a person. Any thread, as for the
// snapshot.

#include "store/store.h"

namespace hansa::search {

/// The live revision; of a withdrawn record the one with what it said last, so that whoever follows a search
/// learns what went. Null: it never said anything, that was erased, or it is not known yet whether it was,
/// because the withdrawal's reason is still on its way or cannot be read. Points into `record`.
const store::Revision* said_last(const store::Snapshot& snapshot, const store::RecordState& record);

/// Its author says that it holds personal data, or it is a contact that is one person, whatever is said.
bool is_personal(const store::Snapshot& snapshot, const store::RecordState& record);

}  // namespace hansa::search
