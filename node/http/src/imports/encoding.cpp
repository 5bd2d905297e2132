#include "encoding.h"

#include <iconv.h>
#include <uchardet/uchardet.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

#include "entry.h"
#include "protocol/unicode.h"

namespace hansa::http {
namespace {

constexpr std::string_view names = "utf-8, utf-16le, utf-16be, windows-1257, windows-1252, windows-1251";
constexpr std::array<std::string_view, 6> encodings = {"utf-8",        "utf-16le",     "utf-16be",
                                                       "windows-1257", "windows-1252", "windows-1251"};

/// What uchardet may say, and which encoding of Windows that means: files in the ISO and Mac sets of the same
/// letters are not made any more, and short texts look like them.
struct Guess {
  std::string_view said;
  std::string_view meant;
};
constexpr std::array<Guess, 12> guesses{{{"WINDOWS-1257", "windows-1257"},
                                         {"ISO-8859-13", "windows-1257"},
                                         {"ISO-8859-4", "windows-1257"},
                                         {"ISO-8859-10", "windows-1257"},
                                         {"WINDOWS-1252", "windows-1252"},
                                         {"ISO-8859-1", "windows-1252"},
                                         {"ISO-8859-15", "windows-1252"},
                                         {"ISO-8859-9", "windows-1252"},
                                         {"WINDOWS-1251", "windows-1251"},
                                         {"ISO-8859-5", "windows-1251"},
                                         {"MAC-CYRILLIC", "windows-1251"},
                                         {"KOI8-R", "windows-1251"}}};

struct DetectorFree {
  void operator()(uchardet_t detector) const { uchardet_delete(detector); }
};

/// Empty: no idea.
std::string guess(std::string_view bytes) {
  const std::unique_ptr<uchardet, DetectorFree> detector(uchardet_new());
  if (uchardet_handle_data(detector.get(), bytes.data(), bytes.size()) != 0) return {};
  uchardet_data_end(detector.get());
  const std::string_view said(uchardet_get_charset(detector.get()));
  const auto* found =
      std::find_if(guesses.begin(), guesses.end(), [&](const auto& one) { return one.said == said; });
  return found == guesses.end() ? std::string() : std::string(found->meant);
}

class Conversion {
 public:
  explicit Conversion(const std::string& from) : handle_(iconv_open("UTF-8", from.c_str())) {}
  ~Conversion() {
    if (is_open()) iconv_close(handle_);
  }
  Conversion(const Conversion&) = delete;
  Conversion& operator=(const Conversion&) = delete;
  bool is_open() const { return handle_ != reinterpret_cast<iconv_t>(-1); }

  /// How many bytes were taken: all of them if it went well.
  std::size_t run(std::string_view bytes, std::string& out) {
    std::string input(bytes);  // iconv asks for what it may write, and does not
    char* from = input.data();
    std::size_t left = input.size();
    std::array<char, 16384> part{};
    while (left > 0) {
      char* to = part.data();
      std::size_t room = part.size();
      const auto result = iconv(handle_, &from, &left, &to, &room);
      out.append(part.data(), part.size() - room);
      if (result == static_cast<std::size_t>(-1) && errno != E2BIG) break;
    }
    return bytes.size() - left;
  }

 private:
  iconv_t handle_;
};

json::Problem unknown_encoding(std::string detail) {
  return {"encoding_unknown", 422, "The document's encoding is not known.", std::move(detail), {}};
}

protocol::Outcome<DecodedText, json::Problem> converted(std::string_view bytes, const std::string& encoding,
                                                        bool sure) {
  DecodedText decoded{{}, encoding, sure};
  if (encoding == "utf-8") {
    if (!protocol::is_utf8(bytes)) return malformed_document("it is not UTF-8; name another encoding");
    decoded.text = std::string(bytes);
    return decoded;
  }
  Conversion conversion(encoding);
  if (!conversion.is_open()) return unknown_encoding("this machine cannot read " + encoding);
  const auto taken = conversion.run(bytes, decoded.text);
  if (taken == bytes.size()) return decoded;
  const auto line = 1 + std::count(decoded.text.begin(), decoded.text.end(), '\n');
  return malformed_document("line " + std::to_string(line) + ": a byte that " + encoding + " does not have");
}

}  // namespace

bool is_import_encoding(std::string_view encoding) {
  return std::find(encodings.begin(), encodings.end(), encoding) != encodings.end();
}

protocol::Outcome<DecodedText, json::Problem> decode_text(std::string_view bytes,
                                                          const std::string& encoding) {
  struct Mark {
    std::string_view bytes, encoding;
  };
  constexpr std::array<Mark, 3> marks{
      {{"\xEF\xBB\xBF", "utf-8"}, {"\xFF\xFE", "utf-16le"}, {"\xFE\xFF", "utf-16be"}}};
  for (const auto& mark : marks) {
    if (!bytes.starts_with(mark.bytes)) continue;
    if (encoding.empty() || encoding == mark.encoding)
      return converted(bytes.substr(mark.bytes.size()), std::string(mark.encoding), true);
  }
  if (!encoding.empty()) return converted(bytes, encoding, true);
  if (protocol::is_utf8(bytes)) return converted(bytes, "utf-8", true);
  const auto guessed = guess(bytes);
  if (guessed.empty()) return unknown_encoding("name it: " + std::string(names));
  return converted(bytes, guessed, false);
}

}  // namespace hansa::http
