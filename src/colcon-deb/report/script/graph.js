/* SPDX-License-Identifier: Apache-2.0 */
/* The graph of dependencies. */

const NODE = { width: 168, height: 24, right: 72, below: 10, margin: 14 };
const MOST_NODES = 1500;
const MOST_LINES = 6000;
const graph = { zoom: 1, nodes: new Map(), edges: [], layers: [], width: 0, height: 0, picture: null };

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

function linesAmong(members) {
  return members.flatMap((entry) => directNeeds(entry).map((needed) => [needed, entry.index]));
}

function drawGraph(members, lines) {
  placeNodes(arrange(members));
  const edges = lines.map(([from, to]) => edge(from, to));
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
  const lines = linked.length <= MOST_NODES ? linesAmong(linked) : [];
  byId("graph").hidden = packages.length === 0;
  if (lines.length > 0 && lines.length <= MOST_LINES) {
    drawGraph(linked, lines);
  } else {
    byId("nodes").replaceChildren(make("p", { class: "quiet" }, linked.length === 0
      ? "No package needs another one of the workspace." : "There are too many packages or dependencies to draw. Select a package in the table."));
  }
  if (loners.length > 0) {
    byId("loners").hidden = false;
    byId("loners").append(make("p", { class: "quiet" }, "Neither need nor are needed by another package of the workspace:"),
      nameButtons(loners.map((entry) => entry.index)));
  }
  byId("deselect").addEventListener("click", () => select(null));
  selectionListeners.push(showDetails);
}
