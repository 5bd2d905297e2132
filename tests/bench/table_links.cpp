#include "table_links.h"

#include <stdexcept>

namespace hansa::bench {

namespace wire = protocol::wire;

struct TableNodes::Member final : core::LinkOut {
  Member(TableNodes& table, const protocol::SecretKey& node_key) : nodes(table), key(node_key) {}

  void send(core::LinkId link, protocol::Bytes message) override {
    auto& wire = nodes.wires_.at(link - 1);
    if (!wire.open) return;
    wire.to[wire.ends[0] == number ? 1 : 0].push_back(std::move(message));
  }
  void close(core::LinkId link, core::LinkEnd reason) override {
    nodes.wires_.at(link - 1).open = false;
    throw std::runtime_error("a node closed a link: " + std::string(core::name(reason)));
  }

  TableNodes& nodes;
  const protocol::SecretKey& key;
  std::size_t number = 0;
  core::CharterHolder charters;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<core::Node> node;
};

TableNodes::TableNodes(const Federation& federation, const test::TemporaryDirectory& scratch,
                       const std::string& prefix, std::uint64_t seed)
    : entries_received(federation.measuring), dice_(seed) {
  for (std::size_t i = 0; i < federation.measuring; ++i) {
    auto member = std::make_unique<Member>(*this, federation.keys[i]);
    member->number = i;
    member->charters.set(federation.charter);
    member->store = open(scratch.path(prefix + std::to_string(i)), federation);
    core::Node::Options options;
    options.now_ms = [this] { return now_ms_; };
    options.entropy = dice_.entropy();
    options.software = "hansa-bench";
    options.expected_statements.emplace();
    member->node =
        std::make_unique<core::Node>(*member->store, member->key, member->charters, std::move(options));
    member->node->attach(*member);
    members_.push_back(std::move(member));
  }
}

TableNodes::~TableNodes() = default;

core::Node& TableNodes::node(std::size_t i) { return *members_[i]->node; }

store::Totals TableNodes::totals(std::size_t i) const { return members_[i]->store->snapshot()->totals(); }

void TableNodes::fail_waiting() { throw std::runtime_error("the nodes do not come to what is waited for"); }

void TableNodes::link(std::size_t a, std::size_t b) {
  wires_.push_back({{a, b}, {}, false, true});
  node(a).link_up(wires_.size(), members_[b]->key.public_key(), core::LinkRole::dialled,
                  protocol::link_version_newest, "table");
  work(a);
}

/// What the core thread of a node does after each batch; signatures are checked at once.
void TableNodes::work(std::size_t number) {
  auto& core = node(number);
  core.after_batch();
  while (const auto job = core.next_check()) core.check_done(core::run_check(*job));
  core.after_batch();
  (void)core.take_events();
}

bool TableNodes::round() {
  struct Mail {
    std::size_t wire;
    std::size_t end;
    std::deque<protocol::Bytes> inbox;
  };
  std::vector<Mail> mail;
  for (std::size_t i = 0; i < wires_.size(); ++i)
    for (const std::size_t end : {std::size_t{0}, std::size_t{1}})
      if (!wires_[i].to[end].empty()) mail.push_back({i, end, std::exchange(wires_[i].to[end], {})});
  if (mail.empty()) return false;
  for (auto& one : mail) deliver(one.wire + 1, wires_[one.wire], one.end, std::move(one.inbox));
  return true;
}

void TableNodes::deliver(core::LinkId link, Wire& wire, std::size_t end, std::deque<protocol::Bytes> inbox) {
  const auto receiver = wire.ends[end];
  const auto sender = wire.ends[1 - end];
  if (end == 1 && !wire.accepted) {
    wire.accepted = true;
    node(receiver).link_up(link, members_[sender]->key.public_key(), core::LinkRole::accepted,
                           protocol::link_version_newest, "table");
  }
  for (auto& message : inbox) {
    count(receiver, message);
    node(receiver).message(link, std::move(message));
  }
  work(receiver);
}

void TableNodes::count(std::size_t receiver, const protocol::Bytes& message) {
  traffic.messages += 1;
  traffic.bytes += message.size();
  const auto decoded = wire::decode(message);
  if (!decoded) throw std::runtime_error("a node sent what does not decode");
  if (wire::is_bulk(*decoded)) traffic.record_bytes += message.size();
  if (std::holds_alternative<wire::Push>(*decoded)) entries_received[receiver] += 1;
  if (const auto* batch = std::get_if<wire::Batch>(&*decoded)) {
    protocol::ByteView rest = batch->headers;
    for (auto header = protocol::HeaderView::parse_front(rest); !rest.empty() && header;
         header = protocol::HeaderView::parse_front(rest)) {
      rest = rest.subspan(header->length());
      entries_received[receiver] += 1;
    }
  }
}

void TableNodes::pass(std::uint64_t ms) {
  now_ms_ += ms;
  waited_ms_ += ms;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    node(i).tick();
    work(i);
  }
}

}  // namespace hansa::bench
