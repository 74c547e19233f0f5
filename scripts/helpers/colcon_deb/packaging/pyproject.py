# SPDX-License-Identifier: Apache-2.0
"""Python packages with a pyproject.toml and no setup.py: pybuild's plugin builds them, and installs below /usr.

bloom expects a setup.py. The installed files are moved to where a setup.py would have put them.
"""

from __future__ import annotations

import configparser
import contextlib
import importlib.util
import os
import re
import shutil

from ..base import tree

PLUGIN = "pybuild-plugin-pyproject"
# Backends that Debian has. A package must declare any other one in package.xml.
_BACKENDS = {"setuptools": ["python3-setuptools", "python3-wheel"], "flit_core": ["flit"], "poetry": ["python3-poetry-core"],
             "hatchling": ["python3-hatchling"]}
_MAX_SIZE = 1024 * 1024
_BACKEND = re.compile(r"^\s*build-backend\s*=\s*[\"']([A-Za-z0-9_]+)", re.M)
_SHEBANG = re.compile(rb"\A#!\s*(?:\S*/)?python[0-9.]*(?=[ \n])")


def is_alone(source: str) -> bool:
    """Whether the package can be built by its pyproject.toml only."""
    return os.path.isfile(os.path.join(source, "pyproject.toml")) and not os.path.exists(os.path.join(source, "setup.py"))


def build_relations(source: str) -> list[str]:
    """The Debian packages that build it."""
    match = None
    with contextlib.suppress(OSError), open(os.path.join(source, "pyproject.toml"), encoding="utf-8",
                                            errors="replace") as stream:
        match = _BACKEND.search(stream.read(_MAX_SIZE))
    return [PLUGIN] + _BACKENDS.get(match[1] if match else "setuptools", [])


def exports(source: str, prefix: str) -> list[str]:
    """Lines of debian/rules. The choice must not depend on the plugins that happen to be installed."""
    if not is_alone(source):
        return ["export PYBUILD_SYSTEM=distutils"]
    return ["export PYBUILD_SYSTEM=pyproject", "export PYBUILD_INSTALL_DIR=%s/lib/python{version}/site-packages" % prefix]


def limit_discovery(name: str, source: str = ".") -> None:
    """Name the module of a ROS package to setuptools: it refuses to choose, as our debian/ looks like one, too.

    Does nothing if upstream says what the modules are. Raises OSError or ValueError.
    """
    config = os.path.join(source, "setup.cfg")
    if os.path.exists(config) or os.path.isdir(os.path.join(source, "src")) or _names_modules(source):
        return
    if os.path.isdir(os.path.join(source, name)):
        text = "[options]\npackages = find_namespace:\n[options.packages.find]\ninclude =\n  %s\n  %s.*\n" % (name, name)
    elif os.path.isfile(os.path.join(source, name + ".py")):
        text = "[options]\npy_modules = %s\n" % name
    else:
        return
    with open(config, "w", encoding="utf-8") as stream:
        stream.write(text)


def _names_modules(source: str) -> bool:
    # Python has had it since 3.11; the plugin brings the other one.
    toml = importlib.import_module("tomllib" if importlib.util.find_spec("tomllib") else "tomli")
    with open(os.path.join(source, "pyproject.toml"), "rb") as stream:
        data = toml.load(stream)
    backend = data.get("build-system", {}).get("build-backend", "setuptools.")
    config = data.get("tool", {}).get("setuptools", {})
    return not backend.startswith("setuptools") or bool({"packages", "py-modules", "package-dir"}.intersection(config))


def relocate(staging: str, prefix: str, source: str = ".") -> None:
    """Move what the plugin put below /usr to the prefix. Raises OSError or configparser.Error."""
    root = os.path.join(staging, prefix.strip("/"))
    scripts = os.path.join(staging, "usr/bin")
    if os.path.isdir(scripts):
        for name in os.listdir(scripts):
            _set_interpreter(os.path.join(scripts, name))
        _merge(scripts, os.path.join(staging, _scripts_directory(prefix, source).strip("/")))
    if os.path.isdir(os.path.join(staging, "usr")):
        _merge(os.path.join(staging, "usr"), root)
    # It lists files where pybuild had them before.
    for path, _directories, names in tree.walk_paths(root):
        if path.endswith(".dist-info") and "RECORD" in names:
            os.unlink(os.path.join(path, "RECORD"))


def _scripts_directory(prefix: str, source: str) -> str:
    """As with a setup.py: what setup.cfg says, else bin."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read([os.path.join(source, "setup.cfg")], encoding="utf-8")
    for option in ("install_scripts", "install-scripts"):
        if parser.has_option("install", option):
            return parser.get("install", option).replace("$base", prefix)
    return prefix + "/bin"


def _set_interpreter(path: str) -> None:
    """The plugin writes the name of the interpreter only, with which no program starts."""
    with open(path, "rb") as stream:
        text = stream.read()
    mended = _SHEBANG.sub(b"#!/usr/bin/python3", text)
    if mended != text:
        with open(path, "wb") as stream:
            stream.write(mended)


def _merge(source: str, target: str) -> None:
    shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)
    shutil.rmtree(source)
