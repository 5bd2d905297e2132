// Any text as an invitation; and a real one, changed as the input says: it is the same or it is refused.

#include "fixed.h"
#include "protocol/invitation.h"

using namespace hansa::protocol;
using hansa::fuzz::must;

namespace {

const Invitation& real_invitation() {
  static const Invitation invitation{hansa::fuzz::fixed_hash(1),
                                     3,
                                     hansa::fuzz::fixed_hash(2),
                                     SecretKey::from_seed(hansa::fuzz::fixed_hash(4)).public_key(),
                                     {1, 2, 3},
                                     {4, 5, 6},
                                     1'790'000'000'000,
                                     "wss://node.example/link",
                                     "Towns"};
  return invitation;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (const auto invitation = read_invitation(text_of({data, size}))) {
    must(invitation->charter_version != 0);
    must(!invitation->address.empty() && invitation->address.size() <= card_address_bytes_max);
    must(!invitation->federation_name.empty());
  }

  static const SecretKey inviter = SecretKey::from_seed(hansa::fuzz::fixed_hash(4));
  static const std::string real = *write_invitation(real_invitation(), inviter);
  hansa::fuzz::Input input(data, size);
  std::string changed = real;
  while (!input.empty()) {
    const std::size_t at = input.number() % changed.size();
    changed[at] = static_cast<char>(input.byte());
  }
  const auto invitation = read_invitation(changed);
  must(!invitation || *invitation == real_invitation());
  return 0;
}
