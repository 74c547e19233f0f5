// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <string>

#include "lantern_core/flashes.hpp"

int main(int argc, char ** argv)
{
  std::string text;
  for (int i = 1; i < argc; ++i) {
    text += std::string(argv[i]) + " ";
  }
  if (text.empty()) {
    std::cerr << "usage: lantern_signal TEXT..." << std::endl;
    return 2;
  }
  std::cout << lantern_core::flashes(text) << std::endl;
  return std::cout ? 0 : 1;
}
