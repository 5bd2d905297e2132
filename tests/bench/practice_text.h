#pragma once

#include "dice.h"
#include "protocol/bytes.h"

namespace hansa::bench {

/// The content of one practice: about 1.5 kB of words in two of seven languages of the region, as Cap'n
/// Proto. Every tenth word or so repeats within a record, as in prose.
protocol::Bytes practice_content(Dice& dice);

}  // namespace hansa::bench
