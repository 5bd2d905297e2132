#include "joining_rows.h"

#include <algorithm>
#include <functional>

#include "row.h"
#include "store/broken.h"

namespace hansa::core {
namespace {

using protocol::Bytes;
using protocol::ByteView;

constexpr std::uint8_t row_version = 1;

/// What this program wrote itself: anything else is a damaged store.
[[noreturn]] void broken() { throw store::StoreBroken("a stored invitation is damaged"); }

RowWriter begin() {
  RowWriter row;
  row.number(row_version);
  return row;
}

std::uint64_t number_in(RowReader& row) { return row.number<std::uint64_t>(); }

RowReader reader_of(ByteView bytes) {
  RowReader row(bytes);
  if (row.number<std::uint8_t>() != row_version) broken();
  return row;
}

protocol::Invitation stored_invitation(const std::string& line) {
  auto invitation = protocol::read_invitation(line);
  if (!invitation) broken();
  return std::move(*invitation);
}

MadeInvitation read_made(ByteView bytes) {
  auto row = reader_of(bytes);
  MadeInvitation made;
  made.line = row.text();
  made.invitation = stored_invitation(made.line);
  made.by = row.text();
  made.made_ms = number_in(row);
  made.withdrawn = number_in(row) != 0;
  if (number_in(row) != 0) {
    JoinRequest request;
    row.take(request.key.bytes);
    request.card_line = row.text();
    request.address = row.text();
    request.asked_ms = number_in(row);
    request.seen_ms = number_in(row);
    request.refused = number_in(row) != 0;
    row.take(request.nonce);
    made.request = std::move(request);
  }
  if (!row.ended()) broken();
  return made;
}

}  // namespace

std::string invitation_key(const protocol::InvitationId& id) {
  return std::string(invitation_prefix) + protocol::to_hex(id);
}

Bytes to_bytes(const MadeInvitation& made) {
  auto row = begin();
  row.text(made.line).text(made.by).number(made.made_ms).number(std::uint64_t{made.withdrawn ? 1U : 0U});
  row.number(std::uint64_t{made.request ? 1U : 0U});
  if (const auto& request = made.request) {
    row.bytes(request->key.bytes).text(request->card_line).text(request->address);
    row.number(request->asked_ms)
        .number(request->seen_ms)
        .number(std::uint64_t{request->refused ? 1U : 0U})
        .bytes(request->nonce);
  }
  return row.take();
}

Bytes to_bytes(const Application& application) {
  auto row = begin();
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
  auto row = reader_of(*bytes);
  Application application;
  application.line = row.text();
  application.invitation = stored_invitation(application.line);
  application.state = static_cast<Application::State>(number_in(row));
  application.reason = row.text();
  application.started_ms = number_in(row);
  application.since_ms = number_in(row);
  application.heard_ms = number_in(row);
  row.take(application.nonce);
  if (!row.ended()) broken();
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
