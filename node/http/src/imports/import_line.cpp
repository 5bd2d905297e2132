#include "import_line.h"

namespace hansa::http {
namespace {

boost::json::array list(const std::vector<std::string>& texts) {
  boost::json::array items;
  for (const auto& text : texts) items.emplace_back(text);
  return items;
}

}  // namespace

std::string_view name(ImportLine::Outcome outcome) {
  switch (outcome) {
    case ImportLine::Outcome::created:
      return "created";
    case ImportLine::Outcome::updated:
      return "updated";
    case ImportLine::Outcome::unchanged:
      return "unchanged";
    case ImportLine::Outcome::skipped:
      return "skipped";
    case ImportLine::Outcome::waiting:
      return "waiting";
    case ImportLine::Outcome::refused:
      return "refused";
  }
  return "refused";
}

bool is_to_do(const ImportLine& line) {
  return !line.done &&
         (line.outcome == ImportLine::Outcome::created || line.outcome == ImportLine::Outcome::updated);
}

boost::json::object line_json(const ImportLine& line) {
  boost::json::value reason = nullptr;
  if (!line.code.empty())
    reason = boost::json::object{{"code", line.code}, {"params", line.params}, {"detail", line.detail}};
  return {{"number", line.number},
          {"line", line.line},
          {"kind", line.kind},
          {"title", line.title},
          {"key", line.key},
          {"outcome", name(line.outcome)},
          {"done", line.done},
          {"id", line.id ? boost::json::value(protocol::to_text(*line.id)) : boost::json::value(nullptr)},
          {"reason", std::move(reason)},
          {"errors", line.errors},
          {"changed", list(line.changed)},
          {"dropped", list(line.dropped)}};
}

void give_reason(ImportLine& line, ImportLine::Outcome outcome, std::string code,
                 boost::json::object params) {
  line.outcome = outcome;
  line.code = std::move(code);
  line.params = std::move(params);
  line.record.clear();
}

}  // namespace hansa::http
