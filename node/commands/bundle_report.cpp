#include <boost/json.hpp>
#include <iostream>

#include "bundle_file.h"
#include "json/record_json.h"

namespace hansa::commands {
namespace {

using protocol::BundleCheck;

struct Sums {
  std::uint64_t entries = 0, payloads = 0, missing = 0, outside = 0, not_counting = 0;
};

Sums sums_of(const BundleCheck& check) {
  Sums sums;
  const auto counting = counting_logs(check);
  for (std::size_t i = 0; i < counting.size(); ++i) {
    const auto& log = check.logs()[i];
    sums.entries += log.entries;
    sums.payloads += log.payloads;
    sums.missing += log.payloads_missing;
    sums.outside += log.payloads_outside;
    sums.not_counting += log.entries - counting[i].through;
  }
  return sums;
}

boost::json::object fault_json(const protocol::BundleFault& fault) {
  return {{"place", protocol::name(fault.place)},
          {"code", protocol::name(fault.refusal)},
          {"offset", fault.offset},
          {"log", protocol::to_hex(fault.log)},
          {"sequence", fault.sequence}};
}

}  // namespace

boost::json::object report_json(const BundleCheck& check, bool trusted) {
  const auto& opening = check.opening();
  const auto counting = counting_logs(check);
  boost::json::array logs;
  for (std::size_t i = 0; i < counting.size(); ++i) {
    const auto& log = check.logs()[i];
    logs.push_back(boost::json::object{{"log", protocol::to_hex(log.promised.log)},
                                       {"node", protocol::to_text(log.author)},
                                       {"partner", log.entries == 0 ? "" : author_of(check, log.author)},
                                       {"promised", log.promised.sequence},
                                       {"entries", log.entries},
                                       {"counting", counting[i].through},
                                       {"end", counting[i].end},
                                       {"payloads", log.payloads},
                                       {"payloadsMissing", log.payloads_missing},
                                       {"payloadsLeftOut", log.payloads_outside}});
  }
  boost::json::array faults;
  for (const auto& fault : check.faults()) faults.push_back(fault_json(fault));
  return {{"valid", check.is_valid()},
          {"trusted", trusted},
          {"everything", opening.is_everything},
          {"asked", opening.asked},
          {"federation", protocol::to_hex(opening.federation)},
          {"charter",
           boost::json::object{{"version", check.charters() ? check.charters()->newest().version() : 0},
                               {"hash", protocol::to_hex(opening.charter)}}},
          {"node", protocol::to_text(opening.node)},
          {"partner", author_of(check, opening.node)},
          {"made", json::instant_text(opening.made_ms)},
          {"digest", protocol::to_hex(opening.digest)},
          {"proofs", check.proofs()},
          {"logs", std::move(logs)},
          {"faultCount", check.fault_count()},
          {"faults", std::move(faults)}};
}

void print_report(const BundleCheck& check) {
  const auto& opening = check.opening();
  std::cout << "made by " << author_of(check, opening.node) << " at " << json::instant_text(opening.made_ms)
            << ": "
            << (opening.is_everything ? "everything that its node held"
                                      : "what the search " + opening.asked + " gave")
            << '\n';
  if (const auto* chain = check.charters()) {
    const auto& newest = chain->newest();
    std::cout << "federation \"" << protocol::Charter::name_in(newest.body().names, "en") << "\" "
              << protocol::to_hex(chain->federation()) << "\ncharter version " << newest.version() << " "
              << protocol::to_hex(newest.hash()) << ", with all before it, signed by their signers\n";
  }
  const auto sums = sums_of(check);
  std::cout << "valid: " << sums.entries << " entries in " << check.logs().size()
            << " logs, each chained and with its own signature; " << sums.payloads
            << " contents, each as its author sealed it; " << check.proofs() << " proofs\n";
  if (sums.outside != 0)
    std::cout << "left out on purpose: " << sums.outside << " contents, of which the headers are here\n";
  if (sums.missing != 0) std::cout << "missing: " << sums.missing << " contents that should be here\n";
  const auto counting = counting_logs(check);
  for (std::size_t i = 0; i < counting.size(); ++i) {
    const auto& log = check.logs()[i];
    std::cout << "  "
              << (log.entries == 0 ? std::string("nothing of it is here") : author_of(check, log.author))
              << ": log " << protocol::to_hex(log.promised.log).substr(0, 16) << "…, " << log.entries
              << " of " << log.promised.sequence << " entries, " << log.payloads << " contents";
    if (counting[i].through < log.entries)
      std::cout << "; behind " << counting[i].through << " they do not count (" << counting[i].end << ")";
    std::cout << '\n';
  }
  for (const auto& fault : check.faults()) std::cerr << "at fault: " << in_words(fault) << '\n';
  if (check.fault_count() > check.faults().size())
    std::cerr << "and " << check.fault_count() - check.faults().size() << " more\n";
}

}  // namespace hansa::commands
