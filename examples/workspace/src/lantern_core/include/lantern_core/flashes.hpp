// SPDX-License-Identifier: Apache-2.0
#ifndef LANTERN_CORE__FLASHES_HPP_
#define LANTERN_CORE__FLASHES_HPP_

#include <string>

namespace lantern_core
{

/// The flashes for a text: dots and dashes, a blank between letters, " / " between words.
/// Letters that Morse code does not know are left out.
std::string flashes(const std::string & text);

}  // namespace lantern_core

#endif  // LANTERN_CORE__FLASHES_HPP_
