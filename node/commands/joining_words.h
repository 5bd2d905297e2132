#pragma once

#include <boost/json/object.hpp>
#include <string>

namespace hansa::commands {

/// The words of an answer's "words", for reading out: in two groups of three.
std::string words_at(const boost::json::object& object);

}  // namespace hansa::commands
