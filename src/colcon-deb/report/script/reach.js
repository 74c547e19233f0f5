/* SPDX-License-Identifier: Apache-2.0 */
/* What the packages need, directly or not: a bit for each package, found once for all of them. */

const WORDS = Math.ceil(packages.length / 32);
const hasBit = (bits, index) => (bits[index >> 5] & (1 << (index & 31))) !== 0;

function setBit(bits, index) {
  bits[index >> 5] |= 1 << (index & 31);
}

function addBits(bits, others) {
  for (let word = 0; word < WORDS; word++) bits[word] |= others[word];
}

/* What a package needs comes before it in the list, so one pass finds all. */
function findNeeds() {
  const needs = [];
  for (const entry of packages) {
    const bits = new Uint32Array(WORDS);
    for (const dep of entry.deps) {
      addBits(bits, needs[dep]);
      setBit(bits, dep);
    }
    needs.push(bits);
  }
  return needs;
}

const needsOf = findNeeds();

/* How many packages need it, directly or not. */
function unlocks(entry) {
  return needsOf.reduce((sum, bits) => sum + (hasBit(bits, entry.index) ? 1 : 0), 0);
}

/* Edges that follow from others are left out: what is needed by something else that it needs. */
function directNeeds(entry) {
  const implied = new Uint32Array(WORDS);
  for (const dep of entry.deps) addBits(implied, needsOf[dep]);
  return entry.deps.filter((dep) => !hasBit(implied, dep));
}
