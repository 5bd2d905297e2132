#pragma once
// What every link, the listener and the diallers share. io thread only, but for what says otherwise; outlives
// all of them.

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "gate.h"
#include "knock_limit.h"
#include "links/links.h"
#include "protocol/noise.h"
#include "roster.h"
#include "web_stream.h"

namespace hansa::links {

struct LinkContext {
  LinkContext(boost::asio::io_context& io_, CoreThread& core_, LinkIdentity identity_, LinkSettings settings_)
      : io(io_),
        core(core_),
        identity(std::move(identity_)),
        settings(std::move(settings_)),
        static_key(protocol::NoiseKeyPair::generate(identity.entropy)),
        gate(settings.caps),
        roster(io, identity.node_key->public_key(), settings.times.handshake, settings.caps.links) {}

  /// Runs a coroutine that stop() waits for. What it throws ends the io thread: a bug or no memory.
  void spawn(Task<void> task) {
    ++running;
    asio::co_spawn(io, std::move(task), [this](const std::exception_ptr& error) {
      --running;
      if (error) std::rethrow_exception(error);
      if (running == 0 && stopping && when_idle) std::exchange(when_idle, nullptr)();
    });
  }

  void tell(LinkEvent event) const {
    if (settings.observe) settings.observe(event);
  }

  /// Whether `address` may be dialled now: under a charter any, before that the one of the invitation.
  bool may_dial(const PeerAddress& address) const {
    if (identity.charter()) return true;
    const auto target = identity.doorway == nullptr ? std::nullopt : identity.doorway->target();
    if (!target) return false;
    const auto invited_to = parse_peer_address(target->address);
    return invited_to && *invited_to == address;
  }

  boost::asio::io_context& io;
  CoreThread& core;                // any thread
  core::LinkPort* port = nullptr;  // core thread only
  const LinkIdentity identity;
  const LinkSettings settings;
  const protocol::NoiseKeyPair static_key;
  LinkCounters counters;  // any thread
  Gate gate;
  KnockLimit knocks;
  KnockLimit complaints;   // about who did not get so far as to knock
  std::size_t guests = 0;  // accepted, and not gone yet
  std::map<std::string, std::size_t> guests_of_place;
  Roster roster;
  bool stopping = false;
  std::size_t running = 0;
  std::function<void()> when_idle;
};

}  // namespace hansa::links
