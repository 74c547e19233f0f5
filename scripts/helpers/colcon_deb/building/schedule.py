# SPDX-License-Identifier: Apache-2.0
"""In which order packages are built when several can be built at a time.

Of those that can be, the one goes first behind which the longest work waits: the longest path to the end is what bounds the
whole build, whatever the number of processors.
"""

import heapq


class Schedule:
    def __init__(self, dependencies, seconds):
        """dependencies: name -> names of those that it waits for, in build order (plan.py). seconds: name -> how long it may take."""
        self._waiting = {name: set(needs) for name, needs in dependencies.items()}
        self._dependents = {name: [] for name in dependencies}
        for name, needs in dependencies.items():
            for need in needs:
                self._dependents[need].append(name)
        self._remaining = {}
        for name in reversed(dependencies):
            after = max((self._remaining[dependent] for dependent in self._dependents[name]), default=0)
            self._remaining[name] = seconds.get(name, 0) + after
        self._ready = []
        for name in [name for name, needs in self._waiting.items() if not needs]:
            self._make_ready(name)

    def __bool__(self):
        """Whether there is any that take() has not given, and that may still become ready."""
        return bool(self._ready or self._waiting)

    @property
    def is_ready(self):
        """Whether take() has one to give."""
        return bool(self._ready)

    def take(self):
        """The next one."""
        return heapq.heappop(self._ready)[1]

    def complete(self, name):
        """It is there: what waited for nothing else can begin."""
        for dependent in self._dependents[name]:
            needs = self._waiting.get(dependent)
            if needs is not None:
                needs.discard(name)
                if not needs:
                    self._make_ready(dependent)

    def fail(self, name):
        """It will not be there: all that can therefore not be built, sorted. They are given up."""
        lost, queue = set(), [name]
        while queue:
            for dependent in self._dependents[queue.pop()]:
                if dependent in self._waiting:
                    del self._waiting[dependent]
                    lost.add(dependent)
                    queue.append(dependent)
        return sorted(lost)

    def give_up(self):
        """Everything that has not been taken, sorted. It is given up."""
        rest = sorted(set(self._waiting) | {name for _rank, name in self._ready})
        self._waiting, self._ready = {}, []
        return rest

    def _make_ready(self, name):
        del self._waiting[name]
        # By name among equals, so that the order never varies.
        heapq.heappush(self._ready, (-self._remaining[name], name))
