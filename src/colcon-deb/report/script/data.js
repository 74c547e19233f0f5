/* SPDX-License-Identifier: Apache-2.0 */
/* Shows the data that the page holds. Text of a build reaches the page by textContent and attributes
   only, so that nothing in a name or a log can become markup. */
"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
const run = data.run;
const packages = data.packages;
const duration = Math.max(run.duration, 1);

/* What a package came to: its mark, its name for people, and its rank in the table. */
const STATES = {
  failed: { mark: "✖", word: "failed", rank: 0 },
  interrupted: { mark: "■", word: "interrupted", rank: 1 },
  building: { mark: "▶", word: "being built", rank: 2 },
  skipped: { mark: "–", word: "skipped", rank: 3 },
  planned: { mark: "·", word: "not begun", rank: 4 },
  built: { mark: "✔", word: "built", rank: 5 },
  cached: { mark: "=", word: "unchanged", rank: 6 },
};

const RESULTS = {
  success: { mark: "✔", word: "Succeeded", look: "good" },
  failed: { mark: "✖", word: "Failed", look: "bad" },
  interrupted: { mark: "■", word: "Interrupted", look: "warn" },
  unfinished: { mark: "▶", word: "Not finished", look: "warn" },
};

const PHASE_MEANINGS = {
  wait: "until another package is installed",
  needs: "install what the package needs",
  copy: "copy the source",
  configure: "CMake or setup.py",
  compile: "compilers and linkers",
  test: "the package's tests",
  install: "install into the package's directory",
  shlibdeps: "strip, find libraries",
  pack: "make the .deb",
  check: "check the .deb",
  publish: "put the .deb in its place",
  other: "anything else",
};
const TOOL_PHASES = ["configure", "compile", "test"];
