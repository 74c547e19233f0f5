// SPDX-License-Identifier: Apache-2.0
#include "lantern_core/flashes.hpp"

#include <sstream>

#include "morse_table/morse_table.h"

namespace lantern_core
{

std::string flashes(const std::string & text)
{
  std::istringstream words(text);
  std::string word, result;
  while (words >> word) {
    std::string line;
    for (const char letter : word) {
      if (const char * code = morse_table_lookup(letter)) {
        line += line.empty() ? code : std::string(" ") + code;
      }
    }
    if (!line.empty()) {
      result += result.empty() ? line : " / " + line;
    }
  }
  return result;
}

}  // namespace lantern_core
