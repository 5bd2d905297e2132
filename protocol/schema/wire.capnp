@0xb1f0a3c2d4e59687;
# Messages between two nodes over an authenticated link: the normative layout. Order, credit and what is done
# with each: docs/protocol.md, "Sync". Encoding: one Cap'n Proto flat array (one segment, unpacked) for each
# message. A reader refuses anything else: several segments, pointers that lead outside, Data of another size
# than stated here, text that is not UTF-8, more than the stated counts.
#
# All hashes are 32 bytes, all signatures 64. Rows are packed by hand, integers in them little-endian.
# "log prefix": the first 8 bytes of a log's id. A node that holds two logs with one prefix uses long rows.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("hansa::protocol::schema");

struct Message {
  union {
    hello @0 :Hello;                # first message of each side, once; the responder answers the initiator's
    statement @1 :Statement;        # control
    heads @2 :Heads;                # control
    pull @3 :Pull;                  # control
    batch @4 :Batch;                # bulk: counts towards the credit
    pullPayloads @5 :PullPayloads;  # control
    payloads @6 :Payloads;          # bulk
    push @7 :Push;                  # bulk
    announce @8 :Announce;          # control
    held @9 :Held;                  # control
    deny @10 :Deny;                 # control
    credit @11 :Credit;             # control
    ping @12 :Ping;                 # control
    pong @13 :Ping;                 # control: the ping's `number`, the answerer's time
    close @14 :Close;               # control, last message of a side
    charters @15 :Charters;         # control; from protocol version 2 on, like the next two
    pullCharters @16 :PullCharters; # control
    proof @17 :Proof;               # control
    join @18 :Join;                 # control: of a guest, see "Guests"
    joinState @19 :JoinState;       # control: the answer to a guest
    # A newer peer's other arms are counted and ignored.
  }
}

struct Hello {
  versionChosen @0 :UInt16;         # what the handshake chose, repeated under encryption; must be equal
  versionOldest @1 :UInt16;         # oldest and newest protocol version this node speaks
  versionNewest @2 :UInt16;
  agrees @3 :Bool;                  # responder only: charter and digest are exactly yours; both fields are empty
  statedIsYours @4 :Bool;           # responder only: `stated` is exactly your `own`, and empty here
  charterVersion @5 :UInt32;
  receiveCreditBytes @6 :UInt32;    # bytes of bulk messages this node takes before it grants more: 2 MiB to 2^31-1
  messageBytesMax @7 :UInt32;       # largest message it takes: 1.5 MiB or more
  payloadsMissing @8 :UInt32;       # payloads it lacks below its heads; 0: it holds all of them
  epoch @9 :UInt64;                 # of its current log; 0: it writes none
  ownSequence @10 :UInt64;          # head of its current log; 0: none
  statedSequence @11 :UInt64;       # its head of YOUR log; 0: none
  entriesTotal @12 :UInt64;         # entries it holds, all logs together
  timeMs @13 :UInt64;               # its clock, ms since the Unix epoch; only shown, never judged
  software @14 :Text;               # name and version, at most 64 bytes; only shown
  charterHash @15 :Data;            # 32; if it is not ours, charters are exchanged first
  own @16 :Data;                    # 64: log id || head hash of its current log; empty: none
  stated @17 :Data;                 # 64: log id || head hash, of the newest log of yours it holds (hash zeros: it holds
                                    # nothing of that log); empty: no log of yours is known, or statedIsYours
  signature @18 :Data;              # 64: by its node key, see docs/protocol.md "Statements"
  digest @19 :Data;                 # 32: of its heads
  buckets @20 :Data;                # 256: first 8 bytes of each of 32 bucket hashes; empty when `agrees`
}

# "My head of your current log", when the hello could not say it because it named another log.
struct Statement {
  log @0 :Data;                     # 32
  sequence @1 :UInt64;              # 0: I hold nothing of it
  hash @2 :Data;                    # 32; zeros for sequence 0
  signature @3 :Data;               # 64
}

# Heads of some buckets, complete: a log of these buckets without a row is not held. A hint; pulls verify.
struct Heads {
  bucketMask @0 :UInt32;            # bit n: bucket n is covered
  rows @1 :Data;                    # 24 each: log prefix || sequence u64 || first 8 bytes of the head's hash
  longRows @2 :Data;                # 48 each: log id || sequence u64 || first 8 bytes of the hash; ambiguous prefixes
}

