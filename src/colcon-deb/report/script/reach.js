/* SPDX-License-Identifier: Apache-2.0 */
/* What the packages need, directly or not. */

/* How many packages need it, directly or not. */
function unlocks(entry) {
  const seen = new Set();
  const rest = [...entry.dependents];
  while (rest.length > 0) {
    const next = rest.pop();
    if (seen.has(next)) continue;
    seen.add(next);
    rest.push(...packages[next].dependents);
  }
  seen.delete(entry.index);
  return seen.size;
}

/* Edges that follow from others are left out: what is needed by something else that it needs. */
function directNeeds(entry) {
  const implied = new Set();
  for (const dep of entry.deps) {
    const rest = [...packages[dep].deps];
    while (rest.length > 0) {
      const next = rest.pop();
      if (implied.has(next)) continue;
      implied.add(next);
      rest.push(...packages[next].deps);
    }
  }
  return entry.deps.filter((dep) => !implied.has(dep));
}
