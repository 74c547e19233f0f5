#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Look around in a container: free space, and whether apt and rosdep reach what they fetch in a build.

Prints one JSON object a line: {check: space, bytes}, then {check, reached, detail} of apt and of rosdep.

usage: python3 -c "$(cat container-probe.py)"

The host passes this text as an argument, so it is one file and imports nothing of colcon_deb.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterable

DEADLINE = 20  # seconds for each of the two
MAX_DETAIL = 300
# What is read for keys without a rule, if the sources are not all files: see colcon_deb/dependencies/rosdep.py.
INDEX = "https://raw.githubusercontent.com/ros/rosdistro/master/index-v4.yaml"
RELEASE_FILES_ONLY = ["-o", "Acquire::IndexTargets::deb::Packages::DefaultEnabled=false",
                      "-o", "Acquire::IndexTargets::deb::Translations::DefaultEnabled=false",
                      "-o", "Acquire::IndexTargets::deb-src::Sources::DefaultEnabled=false"]


def say(check: str, reached: bool, detail: str) -> None:
    print(json.dumps({"check": check, "reached": reached, "detail": " ".join(detail.split())[:MAX_DETAIL]}), flush=True)


def apt_faults(lines: Iterable[str]) -> list[str]:
    """What apt complained of, each once, without its prefix."""
    return list(dict.fromkeys(line[3:].strip() for line in lines if line.startswith(("E: ", "W: "))))


def probe_apt() -> None:
    """Fetch the signed list of each source, and none of the lists of packages."""
    with tempfile.TemporaryDirectory() as lists:
        os.mkdir(os.path.join(lists, "partial"))
        command = ["apt-get", "update", "-o", "Dir::State::lists=" + lists, "-o", "Acquire::Retries=0",
                   "-o", "Acquire::http::Timeout=10", "-o", "Acquire::https::Timeout=10", "-o", "APT::Sandbox::User=root",
                   "-o", "APT::Update::Error-Mode=any", *RELEASE_FILES_ONLY]
        try:
            answer = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                    env=dict(os.environ, LC_ALL="C.UTF-8"), timeout=DEADLINE, check=False)
        except subprocess.TimeoutExpired:
            say("apt", False, "apt-get update: no end within %d s" % DEADLINE)
            return
        except OSError as error:
            say("apt", False, "apt-get: %s" % error.strerror)
            return
        sources = sum(name.endswith("Release") for name in os.listdir(lists))
    if answer.returncode == 0:
        say("apt", True, "reaches its %d source%s" % (sources, "" if sources == 1 else "s"))
    else:
        faults = apt_faults(answer.stdout.decode("utf-8", "replace").splitlines())
        say("apt", False, faults[0] if faults else "apt-get update: exit code %d" % answer.returncode)


def rosdep_urls() -> list[str]:
    """What rosdep fetches in a build; nothing if the image has all of it."""
    from rosdep2.sources_list import get_sources_cache_dir, parse_sources_list

    index = os.environ.get("ROSDISTRO_INDEX_URL", "")
    if os.path.exists(os.path.join(get_sources_cache_dir(), "index")):
        return []
    remote = [str(source.url) for source in parse_sources_list() if not source.url.startswith("file://")]
    return list(dict.fromkeys([*remote, index or INDEX])) if remote or index else []


def fetch_fault(url: str) -> str | None:
    """Why the beginning of that file cannot be read; None if it can."""
    try:
        with urllib.request.urlopen(url, timeout=DEADLINE / 2) as answer:
            answer.read(1)
    except urllib.error.URLError as error:
        return "%s: %s" % (url, error.reason)
    except (OSError, ValueError, http.client.HTTPException) as error:
        return "%s: %s" % (url, error)
    return None


def probe_rosdep() -> None:
    try:
        urls = rosdep_urls()
    except ImportError:
        say("rosdep", True, "not tried: the image has none, or agirosdep")
        return
    if not urls:
        say("rosdep", True, "needs no network: its rules are in the image")
        return
    for url in urls:
        fault = fetch_fault(url)
        if fault:
            say("rosdep", False, fault)
            return
    say("rosdep", True, "reaches its %d sources" % len(urls))


def main() -> int:
    print(json.dumps({"check": "space", "bytes": shutil.disk_usage("/").free}), flush=True)
    probe_apt()
    probe_rosdep()
    return 0


if __name__ == "__main__":
    sys.exit(main())
