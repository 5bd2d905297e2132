@0xd2f6c1f0a4c55e31;
# The body of a charter, whose bytes are hashed and signed as they stand; the signatures stand beside it. Read with tight limits and checked field by field (protocol/src/charter_reader.cpp,
# docs/protocol.md, "Charters"); nobody re-encodes a body. To grow: add fields at the end, never reuse a number; a
# reader that does not know a field cannot judge it, so a field that narrows rights needs a new formatVersion.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("hansa::protocol::schema");

struct CharterBody {
  # One segment with its segment table, at most 224 KiB.
  formatVersion @0 :UInt16;               # 1; a reader refuses what it does not know
  version @1 :UInt32;                     # 1 founds the federation; each next one adds 1
  federation @2 :Data;                    # 32 bytes; empty in version 1, whose hash it is
  previous @3 :Data;                      # 32 bytes: hash of the version before; empty in version 1
  nonce @4 :Data;                         # 32 random bytes
  names @5 :List(CharterText);            # 1 to 16, no language twice
  partners @6 :List(CharterPartner);      # 1 to 256
  nodes @7 :List(CharterNode);            # at most 1024
  signers @8 :List(CharterSigner);        # 1 to 64
  personalDataCountries @9 :List(Text);   # at most 64: whose nodes may hold personal payloads
  quorumErasures @10 :List(CharterSubject);  # at most 512: erased by the signers for partners that are gone
  erasureDelayDays @11 :UInt32;           # before payloads that are not personal are removed, at most 366
  erasuresPerDay @12 :UInt32;             # of one partner; more wait for a local operator
  headerVersionMax @13 :UInt16;           # the highest formats authors may use, 1 or more
  contentVersionMax @14 :UInt16;
}

struct CharterText {
  language @0 :Text;                      # BCP 47
  text @1 :Text;                          # one line, at most 400 bytes
}

struct CharterPartner {
  id @0 :Data;                            # 16 bytes, never zeros
  names @1 :List(CharterText);            # 1 to 16
  country @2 :Text;                       # ISO 3166-1 alpha-2
  role @3 :UInt8;                         # 0 coordinator, 1 member, 2 observer
  successorOf @4 :List(Data);             # at most 16, of 16 bytes: partners of this charter whose records it may revise;
                                          # never in a circle
  status @5 :UInt8;                       # 0 takes part, 1 has left
  records @6 :UInt8;                      # of a partner that has left: 0 stay, 1 are hidden, 2 are erased; otherwise 0
}

struct CharterNode {
  key @0 :Data;                           # 32 bytes: Ed25519
  partner @1 :Data;                       # 16 bytes
  status @2 :UInt8;                       # 0 active, 1 retired, 2 rotated, 3 revoked
  cuts @3 :List(CharterCut);              # at most 2048 in the whole charter, no log twice
  logs @4 :UInt32;                        # limits: logs of this key, entries and payload bytes of each
  entriesPerLog @5 :UInt64;
  payloadBytesPerLog @6 :UInt64;
}

struct CharterCut {
  log @0 :Data;                           # 32 bytes
  sequence @1 :UInt64;                    # the last entry that counts; 0: none
  hash @2 :Data;                          # 32 bytes: of that entry; empty for sequence 0
}

struct CharterSigner {
  key @0 :Data;                           # 32 bytes: Ed25519, never a node's key
  name @1 :Text;                          # one line, at most 400 bytes
  partner @2 :Data;                       # 16 bytes; empty for none
}

struct CharterSubject {
  record @0 :Data;                        # 32 bytes (owner, record), or
  log @1 :Data;                           # 32 bytes and
  sequence @2 :UInt64;                    # 1 or more: one entry
}
