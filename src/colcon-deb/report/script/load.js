/* SPDX-License-Identifier: Apache-2.0 */
/* The curves of processors and memory, below the lanes. */

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
