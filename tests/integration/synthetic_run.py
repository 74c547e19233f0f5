# SPDX-License-Identifier: Apache-2.0
"""The events of a build that never was: the same for the same arguments."""

from __future__ import annotations

import heapq
import json
import random
from collections.abc import Callable
from typing import Any

BEGIN = 1_700_000_000_000
SLOTS = 4
PHASES = (("wait", 1), ("needs", 2), ("copy", 1), ("configure", 8), ("compile", 40), ("test", 6), ("install", 3),
          ("shlibdeps", 4), ("pack", 5), ("check", 1), ("publish", 1))
AREAS = ("nav", "perception", "arm", "base", "sensor", "map", "planner", "msgs", "bringup", "sim")
KINDS = ("msgs", "core", "driver", "tools", "node", "utils", "plugins", "description", "interfaces", "tests")
REASONS = ("source changed", "new", "dependencies changed", "forced")


class Run:
    """A build of @count packages on SLOTS places; package i needs some of those before it."""

    def __init__(self, count: int, failing: tuple[int, ...] = (), seed: int = 1,
                 deps: Callable[[int], list[int]] | None = None) -> None:
        """deps: of package i; by default a few of those shortly before it."""
        self.random = random.Random(seed)
        self.lines: list[str] = []
        self.count = count
        self.failing = failing
        self.names = ["%s_%s_%d" % (AREAS[i % 10], KINDS[i // 10 % 10], i) for i in range(count)]
        self.deps = [(deps or self._deps)(i) for i in range(count)]
        self.states: dict[int, str] = {}
        self.causes: dict[int, int] = {}  # of a skipped package: the one that failed

    def _deps(self, i: int) -> list[int]:
        if i < 2 or i % 17 == 16:
            return []
        reach = range(max(0, i - 12), i)
        return sorted(self.random.sample(reach, min(len(reach), self.random.randint(1, 4))))

    def add(self, ts: float, kind: str, /, **fields: Any) -> None:
        self.lines.append(json.dumps({"ts": BEGIN + int(ts), "marker": "progress", "type": kind, **fields}))

    def text(self) -> str:
        return "\n".join(self.lines) + "\n"

    # ---- one package

    def plan(self, i: int) -> None:
        self.add(5000, "plan_package", name=self.names[i], version="1.%d.0" % (i % 7), path="src/" + self.names[i],
                 build_type="ament_cmake", deb="ros-rolling-" + self.names[i].replace("_", "-"),
                 deps=" ".join(self.names[dep] for dep in self.deps[i]))

    def start(self, now: float, i: int) -> float:
        """Starts a package; the time of its end."""
        name, length = self.names[i], self.random.randint(2000, 30000)
        self.add(now, "package_start", name=name, current=i + 1, total=self.count, reason=REASONS[i % 4])
        weights = [weight * self.random.uniform(0.5, 1.5) for _, weight in PHASES]
        at = now
        for (phase, _), weight in zip(PHASES, weights):
            self.later.append((at, "package_phase", {"name": name, "phase": phase}))
            at += length * weight / sum(weights)
        return now + length

    def end(self, now: float, i: int, started: float) -> None:
        name, failed = self.names[i], i in self.failing
        self.states[i] = "failed" if failed else "built"
        if failed:
            for line in ("[ 40%%] Building CXX object %s.dir/main.cpp.o" % name,
                         "src/%s/main.cpp:12:5: error: 'frobnicate' was not declared in this scope" % name,
                         "   12 |     frobnicate(1 < 2 && 3 > 2);", "      |     ^~~~~~~~~~", "make: *** [all] Error 2"):
                self.add(now, "package_output", name=name, msg=line)
        else:
            self.add(now, "artifact", name=name, path="debs/%s.deb" % name, size=20000 + 977 * i, sha256="00", kind="deb")
        if i % 3 == 0:
            self.add(now, "test_results", name=name, tests=12, failed=int(failed), skipped=1, path="test-results/" + name)
        if i % 3 == 0 and failed:
            self.add(now, "test_failed", name=name, test="Suite.case", msg="expected 1, got 2")
        fields = {"error": "'frobnicate' was not declared in this scope", "file": "src/%s/main.cpp" % name,
                  "line": 12} if failed else {"deb_version": "1.%d.0-0bookworm.20261129" % (i % 7)}
        self.add(now, "package_complete", name=name, success=not failed, ms=int(now - started), log="logs/%s.log" % name,
                 warnings=i % 5 if i % 4 == 0 else 0, **fields)

    # ---- all of them

    def _load_until(self, now: float) -> None:
        """Phases and samples that come before @now."""
        while self.sampled + 2000 <= now:
            self.sampled += 2000
            busy = len(self.running) + 1  # the one that ends next is out of the list
            self.later.append((self.sampled, "load", {"cpu": min(busy * 98 + self.random.randint(-30, 20), 400),
                                                      "memory": (600 + 420 * busy + self.random.randint(0, 99)) << 20}))
        self.later.sort(key=lambda event: event[0])
        while self.later and self.later[0][0] <= now:
            at, kind, fields = self.later.pop(0)
            self.add(at, kind, **fields)

    def _skip_or_start(self, now: float) -> None:
        for i in range(self.count):
            if i in self.states or i in self.begun:
                continue
            failed = [dep for dep in self.deps[i] if self.states.get(dep) in ("failed", "skipped")]
            if failed:
                self.states[i] = "skipped"
                self.causes[i] = self.causes.get(failed[0], failed[0])
                self.add(now, "package_skip", name=self.names[i], reason="dep_failed", cause=self.names[self.causes[i]])
            elif len(self.running) < SLOTS and all(dep in self.states for dep in self.deps[i]):
                self.begun[i] = now
                heapq.heappush(self.running, (self.start(now, i), i))

    def head(self) -> None:
        self.add(0, "run", workspace="/home/you/robot_ws", version="0.1.0")
        self.add(10, "run", image="colcon-deb-builder:rolling", arch="amd64", engine="Docker", engine_version="26.1",
                 distro="rolling")
        self.add(20, "hello", proto=1, mode="build", distro="rolling", arch="amd64", os="debian", codename="bookworm")
        for stage, begin, end in (("check", 100, 400), ("scan", 400, 1500), ("dependencies", 1500, 4200), ("prepare", 4200, 6000)):
            self.add(begin, "stage", value=stage)
            if stage == "scan":
                self.add(1400, "plan", total=self.count)
            self.add(end, "stage_complete", value=stage, success=True, ms=end - begin)
        for i in range(self.count):
            self.plan(i)

    def build(self, cached: tuple[int, ...] = ()) -> float:
        self.later: list[tuple[float, str, dict[str, Any]]] = []
        self.running: list[tuple[float, int]] = []
        self.begun: dict[int, float] = {}
        self.sampled = now = 6000.0
        self.add(now, "stage", value="build")
        self.add(now, "schedule", slots=SLOTS, cores=4, total=self.count - len(cached))
        for i in range(self.count):
            if i in cached:
                self.states[i] = "cached"
                self.add(now, "package_skip", name=self.names[i], reason="cached")
            elif i % 6:
                self.add(now, "package_expected", name=self.names[i], ms=self.random.randint(2000, 30000), measured=True)
        while True:
            before = len(self.states)
            self._skip_or_start(now)
            if not self.running and len(self.states) == before:
                break
            if not self.running:
                continue
            now, i = heapq.heappop(self.running)
            self._load_until(now)
            self.end(now, i, self.begun[i])
        self.add(now, "stage_complete", value="build", success=not self.failing, ms=int(now - 6000))
        return now

    def finish(self, now: float) -> None:
        states = list(self.states.values())
        self.add(now, "compiler_cache", hits=31, misses=9)
        self.add(now, "stage", value="repository")
        self.add(now + 900, "repository_kept", deb="ros-rolling-old", version="1.0", reason="it was not built")
        self.add(now + 900, "repository_removed", deb="ros-rolling-gone", version="0.9", reason="it left the workspace")
        self.add(now + 1000, "repository", path="apt", count=states.count("built"), signed=True)
        self.add(now + 1000, "stage_complete", value="repository", success=True, ms=1000)
        self.add(now + 1100, "build_complete", success=not self.failing, built=states.count("built"),
                 cached=states.count("cached"), failed=states.count("failed"), skipped=states.count("skipped"), ms=int(now))
        error = {"error": "%d packages failed" % states.count("failed")} if self.failing else {}
        self.add(now + 1200, "run_complete", state="failed" if self.failing else "success", ms=int(now), **error)


def whole_run(count: int, failing: tuple[int, ...] = (), cached: tuple[int, ...] = (),
              deps: Callable[[int], list[int]] | None = None) -> Run:
    run = Run(count, failing, deps=deps)
    run.head()
    run.finish(run.build(cached))
    return run


HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\u2028&amp;\u202e\x1b[31m"


def hostile_run() -> Run:
    """Every text of it wants to become markup, script or a link."""
    run = Run(3)
    run.names = [HOSTILE + str(i) for i in range(3)]
    run.add(0, "run", workspace="/ws/" + HOSTILE, image="javascript:alert(3)", engine=HOSTILE)
    for i, name in enumerate(run.names):
        run.add(1, "plan_package", name=name, version=HOSTILE, path="../../" + HOSTILE, deps=run.names[i - 1])
        run.add(2 + i, "package_start", name=name, reason=HOSTILE)
        run.add(3 + i, "package_phase", name=name, phase=HOSTILE)
        run.add(4 + i, "package_output", name=name, msg=HOSTILE)
        run.add(5 + i, "test_results", name=name, tests=1, failed=1)
        run.add(5 + i, "test_failed", name=name, test=HOSTILE, msg=HOSTILE)
        run.add(6 + i, "package_complete", name=name, success=False, error=HOSTILE, file=HOSTILE, line=1,
                log="javascript:alert(4)")
    run.add(9, "stage", value=HOSTILE)
    run.add(9, "stage")
    run.add(9, "load", cpu=2**62, memory=2**62)
    run.add(2**47, "load", cpu=-1, memory="no number")
    return run
