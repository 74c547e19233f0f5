#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Make the layer of native programs for an emulated builder image. Usage: assemble.py ARCHITECTURE TRIPLET BASE OUT

Runs in a native root file system with the packages of ./packages. BASE is the root file system of the image, of which
nothing is executed. OUT/layer becomes the layer, OUT/report/report.json says what it holds, or why there is none.
"""

from __future__ import annotations

import json
import os
import pathlib
import sys
from typing import Any

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from accelerator import programs  # noqa: E402
from accelerator.layer import PLACE, Layer  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent


def make(architecture: str, triplet: str, base: str, out: str) -> dict[str, Any]:
    """Write OUT/layer. Returns the report."""
    names = programs.find_names(base, "", architecture, triplet)
    table = programs.read_table((HERE / "programs").read_text(encoding="utf-8"), names)
    choice = programs.choose(table, base, "", architecture)
    layer = Layer(base, os.path.join(out, "layer"), str(HERE / "wrapper"), names)
    layer.add_machine_library(str(HERE / "machine.so"))
    layer.add_programs(choice.programs)
    layer.add_fakeroot()
    layer.add_python_modules()
    layer.add_python_startup((HERE / "python-startup.py").read_text(encoding="utf-8"))
    layer.add_perl_modules()
    if any(program.path == "/usr/bin/perl" for program in choice.programs):
        layer.patch_perl()
    layer.write_apt_configuration()
    layer.write_rules((HERE / "native-scripts").read_text(encoding="utf-8"))
    layer.finish(choice.programs, str(HERE / "restore.sh"))
    return {"versions": {program.source.name: program.source.version for program in choice.programs},
            "replaced": sorted(program.path for program in choice.programs),
            "emulated": {program.path: program.reason for program in choice.emulated}}


def main(architecture: str, triplet: str, base: str, out: str) -> int:
    os.makedirs(os.path.join(out, "report"))
    os.makedirs(os.path.join(out, "layer"))
    try:
        report = make(architecture, triplet, base.rstrip("/"), out)
        target = pathlib.Path(out + "/layer" + PLACE, "report.json")
        target.write_text(json.dumps(report, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    except programs.Refused as refused:
        report = {"refused": str(refused)}
    pathlib.Path(out, "report", "report.json").write_text(json.dumps(report), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
