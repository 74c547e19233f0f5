/* SPDX-License-Identifier: Apache-2.0 */
/* Where the time went: stages and phases. */

function shareBar(part, whole) {
  return withProperty(make("div", { class: "share" }), "--share", (whole > 0 ? (100 * part) / whole : 0) + "%");
}

function showStages() {
  byId("stages-part").hidden = data.stages.length === 0;
  for (const stage of data.stages) {
    const took = (stage.end === undefined ? run.duration : stage.end) - stage.begin;
    const failed = stage.end !== undefined && !stage.success;
    byId("stage-rows").append(make("tr", {}, make("th", { scope: "row" }, (failed ? "✖ " : "") + stage.name),
      make("td", { class: "number" }, span(took)), make("td", {}, shareBar(took, duration))));
  }
}

/* Pieces of a build: [phase, begin, end]. */
function pieces(entry) {
  return entry.phases.map(([phase, begin], place) => {
    const next = entry.phases[place + 1];
    return [phase, begin, next ? next[1] : endOf(entry)];
  });
}

function phaseSums() {
  const sums = data.phase_names.map(() => 0);
  for (const entry of packages.filter(wasStarted)) {
    for (const [phase, begin, end] of pieces(entry)) sums[phase] += Math.max(end - begin, 0);
  }
  return sums;
}

function showPhases() {
  const sums = phaseSums();
  const all = sums.reduce((sum, part) => sum + part, 0);
  byId("phases-part").hidden = all === 0;
  data.phase_names.forEach((name, phase) => {
    if (sums[phase] === 0) return;
    const swatch = make("span", { class: "swatch phase-" + phase, "aria-hidden": "true" });
    byId("phase-bar").append(withProperty(make("span", { class: "phase-" + phase, title: name }), "--share",
      (100 * sums[phase]) / all + "%"));
    byId("phase-rows").append(make("tr", {}, make("th", { scope: "row" }, swatch, name),
      make("td", { class: "quiet" }, PHASE_MEANINGS[name] || ""), make("td", { class: "number" }, span(sums[phase])),
      make("td", { class: "number" }, percent(sums[phase], all))));
  });
  const tools = data.phase_names.reduce((sum, name, phase) => sum + (TOOL_PHASES.includes(name) ? sums[phase] : 0), 0);
  byId("outside").textContent = "Outside of configure, compile and test: " + span(all - tools) + ", " + percent(all - tools, all) + ".";
}

function showTime() {
  showStages();
  showPhases();
  byId("time").hidden = byId("stages-part").hidden && byId("phases-part").hidden;
}
