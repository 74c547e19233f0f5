/* SPDX-License-Identifier: Apache-2.0 */
/* Colours, the list of sections, and the order in which everything is shown. */

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
