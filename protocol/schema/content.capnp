@0xcb74418aa28ded0b;
# The content of a record: what stands in the payload of a content entry, after its salt.
#
# Field names are the names of the HTTP API; node/json maps one to the other by this schema. Text is UTF-8 in NFC
# without control characters other than LF. Codes are Text, so that an unknown one from a newer author survives.
# A field that is empty or null says nothing. Limits and code lists bind the author (protocol/src/content/rules.cpp,
# docs/content.md); a receiver checks structure only and never re-encodes. To grow: add fields and union members at
# the end, never reuse a number.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("hansa::protocol::schema");

struct MultilingualText {
  # One text in several languages, in the order the author gave them.
  entries @0 :List(Entry);
  struct Entry {
    language @0 :Text;      # BCP 47
    text @1 :Text;
    translation @2 :Text;   # "" (original or human), machine, machine-reviewed
  }
}

struct Ref {
  # Another record, which may not have arrived, or be gone.
  record @0 :Data;          # 32 bytes: owner partner, then record. Text: urn:hansa:<partner>:<record>
}

struct Link {
  # A record or a web page: exactly one of the two.
  record @0 :Data;          # 32 bytes, as in Ref
  url @1 :Text;
}

struct Decimal {
  digits @0 :Text;          # "12.5": decimal text, so that nothing is rounded
}

struct Money {
  amount @0 :Text;          # decimal text, at most two places (ISK: none)
  currency @1 :Text;        # ISO 4217
}

struct Fee {
  # "free", for services also "varies", or an amount.
  code @0 :Text;            # free, varies; empty when an amount is given
  amount @1 :Money;
}

struct Place {
  country @0 :Text;         # ISO 3166-1 alpha-2
  nuts @1 :Text;            # NUTS region, e.g. LV008
  lau @2 :Text;             # local administrative unit
  name @3 :Text;
}

struct Address {
  street @0 :Text;
  locality @1 :Text;
  postcode @2 :Text;
  country @3 :Text;
}

struct Party {
  organisation @0 :Ref;     # one of organisation and name
  name @1 :Text;
}

struct Participant {
  organisation @0 :Ref;     # one of organisation and name
  name @1 :Text;
  role @2 :Text;            # lead partner funder associate evaluator
}

struct Result {
  label @0 :MultilingualText;
  value @1 :Decimal;
  unit @2 :Text;            # persons organisations events hours percent eur other
  period @3 :Text;          # start/end
  source @4 :Text;
}

struct NamedTexts {
  # A map from a field's name to its text.
  entries @0 :List(Entry);
  struct Entry {
    name @0 :Text;
    text @1 :Text;
  }
}

struct Content {
  schemaVersion @0 :UInt16;   # 1; a greater one is kept, relayed and shown read-only
  version @1 :UInt32;         # 1 + the greatest version among the parents
  language @2 :Text;          # BCP 47, the original
  licence @3 :Text;           # SPDX id or LicenseRef
  attribution @4 :Text;
  source @5 :Text;            # URL where the fact is published
  importedFrom @6 :ImportedFrom;
  reviewBy @7 :Text;          # date
  keywords @8 :List(MultilingualText);
  attachments @9 :List(Attachment);
  publisher @10 :Ref;         # organisation
  createdMs @11 :UInt64;      # milliseconds since the Unix epoch: first version
  modifiedMs @12 :UInt64;     # this version

  body :union {
    practice @13 :Practice;
    event @14 :Event;
    organisation @15 :Organisation;
    contact @16 :Contact;
    response @17 :Response;
    project @19 :Project;
    service @20 :Service;
    resource @21 :Resource;
  }

  withdrawnReason @18 :Text;  # code; of a withdrawal, which has no body
}

struct ImportedFrom {
  system @0 :Text;
  id @1 :Text;
  when @2 :Text;              # date or UTC instant
}

struct Attachment {
  url @0 :Text;               # one of url and hash
  hash @1 :Data;              # BLAKE2b-256 of the bytes
  mediaType @2 :Text;
  title @3 :MultilingualText;
  bytes @4 :UInt64;
  alt @5 :MultilingualText;   # required for images
}

