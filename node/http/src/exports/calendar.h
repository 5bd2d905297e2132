#pragma once

#include <map>
#include <string>

#include "fields.h"
#include "writer.h"
#include "zones.h"

namespace hansa::http {

/// Events as an iCalendar object (RFC 5545, 7986) that calendar programs subscribe to. The UID is the
/// record's id for ever, SEQUENCE its version, so that a moved event moves and is not doubled; every zone
/// comes with its VTIMEZONE; a withdrawn event is CANCELLED. Events without a day (only a month or a year is
/// known) are left out, and so are other kinds and what was erased. A zone that the system does not know is
/// left away: such a time is the same on every clock. Where a restricted meeting is held online is not told.
class CalendarWriter final : public RecordWriter {
 public:
  /// `name`: of the calendar.
  explicit CalendarWriter(const std::string& name) : name_(fields::in_one_line(name)) {}
  void add(const Exported& record) override;
  std::size_t bytes() const override { return events_.size(); }
  std::string end() override;

 private:
  bool knows(const std::string& zone);

  std::string name_;
  std::map<std::string, Component> zones_;  ///< that events name; null: the system does not know it
  std::string events_;
};

}  // namespace hansa::http
