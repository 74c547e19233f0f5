/* SPDX-License-Identifier: Apache-2.0 */
/* The head of the page: the result, what was built where, and the counts. */

function lastPart(path) {
  return path.replace(/\/+$/, "").split("/").pop() || path;
}

function showHead() {
  const result = RESULTS[run.result];
  const name = run.workspace ? lastPart(run.workspace) : "a workspace";
  byId("badge").textContent = result.mark + " " + result.word;
  byId("badge").classList.add(result.look);
  byId("title").textContent = "Build of " + name;
  document.title = result.word + ": " + name + " – colcon-deb";
  byId("when").textContent = localTime(0) + ", " + (run.result === "unfinished" ? "so far " : "took ") + span(run.duration);
  byId("maker").textContent = "colcon-deb" + (run.program_version ? " " + run.program_version : "");
}

function showFacts() {
  const facts = [
    ["Workspace", run.workspace],
    ["ROS", run.distro],
    ["Image", run.image],
    ["Architecture", run.arch],
    ["Engine", run.engine && run.engine + (run.engine_version ? " " + run.engine_version : "")],
    ["Processors", run.cores || undefined],
    ["Compile jobs at a time", run.slots || undefined],
  ];
  for (const [term, text] of facts) {
    if (text !== undefined) byId("facts").append(make("div", {}, make("dt", {}, term), make("dd", {}, text)));
  }
}

function showError() {
  const messages = [run.error, ...data.errors.map((error) => error.message)].filter((message) => message);
  byId("run-error").hidden = messages.length === 0;
  byId("run-error").textContent = [...new Set(messages)].join("\n");
}

function card(key, value, label, look) {
  return make("li", { "data-count": key }, make("span", { class: "value " + (look || "") }, value),
    make("span", { class: "label" }, label));
}

function showCards() {
  const counts = data.counts;
  const cards = [card("total", counts.total, counts.total === 1 ? "package" : "packages")];
  for (const state of ["built", "cached", "failed", "interrupted", "skipped", "building", "planned"]) {
    const look = { built: "good", failed: "bad", interrupted: "warn" }[state];
    if (counts[state] > 0 || state === "built" || state === "failed") {
      const label = state === "cached" ? "unchanged, not built again" : STATES[state].word;
      cards.push(card(state, counts[state], STATES[state].mark + " " + label, counts[state] > 0 ? look : ""));
    }
  }
  cards.push(card("warnings", counts.compiler_warnings, "compiler warnings", counts.compiler_warnings > 0 ? "warn" : ""));
  if (counts.tests > 0) {
    const failed = counts.tests_failed;
    const skipped = counts.tests_skipped > 0 ? ", " + counts.tests_skipped + " skipped" : "";
    cards.push(card("tests", counts.tests, (failed > 0 ? "tests, " + failed + " failed" : "tests, none failed") + skipped,
      failed > 0 ? "bad" : "good"));
  }
  if (counts.cache_hits !== undefined) {
    const compilations = counts.cache_hits + counts.cache_misses;
    cards.push(card("ccache", counts.cache_hits, "ccache hits of " + compilations + " (" +
      percent(counts.cache_hits, compilations) + ")"));
  }
  byId("cards").append(...cards);
}
