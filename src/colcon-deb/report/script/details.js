/* SPDX-License-Identifier: Apache-2.0 */
/* The details of the selected package. */

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
