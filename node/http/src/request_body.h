#pragma once
// A request's JSON body, for the routes: the one place that knows how its fields are read and blamed.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "call.h"
#include "protocol/field_error.h"
#include "protocol/outcome.h"

namespace hansa::http {

/// An answer need not repeat every field of a body of 1 MiB.
inline constexpr std::size_t faults_told_max = 64;

/// The fields of one request, or of an object within it. What is wrong with them is gathered, so that
/// problem() names all of it at once; a field that is null counts as absent. One thread.
class RequestBody {
 public:
  /// An object within a body: its fields are blamed as those of `path` ("changes[2]"). What it may hold is
  /// what is asked for; then blame_unasked().
  RequestBody(boost::json::object fields, std::string path)
      : fields_(std::move(fields)), path_(std::move(path)) {}
  /// A field that is none of `known` is a fault like any other. Problems: malformed_json (400), too_large
  /// (413), invalid_request (422, no object).
  static protocol::Outcome<RequestBody, Response> of(const Call& call,
                                                     std::initializer_list<std::string_view> known);

  bool has(std::string_view field) { return find(field) != nullptr; }
  /// Empty, and a fault (required, wrong_type), if it is not there or no text.
  std::string text(std::string_view field);
  /// None if it is not there; a fault if it is something else.
  std::optional<std::string> text_if_there(std::string_view field);
  /// 0, and a fault (required, wrong_type, out_of_range), if it is not there or no such number.
  std::int64_t number(std::string_view field, std::int64_t least, std::int64_t most);
  std::optional<std::int64_t> number_if_there(std::string_view field, std::int64_t least, std::int64_t most);
  const boost::json::array* list_if_there(std::string_view field);
  /// False if it is not there.
  bool flag(std::string_view field);

  /// Fields that nobody asked for are faults: unknown_field.
  void blame_unasked();
  /// One fault a field: the first one stays. At most faults_told_max.
  void blame(protocol::FieldError error);
  void blame(std::string_view field, std::string_view code) {
    blame({std::string(field), std::string(code), {}, {}});
  }
  bool at_fault() const { return !errors_.empty(); }
  const std::vector<protocol::FieldError>& errors() const { return errors_; }
  /// The answer to what is wrong so far; there must be something.
  Response problem() const;
  Response problem(std::string code, std::string title) const;

 private:
  const boost::json::value* find(std::string_view field);
  void blame_type(std::string_view field, std::string_view expected);

  boost::json::object fields_;
  std::string path_;
  std::set<std::string, std::less<>> asked_;
  std::vector<protocol::FieldError> errors_;
};

/// A request that cannot be carried out because of one of its fields: invalid_request (422).
Response field_problem(std::string_view field, std::string_view code);

}  // namespace hansa::http
