#include "signed_json.h"

#include <sodium.h>

#include <boost/json/serialize.hpp>

#include "protocol/entry.h"
#include "store/catalogue.h"

namespace hansa::http {
namespace {

std::string base64url(protocol::ByteView bytes) {
  constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), variant);
  text.pop_back();  // the zero behind it
  return text;
}

boost::json::object signed_bytes(const store::Snapshot& snapshot, const store::Revision& revision) {
  boost::json::object bytes;
  const auto headers = snapshot.headers(revision.log, revision.sequence, 1, protocol::header_bytes_max);
  if (!headers.empty()) bytes["header"] = base64url(headers.front());
  if (const auto payload = snapshot.payload(revision.log, revision.sequence)) {
    bytes["salt"] = base64url(payload->salt);
    bytes["content"] = base64url(payload->content);
  }
  return bytes;
}

}  // namespace

SignedJsonWriter::SignedJsonWriter(const RecordReading& reading) : reading_(reading) {
  boost::json::value federation = nullptr;
  boost::json::value charter = nullptr;
  if (const auto& held = reading.status().charter) {
    federation = boost::json::value(protocol::to_hex(held->federation()));
    charter = boost::json::object{{"version", held->version()}, {"hash", protocol::to_hex(held->hash())}};
  }
  text_ = "{\"federation\":" + boost::json::serialize(federation) +
          ",\"charter\":" + boost::json::serialize(charter) + ",\"items\":[";
}

void SignedJsonWriter::add(const Exported& record) {
  auto json = record.json;
  json["provenance"] = reading_.json(record.state).at("provenance");
  json["signed"] = signed_bytes(reading_.snapshot(), store::live_revision(record.state));
  text_ += (first_ ? "\n" : ",\n") + boost::json::serialize(json);
  first_ = false;
}

std::string SignedJsonWriter::end() {
  text_ += "]}\n";
  return std::move(text_);
}

}  // namespace hansa::http
