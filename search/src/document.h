#pragma once

#include <xapian.h>

#include "collation.h"
#include "forms.h"
#include "store/store.h"

namespace hansa::search {

/// The document of a record as one snapshot shows it. One thread, that of the writer.
class DocumentMaker {
 public:
  struct Made {
    Xapian::Document document;
    bool personal = false;
    bool waiting = false;  ///< its payload is still to come, or its signature to be checked
  };
  Made make(const store::Snapshot& snapshot, const store::RecordState& record);

  /// Whether make() would say so.
  static bool is_waiting(const store::Snapshot& snapshot, const store::RecordState& record);

 private:
  void add_content(const store::Snapshot& snapshot, const store::RecordState& record, Made& made,
                   std::string& codes);
  void add_text(Xapian::Document& document, const std::string& text, const std::string& language,
                unsigned weight);

  WordForms forms_;
  TitleKeys title_keys_;
};

}  // namespace hansa::search
