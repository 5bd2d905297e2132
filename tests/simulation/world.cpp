#include "world.h"

#include <algorithm>
#include <cstdio>

#include "protocol/chain.h"
#include "store/rocks_store.h"

namespace hansa::simulation {

using namespace protocol;

/// How a node sends. Its number stands for it in the network.
struct World::Links final : core::LinkOut {
  Links(World& in, std::size_t of) : world(in), number(of) {}
  void send(LinkId link, Bytes message) override {
    world.network_.send(number, link, std::move(message), world.now_ms_);
  }
  void close(LinkId link, core::LinkEnd) override { world.network_.close(number, link); }
  World& world;
  std::size_t number;
};

World::World(Plan plan, std::uint64_t seed)
    : plan_(std::move(plan)),
      chance_(seed),
      messages_at_once_(std::size_t{1} << 3 * chance_.below(3)),
      started_ms_(now_ms_),
      network_(chance_, {[this](std::size_t node, LinkId link, std::size_t peer, core::LinkRole role) {
                           link_up(node, link, peer, role);
                         },
                         [this](std::size_t node, LinkId link) { link_down(node, link); },
                         [this](std::size_t node, LinkId link, Bytes bytes) {
                           message(node, link, std::move(bytes));
                         }}) {
  found_federation();
  make_edges();
  for (auto& member : members_) start(*member);
  for (std::size_t from = 0; plan_.backlog > 0 && from < plan_.backlog_nodes; ++from) {
    for (std::size_t i = 0; i < plan_.backlog; ++i) publish(*members_[from]);
    members_[from]->node->after_batch();
  }
}

void World::link_up(std::size_t node, LinkId link, std::size_t peer, core::LinkRole role) {
  if (is_intruder(node)) return meet_intruder(link, *members_[peer]);
  members_[node]->node->link_up(link, key_of(peer), role, std::min(version_of(node), version_of(peer)),
                                "simulated");
  members_[node]->node->after_batch();
}

void World::link_down(std::size_t node, LinkId link) {
  if (is_intruder(node)) return intruder_->link_down(link);
  if (!members_[node]->node) return;
  members_[node]->node->link_down(link, core::LinkEnd::cut);
  members_[node]->node->after_batch();
}

void World::message(std::size_t node, LinkId link, Bytes bytes) {
  if (is_intruder(node)) return intruder_->hear(link, bytes);
  if (!members_[node]->node) return;
  if (intruder_) return hear_intruder(*members_[node], link, std::move(bytes));
  members_[node]->node->message(link, std::move(bytes));
  end_batch(*members_[node]);
}

World::~World() {
  for (auto& member : members_) member->node.reset();
}

World::Member& World::add_member(SecretKey key) {
  auto member = std::make_unique<Member>();
  member->number = members_.size();
  member->key = std::make_unique<SecretKey>(std::move(key));
  member->links = std::make_unique<Links>(*this, member->number);
  members_.push_back(std::move(member));
  return *members_.back();
}

void World::found_federation() {
  CharterBody body;
  body.names = {{"en", "Simulated towns"}};
  for (std::size_t i = 0; i < plan_.nodes; ++i) {
    const Member& member = add_member(SecretKey::generate(chance_.entropy()));
    CharterPartner partner;
    chance_.fill(partner.id.bytes);
    partner.names = {{"en", "Town " + std::to_string(i)}};
    partner.country = "LV";
    partner.role = i == 0 ? PartnerRole::coordinator : PartnerRole::member;
    CharterNode node;
    node.key = member.key->public_key();
    node.partner = partner.id;
    body.nodes.push_back(node);
    body.partners.push_back(partner);
  }
  if (plan_.intrusions_per_minute > 0) list_intruder(body);
  for (std::size_t i = 0; i < plan_.signers; ++i) {
    const auto& signer = council_.add(chance_, i >= plan_.bad_signers);
    body.signers.push_back({signer.key.public_key(), "Signer", body.partners[i % plan_.nodes].id});
  }
  auto charter = found_charter(body, council_.keys(), chance_.entropy());
  if (!charter) throw std::runtime_error("charter: " + charter.error().field);
  charter_ = std::make_unique<Charter>(std::move(*charter));
  charters_.push_back(std::make_shared<const Charter>(*charter_));
  for (auto& member : members_) member->charters.set(charters_.back());
}

void World::open(Member& member) {
  const auto partners_of = [&member](const PublicKey& key) { return member.charters.partners_of(key); };
  if (!plan_.real_store) {
    if (!member.memory) member.memory = std::make_unique<test::MemoryStore>(partners_of);
    return;
  }
  make_disk(member);
  if (!member.real)
    member.real = store::open_store(
        "/store", {partners_of, chance_.entropy(), 8 * 1024 * 1024, member.environment.get()});
}

void World::make_disk(Member& member) {
  if (member.disk) return;
  member.disk = std::make_shared<test::PowerCutFileSystem>();
  member.environment = test::environment_over(member.disk);
}

void World::start(Member& member) {
  open(member);
  core::Node::Options options;
  options.now_ms = [this] { return now_ms_; };
  options.entropy = chance_.entropy();
  options.software = "hansa/simulated";
  if (logs_may_part() || has_council()) options.epoch_guard = &member.host;
  options.receive_credit_bytes = plan_.credit_bytes;
  member.node =
      std::make_unique<core::Node>(member.store(), *member.key, member.charters, std::move(options));
  member.node->attach(*member.links);
  member.node->after_batch();
  member.restart_at_ms = 0;
}

void World::crash(Member& member) {
  if (!member.node) return;
  ++crashes_;
  member.node.reset();
  if (member.memory) member.memory->crash();
  member.host.power_cut(chance_);
  if (member.real) {
    // Nothing that closing may still write counts, and what was not synced is lost, or parts of it are.
    member.disk->cut_at_sync(1);
    member.real.reset();
    std::mt19937_64 leftovers(chance_.number());
    member.disk->restart(&leftovers);
  }
  network_.node_gone(member.number, now_ms_);
  member.restart_at_ms = now_ms_ + chance_.between(100, 20'000);
}

/// A node that is busy finds several messages when it has time.
void World::end_batch(Member& member) {
  if (chance_.below(messages_at_once_) == 0) member.node->after_batch();
}

void World::make_edges() {
  const auto count = members_.size();
  std::set<std::pair<std::size_t, std::size_t>> edges;
  for (std::size_t i = 0; i + 1 < count; ++i) edges.insert({i, i + 1});
  if (!plan_.line && count > 2) edges.insert({0, count - 1});
  for (std::size_t a = 0; plan_.full_mesh && a < count; ++a)
    for (std::size_t b = a + 1; b < count; ++b) edges.insert({a, b});
  for (std::size_t i = 0; i < plan_.extra_edges; ++i) {
    const std::size_t a = chance_.below(count);
    const std::size_t b = chance_.below(count);
    if (a != b) edges.insert(std::minmax(a, b));
  }
  edges_.assign(edges.begin(), edges.end());
}

void World::dial() {
  for (const auto& [a, b] : edges_) {
    const bool parted = now_ms_ < island_until_ms_ && island_.contains(a) != island_.contains(b);
    auto& at = dial_at_ms_[{a, b}];
    if (parted || at > now_ms_ || !members_[a]->node || !members_[b]->node) continue;
    at = now_ms_ + chance_.between(300, 4000);
    if (network_.connected(a, b)) continue;
    if (!may_link(*members_[a], *members_[b])) {
      note_stranger(*members_[a], *members_[b]);
      note_stranger(*members_[b], *members_[a]);
      continue;
    }
    const bool forwards = chance_.below(2) == 0;
    network_.connect(forwards ? a : b, forwards ? b : a, now_ms_);
  }
}

void World::publish(Member& member) {
  if (!member.node) return;
  core::PublishRequest request;
  request.record_kind = RecordKind::practice;
  request.content.resize(plan_.content_bytes);
  chance_.fill(request.content);
  const std::size_t choice = chance_.below(10);
  if (!member.records.empty() && choice < 4) {
    request.is_new = false;
    request.record = member.records[chance_.below(member.records.size())];
    if (choice == 0) request.kind = EntryKind::withdraw;
  } else if (choice == 9 && plan_.charters_per_minute > 0) {
    // Another's record: refused, unless this partner succeeds the other.
    const auto& other = *members_[chance_.below(members_.size())];
    if (!other.records.empty()) {
      request.is_new = false;
      request.record = other.records[chance_.below(other.records.size())];
    }
  }
  const Bytes content = request.content;
  const bool is_new = request.is_new;
  member.node->publish(std::move(request), [this, &member, content, is_new](core::PublishOutcome outcome) {
    if (!outcome) return;
    acknowledge(member, *outcome, content);
    if (is_new) member.records.push_back(outcome->record);
  });
}

void World::acknowledge(Member& member, const core::Published& entry, const Bytes& content) {
  authors_of_logs_.emplace(entry.log, member.key->public_key());
  const auto [used, fresh] = numbers_used_.emplace(EntryRef{entry.log, entry.sequence}, entry.revision);
  // A machine that was put back, and whose peers lag, cannot know; it forks, and that is dealt with.
  const bool may_repeat = is_bad(member) || member.was_put_back;
  if (!fresh && used->second != entry.revision && !may_repeat)
    found_.push_back("node " + std::to_string(member.number) + " used sequence " +
                     std::to_string(entry.sequence) + " twice");
  if (!is_bad(member)) acknowledged_.push_back({member.number, entry, content});
}

/// Two entries behind the last one, the first with a signature that does not verify: the second vouches for
/// it.
void World::sign_badly(Member& member) {
  if (!member.node || !member.node->status().own_log) return;
  const auto own = member.store().snapshot()->log(member.node->status().own_log->id);
  LogTip tip{charter_->federation(), own->log, own->author, own->sequence, own->head};
  Bytes headers;
  for (const bool bad : {true, false}) {
    EntryFields fields;
    fields.author_time_ms = now_ms_;
    fields.record = RecordId{charter_->node(own->author)->partner, {}};
    chance_.fill(fields.record->local);
    fields.record_kind = RecordKind::practice;
    fields.visibility = Visibility::network;
    fields.payload_blocks = 1;
    chance_.fill(fields.commitment);
    auto header = seal_entry(fields, tip, *member.key);
    if (!header) return found_.push_back("a bad entry could not be made");
    if (bad) header->back() ^= 1;
    ++tip.sequence;
    tip.hash = entry_hash(*header);
    headers.insert(headers.end(), header->begin(), header->end());
  }
  auto run = chain(charter_->federation(),
                   LogTip{charter_->federation(), own->log, own->author, own->sequence, own->head},
                   std::move(headers));
  if (!run) return found_.push_back("a run with a bad entry in the middle was not taken");
  store::Batch batch;
  batch.runs.push_back(std::move(*run));
  crash(member);  // its node reads the store anew
  open(member);
  member.store().commit(batch, now_ms_, store::Durability::synced);
  ++bad_entries_;
}

void World::check_signatures(Member& member, bool all) {
  if (!member.node || (is_bad(member) && storm_)) return;
  while (auto job = member.node->next_check()) {
    member.node->check_done(core::run_check(*job));
    member.node->after_batch();
    if (!all) return;
  }
}

void World::misfortune() {
  const auto per_step = [this](std::uint64_t per_minute) {
    return chance_.rarely(per_minute * 1'000'000 / 6000);
  };
  if (per_step(plan_.crashes_per_minute)) {
    Member& member = *members_[chance_.below(members_.size())];
    // A power cut takes away what came from peers and was not synced yet: perhaps the last copy there was.
    if (logs_may_part())
      destroy([&] { crash(member); });
    else
      crash(member);
  }
  if (per_step(plan_.partitions_per_minute) && now_ms_ > island_until_ms_) {
    island_.clear();
    for (const auto& member : members_)
      if (chance_.below(2) == 0) island_.insert(member->number);
    island_until_ms_ = now_ms_ + chance_.between(1000, plan_.partition_ms_max);
    network_.cut_all_between(island_, now_ms_);
  }
  if (per_step(plan_.charters_per_minute)) change_charter();
  if (has_council() && per_step(plan_.visits_per_minute * plan_.signers)) approve();
  if (per_step(plan_.intrusions_per_minute)) intrude();
  if (per_step(plan_.mishaps_per_minute)) mishap();
  if (per_step(plan_.holds_per_minute)) hold_somebody();
  if (plan_.absences_per_minute > 0 && per_step(plan_.absences_per_minute)) switch_off();
  if (plan_.bad_author != SIZE_MAX && per_step(4)) sign_badly(*members_[plan_.bad_author]);
}

void World::step() {
  now_ms_ += 10;
  for (auto& member : members_)
    if (!member->node && !member->gone && member->restart_at_ms <= now_ms_) start(*member);
  if (has_council()) look_at_charters();
  hear_of_charters();
  dial();
  if (intruder_) carry_intruders_words();
  network_.step(now_ms_);
  if (storm_) {
    misfortune();
    if (chance_.rarely(plan_.publishes_per_second * 10'000))
      publish(*members_[chance_.below(members_.size())]);
  }
  for (auto& member : members_) {
    if (!member->node) continue;
    if ((now_ms_ / 10 + member->number) % 10 == 0) member->node->tick();
    member->node->after_batch();
    if (chance_.below(50) == 0) check_signatures(*member, false);
  }
}

bool World::all_equal() {
  const auto digest = members_[0]->node->status().digest;
  return std::all_of(members_.begin(), members_.end(), [&](const auto& member) {
    if (!belongs(*member)) return true;
    if (member->charters.get()->hash() != charter_->hash()) return false;
    const auto totals = member->store().snapshot()->totals();
    const bool whole = logs_may_part() ? !lacks_payloads(*member) : totals.missing_payloads == 0;
    return member->node->status().digest == digest && whole && totals.unchecked_entries == 0;
  });
}

void World::calm_down() {
  storm_ = false;
  stop_copies();
  calm_at_ms_ = now_ms_;
  island_until_ms_ = 0;
  network_.calm(now_ms_);
  if (intruder_) network_.node_gone(intruder_number, now_ms_);
  for (auto& member : members_) {
    member->restart_at_ms = std::min(member->restart_at_ms, now_ms_);
    for (auto& [version, at_ms] : member->charter_at_ms) at_ms = now_ms_;
  }
  if (plan_.charters_per_minute > 0) close_gaps();
}

void World::until_calm() {
  calm_down();
  constexpr std::uint64_t patience_ms = 25 * 60'000;
  while (now_ms_ < calm_at_ms_ + patience_ms) {
    step();
    if (now_ms_ % 1000 == 0 && all_equal()) break;
  }
  if (equal_after_ms_ == 0) equal_after_ms_ = now_ms_ - calm_at_ms_;
}

std::vector<std::string> World::run() {
  network_.weather.cuts_per_million = plan_.cuts_per_million;
  network_.weather.stalls_per_million = plan_.stalls_per_million;
  if (plan_.crowded) network_.weather.debtor_stalls_every_ms = 200;
  while (now_ms_ < started_ms_ + plan_.storm_ms) step();
  if (plan_.sign_twice) look_for_conflicts();
  until_calm();
  if (plan_.entries_alone) look_at_votes();
  if (logs_may_part()) bring_back();
  if (plan_.holds_per_minute > 0) hold_at_last(found_);
  if (plan_.charters_per_minute > 0 || logs_may_part()) last_words();
  // Peers say what they hold once a second.
  for (const auto end = now_ms_ + 5000; now_ms_ < end;) step();
  auto result = found_;
  const auto more = faults();
  result.insert(result.end(), more.begin(), more.end());
  if (!result.empty()) return result;

  // Nobody has anything more to say, but for those who were shut out, among themselves.
  const auto said = [this] {
    std::uint64_t messages = 0;
    for (const auto& [number, said_by_it] : network_.said_by())
      if (number < members_.size() && belongs(*members_[number])) messages += said_by_it;
    return messages;
  };
  const auto before = said();
  for (const auto end = now_ms_ + 20'000; now_ms_ < end;) step();
  const auto idle = said() - before;
  // A payload that was lost with its author's store is asked for in vain now and then.
  if (idle > network_.link_count() && !logs_may_part())
    result.push_back(std::to_string(idle) + " messages in 20 s without any news");
  return result;
}

}  // namespace hansa::simulation
