# SPDX-License-Identifier: Apache-2.0
"""Steps that run in a copy of this process, which has loaded their modules already.

A standby does so while it waits. Loading Python, rosdep and bloom is most of what a short step takes otherwise.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import os
import runpy
import sys
import traceback
from collections.abc import Iterator

from ..base.settings import HELPERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

SCRIPTS = ("package-scanner.py", "dependency-resolver.py", "debian-preparer.py", "build-orchestrator.py",
           "apt-repository.py")
# What they load later. Not bloom: it reads the index of distributions as soon as it is loaded.
_MODULES = ("catkin_pkg.changelog", "catkin_pkg.packages", "colcon_deb.packaging.prepare", "em", "pkg_resources", "rosdep2",
            "rosdep2.lookup", "rosdep2.rospkg_loader", "rosdep2.sources_list", "rosdistro", "yaml")


def load() -> None:
    """Load what there is. What cannot be loaded fails in the step that needs it."""
    with _quiet():
        for name in SCRIPTS:
            with contextlib.suppress(Exception):
                # Under another name than __main__, so that it defines its functions only.
                spec = importlib.util.spec_from_file_location(name.partition(".")[0].replace("-", "_"),
                                                              os.path.join(HELPERS, name))
                if spec and spec.loader:
                    spec.loader.exec_module(importlib.util.module_from_spec(spec))
        for name in _MODULES:
            with contextlib.suppress(Exception):
                importlib.import_module(name)


def run(script: str, *arguments: str) -> NoReturn:
    """Be that script with those arguments. For a copy of the process (ProcessOne.run)."""
    path, code = os.path.join(HELPERS, script), 1
    sys.argv = [path, *arguments]
    try:
        runpy.run_path(path, run_name="__main__")
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException:  # as Python does at the end of a program
        traceback.print_exc()
    with contextlib.suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def become(uid: int, gid: int) -> None:
    """Be the build user, as user-setup.sh makes a program be it. It has made the user already."""
    name, home = ("root", "/root") if uid == 0 else _account(uid)
    os.environ.update(HOME=home, USER=name, LOGNAME=name)
    if uid or gid:
        os.setgroups([])
        os.setresgid(gid, gid, gid)
        os.setresuid(uid, uid, uid)


def _account(uid: int) -> tuple[str, str]:
    """Name and home of the first local user with that uid."""
    with open("/etc/passwd", encoding="utf-8", errors="surrogateescape") as stream:
        for line in stream:
            fields = line.rstrip("\n").split(":")
            if len(fields) > 5 and fields[2] == str(uid):
                return fields[0], fields[5]
    raise LookupError("/etc/passwd has no user %d" % uid)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without output: a module may warn, and nobody reads what a standby prints."""
    kept = [os.dup(number) for number in (1, 2)]
    null = os.open(os.devnull, os.O_WRONLY)
    try:
        for number in (1, 2):
            os.dup2(null, number)
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        for number, copy in zip((1, 2), kept):
            os.dup2(copy, number)
            os.close(copy)
        os.close(null)
