#include "catalogue.h"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "practice_text.h"
#include "protocol/chain.h"
#include "protocol/entry.h"
#include "store/rocks_store.h"

namespace hansa::bench {
namespace {

constexpr std::size_t entries_at_once = 512;

/// What was made here from a seed must be good; if not, figures would be about nothing.
template <class T, class E>
T must(protocol::Outcome<T, E> outcome, const char* what) {
  if (!outcome) throw std::runtime_error(std::string("the generated data is refused: ") + what);
  return std::move(*outcome);
}

protocol::SecretKey key_from(Dice& dice) {
  std::array<std::uint8_t, protocol::SecretKey::seed_bytes> seed{};
  dice.fill(seed);
  return protocol::SecretKey::from_seed(seed);
}

class LogWriter {
 public:
  LogWriter(const Federation& federation, const protocol::SecretKey& key, Dice& dice)
      : key_(key), dice_(dice), owner_(federation.charter->node(key.public_key())->partner) {
    log.author = key.public_key();
    protocol::DeclarationFields fields;
    fields.federation = federation.charter->federation();
    dice.fill(fields.epoch_nonce);
    fields.author_time_ms = written_ms;
    const auto header = must(protocol::seal_declaration(fields, key), "a declaration");
    tip_ = {fields.federation,
            protocol::log_id(fields.federation, log.author, fields.epoch_nonce),
            log.author,
            0,
            {}};
    append(header);
  }

  void write_practice() {
    auto content = practice_content(dice_);
    const auto salt = protocol::Salt::generate(dice_.entropy());
    const auto sealed = must(protocol::seal_payload(content, salt), "a payload");
    protocol::EntryFields fields;
    fields.author_time_ms = written_ms;
    protocol::RecordId record{owner_, {}};
    dice_.fill(record.local);
    fields.record = record;
    fields.record_kind = protocol::RecordKind::practice;
    fields.visibility = protocol::Visibility::everyone;
    fields.payload_blocks = sealed.blocks;
    fields.commitment = sealed.commitment;
    append(must(protocol::seal_entry(fields, tip_, key_), "an entry"));
    log.payload_bytes += content.size();
    log.payloads.emplace_back(salt, std::move(content));
  }

  SignedLog log;

 private:
  void append(const protocol::Bytes& header) {
    log.headers.insert(log.headers.end(), header.begin(), header.end());
    log.ends.push_back(log.headers.size());
    tip_.sequence += 1;
    tip_.hash = protocol::entry_hash(header);
  }

  const protocol::SecretKey& key_;
  Dice& dice_;
  protocol::PartnerId owner_;
  protocol::LogTip tip_;
};

void fill_log(store::Store& store, const Federation& federation, const SignedLog& log, std::size_t entries) {
  std::optional<protocol::LogTip> tip;
  for (std::size_t first = 0; first < entries; first += entries_at_once) {
    const auto last = std::min(first + entries_at_once, entries);
    const auto begin = first == 0 ? 0 : log.ends[first - 1];
    protocol::Bytes headers(log.headers.begin() + static_cast<std::ptrdiff_t>(begin),
                            log.headers.begin() + static_cast<std::ptrdiff_t>(log.ends[last - 1]));
    auto run = must(protocol::chain(federation.charter->federation(), tip, std::move(headers)), "a run");
    store::Batch batch;
    for (std::size_t index = std::max<std::size_t>(first, 1); index < last; ++index) {
      const auto& [salt, content] = log.payloads[index - 1];
      batch.payloads.push_back(
          must(protocol::check_payload(run.header(index - first), salt, content), "a payload"));
    }
    tip = run.tip();
    batch.runs.push_back(std::move(run));
    (void)store.commit(batch, written_ms, store::Durability::buffered);
  }
  (void)store.mark_checked(tip->log, tip->sequence, written_ms);
}

}  // namespace

Federation::Federation(std::uint64_t seed, std::size_t measuring_nodes) : measuring(measuring_nodes) {
  Dice dice(seed);
  protocol::CharterBody body;
  body.names = {{"en", "Benchmark"}};
  for (std::size_t i = 0; i < measuring_nodes + author_logs; ++i) {
    keys.push_back(key_from(dice));
    protocol::CharterPartner partner;
    dice.fill(partner.id.bytes);
    partner.names = {{"en", "Town " + std::to_string(i)}};
    partner.country = "LV";
    partner.role = i == 0 ? protocol::PartnerRole::coordinator : protocol::PartnerRole::member;
    protocol::CharterNode node;
    node.key = keys.back().public_key();
    node.partner = partner.id;
    body.partners.push_back(std::move(partner));
    body.nodes.push_back(std::move(node));
  }
  const auto by_id = [](const auto& a, const auto& b) { return a.id < b.id; };
  std::sort(body.partners.begin(), body.partners.end(), by_id);
  std::sort(body.nodes.begin(), body.nodes.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
  const auto signer = key_from(dice);
  body.signers = {{signer.public_key(), "Signer", std::nullopt}};
  const std::array<const protocol::SecretKey*, 1> signers{&signer};
  auto founded = protocol::found_charter(std::move(body), signers, dice.entropy());
  if (!founded) throw std::runtime_error("the generated charter is refused: " + founded.error().field);
  charter = std::make_shared<const protocol::Charter>(std::move(*founded));
}

std::function<std::vector<protocol::PartnerId>(const protocol::PublicKey&)> Federation::partners_of() const {
  return [charter = charter](const protocol::PublicKey& key) { return protocol::partners_of(*charter, key); };
}

std::vector<SignedLog> write_catalogue(const Federation& federation, std::uint64_t records,
                                       std::uint64_t seed) {
  Dice dice(seed + 1);
  std::vector<SignedLog> catalogue;
  for (std::size_t i = 0; i < federation.keys.size(); ++i) {
    LogWriter writer(federation, federation.keys[i], dice);
    if (i >= federation.measuring) {
      const auto author = i - federation.measuring;
      const auto share = records / author_logs + (author < records % author_logs ? 1 : 0);
      for (std::uint64_t record = 0; record < share; ++record) writer.write_practice();
    }
    catalogue.push_back(std::move(writer.log));
  }
  return catalogue;
}

void fill(store::Store& store, const Federation& federation, const std::vector<SignedLog>& catalogue,
          bool authors_only, const Lack& lack) {
  for (std::size_t i = authors_only ? federation.measuring : 0; i < catalogue.size(); ++i)
    fill_log(store, federation, catalogue[i], catalogue[i].ends.size() - lack(i));
  store.sync();
}

std::unique_ptr<store::Store> open(const std::string& directory, const Federation& federation) {
  store::StoreOptions options;
  options.partners_of = federation.partners_of();
  return store::open_store(directory, std::move(options));
}

}  // namespace hansa::bench
