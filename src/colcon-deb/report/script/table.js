/* SPDX-License-Identifier: Apache-2.0 */
/* The table of packages, sorted and filtered. */

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
  ["Why built", (entry) => entry.reason || causeOf(entry),
    (entry) => make("td", { class: "text" }, entry.reason || (causeOf(entry) ? causeOf(entry) + " failed" : ""))],
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
  const text = [entry.name, STATES[entry.status].word, entry.reason, causeOf(entry)].join(" ").toLowerCase();
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
