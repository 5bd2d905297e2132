#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "memory_store.h"
#include "protocol/content.h"

namespace hansa::test {

using Texts = std::vector<std::pair<std::string, std::string>>;  ///< language and text

void write(protocol::schema::MultilingualText::Builder builder, const Texts& texts);

/// One partner's log in a store without a disk: records in, an index's questions out. One thread; snapshots
/// may be taken by others.
class Catalogue {
 public:
  Catalogue();

  struct Given {
    bool payload = true;  ///< false: only the header arrives, keep() brings the rest
    bool personal = false;
    std::optional<protocol::RecordId> subject;
    std::optional<protocol::RecordId> id;  ///< from new_record()
    std::uint64_t time_ms = 0;             ///< 0: a minute after the one before
  };
  protocol::RecordId new_record();
  /// A new record of this content.
  protocol::RecordId publish(protocol::ContentBuilder content, const Given& given);
  protocol::RecordId publish(protocol::ContentBuilder content) {
    return publish(std::move(content), Given{});
  }
  /// A new revision in place of the live one.
  void revise(const protocol::RecordId& id, protocol::ContentBuilder content);
  void withdraw(const protocol::RecordId& id, const std::string& reason = "obsolete") {
    withdraw(id, reason, Given{});
  }
  void withdraw(const protocol::RecordId& id, const std::string& reason, const Given& given);
  /// The newest entry lies aside from now on. Nothing can be written after it.
  void set_last_aside();
  /// The payloads that were left out arrive.
  void bring_payloads();

  std::unique_ptr<store::Snapshot> snapshot() const { return store_.snapshot(); }

 private:
  void append(protocol::EntryFields fields, const std::optional<protocol::Bytes>& content,
              const Given& given);

  protocol::SecretKey key_ = protocol::SecretKey::generate(protocol::system_entropy());
  protocol::PartnerId partner_;
  MemoryStore store_;
  protocol::LogTip tip_;
  std::vector<protocol::VerifiedPayload> held_back_;
  std::uint64_t now_ms_ = 1'795'300'000'000;
};

/// Records with as little in them as their kind allows.
protocol::ContentBuilder practice(const Texts& title, const Texts& summary = {});
protocol::ContentBuilder project(const Texts& title, const std::string& number);
protocol::ContentBuilder organisation(const Texts& name, const std::string& country);
protocol::ContentBuilder contact(const Texts& name);
protocol::ContentBuilder adoption(const protocol::RecordId& about, const std::string& stage,
                                  const std::string& country,
                                  const std::optional<protocol::RecordId>& by = {});

}  // namespace hansa::test
