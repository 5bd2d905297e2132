// Any text as a card, a charter or a sealed key; and a real card, changed as the input says.

#include "fixed.h"
#include "protocol/card.h"
#include "protocol/charter.h"
#include "protocol/recovery.h"

using namespace hansa::protocol;
using hansa::fuzz::must;

namespace {

const Card& real_card() {
  static const Card card{SecretKey::from_seed(hansa::fuzz::fixed_hash(4)).public_key(),
                         PartnerId{{1, 2, 3}},
                         "Town",
                         "lv",
                         "LV",
                         "municipality",
                         "wss://node.example/link"};
  return card;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of({data, size});
  if (const auto card = read_card(text)) must(card->node_key != PublicKey{});
  if (const auto charter = read_charter_text(text))
    must(*read_charter_text(armour_charter(*charter)) == *charter);
  if (const auto sealed = read_sealed_key(text))
    must(*read_sealed_key(armour_sealed_key(*sealed)) == *sealed);

  static const std::string real = *write_card(real_card(), SecretKey::from_seed(hansa::fuzz::fixed_hash(4)));
  hansa::fuzz::Input input(data, size);
  std::string changed = real;
  while (!input.empty()) {
    const std::size_t at = input.number() % changed.size();
    changed[at] = static_cast<char>(input.byte());
  }
  const auto card = read_card(changed);
  must(!card || *card == real_card());
  return 0;
}
