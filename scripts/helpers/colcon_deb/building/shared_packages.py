# SPDX-License-Identifier: Apache-2.0
"""Packages for all architectures: one target builds them, and the others take what it has built.

A target looks for a record of another target with the same portable fingerprint (incremental/portable.py). If another target
is building the package right now, this one waits for it. One rule limits that: a build that is not emulated never waits for
one that is.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass

from ..base import files
from ..base.settings import Settings
from ..incremental.records import Record, Records
from ..packaging import versions
from . import neighbours

_DIRECTORY = ".all"  # no target has such a name
_NATIVE, _EMULATED = "native", "emulated"
_INTERVAL = 0.25  # seconds between two looks at a lock
# Others may look at a lock while it is taken.
_ATTEMPTS, _LOOK = 10, 0.01  # seconds


@dataclass(frozen=True)
class Shared:
    """A package that another target has built."""

    target: str  # or neighbours.PLAIN
    output: str  # the directory of that target
    record: Record

    @property
    def described(self) -> str:
        """Who has built it. That target may have taken it, too."""
        built_for = "built without a target" if self.target == neighbours.PLAIN else "built for %s" % self.target
        return self.record.taken or built_for


class SharedPackages:
    """Shared by the threads that build packages."""

    def __init__(self, settings: Settings, pause: Callable[[float], None]) -> None:
        """pause: lets these seconds pass. What it raises ends the waiting."""
        self._settings, self._pause = settings, pause
        self._targets = os.path.join(settings.repository, "targets")
        # A build holds a lock of its own kind, and waits for these.
        self._kind, self._awaited = (_EMULATED, (_NATIVE, _EMULATED)) if settings.emulated else (_NATIVE, (_NATIVE,))
        self._claims: dict[str, contextlib.ExitStack] = {}  # package -> its lock

    def offers(self, name: str, portable: str, last: Record | None, wait: Callable[[], None]) -> list[Shared]:
        """What this target may take instead of building the package, the newest first. Other targets wait for it until
        release().

        portable: see portable.of_build(). last: the package of the last build, if it is unchanged. wait: called before it
        waits for another target that builds the package.
        """
        if not self._settings.output_target or not portable:
            return []
        takes = self._takes(portable, last)
        while not self._claim(name, portable) and takes:
            wait()
            while self._is_claimed(portable):
                self._pause(_INTERVAL)
        return self._find(portable) if takes else []

    def release(self, name: str) -> None:
        """The package has its record, or was not built."""
        claim = self._claims.pop(name, None)
        if claim:
            claim.close()

    def _takes(self, portable: str, last: Record | None) -> bool:
        """--force is a wish to build and compare, and tests run only in a build. If the last package here has the same
        fingerprint, the cause of this build is this target's own, such as its image."""
        return not (self._settings.force or self._settings.run_tests or (last and last.portable == portable))

    def _claim(self, name: str, portable: str) -> bool:
        """Hold the lock for the package, unless another target has it that this one waits for."""
        if name in self._claims:
            return True
        for _attempt in range(_ATTEMPTS):
            if self._is_claimed(portable):
                return False
            if self._claim_at_once(name, portable):
                return True
            self._pause(_LOOK)
        return False

    def _claim_at_once(self, name: str, portable: str) -> bool:
        path = self._lock(portable, self._kind)
        with contextlib.ExitStack() as stack:
            try:
                files.make_directory(os.path.dirname(path))
                if not stack.enter_context(files.locked_at_once(path)):
                    return False
            except OSError:
                # Without a lock both build it.
                return True
            stack.callback(_clear, path)
            self._claims[name] = stack.pop_all()
        return True

    def _is_claimed(self, portable: str) -> bool:
        return any(files.is_locked(self._lock(portable, kind)) for kind in self._awaited)

    def _lock(self, portable: str, kind: str) -> str:
        return os.path.join(self._targets, _DIRECTORY, "%s.%s" % (portable, kind))

    def _find(self, portable: str) -> list[Shared]:
        found = ((target, output, Records(output, "").with_portable(portable))
                 for target, output in neighbours.outputs(self._settings).items())
        shared = [Shared(target, output, record) for target, output, record in found if record]
        return sorted(shared, key=lambda one: versions.moment_of(one.record.version), reverse=True)


def _clear(path: str) -> None:
    """While the lock is held: nobody takes a lock on a file that was removed."""
    with contextlib.suppress(OSError):
        files.clear(path)
