#pragma once
// The catalogue view: from the headers that name a record to the revision that is shown. Pure functions of
// the set of revisions: the order in which they came never matters. Any thread. Rule: design, "Records".
//
// A revision is an entry of kind content, withdraw or restrict that names the record and was written by a
// node of the partner that owns it, or of one that succeeds it. Parents that are no revision of the record
// are ignored. Roots are the revisions without parents; the root with the lowest hash fixes the record's
// kind, and revisions of another kind take no part. Tips are the others' ends: revisions that no taking part
// one names as parent. The live one is a withdrawal before a restriction before content, then the one with
// the narrower visibility (the greater number: a visibility this version does not know counts as narrower),
// then the later author time, then the greater hash.

#include <functional>
#include <optional>
#include <vector>

#include "store/store.h"

namespace hansa::store {

/// The partners whose records this key may revise, by the charter in force: its own, and those that its own
/// succeeds. Empty: no partner's key.
using PartnersOf = std::function<std::vector<protocol::PartnerId>(const PublicKey&)>;

/// The header as a revision of the record it names; none if it is no revision of any (see above).
/// `owners`: whose records the log's author may revise.
std::optional<Revision> revision_of(const protocol::HeaderView& header, const Hash& hash,
                                    const std::vector<protocol::PartnerId>& owners);

/// The header commits to a payload that this version can fetch.
bool has_payload(const protocol::HeaderView& header);

/// The view of one record. Precondition: at least one revision, no two with the same hash; any order.
RecordState record_state(const RecordId& id, std::vector<Revision> revisions);

/// Of two tips, whether `a` is shown before `b`. A strict order of revisions with different hashes.
bool outranks(const Revision& a, const Revision& b);

const Revision& live_revision(const RecordState& record);
bool in_conflict(const RecordState& record);
/// The live revision is not a withdrawal.
bool is_listed(const RecordState& record);

/// Of the revisions that say something (kind content, of the record's kind, with a payload) the newest, equal
/// times settled by the hash; `counts`: of those that it takes. Of a withdrawn record this is what it said
/// last. Null if there is none; points into `record`.
const Revision* last_content(const RecordState& record,
                             const std::function<bool(const Revision&)>& counts = {});

}  // namespace hansa::store