struct Practice {
  title @0 :MultilingualText;
  summary @1 :MultilingualText;
  country @2 :List(Text);
  places @3 :List(Place);
  level @4 :Text;
  themes @5 :List(Text);
  targetGroups @6 :List(Text);
  lead @7 :Ref;
  partners @8 :List(Participant);
  practiceStatus @9 :Text;
  period @10 :Text;
  problem @11 :MultilingualText;
  goals @12 :MultilingualText;
  activities @13 :MultilingualText;
  results @14 :List(Result);
  evidence @15 :Text;
  evaluationRefs @16 :List(Link);
  difficulties @17 :MultilingualText;
  transferability @18 :MultilingualText;
  conditions @19 :List(Text);
  resources @20 :Resources;
  participation @21 :Text;
  indicators @22 :List(Text);
  projects @23 :List(Ref);
  related @24 :List(Ref);
  policyRefs @25 :List(Text);
  contacts @26 :List(Ref);
  countriesOfOrigin @27 :List(Text);
  derivedFrom @28 :List(Link);

  struct Resources {
    cost @0 :Money;
    costPer @1 :Text;         # once year participant
    staffFte @2 :Decimal;
    text @3 :MultilingualText;
  }
}

struct Event {
  title @0 :MultilingualText;
  description @1 :MultilingualText;
  eventType @2 :Text;
  phase @3 :Text;
  start @4 :Text;             # date (also month or year), or local time 2026-02-12T16:30 in timezone
  end @5 :Text;               # inclusive, of start's form
  timezone @6 :Text;          # IANA
  eventStatus @7 :Text;
  mode @8 :Text;
  venue @9 :Venue;
  onlineUrl @10 :Text;
  restricted @11 :Bool;       # onlineUrl is for signed-in readers only
  organisers @12 :List(Ref);
  host @13 :Ref;
  languages @14 :List(Text);  # BCP 47, sign languages too
  interpretation @15 :List(Text);
  audience @16 :List(Text);
  themes @17 :List(Text);
  cefr @18 :Text;
  expectedParticipants @19 :UInt32;  # 0: not given
  fee @20 :Fee;
  registrationUrl @21 :Text;
  registrationDeadline @22 :Text;
  accessibility @23 :List(Text);
  series @24 :Text;           # slug
  aboutPractices @25 :List(Ref);
  projects @26 :List(Ref);
  outcomes @27 :List(Ref);

  struct Venue {
    name @0 :MultilingualText;
    street @1 :Text;
    locality @2 :Text;
    postcode @3 :Text;
    country @4 :Text;
    nuts @5 :Text;
    lat @6 :Decimal;
    lon @7 :Decimal;
  }
}

struct Organisation {
  name @0 :MultilingualText;
  shortName @1 :MultilingualText;
  orgType @2 :Text;
  level @3 :Text;
  country @4 :Text;
  address @5 :Address;
  nuts @6 :Text;
  lau @7 :Text;
  homepage @8 :Text;
  email @9 :Text;             # a role mailbox
  emailConfirmed @10 :Bool;   # the author confirms that first.last@ is a role mailbox all the same
  phone @11 :Text;            # E.164
  description @12 :MultilingualText;
  identifiers @13 :List(Identifier);
  partOf @14 :Ref;
  themes @15 :List(Text);
  languages @16 :List(Text);
  networks @17 :List(Text);
  nodeUrl @18 :Text;

  struct Identifier {
    scheme @0 :Text;
    value @1 :Text;
  }
}

struct Contact {
  contactType @0 :Text;       # role-mailbox, person
  displayName @1 :MultilingualText;
  familyName @2 :Text;
  givenName @3 :Text;
  organisation @4 :Ref;
  position @5 :MultilingualText;
  roles @6 :List(Text);
  email @7 :Text;
  emailConfirmed @8 :Bool;    # as in Organisation
  phone @9 :Text;
  languages @10 :List(Text);
  themes @11 :List(Text);
  country @12 :Text;
  legalBasis @13 :Text;
  informedOn @14 :Text;
  sourceOfData @15 :Text;
  retainUntil @16 :Text;
}

