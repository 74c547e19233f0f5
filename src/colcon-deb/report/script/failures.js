/* SPDX-License-Identifier: Apache-2.0 */
/* What failed: the error, the last lines and the failed tests. */

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
  const skipped = packages.filter((other) => other.status === "skipped" && other.cause === entry.index);
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
