#include "last_contacts.h"

#include <algorithm>
#include <string_view>

#include "row.h"
#include "store/broken.h"

namespace hansa::core {
namespace {

using namespace protocol;

constexpr std::string_view row_key = "last_contacts";

std::map<PublicKey, std::uint64_t> read_row(ByteView bytes) {
  std::map<PublicKey, std::uint64_t> known;
  RowReader row(bytes);
  while (row.whole() && !row.rest().empty()) {
    PublicKey node;
    row.take(node.bytes);
    known[node] = row.number<std::uint64_t>();
  }
  if (!row.ended())
    throw store::StoreBroken("the stored times of last contact are damaged; restore a backup of this node");
  return known;
}

Bytes row_of(const std::map<PublicKey, std::uint64_t>& known) {
  RowWriter row;
  for (const auto& [node, at_ms] : known) row.bytes(node.bytes).number(at_ms);
  return row.take();
}

}  // namespace

LastContacts::LastContacts(store::Store& store) : store_(store) {
  if (const auto row = store.snapshot()->setting(row_key)) known_ = read_row(*row);
}

void LastContacts::look(const std::vector<PeerView>& peers, std::uint64_t now_ms) {
  looked_ms_ = now_ms;
  bool news = false;
  // Those that the charter does not list any more are forgotten.
  std::map<PublicKey, std::uint64_t> listed;
  for (const auto& peer : peers) {
    const auto known = known_.find(peer.node);
    const auto before = known == known_.end() ? 0 : known->second;
    const auto at_ms = peer.last_contact_ms.value_or(before);
    // A clock that was set back is news, too.
    if (at_ms < before || at_ms >= before + news_ms) news = true;
    if (at_ms != 0) listed[peer.node] = at_ms;
  }
  if (!news) return;
  known_ = std::move(listed);
  store_.put_setting(row_key, row_of(known_));
}

void LastContacts::complete(std::vector<PeerView>& peers) const {
  for (auto& peer : peers) {
    const auto known = known_.find(peer.node);
    if (peer.last_contact_ms || known == known_.end()) continue;
    peer.last_contact_ms = known->second;
    if (peer.state == PeerState::unlinked) peer.state_since_ms = std::min(peer.state_since_ms, known->second);
  }
}

}  // namespace hansa::core
