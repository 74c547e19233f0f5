/* SPDX-License-Identifier: Apache-2.0 */
/* Shows the data that the page holds. Text of a build reaches the page by textContent and attributes
   only, so that nothing in a name or a log can become markup. */
"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
const run = data.run;
const packages = data.packages;
const duration = Math.max(run.duration, 1);

/* What a package came to: its mark, its name for people, and its rank in the table. */
const STATES = {
  failed: { mark: "✖", word: "failed", rank: 0 },
  interrupted: { mark: "■", word: "interrupted", rank: 1 },
  building: { mark: "▶", word: "being built", rank: 2 },
  skipped: { mark: "–", word: "skipped", rank: 3 },
  planned: { mark: "·", word: "not begun", rank: 4 },
  built: { mark: "✔", word: "built", rank: 5 },
  cached: { mark: "=", word: "up to date", rank: 6 },
};

const RESULTS = {
  success: { mark: "✔", word: "Succeeded", look: "good" },
  failed: { mark: "✖", word: "Failed", look: "bad" },
  interrupted: { mark: "■", word: "Interrupted", look: "warn" },
  unfinished: { mark: "▶", word: "Not finished", look: "warn" },
};

const PHASE_MEANINGS = {
  wait: "until another package is installed",
  needs: "install what the package needs",
  copy: "copy the source",
  configure: "CMake or setup.py",
  compile: "compilers and linkers",
  test: "the package's tests",
  install: "install into the package's directory",
  shlibdeps: "strip, find libraries",
  pack: "make the .deb",
  check: "check the .deb",
  publish: "put the .deb in its place",
  other: "anything else",
};
const TOOL_PHASES = ["configure", "compile", "test"];

/* ---- Elements ---- */

const byId = (id) => document.getElementById(id);

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value !== undefined && value !== null) element.setAttribute(name, value);
  }
  for (const child of children.flat(Infinity)) {
    if (child !== undefined && child !== null) element.append(child);
  }
  return element;
}

function make(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function draw(tag, attributes, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/* The policy of the page forbids style attributes; properties are allowed. */
function withProperty(element, name, value) {
  element.style.setProperty(name, value);
  return element;
}

/* ---- Words for numbers ---- */

function span(ms) {
  const seconds = ms / 1000;
  if (seconds < 59.95) return seconds.toFixed(1) + "s";
  const whole = Math.round(seconds);
  const pad = (number) => String(number).padStart(2, "0");
  if (whole < 3600) return Math.floor(whole / 60) + "m " + pad(whole % 60) + "s";
  return Math.floor(whole / 3600) + "h " + pad(Math.floor(whole / 60) % 60) + "m";
}

function clock(ms) {
  const whole = Math.round(ms / 1000);
  const pad = (number) => String(number).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return minutes + ":" + pad(whole % 60);
  return Math.floor(minutes / 60) + ":" + pad(minutes % 60) + ":" + pad(whole % 60);
}

function size(bytes) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (bytes >= 1024 && unit < units.length - 1) {
    bytes /= 1024;
    unit++;
  }
  return (unit === 0 ? bytes : bytes.toFixed(1)) + " " + units[unit];
}

function percent(part, whole) {
  return whole > 0 ? Math.round((100 * part) / whole) + " %" : "–";
}

function count(number, noun) {
  return number + " " + noun + (number === 1 ? "" : "s");
}

function change(entry) {
  if (entry.former === undefined || entry.duration === undefined || entry.status !== "built") return undefined;
  return entry.duration - entry.former;
}

function signed(ms) {
  return (ms < 0 ? "−" : "+") + span(Math.abs(ms));
}

function localTime(ms) {
  const date = new Date(run.started + ms);
  if (isNaN(date)) return "";
  const pad = (number) => String(number).padStart(2, "0");
  return date.getFullYear() + "-" + pad(date.getMonth() + 1) + "-" + pad(date.getDate()) + " " +
    pad(date.getHours()) + ":" + pad(date.getMinutes()) + ":" + pad(date.getSeconds());
}

/* ---- Packages ---- */

packages.forEach((entry, index) => {
  entry.index = index;
  entry.dependents = [];
});
for (const entry of packages) {
  entry.deps = [...new Set(entry.deps)];
  for (const needed of entry.deps) packages[needed].dependents.push(entry.index);
}

const wasStarted = (entry) => entry.begin !== undefined;
const endOf = (entry) => (entry.end === undefined ? run.duration : entry.end);

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
  if (entry.cause) pairs.push(["Skipped for", entry.cause]);
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

/* ---- Selection: one package, shown in all parts of the page ---- */

let selected = null;
const selectionListeners = [];

function select(index) {
  selected = index;
  for (const listener of selectionListeners) listener();
}

/* Elements of packages in a drawing: one of them can be reached by Tab, arrow keys move on. */
function rove(elements, first, neighbour) {
  let current = first;
  const move = (index) => {
    if (index === undefined || !elements.has(index)) return;
    elements.get(current).setAttribute("tabindex", "-1");
    current = index;
    elements.get(current).setAttribute("tabindex", "0");
    elements.get(current).focus();
  };
  elements.get(first).setAttribute("tabindex", "0");
  for (const [index, element] of elements) {
    element.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        select(index);
      } else if (event.key.startsWith("Arrow") || event.key === "Home" || event.key === "End") {
        event.preventDefault();
        move(neighbour(index, event.key));
      }
    });
    element.addEventListener("click", () => {
      select(index);
      move(index);
    });
  }
}

