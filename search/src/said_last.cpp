#include "search/said_last.h"

#include "protocol/content.h"
#include "protocol/content_summary.h"
#include "store/catalogue.h"

namespace hansa::search {
namespace {

protocol::Outcome<protocol::ContentReader> content_of(const store::Snapshot& snapshot,
                                                      const store::Revision& revision) {
  const auto held = snapshot.payload(revision.log, revision.sequence);
  if (!held) return protocol::Refusal::malformed;
  return protocol::read_content(held->content);
}

bool may_be_told(const store::Snapshot& snapshot, const store::Revision& withdrawal) {
  if (!withdrawal.has_payload) return true;  // without a reason
  const auto content = content_of(snapshot, withdrawal);
  return content && !protocol::says_erased(*content);
}

}  // namespace

const store::Revision* said_last(const store::Snapshot& snapshot, const store::RecordState& record) {
  const auto& live = store::live_revision(record);
  if (live.kind != protocol::EntryKind::withdraw) return &live;
  return may_be_told(snapshot, live) ? store::last_content(record) : nullptr;
}

bool is_personal(const store::Snapshot& snapshot, const store::RecordState& record) {
  const auto* said = said_last(snapshot, record);
  if (store::live_revision(record).personal || (said != nullptr && said->personal)) return true;
  if (said == nullptr || record.kind != protocol::RecordKind::contact || !said->has_payload) return false;
  const auto content = content_of(snapshot, *said);
  return content && protocol::is_of_person(*content);
}

}  // namespace hansa::search
