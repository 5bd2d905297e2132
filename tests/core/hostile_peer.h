#pragma once
// A node of the federation that does not keep the rules: its key stands in the charter, and it speaks wire
// messages itself, without the engine. Left alone it answers as an honest author of one log would; a test
// twists what it says. No I/O: bytes go in, bytes come out.

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <vector>

#include "protocol/charter.h"
#include "protocol/entry.h"
#include "protocol/keys.h"
#include "protocol/wire.h"

namespace hansa::test {

class HostilePeer {
 public:
  /// It speaks the oldest protocol, in which two charters are not reconciled.
  static constexpr std::uint16_t version = protocol::link_version_oldest;

  struct Entry {
    protocol::Bytes header;
    protocol::Salt salt;
    protocol::Bytes content;  ///< empty: no payload
  };

  HostilePeer(protocol::SecretKey key, const protocol::Charter& charter);

  /// The declaration of its log, and entries behind it. `next` is what the next entry continues; a test may
  /// change it.
  void declare();
  /// Without content it is a withdrawal.
  Entry& append(std::size_t content_bytes = 200);
  /// Another log, begun by `author` and signed by `signer`.
  protocol::Bytes declaration(const protocol::PublicKey& author, const protocol::SecretKey& signer);

  /// What it says first on a link with `to`: a hello that claims the whole log.
  protocol::wire::Hello hello(const protocol::PublicKey& to) const;
  /// Takes what the other end said; answers, if `twist` does not.
  void hear(protocol::ByteView bytes);
  void say(const protocol::wire::Message& message) { to_say.push_back(protocol::wire::encode(message)); }
  protocol::wire::Batch batch(const protocol::wire::Pull& pull) const;
  protocol::wire::Push push(const Entry& entry) const;

  /// Sees every message; true: it has dealt with it.
  std::function<bool(const protocol::wire::Message&)> twist;
  std::deque<protocol::Bytes> to_say;
  bool answers = false;  ///< The other end dials: the hello answers its hello.

  protocol::SecretKey key;
  protocol::Hash log{};
  std::vector<Entry> entries;
  std::optional<protocol::LogTip> next;

 private:
  protocol::wire::Payloads payloads(const protocol::wire::PullPayloads& pull) const;

  protocol::Hash federation_;
  std::uint32_t charter_version_;
  protocol::Hash charter_hash_;
  protocol::PublicKey other_;
  protocol::Entropy entropy_;
};

/// A batch whose compressed block is a bomb: it states `stated` bytes and would inflate to gigabytes.
protocol::Bytes bomb(std::uint32_t ticket, std::uint32_t stated);

}  // namespace hansa::test
