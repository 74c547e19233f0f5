# SPDX-License-Identifier: Apache-2.0
"""The packages of earlier builds, found by their file names: in debs/, and in the repository that robots use."""

from __future__ import annotations

import os
from collections.abc import Iterable

from ..base import debname, files
from . import apt_dists, apt_pool, deb_file
from .apt_dists import Target

# .apt.new waits for the host of an earlier run.
_REPOSITORIES = ("apt", ".apt.new")


class FormerPackages:
    def __init__(self, output: str, repository: str, architecture: str) -> None:
        """output: has debs/. repository: has apt/."""
        self._debs, self._repository, self._architectures = os.path.join(output, "debs"), repository, (architecture, "all")

    def versions(self, binaries: Iterable[str]) -> set[str]:
        """The versions of these Debian packages, without epochs, which file names do not have."""
        return {debname.version_in(os.path.basename(path)) for binary in binaries for path in self._files(binary)}

    def file(self, binary: str, version: str) -> str | None:
        """The path of a package of that version; None if there is none. debs/ comes first. A file that is not whole
        counts as missing."""
        without_epoch = version.rpartition(":")[2]
        return next((path for path in self._files(binary)
                     if debname.version_in(os.path.basename(path)) == without_epoch and deb_file.is_whole(path)), None)

    def is_offered(self, file: str) -> bool:
        """Whether the repository has that file of debs/."""
        path = apt_pool.path_of(file)
        return path is not None and any(files.is_file(os.path.join(self._repository, name, path))
                                        for name in _REPOSITORIES)

    def targets(self, binary: str, version: str) -> list[Target]:
        """The targets for which the repository has that version of a package for all architectures."""
        path = apt_pool.path_of("%s_%s_all.deb" % (binary, version.rpartition(":")[2]))
        listed, _digests = apt_dists.read(os.path.join(self._repository, _REPOSITORIES[0]))
        return [target for target, paths in listed.items() if path in paths]

    def _files(self, binary: str) -> list[str]:
        places = [self._debs]
        places += [os.path.join(self._repository, name, apt_pool.directory_of(binary)) for name in _REPOSITORIES]
        return [os.path.join(place, name) for place in places for name in files.list_files(place)
                if debname.package_of(name) == binary and debname.architecture_of(name) in self._architectures]
