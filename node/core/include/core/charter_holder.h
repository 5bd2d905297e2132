#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "protocol/charter.h"
#include "protocol/ids.h"
#include "protocol/keys.h"

namespace hansa::core {

/// What a partner is called where one name has to do: in English, else in the first language of its names.
std::string name_of(const protocol::CharterPartner& partner);
/// The same of the partner whose node it is; the key itself if the charter does not list it.
std::string owner_name(const protocol::Charter& charter, const protocol::PublicKey& node);

/// The charter in force, for every thread. The core thread replaces it; others take what is there now.
class CharterHolder {
 public:
  std::shared_ptr<const protocol::Charter> get() const {
    const std::lock_guard lock(mutex_);
    return charter_;
  }
  void set(std::shared_ptr<const protocol::Charter> charter) {
    const std::lock_guard lock(mutex_);
    charter_ = std::move(charter);
  }
  /// Whose records `key` may revise; see protocol::partners_of(). None without a charter.
  std::vector<protocol::PartnerId> partners_of(const protocol::PublicKey& key) const;

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const protocol::Charter> charter_;
};

}  // namespace hansa::core
