#pragma once
// Bytes of unknown encoding as UTF-8. Pure; any thread.

#include <string>
#include <string_view>

#include "json/problem.h"
#include "protocol/outcome.h"

namespace hansa::http {

struct DecodedText {
  std::string text;      ///< UTF-8, without a byte order mark
  std::string encoding;  ///< utf-8, utf-16le, utf-16be, windows-1257, windows-1252 or windows-1251
  bool sure = true;      ///< a byte order mark, valid UTF-8 or the reader's word say so; else it was guessed
};

/// `encoding`: one of the names above, or empty to find out: a byte order mark, then UTF-8 if the bytes are,
/// then by the frequency of letters. Problems: encoding_unknown, malformed_document (422).
protocol::Outcome<DecodedText, json::Problem> decode_text(std::string_view bytes,
                                                          const std::string& encoding);

bool is_import_encoding(std::string_view encoding);

}  // namespace hansa::http
