/* SPDX-License-Identifier: Apache-2.0 */
/* The tip beside the package that is pointed at or focused. */

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

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hideTip();
});
/* What is focused by a key is scrolled into view, and keeps its tip. */
document.addEventListener("scroll", () => {
  if (tip.hidden) return;
  if (tipOwner.element === document.activeElement) showTip(tipOwner.entry, tipOwner.element);
  else hideTip();
}, { capture: true, passive: true });
