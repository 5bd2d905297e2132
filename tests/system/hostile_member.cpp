// hansa_hostile_member card SEED                        prints a card for the key of that seed
// hansa_hostile_member ASSAULT PORT SEED CHARTER_FILE   links with that key, and misbehaves until it is cut
// off
//
// A member of the federation for the system tests: its key stands in the charter. ASSAULT: bomb, names,
// echoes.

#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>

#include "hostile_peer.h"
#include "protocol/card.h"
#include "protocol/handshake.h"
#include "raw_peer.h"

using namespace hansa;
using namespace hansa::protocol;

namespace {

constexpr int rows_at_once = 2000;
constexpr std::uint32_t echoes_max = 20'000'000;

SecretKey key_of(const std::string& seed) {
  Hash bytes{};
  std::copy_n(seed.begin(), std::min(seed.size(), bytes.size()), bytes.begin());
  return SecretKey::from_seed(bytes);
}

Charter charter_in(const std::string& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  const auto bytes = read_charter_text(line);
  REQUIRE(bytes);
  auto charter = read_charter(*bytes, nullptr);
  REQUIRE(charter);
  return *charter;
}

/// An authenticated connection over which anything can be said.
class Member {
 public:
  Member(std::uint16_t port, const std::string& seed, const std::string& charter_file)
      : charter_(charter_in(charter_file)), socket_(port), peer_(key_of(seed), charter_) {
    REQUIRE(socket_.upgrade({}, "/") == 101);
    const auto entropy = system_entropy();
    LinkTerms terms;
    terms.federation = charter_.federation();
    terms.node_key = &peer_.key;
    terms.static_key = NoiseKeyPair::generate(entropy);
    terms.versions = {1};
    terms.admits = [](const PublicKey&) -> Outcome<Done> { return Done{}; };
    auto handshake = LinkHandshake::initiate(std::move(terms), entropy);
    socket_.send_frame(handshake.start());
    const auto answer = socket_.read_message();
    REQUIRE(answer);
    const auto step = handshake.receive(*answer);
    REQUIRE(step.complete);
    node_ = handshake.peer();
    socket_.send_frame(step.send);
    secure_ = handshake.take_link();
    secure_->set_message_bytes_max(link_message_bytes_max);
    peer_.declare();
    while (peer_.entries.size() < 20) peer_.append();
    say(wire::encode(peer_.hello(node_)));
  }

  void say(const Bytes& message) {
    for (const auto& frame : secure_->encrypt(message)) socket_.send_frame(frame);
  }
  /// Hears the node until it closes, and says what the peer has to say.
  void converse() {
    while (const auto frame = socket_.read_message()) {
      const auto messages = secure_->decrypt(*frame);
      if (!messages) return;
      for (const auto& message : *messages) peer_.hear(message);
      for (const auto& message : std::exchange(peer_.to_say, {})) say(message);
    }
  }
  bool is_cut_off() { return socket_.reads_end(); }
  bool is_open() const { return socket_.is_open(); }
  test::HostilePeer& peer() { return peer_; }

 private:
  Charter charter_;
  test::RawPeer socket_;
  test::HostilePeer peer_;
  PublicKey node_;
  std::optional<SecureLink> secure_;
};

/// Answers the first question with a block that would inflate to two gigabytes, and says four megabytes.
void bomb(Member& member) {
  member.peer().twist = [&member](const wire::Message& message) {
    const auto* pull = std::get_if<wire::Pull>(&message);
    if (pull == nullptr) return false;
    member.peer().to_say.push_back(test::bomb(pull->ticket, static_cast<std::uint32_t>(inflated_bytes_max)));
    return true;
  };
  member.converse();
}

/// Names logs that do not exist, without end.
void names(Member& member) {
  std::uint64_t invented = 0;
  while (member.is_open()) {
    wire::Announce announce;
    for (int row = 0; row < rows_at_once; ++row) {
      wire::HeadRow head;
      ++invented;
      for (std::size_t at = 0; at < sizeof invented; ++at)
        head.log.id[at] = static_cast<std::uint8_t>(invented >> (8 * at));
      head.sequence = 5;
      announce.rows.push_back(head);
    }
    member.say(wire::encode(announce));
  }
}

/// Small messages, each of which is answered, and reads no answer.
void echoes(Member& member) {
  for (std::uint32_t number = 1; member.is_open() && number < echoes_max; ++number)
    member.say(wire::encode(wire::Ping{number, number}));
}

int run(const std::vector<std::string>& words) {
  if (words.size() == 2 && words[0] == "card") {
    Card card;
    card.partner.bytes.fill(9);
    card.name = "Hostile";
    card.language = "en";
    card.country = "EE";
    card.org_type = "ngo";
    const auto line = write_card(card, key_of(words[1]));
    REQUIRE(line);
    std::cout << *line << std::endl;
    return 0;
  }
  if (words.size() != 4) return 2;
  Member member(static_cast<std::uint16_t>(std::stoi(words[1])), words[2], words[3]);
  if (words[0] == "bomb")
    bomb(member);
  else if (words[0] == "names")
    names(member);
  else if (words[0] == "echoes")
    echoes(member);
  else
    return 2;
  return member.is_cut_off() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  doctest::Context context;
  context.setAsDefaultForAssertsOutOfTestCases();
  context.setAssertHandler([](const doctest::AssertData& failed) {
    std::cerr << failed.m_file << ":" << failed.m_line << ": " << failed.m_expr << std::endl;
    std::exit(3);
  });
  return run({argv + 1, argv + argc});
}
