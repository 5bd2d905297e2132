#pragma once

#include <map>
#include <memory>
#include <vector>

#include "admission.h"
#include "core/address_book.h"
#include "core/applicant.h"
#include "core/charter_keeper.h"
#include "core/doorway.h"
#include "core/node.h"
#include "core/reception.h"
#include "deeds.h"
#include "epochs.h"
#include "guests.h"
#include "last_contacts.h"
#include "out_of_step.h"
#include "proofs.h"
#include "publisher.h"
#include "what_counts.h"

namespace hansa::core {

/// What a node is made of. Sync exists only under a charter.
struct Node::Parts {
  Parts(store::Store& store, const protocol::SecretKey& key, CharterHolder& charters, const Options& options)
      : keeper(store),
        proofs(store, charters),
        forks(proofs.forks()),
        epochs(store, key, charters, options.epoch_guard, options.entropy),
        publisher(store, key, charters, options.entropy),
        admission(store, charters, forks),
        what_counts(store, charters, forks, admission),
        reception(store, key, charters, keeper, doorway, options.entropy),
        applicant(store, key, charters, doorway, options.card, options.entropy),
        guests(reception, applicant),
        addresses(store, key, charters),
        last_contacts(store) {}

  CharterKeeper keeper;
  Proofs proofs;
  Forks forks;
  std::vector<Alarm> reissue_waiting;  ///< Logs of which more is to be written again than goes by itself.
  Epochs epochs;
  Publisher publisher;
  Admission admission;
  WhatCounts what_counts;
  /// Logs of which something is to be written again once they are held as far as here.
  std::map<protocol::Hash, std::uint64_t> reissue_at;
  Doorway doorway;
  Reception reception;
  Applicant applicant;
  Guests guests;
  AddressBook addresses;
  OutOfStep out_of_step;
  LastContacts last_contacts;
  std::unique_ptr<protocol::SyncEngine> sync;
  std::unique_ptr<Deeds> deeds;
};

}  // namespace hansa::core
