#include "filters.h"

#include "http/percent.h"
#include "search/record_texts.h"

namespace hansa::commands {

void add_filter_options(CLI::App& command, Filters& filters) {
  command.add_option("WORDS", filters.words,
                     "Words that must all occur, in any language, with or without diacritics");
  command.add_option("--kind", filters.kind,
                     "practice, event, organisation, contact, response, project, service or resource");
  command.add_option("--theme", filters.theme, "Code of a theme");
  command.add_option("--country", filters.country, "ISO 3166-1 code");
  command.add_option("--partner", filters.partner, "Id of the partner that published it");
  command.add_option("--language", filters.language, "Language in which it can be read (BCP 47)");
  command
      .add_option("--filter", filters.others,
                  "FACET=CODE: any facet of the API, such as adopted_in=EE or cost=free; may be repeated")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->check([](const std::string& text) {
        const auto equals = text.find('=');
        if (equals == std::string::npos || equals + 1 == text.size())
          return "\"" + text + "\" is not FACET=CODE";
        std::string known;
        for (const auto facet : search::facet_names()) {
          if (facet == text.substr(0, equals)) return std::string();
          known.append(known.empty() ? "" : ", ").append(facet);
        }
        return "there is no such facet in \"" + text + "\": " + known;
      });
}

std::string query_of(const Filters& filters) {
  std::string q;
  for (const auto& word : filters.words) q += (q.empty() ? "" : " ") + word;
  std::string query = "q=" + http::percent_encoded(q);
  add_parameter(query, "kind", filters.kind);
  add_parameter(query, "theme", filters.theme);
  add_parameter(query, "country", filters.country);
  add_parameter(query, "partner", filters.partner);
  add_parameter(query, "language", filters.language);
  for (const auto& other : filters.others) {
    const auto equals = other.find('=');
    add_parameter(query, http::percent_encoded(other.substr(0, equals)), other.substr(equals + 1));
  }
  return query;
}

void add_parameter(std::string& address, const std::string& name, const std::string& value) {
  if (!value.empty()) address += "&" + name + "=" + http::percent_encoded(value);
}

}  // namespace hansa::commands
