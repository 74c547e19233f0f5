/* SPDX-License-Identifier: Apache-2.0 */
/* The packages: what each needs, unlocks and came to. */

packages.forEach((entry, index) => {
  entry.index = index;
  entry.dependents = [];
});
for (const entry of packages) {
  entry.deps = [...new Set(entry.deps)];
  for (const needed of entry.deps) packages[needed].dependents.push(entry.index);
}

const causeOf = (entry) => (entry.cause === undefined ? undefined : packages[entry.cause].name);
const wasStarted = (entry) => entry.begin !== undefined;
const endOf = (entry) => (entry.end === undefined ? run.duration : entry.end);

function nameList(indexes, most) {
  const names = indexes.slice(0, most).map((index) => packages[index].name);
  const more = indexes.length - names.length;
  return names.join(", ") + (more > 0 ? " and " + more + " more" : "");
}

function waiting(entry) {
  if (entry.waited_for === undefined) return "nothing of the workspace";
  const free = entry.begin - entry.ready;
  return packages[entry.waited_for].name + ", until " + clock(entry.ready) +
    (free >= 1000 ? "; then " + span(free) + " for a free slot" : "");
}

function unlocking(entry) {
  if (entry.dependents.length === 0) return "no other package";
  return nameList(entry.dependents, 4) + " (" + count(unlocks(entry), "package") + " in all)";
}

/* Pairs of a term and its text, for the tip and the details. */
function describe(entry) {
  const pairs = [["Result", STATES[entry.status].word + (entry.attempts ? ", " + entry.attempts + " attempts" : "")]];
  if (wasStarted(entry)) {
    const former = entry.former === undefined ? "first build" : "last time " + span(entry.former);
    pairs.push(["Duration", span(entry.duration) + " (" + former + ")"]);
    pairs.push(["From, to", clock(entry.begin) + " – " + clock(endOf(entry))]);
    pairs.push(["Waited for", waiting(entry)]);
  }
  pairs.push(["Unlocks", unlocking(entry)]);
  if (entry.reason) pairs.push(["Why built", entry.reason]);
  if (causeOf(entry)) pairs.push(["Skipped for", causeOf(entry)]);
  return pairs;
}

function definitions(pairs) {
  return make("dl", {}, pairs.map(([term, text]) => [make("dt", {}, term), make("dd", {}, text)]));
}

function stateLabel(entry) {
  const state = STATES[entry.status];
  return make("span", { class: "state " + entry.status },
    make("span", { class: "mark", "aria-hidden": "true" }, state.mark), state.word);
}
