/* SPDX-License-Identifier: Apache-2.0 */
/* Where the packages stand in the graph: in layers, near to what they need. */

/* The layer of each package: 0 for those that need nothing, else right of all that it needs. What a
   package needs comes before it in the list. */
function layersOf(members) {
  const layer = new Map();
  for (const entry of members) {
    layer.set(entry.index, entry.deps.reduce((most, needed) => Math.max(most, layer.get(needed) + 1), 0));
  }
  return layer;
}

/* Puts each package near the middle of its neighbours in the layer before. */
function orderLayer(column, place, neighbours) {
  const middle = (index) => {
    const places = neighbours(index).filter((other) => place.has(other)).map((other) => place.get(other));
    return places.length > 0 ? places.reduce((sum, each) => sum + each, 0) / places.length : place.get(index) || 0;
  };
  const weight = new Map(column.map((index) => [index, middle(index)]));
  column.sort((a, b) => weight.get(a) - weight.get(b) || a - b);
  column.forEach((index, row) => place.set(index, row - column.length / 2));
}

function arrange(members) {
  const columns = [];
  for (const [index, layer] of layersOf(members)) (columns[layer] = columns[layer] || []).push(index);
  const place = new Map();
  for (const column of columns) orderLayer(column, place, () => []);
  for (let round = 0; round < 4; round++) {
    for (const column of columns) orderLayer(column, place, (index) => packages[index].deps);
    for (const column of [...columns].reverse()) orderLayer(column, place, (index) => packages[index].dependents);
  }
  return columns;
}
