/* SPDX-License-Identifier: Apache-2.0 */
/* The selected package, which all parts of the page show, and the keys that move among packages. */

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
