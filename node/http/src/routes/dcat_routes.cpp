// The node as one catalogue of data in DCAT-AP, for open data portals: a dataset for each kind, whose
// distributions are the exports.

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "../exports/base_address.h"
#include "../exports/formats.h"
#include "protocol/code_lists.h"
#include "routes.h"

namespace hansa::http {
namespace {

using boost::json::array;
using boost::json::object;

constexpr std::string_view iana = "https://www.iana.org/assignments/media-types/";
constexpr std::string_view file_types = "http://publications.europa.eu/resource/authority/file-type/";

bool can_say(const Format& format, std::string_view kind) {
  const auto& kinds = format.kinds;
  return kinds.empty() || std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

object in_english(const std::string& text) { return {{"@language", "en"}, {"@value", text}}; }
object reference(const std::string& id) { return {{"@id", id}}; }

array distributions(const std::string& base, const std::string& kind) {
  array list;
  for (const auto* format : formats::all) {
    if (!can_say(*format, kind)) continue;
    const auto address = base + "/api/v1/records." + std::string(format->ending) + "?kind=" + kind;
    object one{{"@id", address},
               {"@type", "dcat:Distribution"},
               {"dcat:accessURL", reference(address)},
               {"dcat:mediaType", reference(std::string(iana) + std::string(format->media_type))}};
    if (!format->file_type.empty())
      one["dct:format"] = reference(std::string(file_types) + std::string(format->file_type));
    list.push_back(std::move(one));
  }
  return list;
}

object dataset(const std::string& catalogue, const std::string& base, const std::string& kind,
               const object& publisher) {
  return {{"@id", catalogue + ":" + kind},
          {"@type", "dcat:Dataset"},
          {"dct:identifier", catalogue + ":" + kind},
          {"dct:title",
           in_english("Integration of newcomers in the Nordic and Baltic countries: " + kind + " records")},
          {"dct:description",
           in_english("All records of the kind " + kind +
                      " that the partners of the federation share, each under its own licence.")},
          {"dct:publisher", publisher},
          {"dcat:theme", reference("http://publications.europa.eu/resource/authority/data-theme/SOCI")},
          {"dcat:distribution", distributions(base, kind)}};
}

void catalogue(const Services& services, Call& call) {
  const RecordReading reading(services.node);
  const auto own = reading.own_partner();
  const auto base = base_address(services.options, call.request);
  const auto id = "urn:hansa:catalogue:" + (own ? protocol::to_text(*own) : std::string("none"));
  const auto name = own ? reading.partner_name(*own) : services.options.node_name;
  const object publisher{{"@id", id + ":publisher"}, {"@type", "foaf:Agent"}, {"foaf:name", name}};
  array datasets;
  for (const auto kind : protocol::code_lists::kinds.codes)
    datasets.push_back(dataset(id, base, std::string(kind), publisher));
  const object body{
      {"@context", object{{"dcat", "http://www.w3.org/ns/dcat#"},
                          {"dct", "http://purl.org/dc/terms/"},
                          {"foaf", "http://xmlns.com/foaf/0.1/"}}},
      {"@id", id},
      {"@type", "dcat:Catalog"},
      {"dct:title", in_english(services.options.node_name)},
      {"dct:description",
       in_english("What works in the local integration of newcomers, shared by a federation of partners.")},
      {"dct:publisher", publisher},
      {"foaf:homepage", reference(base + "/")},
      {"dcat:dataset", std::move(datasets)}};
  call.respond({200, {{"Content-Type", "application/ld+json"}}, boost::json::serialize(body)});
}

}  // namespace

void add_dcat_routes(Router& router, Services& services) {
  router.add({"GET",
              "/dcat",
              Access::feed,
              {"token"},
              "Describes the node as a catalogue of data, in DCAT-AP as JSON-LD.",
              [&services](Call& call) { catalogue(services, call); }});
}

}  // namespace hansa::http
