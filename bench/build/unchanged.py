#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long `colcon-deb build` takes to find that nothing has changed, beside `find`, which only asks for each file's times.

    bench/build/unchanged.py [--rounds N] [--packages N] [--files N] PROGRAM

Needs an engine (DOCKER_HOST) and the image (CDD_TEST_IMAGE), in which one build is played.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "integration"))
import quick_build  # noqa: E402


def timed(command, **options):
    """Wall time in milliseconds."""
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **options)
    return (time.perf_counter() - started) * 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--packages", type=int, default=100)
    parser.add_argument("--files", type=int, default=100)
    parser.add_argument("program")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cdd-bench-") as place:
        workspace, scripts = pathlib.Path(place) / "ws", pathlib.Path(place) / "scripts"
        quick_build.copy_scripts(scripts).write_text(quick_build.ENTRYPOINT)
        quick_build.make_large_workspace(workspace, options.packages, options.files)
        build = [options.program, "build", str(workspace), "--image", os.environ.get("CDD_TEST_IMAGE", "colcon-deb-builder:rolling")]
        measure(build, workspace, options.rounds, {**os.environ, "COLCON_DEB_SCRIPTS": str(scripts)})


def measure(build, workspace, rounds, environment):
    timed(build, env=environment)
    # As young as its list, each file would be read once more.
    time.sleep(2.1)
    timed(build, env=environment)
    times = {"find -printf '%s %T@'": [], "nothing has changed": [], "the same without the list of before": []}
    for _round in range(rounds):
        find, known, unknown = times.values()
        find.append(timed(["find", str(workspace / "src"), "-printf", "%s %T@"]))
        known.append(timed(build, env=environment))
        (workspace / "output" / ".colcon-deb" / "sources").unlink()
        unknown.append(timed(build, env=environment))
    print("| | median, ms | least, ms |\n|---|---|---|")
    for name, values in times.items():
        print("| %s | %.0f | %.0f |" % (name, statistics.median(values), min(values)))


if __name__ == "__main__":
    main()
