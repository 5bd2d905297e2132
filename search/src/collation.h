#pragma once
// The order of titles, by the alphabet of who reads them: in Estonian z stands before õ, in Swedish å ä ö are
// last. ICU knows how; Unicode Technical Standard 10.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/content_summary.h"

namespace hansa::search {

/// How many alphabets titles are ordered by; which one is whose is alphabet_of().
unsigned alphabets();
/// For who reads `language` (BCP 47); languages without an alphabet of their own here have the English one.
unsigned alphabet_of(std::string_view language);

/// One thread at a time.
class TitleKeys {
 public:
  TitleKeys();
  ~TitleKeys();
  TitleKeys(const TitleKeys&) = delete;
  TitleKeys& operator=(const TitleKeys&) = delete;

  /// A key of the title that readers with this alphabet see: in their language, in English, in the record's
  /// own or in any. It ends with NUL; that of a record without a title is behind all others.
  std::string of(const protocol::ContentSummary& summary, unsigned alphabet) const;

 private:
  struct Collators;
  std::unique_ptr<Collators> collators_;
};

}  // namespace hansa::search