/* ---- The tip beside what is pointed at or focused ---- */

const tip = byId("tip");
let tipOwner = null;

function showTip(entry, element) {
  tipOwner = { entry, element };
  tip.replaceChildren(make("strong", {}, entry.name), " ", make("span", { class: "quiet" }, entry.version || ""),
    definitions(describe(entry)));
  tip.hidden = false;
  const box = element.getBoundingClientRect();
  const left = Math.min(Math.max(box.left, 8), window.innerWidth - tip.offsetWidth - 8);
  const below = box.bottom + 8 + tip.offsetHeight < window.innerHeight;
  tip.style.left = Math.max(left, 8) + "px";
  tip.style.top = Math.max(below ? box.bottom + 8 : box.top - tip.offsetHeight - 8, 8) + "px";
}

function hideTip() {
  tip.hidden = true;
}

function giveTip(element, entry) {
  element.addEventListener("pointerenter", () => showTip(entry, element));
  element.addEventListener("pointerleave", hideTip);
  element.addEventListener("focus", () => showTip(entry, element));
  element.addEventListener("blur", hideTip);
}

/* ---- Head ---- */

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
      const label = state === "cached" ? "up to date, not built again" : STATES[state].word;
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

/* ---- Failures ---- */

/* A link only to a log as a build names it, beside this page. */
function logLink(path) {
  if (!/^logs\/[A-Za-z0-9_.+-]+$/.test(path)) return make("span", { class: "path" }, path);
  return make("a", { class: "path", href: path }, path);
}

function testList(entry) {
  if (!entry.failed_tests) return null;
  return make("ul", { "aria-label": "Failed tests" }, entry.failed_tests.map((test) =>
    make("li", {}, test.name || "a test", test.message ? make("span", { class: "message" }, test.message) : null)));
}

function skippedFor(entry) {
  const skipped = packages.filter((other) => other.status === "skipped" && other.cause === entry.name);
  if (skipped.length === 0) return null;
  return make("p", { class: "quiet" }, "Skipped for it: " + nameList(skipped.map((other) => other.index), 8));
}

function failure(entry) {
  const place = entry.file ? entry.file + (entry.line ? ":" + entry.line : "") : null;
  const tests = entry.tests_failed ? " – " + count(entry.tests_failed, "failed test") : "";
  return make("article", { class: "failure" },
    make("h3", {}, STATES[entry.status].mark + " " + entry.name + tests),
    place ? make("p", { class: "path" }, place) : null,
    entry.error ? make("p", { class: "error" }, entry.error) : null,
    testList(entry),
    entry.tail ? make("pre", { tabindex: "0", "aria-label": "Last lines of " + entry.name }, entry.tail) : null,
    entry.log ? make("p", { class: "quiet" }, "Log: ", logLink(entry.log)) : null,
    skippedFor(entry));
}

function showFailures() {
  const failed = packages.filter((entry) => entry.status === "failed" || entry.tests_failed > 0);
  byId("failures").hidden = failed.length === 0;
  byId("shortened").hidden = !data.shortened;
  byId("failure-list").append(...failed.map(failure));
}

