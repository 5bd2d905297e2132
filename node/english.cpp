#include "english.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "json_fields.h"

namespace hansa {

extern const char* const english_catalogue;  // made by CMake

namespace {

constexpr std::size_t list_in_sentence_max = 300;

boost::json::object params_of(const boost::json::object& coded) {
  const auto* params = coded.if_contains("params");
  return params != nullptr && params->is_object() ? params->get_object() : boost::json::object();
}

const boost::json::object& catalogue() {
  static const auto parsed = boost::json::parse(english_catalogue).as_object();
  return parsed;
}

std::string shown(const boost::json::value& value) {
  return value.is_string() ? std::string(value.get_string()) : boost::json::serialize(value);
}

/// The number that a plural form goes by.
bool is_one(const boost::json::object& params) {
  for (const auto* name : {"count", "entries", "payloads"})
    if (const auto* value = params.if_contains(name)) return shown(*value) == "1";
  return false;
}

std::string filled(std::string text, const boost::json::object& params) {
  for (const auto& param : params) {
    const auto place = "{" + std::string(param.key()) + "}";
    for (auto at = text.find(place); at != std::string::npos; at = text.find(place, at + 1))
      text.replace(at, place.size(), shown(param.value()));
  }
  return text;
}

}  // namespace

bool knows_english(const std::string& vocabulary, const std::string& code) {
  return catalogue().contains(vocabulary + "." + code);
}

std::string in_english(const std::string& vocabulary, const std::string& code,
                       const boost::json::object& params) {
  const auto* message = catalogue().if_contains(vocabulary + "." + code);
  if (message == nullptr) return code;
  if (const auto* forms = message->if_object())
    message = forms->if_contains(is_one(params) ? "one" : "other");
  auto words = params;
  if (const auto* entries = params.if_contains("entries"); entries != nullptr && !params.contains("count"))
    words["count"] = *entries;
  if (const auto* payloads = params.if_contains("payloads"); payloads != nullptr && !words.contains("count"))
    words["count"] = *payloads;
  return filled(shown(*message), words);
}

std::string coded_in_words(const boost::json::object& coded, const char* vocabulary, const char* otherwise) {
  const auto code = text_at(coded, "code");
  auto params = params_of(coded);
  // A partner by its name, where it came along.
  if (const auto name = text_at(params, "partnerName"); !name.empty()) params["partner"] = name;
  // Reasons are codes of their own: of a connection that failed, or of a new epoch.
  if (const auto reason = text_at(params, "reason"); !reason.empty())
    for (const auto* reasons : {"linkError", "epochReason"})
      if (knows_english(reasons, reason)) {
        params["reason"] = in_english(reasons, reason, params);
        break;
      }
  return in_english(knows_english(vocabulary, code) ? vocabulary : otherwise, code, params);
}

std::string field_error_in_words(const boost::json::object& error) {
  auto code = text_at(error, "code");
  auto words = params_of(error);
  for (const auto* limit : {"min", "max"})
    if (const auto* value = words.if_contains(limit)) words["count"] = *value;
  // A list that fits into a sentence is named whole.
  const auto allowed = text_at(words, "allowed");
  if (code == "unknown_code" && !allowed.empty() && allowed.size() <= list_in_sentence_max)
    code = "unknown_code_of";
  else if (code == "unknown_code" && words.contains("list"))
    code = "unknown_code_in";
  if (const auto type = text_at(words, "expected"); knows_english("expectedType", type))
    words["expected"] = in_english("expectedType", type, {});
  words["field"] = text_at(error, "field").empty() ? "the document" : text_at(error, "field");
  words["code"] = code;
  auto sentence = in_english("error", knows_english("error", code) ? code : "other", words);
  if (const auto value = text_at(error, "value"); !value.empty()) sentence += " (\"" + value + "\")";
  return sentence;
}

std::string link_error_in_words(const boost::json::object& error) {
  const auto words = params_of(error);
  const auto in_words = [&words](const std::string& code) {
    if (knows_english("linkError", code)) return in_english("linkError", code, words);
    return in_english("linkError", "other", {{"code", code}});
  };
  const auto code = text_at(error, "code");
  const auto theirs = text_at(words, "reason");
  if (code != "closed" || theirs.empty()) return in_words(code);
  return in_english("linkError", "closedFor", {{"reason", in_words(theirs)}});
}

}  // namespace hansa