# Heads that changed since the last statement of them, up or (after a retraction) down; sequence 0: no longer held.
struct Announce {
  rows @0 :Data;                    # as in Heads
  longRows @1 :Data;
}

# Asks for consecutive headers. Answered by exactly one batch or deny with the same ticket.
struct Pull {
  ticket @0 :UInt32;                # chosen by the asker, never 0, rising on a link
  count @1 :UInt32;                 # 1 to 2048
  from @2 :UInt64;                  # first sequence
  log @3 :Data;                     # 8: log prefix, or 32: log id
  previous @4 :Data;                # first 8 bytes of the hash the asker holds at from-1; empty: not known yet
}

struct Batch {
  ticket @0 :UInt32;
  inflatedBytes @1 :UInt32;         # exactly what `headers` inflates to, at most 4 MiB
  headers @2 :Data;                 # zstd frame: headers, verbatim, one after the other
}

# Asks for payloads; answered by `payloads` messages, the last one marked, or by one deny.
struct PullPayloads {
  ticket @0 :UInt32;                # from the same counter as Pull
  ranges @1 :Data;                  # 24 each: log prefix || from u64 || to u64 (inclusive); 1 to 64 of them,
                                    # together at most 1024 sequences
  longRanges @2 :Data;              # 48 each: log id || from u64 || to u64; counted after `ranges`
}

struct Payloads {
  ticket @0 :UInt32;
  inflatedBytes @1 :UInt32;         # at most 4 MiB
  last @2 :Bool;                    # what was asked and did not come by now is not held by the answerer
  items @3 :Data;                   # zstd frame of items: range u16 (index in the question) || sequence u64 ||
                                    # salt 32 || content length u32 || content. Ascending by range, sequence.
}

# One new entry by its author, live.
struct Push {
  header @0 :Data;                  # 172 to 512
  salt @1 :Data;                    # 32; empty: the entry has no payload
  content @2 :Data;                 # empty if there is no salt
}

# How far the sender holds payloads. Sent when it has changed, at most once a second.
struct Held {
  rows @0 :Data;                    # 16 each: log prefix || sequence u64 through which no payload is missing
}

struct Deny {
  ticket @0 :UInt32;
  reason @1 :UInt16;                # 1 unknown log, 2 ambiguous prefix, 3 differs (not the hash I hold at from-1),
                                    # 4 not yet (my own entries wait for statements), 5 nothing there; others: 5
}

struct Credit {
  bytes @0 :UInt32;                 # so many more bytes of bulk messages; the sum outstanding stays below 2^31
}

struct Ping {
  number @0 :UInt32;
  timeMs @1 :UInt64;
}

struct Close {
  reason @0 :Text;                  # stable snake_case name of a refusal, at most 64 bytes
}

# Versions of the charter, ascending: how two nodes that hold different ones come to the same.
struct Charters {
  list @0 :List(Data);              # each as it was signed, 1 byte to 256 KiB; at most 64; none: nothing from there on
}

struct PullCharters {
  from @0 :UInt32;                  # the first version that is wanted, 1 or more
}

# One element of the proof set: bytes that prove themselves, verbatim.
struct Proof {
  bytes @0 :Data;                   # 1 to 2048
}

# A node that no charter lists asks for a place, with an invitation. The only message a guest may send.
struct Join {
  invitation @0 :Data;              # 16: its id
  secret @1 :Data;                  # 16
  card @2 :Text;                    # the joiner's card, one line, at most 2048 bytes
  charters @3 :UInt32;              # so many versions of the charter, from the first on, the joiner holds already
  nonce @4 :Data;                   # 16: random, made when the joiner was given the line; it is in the words
}

struct JoinState {
  state @0 :UInt16;                 # 1 pending: ask again later, 2 approved: the charter lists the joiner, 3 refused
  reason @1 :Text;                  # refused: a stable snake_case name, at most 64 bytes; else empty
  newest @2 :UInt32;                # approved: version of the charter in force; else 0
  charters @3 :List(Data);          # approved: versions from the one after Join.charters on, ascending without a gap,
                                    # body and signatures each; at most 64, as many as the message holds; else empty
}
