/* SPDX-License-Identifier: Apache-2.0 */
/* The builds over time, in lanes; below them processors and memory. */

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
