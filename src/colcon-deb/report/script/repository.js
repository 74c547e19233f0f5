/* SPDX-License-Identifier: Apache-2.0 */
/* What the APT repository kept and removed. */

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