/* ---- Where the time went ---- */

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

/* ---- Timeline ---- */

const AXIS = 26;
const STAGE_ROW = 30;
const LANE = 32;
const BAR = 24;
const LOAD = 76;
const GAP = 14;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 43200, 86400].map((step) => 1000 * step);

const builds = packages.filter(wasStarted).sort((a, b) => a.begin - b.begin || a.index - b.index);
const lanes = builds.reduce((most, entry) => Math.max(most, entry.lane + 1), 0);
const onPath = new Set(data.critical);
const timeline = { zoom: 1, width: 0, bars: new Map() };
const laneTop = (lane) => AXIS + STAGE_ROW + GAP + lane * LANE;
const loadTop = laneTop(lanes) + GAP;
const hasLoad = data.load.length > 1;
const chartHeight = hasLoad ? loadTop + 2 * (LOAD + GAP) : loadTop;

const across = (time) => (time / duration) * timeline.width;

/* @text cut to about so many pixels; "" if nothing useful fits. */
function fitText(text, pixels) {
  const letters = Math.floor(pixels / 7.4);
  if (text.length <= letters) return text;
  return letters >= 5 ? text.slice(0, letters - 1) + "…" : "";
}

function ticks() {
  const step = STEPS.find((each) => across(each) >= 84) || duration / 8;
  const parts = [];
  for (let time = 0; time <= duration && parts.length < 2000; time += step) {
    const x = Math.round(across(time)) + 0.5;
    parts.push(draw("line", { class: "tick", x1: x, x2: x, y1: AXIS - 6, y2: chartHeight }));
    if (x < timeline.width - 40) parts.push(draw("text", { class: "tick-name", x: x + 4, y: AXIS - 10 }, clock(time)));
  }
  return parts;
}

function stageBand() {
  return data.stages.map((stage) => {
    const end = stage.end === undefined ? run.duration : stage.end;
    const x = across(stage.begin);
    const width = Math.max(across(end) - x, 1);
    const failed = stage.end !== undefined && !stage.success;
    return draw("g", {},
      draw("title", {}, stage.name + ": " + span(end - stage.begin)),
      draw("rect", { class: "stage" + (failed ? " bad" : ""), x, y: AXIS + 2, width, height: STAGE_ROW - 8, rx: 3 }),
      draw("text", { x: x + 6, y: AXIS + 17 }, fitText((failed ? "✖ " : "") + stage.name, width - 10)));
  });
}

function phaseStrip(entry, y) {
  return pieces(entry).map(([phase, begin, end]) => draw("rect", { class: "phase phase-" + phase,
    x: across(begin), y: y + BAR - 7, width: Math.max(across(end) - across(begin), 0.4), height: 6 }));
}

function barLabel(entry) {
  return entry.name + ", " + STATES[entry.status].word + ", " + span(entry.duration) + ", from " + clock(entry.begin);
}

function bar(entry) {
  const x = across(entry.begin);
  const y = laneTop(entry.lane) + (LANE - BAR) / 2;
  const width = Math.max(across(endOf(entry)) - x, 2);
  const striped = entry.status === "failed" || entry.status === "interrupted";
  const text = (entry.status === "built" ? "" : STATES[entry.status].mark + " ") + entry.name;
  const box = { x, y, width, height: BAR, rx: Math.min(3, width / 2) };
  const element = draw("g", { class: "build " + entry.status + (onPath.has(entry.index) ? " on-path" : ""), role: "button",
    tabindex: "-1", "aria-label": barLabel(entry) },
    draw("rect", { class: "body", ...box }),
    striped ? draw("rect", { class: "pattern", ...box }) : null,
    phaseStrip(entry, y),
    draw("text", { x: x + 5, y: y + 13 }, fitText(text, width - 8)),
    draw("rect", { class: "frame", ...box }));
  giveTip(element, entry);
  timeline.bars.set(entry.index, element);
  return element;
}

function pathLines() {
  const middle = (entry) => laneTop(entry.lane) + LANE / 2;
  return data.critical.slice(1).map((index, place) => {
    const from = packages[data.critical[place]];
    const to = packages[index];
    const x1 = across(endOf(from));
    const x2 = across(to.begin);
    return draw("path", { class: "path-line", d: `M${x1},${middle(from)} L${x2},${middle(to)}` });
  });
}

