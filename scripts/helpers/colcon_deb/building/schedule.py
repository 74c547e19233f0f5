# SPDX-License-Identifier: Apache-2.0
"""The order in which packages are built when several can be built at once.

Of all packages that are ready, the one goes first that the longest chain of work waits for: the longest chain bounds
the whole build, whatever the number of processors.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Mapping


class Schedule:
    def __init__(self, dependencies: Mapping[str, Collection[str]], seconds: Mapping[str, float]) -> None:
        """dependencies: name -> the packages that it waits for, in build order.
        seconds: name -> how long it may take.
        """
        self._waiting = {name: set(needs) for name, needs in dependencies.items()}
        self._dependents: dict[str, list[str]] = {name: [] for name in dependencies}
        for name, needs in dependencies.items():
            for need in needs:
                self._dependents[need].append(name)
        self._remaining: dict[str, float] = {}
        for name in reversed(list(dependencies)):
            after = max((self._remaining[dependent] for dependent in self._dependents[name]), default=0)
            self._remaining[name] = seconds.get(name, 0) + after
        self._ready: list[tuple[float, str]] = []
        for name in [name for name, waits_for in self._waiting.items() if not waits_for]:
            self._make_ready(name)

    def __bool__(self) -> bool:
        """Whether a package is left that take() has not returned, and that may still become ready."""
        return bool(self._ready or self._waiting)

    @property
    def is_ready(self) -> bool:
        """Whether take() has a package to return."""
        return bool(self._ready)

    def take(self) -> str:
        return heapq.heappop(self._ready)[1]

    def complete(self, name: str) -> None:
        """The package exists: packages that waited for nothing else become ready."""
        for dependent in self._dependents[name]:
            needs = self._waiting.get(dependent)
            if needs is not None:
                needs.discard(name)
                if not needs:
                    self._make_ready(dependent)

    def fail(self, name: str) -> list[str]:
        """The package will not exist. Gives up all packages that need it and returns them, sorted."""
        lost, queue = set(), [name]
        while queue:
            for dependent in self._dependents[queue.pop()]:
                if dependent in self._waiting:
                    del self._waiting[dependent]
                    lost.add(dependent)
                    queue.append(dependent)
        return sorted(lost)

    def give_up(self) -> list[str]:
        """Gives up all packages that were not taken and returns them, sorted."""
        rest = sorted(set(self._waiting) | {name for _rank, name in self._ready})
        self._waiting, self._ready = {}, []
        return rest

    def _make_ready(self, name: str) -> None:
        del self._waiting[name]
        # Equal packages go by name, so that the order never varies.
        heapq.heappush(self._ready, (-self._remaining[name], name))
