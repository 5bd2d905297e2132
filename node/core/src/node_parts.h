#pragma once

#include <memory>

#include "admission.h"
#include "core/node.h"
#include "deeds.h"
#include "epochs.h"
#include "publisher.h"
#include "what_counts.h"

namespace hansa::core {

/// What a node is made of. Sync exists only under a charter.
struct Node::Parts {
  Parts(store::Store& store, const protocol::SecretKey& key, CharterHolder& charters, const Options& options)
      : keeper(store),
        epochs(store, key, charters, options.epoch_guard, options.entropy),
        publisher(store, key, charters, options.entropy),
        admission(store, charters, forks),
        what_counts(store, charters, forks, admission) {}

  CharterKeeper keeper;
  Forks forks;
  Epochs epochs;
  Publisher publisher;
  Admission admission;
  WhatCounts what_counts;
  std::unique_ptr<protocol::SyncEngine> sync;
  std::unique_ptr<Deeds> deeds;
};

}  // namespace hansa::core
