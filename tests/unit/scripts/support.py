# SPDX-License-Identifier: Apache-2.0
"""What the tests of the container side share."""

import dataclasses
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
SCRIPTS = os.path.join(ROOT, "scripts")
HELPERS = os.path.join(SCRIPTS, "helpers")
FIXTURES = os.path.join(ROOT, "tests", "fixtures")
sys.dont_write_bytecode = True
sys.path.insert(0, HELPERS)

MANIFEST = """<?xml version="1.0"?>
<package format="%(format)s">
  <name>%(name)s</name>
  <version>%(version)s</version>
  <description>A package of the tests.</description>
  <maintainer email="tests@example.org">Tests</maintainer>
  <license>Apache-2.0</license>
%(body)s
  <export><build_type>%(build_type)s</build_type></export>
</package>
"""


def have(module):
    try:
        __import__(module)
        return True
    except ImportError:
        return False


def make_package(name, build=(), run=(), test=(), **fields):
    """A package of the plan; build, run and test are its keys."""
    from colcon_deb.workspace.package import Keys, Package
    return Package(**{"name": name, "version": "1.0.0", "path": name, "build_type": "ament_cmake", "deb": "ros-rolling-" + name,
                      "deb_version": "1.0.0-0bookworm", "deps": [], "group_members": [],
                      "keys": Keys(list(build), list(run), list(test), []), **fields})


def plant_directory(path, _precious):
    os.makedirs(os.path.join(path, "x"))


def plant_deep_directory(path, _precious):
    # Deeper than Python recurses, and with a part that its owner may not write.
    subprocess.run(["mkdir", "-p", path + "/d" * 1100, path + "/closed/x"], check=True)
    os.chmod(path + "/closed", 0o500)


def plant_link(path, precious):
    os.symlink(precious, path)


def plant_dangling_link(path, _precious):
    os.symlink("/nowhere/at/all", path)


def plant_pipe(path, _precious):
    os.mkfifo(path)


# What a build may put at any name: each is called with the path, and with a file that must not be touched. A deep
# directory takes a second.
PLANTS = (plant_directory, plant_link, plant_dangling_link, plant_pipe)


def vectors():
    with open(os.path.join(FIXTURES, "protocol-vectors.json"), encoding="utf-8") as stream:
        return json.load(stream)


def make_deb(directory, name, version="1.0", fields="", content=None, architecture="all", epoch=None):
    """A real .deb in that directory, made at that time; its path."""
    tree = os.path.join(directory, "tree-" + name)
    os.makedirs(os.path.join(tree, "DEBIAN"))
    with open(os.path.join(tree, "DEBIAN", "control"), "w", encoding="utf-8") as stream:
        stream.write("Package: %s\nVersion: %s\nArchitecture: %s\nMaintainer: T <t@example.org>\n%sDescription: t\n"
                     % (name, version, architecture, fields))
    for path, data in (content or {}).items():
        os.makedirs(os.path.dirname(os.path.join(tree, path)), exist_ok=True)
        with open(os.path.join(tree, path), "w", encoding="utf-8") as stream:
            stream.write(data)
    deb = os.path.join(directory, "%s_%s_%s.deb" % (name, version.rpartition(":")[2], architecture))
    environ = dict(os.environ, **({} if epoch is None else {"SOURCE_DATE_EPOCH": str(epoch)}))
    subprocess.run(["dpkg-deb", "--root-owner-group", "-b", tree, deb], env=environ, stdout=subprocess.DEVNULL, check=True)
    shutil.rmtree(tree)
    return deb


class ScriptCase(unittest.TestCase):
    """A test of the helpers. Importing this module puts them on Python's path."""


class InDirectory(ScriptCase):
    """A test with a directory of its own and a workspace in it."""

    def setUp(self):
        self.directory = os.path.realpath(tempfile.mkdtemp())
        # shutil.rmtree() cannot remove a deep tree.
        self.addCleanup(subprocess.run, ["rm", "-rf", self.directory], check=True)
        self.source = os.path.join(self.directory, "src")
        os.mkdir(self.source)

    def write(self, path, text="", mode=None):
        full = os.path.join(self.directory, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as stream:
            stream.write(text)
        if mode is not None:
            os.chmod(full, mode)
        return full

    def package(self, path, name=None, body="", version="1.0.0", build_type="ament_cmake", format=3):
        values = {"format": format, "name": name or os.path.basename(path), "version": version, "body": body,
                  "build_type": build_type}
        return self.write("src/%s/package.xml" % path, MANIFEST % values)

    def settings(self, **environ):
        from colcon_deb.base.settings import read_settings
        release = self.write("os-release", 'ID=debian\nVERSION_CODENAME=bookworm\n')
        places = {name: os.path.join(self.directory, name)
                  for name in ("debian_dirs", "prepared", "finished", "build_root", "state")}
        places["repository"] = os.path.join(self.directory, "output")
        settings = read_settings(dict({"ROS_DISTRO": "rolling"}, **environ), os_release=release)
        return dataclasses.replace(settings, source=self.source, **places)