function loadCurve(kind, column, top, most) {
  const points = data.load.map((sample) => [across(sample[0]), top + LOAD - (sample[column] / most) * LOAD]);
  const line = points.map(([x, y]) => x.toFixed(1) + "," + y.toFixed(1)).join(" L");
  const first = points[0][0].toFixed(1);
  const last = points[points.length - 1][0].toFixed(1);
  return draw("path", { class: kind, d: `M${first},${top + LOAD} L${line} L${last},${top + LOAD} Z` });
}

function highest(column, least) {
  return data.load.reduce((most, sample) => Math.max(most, sample[column]), least);
}

function loadCurves() {
  if (!hasLoad) return [];
  const second = loadTop + LOAD + GAP;
  const all = (run.cores || 0) * 100;
  const most = highest(1, Math.max(all, 1));
  const limit = loadTop + LOAD - (all / most) * LOAD;
  return [
    draw("rect", { class: "band", x: 0, y: loadTop, width: timeline.width, height: LOAD }),
    draw("rect", { class: "band", x: 0, y: second, width: timeline.width, height: LOAD }),
    loadCurve("cpu", 1, loadTop, most),
    all > 0 ? draw("line", { class: "limit", x1: 0, x2: timeline.width, y1: limit, y2: limit }) : null,
    loadCurve("memory", 2, second, highest(2, 1)),
  ];
}

function stripes() {
  return draw("defs", {}, draw("pattern", { id: "stripes", width: 7, height: 7, patternUnits: "userSpaceOnUse",
    patternTransform: "rotate(45)" }, draw("line", { x1: 0, y1: 0, x2: 0, y2: 7 })));
}

/* Up and down go to the bar of the next lane that was built at about the same time. */
function nextBar(index, key) {
  const place = builds.findIndex((entry) => entry.index === index);
  const entry = builds[place];
  const step = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: builds.length - 1 }[key];
  if (step !== undefined) return builds[step] && builds[step].index;
  const lane = entry.lane + (key === "ArrowDown" ? 1 : -1);
  const middle = (each) => (each.begin + endOf(each)) / 2;
  const others = builds.filter((each) => each.lane === lane);
  others.sort((a, b) => Math.abs(middle(a) - middle(entry)) - Math.abs(middle(b) - middle(entry)));
  return others[0] && others[0].index;
}

function showReadout(time) {
  const sample = data.load.reduce((near, each) => (Math.abs(each[0] - time) < Math.abs(near[0] - time) ? each : near), data.load[0]);
  const load = sample ? ", CPU " + sample[1] + " %, memory " + size(sample[2]) : "";
  byId("readout").textContent = clock(time) + " (" + localTime(time).slice(11) + ")" + load;
}

function followPointer(picture) {
  const cross = draw("line", { class: "cross", y1: AXIS, y2: chartHeight, visibility: "hidden" });
  picture.append(cross);
  picture.addEventListener("pointermove", (event) => {
    const x = event.clientX - picture.getBoundingClientRect().left;
    cross.setAttribute("x1", x);
    cross.setAttribute("x2", x);
    cross.setAttribute("visibility", "visible");
    showReadout((x / timeline.width) * duration);
  });
  picture.addEventListener("pointerleave", () => {
    cross.setAttribute("visibility", "hidden");
    byId("readout").textContent = "";
  });
}

function drawTimeline() {
  const place = byId("lanes");
  timeline.width = Math.max((place.clientWidth || 900) * timeline.zoom, 100);
  timeline.bars.clear();
  const picture = draw("svg", { width: timeline.width, height: chartHeight, viewBox: `0 0 ${timeline.width} ${chartHeight}`,
    role: "group", "aria-label": "Builds over time" },
    stripes(), ticks(), stageBand(), loadCurves(), builds.map(bar), pathLines());
  followPointer(picture);
  place.replaceChildren(picture);
  if (builds.length > 0) rove(timeline.bars, builds[0].index, nextBar);
  markBars();
}

function markBars() {
  for (const [index, element] of timeline.bars) element.classList.toggle("selected", index === selected);
}

