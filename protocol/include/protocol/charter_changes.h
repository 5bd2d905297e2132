#pragma once
// What one version of a charter changes of another, as codes with parameters: for words in pages and
// commands. Nothing of a body but version, hashes and nonce is left out. Pure; any thread.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/charter.h"

namespace hansa::protocol {

/// One change. Codes and the names of parameters are stable; docs/api.md lists them. A parameter is text:
/// ids, keys and numbers as elsewhere; `name` is a partner's or signer's name in the reader's language.
struct CharterChange {
  std::string_view code;
  std::map<std::string, std::string> params;
  std::vector<Cut> cuts;  ///< Where a node's logs end from now on; only for node_… and cuts_changed.
  friend bool operator==(const CharterChange&, const CharterChange&) = default;
};

/// What an erasure names: a record's urn, or an entry as LOG:SEQUENCE.
std::string text_of_subject(const Subject& subject);

/// In the order of the body: federation, partners, nodes, signers, terms. Empty: nothing changes but the
/// version. `language`: of names (BCP 47).
std::vector<CharterChange> charter_changes(const CharterBody& before, const CharterBody& after,
                                           std::string_view language);

}  // namespace hansa::protocol