struct Response {
  # What one partner says about another's record. Which fields may be given depends on type.
  about @0 :Ref;
  aboutRevision @1 :Data;     # 32 bytes: the entry hash of the revision seen
  type @2 :Text;              # endorsement adoption translation review correction assessment
  by @3 :Ref;                 # organisation
  text @4 :MultilingualText;

  stage @5 :Text;             # adoption …
  stageDate @6 :Text;
  history @7 :List(Stage);
  place @8 :Place;
  period @9 :Text;
  adaptations @10 :MultilingualText;
  results @11 :List(Result);
  difficulties @12 :MultilingualText;
  contact @13 :Ref;
  dropReason @14 :Text;

  language @15 :Text;         # translation …
  fields @16 :NamedTexts;
  mode @17 :Text;             # human machine machine-reviewed

  field @18 :Text;            # correction …
  proposed @19 :Text;

  template @20 :Text;         # assessment …
  scores @21 :List(Score);

  verdict @22 :Text;          # review

  struct Stage {
    stage @0 :Text;
    date @1 :Text;
  }
  struct Score {
    criterion @0 :Text;
    score @1 :Decimal;        # 0 to 4, or n/a
    note @2 :MultilingualText;
  }
}

struct Project {
  title @0 :MultilingualText;
  number @1 :Text;            # as its funder writes it: 2007/4.1.1./8
  period @2 :Text;
  budget @3 :Money;
  funding @4 :List(Funding);
  lead @5 :Ref;
  partners @6 :List(Member);
  aims @7 :MultilingualText;
  activities @8 :MultilingualText;
  plannedResults @9 :MultilingualText;
  results @10 :MultilingualText;
  countries @11 :List(Text);
  themes @12 :List(Text);
  website @13 :Text;
  contacts @14 :List(Ref);
  fundingNote @15 :MultilingualText;  # the sentence by which a funder wants to be named

  struct Funding {
    programme @0 :Text;
    funder @1 :Party;
    amount @2 :Money;
    share @3 :Decimal;        # per cent
  }
  struct Member {
    organisation @0 :Ref;     # one of organisation and name
    name @1 :Text;
    country @2 :Text;
    role @3 :Text;            # as in Participant
  }
}

struct Service {
  name @0 :MultilingualText;
  description @1 :MultilingualText;
  provider @2 :Ref;
  serviceType @3 :Text;
  themes @4 :List(Text);
  targetGroups @5 :List(Text);
  languages @6 :List(Text);   # BCP 47: in which it is given
  area @7 :Place;
  channels @8 :List(Channel);
  eligibility @9 :MultilingualText;
  fee @10 :Fee;
  cefr @11 :Text;
  capacity @12 :UInt32;       # 0: not given
  period @13 :Text;
  accessibility @14 :List(Text);
  projects @15 :List(Ref);
  contacts @16 :List(Ref);
  countriesOfOrigin @17 :List(Text);  # ISO 3166-1: of those for whom it is meant

  struct Channel {
    type @0 :Text;            # in-person phone email web chat outreach
    value @1 :Text;           # phone: E.164; email: a role mailbox; web, chat: https; else where it is
    hours @2 :MultilingualText;
    free @3 :Bool;            # costs the caller nothing
    languages @4 :List(Text); # where they are not those of the service
    emailConfirmed @5 :Bool;  # as in Organisation
  }
}

struct Resource {
  title @0 :MultilingualText;
  type @1 :Text;
  authors @2 :List(Party);
  publisher @3 :Party;        # who issued it, which need not be who publishes this record
  issued @4 :Text;
  edition @5 :Text;
  languages @6 :List(Text);
  abstract @7 :MultilingualText;
  url @8 :Text;
  doi @9 :Text;
  isbn @10 :Text;
  themes @11 :List(Text);
  plainLanguage @12 :Bool;
  projects @13 :List(Ref);
  recommendations @14 :List(Recommendation);
  parties @15 :List(Ref);     # of an agreement
  validFrom @16 :Text;
  validTo @17 :Text;
  supersedes @18 :List(Ref);

  struct Recommendation {
    text @0 :MultilingualText;
    addressees @1 :List(Text);
    themes @2 :List(Text);
  }
}