/* Keeps the time at @x, in pixels from the left edge, where it is. */
function zoomTimeline(factor, x) {
  const place = byId("lanes");
  const at = x === undefined ? place.clientWidth / 2 : x;
  const time = (place.scrollLeft + at) / timeline.width;
  timeline.zoom = Math.min(Math.max(timeline.zoom * factor, 1), 64);
  hideTip();
  drawTimeline();
  place.scrollLeft = time * timeline.width - at;
}

function zoomByKey(event) {
  const factor = { "+": 1.5, "=": 1.5, "-": 1 / 1.5 }[event.key];
  if (factor === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  const focused = [...timeline.bars].find(([, element]) => element === document.activeElement);
  event.preventDefault();
  zoomTimeline(factor);
  if (focused) timeline.bars.get(focused[0]).focus();
}

function zoomByWheel(event) {
  if (!event.ctrlKey) return;
  event.preventDefault();
  zoomTimeline(event.deltaY < 0 ? 1.25 : 1 / 1.25, event.clientX - byId("lanes").getBoundingClientRect().left);
}

function gutterName(text, top) {
  return withProperty(make("span", {}, text), "--top", top + "px");
}

function nameLanes() {
  const names = [gutterName("Stages", AXIS + 5)];
  for (let lane = 0; lane < lanes; lane++) names.push(gutterName("Lane " + (lane + 1), laneTop(lane) + 8));
  if (hasLoad) {
    names.push(gutterName("CPU\nto " + highest(1, Math.max((run.cores || 0) * 100, 1)) + " %", loadTop + 4));
    names.push(gutterName("Memory\nto " + size(highest(2, 1)), loadTop + LOAD + GAP + 4));
  }
  byId("lane-names").append(...names);
}

function showLegend() {
  const used = phaseSums();
  data.phase_names.forEach((name, phase) => {
    if (used[phase] > 0) byId("legend").append(make("span", {}, make("span", { class: "swatch phase-" + phase }), name));
  });
}

function showCritical() {
  if (data.critical.length === 0) return;
  const path = data.critical.map((index) => packages[index]);
  const took = path.reduce((sum, entry) => sum + endOf(entry) - entry.begin, 0);
  byId("critical").textContent = "Critical path (framed): " + nameList(data.critical, 12).replaceAll(", ", " → ") +
    ". " + (path.length > 1 ? "These builds could only follow one another; they took " : "This build took ") +
    span(took) + " of " + span(duration) + ".";
}

function showTimeline() {
  byId("timeline").hidden = builds.length === 0 && data.stages.length === 0;
  if (byId("timeline").hidden) return;
  nameLanes();
  showLegend();
  showCritical();
  drawTimeline();
  byId("zoom-in").addEventListener("click", () => zoomTimeline(1.5));
  byId("zoom-out").addEventListener("click", () => zoomTimeline(1 / 1.5));
  byId("zoom-fit").addEventListener("click", () => zoomTimeline(1 / timeline.zoom));
  byId("lanes").addEventListener("keydown", zoomByKey);
  byId("lanes").addEventListener("wheel", zoomByWheel, { passive: false });
  new ResizeObserver(() => {
    if (Math.abs(byId("lanes").clientWidth * timeline.zoom - timeline.width) > 1) drawTimeline();
  }).observe(byId("lanes"));
  selectionListeners.push(markBars);
}

/* ---- Table ---- */

const longest = packages.reduce((most, entry) => Math.max(most, entry.duration || 0), 1);

function durationCell(entry) {
  const cell = make("td", { class: "number length" }, entry.duration === undefined ? "" : span(entry.duration));
  return withProperty(cell, "--share", (100 * (entry.duration || 0)) / longest + "%");
}

function changeCell(entry) {
  const difference = change(entry);
  if (difference === undefined) return make("td", { class: "number quiet" }, wasStarted(entry) ? "–" : "");
  return make("td", { class: "number" }, signed(difference));
}

function testsCell(entry) {
  if (entry.tests === undefined) return make("td", { class: "number" });
  const text = entry.tests_failed > 0 ? "✖ " + entry.tests_failed + " of " + entry.tests : "✔ " + entry.tests;
  return make("td", { class: "number " + (entry.tests_failed > 0 ? "bad" : "") }, text);
}

function nameCell(entry) {
  const button = make("button", { type: "button", class: "name" }, entry.name);
  button.addEventListener("click", () => {
    select(entry.index);
    byId("graph").scrollIntoView();
  });
  return make("th", { scope: "row" }, button);
}

/* The columns: name, how a package is compared (numbers or texts; undefined comes last), its cell. */
const COLUMNS = [
  ["Result", (entry) => STATES[entry.status].rank, (entry) => make("td", {}, stateLabel(entry))],
  ["Package", (entry) => entry.name, nameCell],
  ["Version", (entry) => entry.version, (entry) => make("td", { class: "version" }, entry.version || "")],
  ["Duration", (entry) => entry.duration, durationCell],
  ["Change", change, changeCell],
  ["Size", (entry) => entry.size || undefined, (entry) => make("td", { class: "number" }, entry.size ? size(entry.size) : "")],
  ["Why built", (entry) => entry.reason || entry.cause,
    (entry) => make("td", { class: "text" }, entry.reason || (entry.cause ? entry.cause + " failed" : ""))],
  ["Warnings", (entry) => entry.warnings || undefined, (entry) => make("td", { class: "number" }, entry.warnings || "")],
  ["Tests", (entry) => entry.tests_failed || entry.tests, testsCell],
];
const NUMBERS = ["Duration", "Change", "Size", "Warnings", "Tests"];
const table = { column: 3, down: true, rows: new Map() };

function compare(a, b) {
  const key = COLUMNS[table.column][1];
  const [left, right] = [key(a), key(b)];
  if (left === undefined || right === undefined) return (left === undefined) - (right === undefined) || a.index - b.index;
  const order = typeof left === "string" ? left.localeCompare(right) : left - right;
  return (table.down ? -order : order) || a.index - b.index;
}

function matches(entry, words) {
  const text = [entry.name, STATES[entry.status].word, entry.reason, entry.cause].join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
}

function fillTable() {
  const words = byId("filter").value.toLowerCase().split(/\s+/).filter((word) => word);
  const shown = packages.filter((entry) => matches(entry, words)).sort(compare);
  byId("package-rows").replaceChildren(...shown.map((entry) => table.rows.get(entry.index)));
  byId("shown").textContent = shown.length + " of " + packages.length;
}

function sortBy(column) {
  table.down = column === table.column ? !table.down : NUMBERS.includes(COLUMNS[column][0]);
  table.column = column;
  markOrder();
  fillTable();
}

function markOrder() {
  [...byId("package-head").children].forEach((cell, column) => {
    const sorted = column === table.column;
    if (sorted) cell.setAttribute("aria-sort", table.down ? "descending" : "ascending");
    else cell.removeAttribute("aria-sort");
    cell.firstChild.lastChild.textContent = sorted ? (table.down ? " ▼" : " ▲") : "";
  });
}

function showTable() {
  byId("packages").hidden = packages.length === 0;
  COLUMNS.forEach(([name], column) => {
    const button = make("button", { type: "button" }, name, make("span", { "aria-hidden": "true" }));
    button.addEventListener("click", () => sortBy(column));
    byId("package-head").append(make("th", { scope: "col", class: NUMBERS.includes(name) ? "number" : "" }, button));
  });
  for (const entry of packages) {
    table.rows.set(entry.index, make("tr", { "data-package": entry.name }, COLUMNS.map(([, , cell]) => cell(entry))));
  }
  byId("filter").addEventListener("input", fillTable);
  markOrder();
  fillTable();
}

/* ---- Dependency graph ---- */

const NODE = { width: 168, height: 24, right: 72, below: 10, margin: 14 };
const MOST_NODES = 1500;
const graph = { zoom: 1, nodes: new Map(), edges: [], layers: [], width: 0, height: 0, picture: null };

/* The layer of each package: 0 for those that need nothing, else right of all that it needs. What a
   package needs comes before it in the list. */
function layersOf(members) {
  const layer = new Map();
  for (const entry of members) {
    layer.set(entry.index, entry.deps.reduce((most, needed) => Math.max(most, layer.get(needed) + 1), 0));
  }
  return layer;
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

function placeNodes(columns) {
  const step = NODE.height + NODE.below;
  const tallest = columns.reduce((most, column) => Math.max(most, column.length), 1);
  graph.layers = columns;
  graph.width = 2 * NODE.margin + columns.length * (NODE.width + NODE.right) - NODE.right;
  graph.height = 2 * NODE.margin + tallest * step - NODE.below;
  columns.forEach((column, layer) => column.forEach((index, row) => {
    packages[index].x = NODE.margin + layer * (NODE.width + NODE.right);
    packages[index].y = NODE.margin + (row + (tallest - column.length) / 2) * step;
  }));
}

function edge(from, to) {
  const [a, b] = [packages[from], packages[to]];
  const x1 = a.x + NODE.width;
  const bend = Math.max((b.x - x1) / 2, 20);
  const [y1, y2] = [a.y + NODE.height / 2, b.y + NODE.height / 2];
  const element = draw("path", { class: "edge", d: `M${x1},${y1} C${x1 + bend},${y1} ${b.x - bend},${y2} ${b.x},${y2}` });
  graph.edges.push({ from, to, element });
  return element;
}

function node(entry) {
  const element = draw("g", { class: "node " + entry.status, role: "button", tabindex: "-1",
    "aria-label": entry.name + ", " + STATES[entry.status].word + ", needs " + entry.deps.length + ", needed by " + entry.dependents.length },
    draw("rect", { x: entry.x, y: entry.y, width: NODE.width, height: NODE.height, rx: 5 }),
    draw("text", { x: entry.x + 8, y: entry.y + 16 }, fitText(STATES[entry.status].mark + " " + entry.name, NODE.width - 12)));
  giveTip(element, entry);
  graph.nodes.set(entry.index, element);
  return element;
}

function nextNode(index, key) {
  const entry = packages[index];
  const layer = graph.layers.findIndex((column) => column.includes(index));
  const column = graph.layers[layer];
  const row = column.indexOf(index);
  const nearest = (indexes) => indexes.filter((each) => graph.nodes.has(each))
    .sort((a, b) => Math.abs(packages[a].y - entry.y) - Math.abs(packages[b].y - entry.y))[0];
  return { ArrowLeft: nearest(entry.deps), ArrowRight: nearest(entry.dependents), ArrowUp: column[row - 1],
    ArrowDown: column[row + 1], Home: graph.layers[0][0], End: graph.layers[graph.layers.length - 1][0] }[key];
}

function scaleGraph(factor) {
  const place = byId("nodes");
  graph.zoom = Math.min(Math.max(graph.zoom * factor, 0.1), 3);
  hideTip();
  graph.picture.setAttribute("width", graph.width * graph.zoom);
  graph.picture.setAttribute("height", graph.height * graph.zoom);
  place.scrollLeft *= factor;
  place.scrollTop *= factor;
}

function nameButtons(indexes) {
  return make("ul", { class: "names" }, indexes.map((index) => {
    const button = make("button", { type: "button" }, STATES[packages[index].status].mark + " " + packages[index].name);
    button.addEventListener("click", () => select(index));
    return make("li", {}, button);
  }));
}

function showDetails() {
  const place = byId("selected");
  place.hidden = byId("deselect").hidden = selected === null;
  if (selected === null) return;
  const entry = packages[selected];
  const facts = make("div", {}, make("h3", {}, entry.name), definitions(describe(entry)),
    entry.log ? make("p", { class: "quiet" }, "Log: ", logLink(entry.log)) : null);
  const neighbours = make("div", {});
  if (entry.deps.length > 0) neighbours.append(make("p", { class: "quiet" }, "Needs"), nameButtons(entry.deps));
  if (entry.dependents.length > 0) neighbours.append(make("p", { class: "quiet" }, "Needed by"), nameButtons(entry.dependents));
  place.replaceChildren(facts, neighbours);
}

function markGraph() {
  const near = new Set(selected === null ? [] : [...packages[selected].deps, ...packages[selected].dependents]);
  graph.picture.classList.toggle("chosen", selected !== null && graph.nodes.has(selected));
  for (const [index, element] of graph.nodes) {
    element.classList.toggle("selected", index === selected);
    element.classList.toggle("near", near.has(index));
  }
  for (const { from, to, element } of graph.edges) element.classList.toggle("near", from === selected || to === selected);
  if (graph.nodes.has(selected)) revealNode(packages[selected]);
}

function revealNode(entry) {
  const place = byId("nodes");
  place.scrollLeft = (entry.x + NODE.width / 2) * graph.zoom - place.clientWidth / 2;
  place.scrollTop = (entry.y + NODE.height / 2) * graph.zoom - place.clientHeight / 2;
}

function drawGraph(members) {
  placeNodes(arrange(members));
  const edges = members.flatMap((entry) => directNeeds(entry).map((needed) => edge(needed, entry.index)));
  graph.picture = draw("svg", { class: members.length > 60 ? "crowded" : "", width: graph.width, height: graph.height,
    viewBox: `0 0 ${graph.width} ${graph.height}`, role: "group", "aria-label": "Dependencies of packages" },
    edges, members.map(node));
  byId("nodes").replaceChildren(graph.picture);
  rove(graph.nodes, graph.layers[0][0], nextNode);
  selectionListeners.push(markGraph);
  byId("graph-in").addEventListener("click", () => scaleGraph(1.25));
  byId("graph-out").addEventListener("click", () => scaleGraph(0.8));
  byId("graph-fit").addEventListener("click", () => scaleGraph((byId("nodes").clientWidth - 2) / graph.width / graph.zoom));
}

function showGraph() {
  const linked = packages.filter((entry) => entry.deps.length + entry.dependents.length > 0);
  const loners = packages.filter((entry) => entry.deps.length + entry.dependents.length === 0);
  byId("graph").hidden = packages.length === 0;
  if (linked.length > 0 && linked.length <= MOST_NODES) {
    drawGraph(linked);
  } else {
    byId("nodes").replaceChildren(make("p", { class: "quiet" }, linked.length === 0
      ? "No package needs another one of the workspace." : "There are too many packages to draw. Select one in the table."));
  }
  if (loners.length > 0) {
    byId("loners").hidden = false;
    byId("loners").append(make("p", { class: "quiet" }, "Neither need nor are needed by another package of the workspace:"),
      nameButtons(loners.map((entry) => entry.index)));
  }
  byId("deselect").addEventListener("click", () => select(null));
  selectionListeners.push(showDetails);
}

/* ---- Repository ---- */

function formerTable(caption, list) {
  if (list.length === 0) return null;
  return make("table", {}, make("caption", {}, caption),
    make("thead", {}, make("tr", {}, ["Package", "Version", "Why"].map((name) => make("th", { scope: "col" }, name)))),
    make("tbody", {}, list.map((former) => make("tr", {}, make("th", { scope: "row" }, former.deb || ""),
      make("td", {}, former.version || "all versions"), make("td", {}, former.reason || "")))));
}

function showRepository() {
  byId("repository").hidden = !data.repository;
  if (!data.repository) return;
  byId("repository-count").textContent = count(data.repository.count, "package") + " in " + data.repository.path + "/";
  const tables = [formerTable("Kept: not built this time, still offered", data.repository.kept),
    formerTable("Removed: no longer offered", data.repository.removed)].filter((each) => each);
  byId("repository-changes").append(...tables);
}

/* ---- The page ---- */

function showTheme(theme) {
  document.documentElement.setAttribute("data-theme", theme);
  byId("theme").textContent = theme === "dark" ? "Light" : "Dark";
  byId("theme").setAttribute("aria-label", "Use " + (theme === "dark" ? "light" : "dark") + " colours");
}

function watchTheme() {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const follow = () => showTheme(dark.matches ? "dark" : "light");
  follow();
  dark.addEventListener("change", follow);
  byId("theme").addEventListener("click", () =>
    showTheme(document.documentElement.getAttribute("data-theme") === "dark" ? "light" : "dark"));
}

function showSections() {
  for (const section of document.querySelectorAll("section[aria-labelledby]")) {
    if (section.hidden) continue;
    const title = section.id === "summary" ? "Summary" : section.querySelector("h2").textContent;
    byId("sections").append(make("a", { href: "#" + section.id }, title));
  }
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hideTip();
});
/* What is focused by a key is scrolled into view, and keeps its tip. */
document.addEventListener("scroll", () => {
  if (tip.hidden) return;
  if (tipOwner.element === document.activeElement) showTip(tipOwner.entry, tipOwner.element);
  else hideTip();
}, { capture: true, passive: true });

watchTheme();
showHead();
showFacts();
showError();
showCards();
showFailures();
showTime();
showTimeline();
showTable();
showGraph();
showRepository();
showSections();
