#pragma once

#include <boost/json/object.hpp>
#include <optional>

#include "store/store.h"

namespace hansa::http {

/// An arrival as the change feed and the event stream tell it; none for entries that change no record.
std::optional<boost::json::object> change_json(const store::Arrival& arrival);

}  // namespace hansa::http
