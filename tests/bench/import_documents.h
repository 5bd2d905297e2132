#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace hansa::bench {

/// Practices as somebody's own database would hand them over: each with an identifier there, the generator's
/// texts, and what the validators ask for besides. At most 10 000 in one document.
struct ImportDocuments {
  std::vector<std::string> documents;
  std::size_t bytes = 0;
};

/// `lead` is the record id of the organisation that leads them all. The same seed gives the same texts in
/// both forms.
ImportDocuments csv_documents(std::uint64_t records, std::uint64_t seed, const std::string& lead);
ImportDocuments json_documents(std::uint64_t records, std::uint64_t seed, const std::string& lead);

/// What libcsv alone, and Boost.JSON alone, needs to go through the documents: seconds. Throws
/// std::runtime_error if one is damaged.
double seconds_of_libcsv(const ImportDocuments& documents);
double seconds_of_boost_json(const ImportDocuments& documents);

}  // namespace hansa::bench
