#pragma once
// Entries that an author pushed before those in front of them are here: kept, a little of them, while the gap
// is pulled from it. What is not kept is pulled like anything else.

#include "sync/admissions.h"
#include "sync/state.h"

namespace hansa::protocol {

class EarlyPushes {
 public:
  EarlyPushes(SyncState& state, Admissions& admissions) : s_(state), admissions_(admissions) {}

  /// Whether the entry can be admitted now: it continues what is held or being admitted.
  static bool follows(const KnownLog& log, const HeaderView& header);
  /// Keeps it if the log is known and there is room; its credit is given back by the caller either way.
  bool keep(Session& session, const KnownLog& log, std::uint64_t sequence, wire::Push push,
            std::size_t bytes);
  /// Hands over what now continues its log, drops what came otherwise or is of another branch.
  void release();

 private:
  void release(Session& session, const Hash& log);

  SyncState& s_;
  Admissions& admissions_;
};

}  // namespace hansa::protocol
