#include "joining_rows.h"

#include <algorithm>
#include <array>
#include <functional>

#include "store/broken.h"

namespace hansa::core {
namespace {

using protocol::Bytes;
using protocol::ByteView;

constexpr std::uint8_t row_version = 1;

class RowWriter {
 public:
  RowWriter() { bytes_.push_back(row_version); }
  RowWriter& number(std::uint64_t value) {
    for (int i = 0; i < 8; ++i) bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    return *this;
  }
  RowWriter& text(std::string_view text) {
    number(text.size());
    bytes_.insert(bytes_.end(), text.begin(), text.end());
    return *this;
  }
  template <std::size_t n>
  RowWriter& bytes(const std::array<std::uint8_t, n>& bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return *this;
  }
  Bytes take() { return std::move(bytes_); }

 private:
  Bytes bytes_;
};

/// What this program wrote itself: anything else is a damaged store.
class RowReader {
 public:
  explicit RowReader(ByteView bytes) : rest_(bytes) {
    if (rest_.empty() || rest_.front() != row_version) broken();
    rest_ = rest_.subspan(1);
  }
  std::uint64_t number() {
    const ByteView bytes = take(8);
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value |= std::uint64_t{bytes[i]} << (8 * i);
    return value;
  }
  std::string text() { return std::string(protocol::text_of(take(number()))); }
  template <std::size_t n>
  void bytes(std::array<std::uint8_t, n>& into) {
    std::ranges::copy(take(n), into.begin());
  }
  void end() const {
    if (!rest_.empty()) broken();
  }
  [[noreturn]] static void broken() { throw store::StoreBroken("a stored invitation is damaged"); }

 private:
  ByteView take(std::uint64_t count) {
    if (count > rest_.size()) broken();
    const ByteView taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  ByteView rest_;
};

protocol::Invitation stored_invitation(const std::string& line) {
  auto invitation = protocol::read_invitation(line);
  if (!invitation) RowReader::broken();
  return std::move(*invitation);
}

MadeInvitation read_made(ByteView bytes) {
  RowReader row(bytes);
  MadeInvitation made;
  made.line = row.text();
  made.invitation = stored_invitation(made.line);
  made.by = row.text();
  made.made_ms = row.number();
  made.withdrawn = row.number() != 0;
  if (row.number() != 0) {
    JoinRequest request;
    row.bytes(request.key.bytes);
    request.card_line = row.text();
    request.address = row.text();
    request.asked_ms = row.number();
    request.seen_ms = row.number();
    request.refused = row.number() != 0;
    row.bytes(request.nonce);
    made.request = std::move(request);
  }
  row.end();
  return made;
}

}  // namespace

std::string invitation_key(const protocol::InvitationId& id) {
  return std::string(invitation_prefix) + protocol::to_hex(id);
}

Bytes to_bytes(const MadeInvitation& made) {
  RowWriter row;
  row.text(made.line).text(made.by).number(made.made_ms).number(made.withdrawn ? 1 : 0);
  row.number(made.request ? 1 : 0);
  if (const auto& request = made.request) {
    row.bytes(request->key.bytes).text(request->card_line).text(request->address);
    row.number(request->asked_ms)
        .number(request->seen_ms)
        .number(request->refused ? 1 : 0)
        .bytes(request->nonce);
  }
  return row.take();
}

Bytes to_bytes(const Application& application) {
  RowWriter row;
  row.text(application.line).number(static_cast<std::uint64_t>(application.state)).text(application.reason);
  row.number(application.started_ms).number(application.since_ms).number(application.heard_ms);
  row.bytes(application.nonce);
  return row.take();
}

std::vector<MadeInvitation> made_invitations(const store::Snapshot& snapshot) {
  std::vector<MadeInvitation> all;
  for (const auto& [key, bytes] : snapshot.settings(invitation_prefix)) all.push_back(read_made(bytes));
  std::ranges::stable_sort(all, std::ranges::greater{}, &MadeInvitation::made_ms);
  return all;
}

std::optional<Application> application(const store::Snapshot& snapshot) {
  const auto bytes = snapshot.setting(application_key);
  if (!bytes) return std::nullopt;
  RowReader row(*bytes);
  Application application;
  application.line = row.text();
  application.invitation = stored_invitation(application.line);
  application.state = static_cast<Application::State>(row.number());
  application.reason = row.text();
  application.started_ms = row.number();
  application.since_ms = row.number();
  application.heard_ms = row.number();
  row.bytes(application.nonce);
  row.end();
  return application;
}

std::string_view state_of(const MadeInvitation& made, std::uint64_t now_ms) {
  if (made.withdrawn) return "withdrawn";
  if (made.request) return "used";
  return now_ms >= made.invitation.expires_ms ? "expired" : "open";
}

std::string_view name(Application::State state) {
  switch (state) {
    case Application::State::waiting:
      return "waiting";
    case Application::State::pending:
      return "pending";
    case Application::State::refused:
      return "refused";
  }
  return "refused";
}

}  // namespace hansa::core
