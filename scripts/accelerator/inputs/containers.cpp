// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace shop
{
struct Item
{
  std::string name;
  std::vector<double> prices;
  virtual ~Item() = default;
  virtual double total() const
  {
    double sum = 0;
    for (double price : prices)
      sum += price;
    return sum;
  }
};

double sum(const std::map<std::string, std::unique_ptr<Item>> & items, const std::string & name)
{
  auto found = items.find(name);
  if (found == items.end())
    throw std::out_of_range("no item " + name);
  return found->second->total();
}
}  // namespace shop
