# SPDX-License-Identifier: Apache-2.0
"""What the layer of an accelerated image is made of (scripts/accelerator)."""
import pathlib
import platform
import subprocess
import sys
import tempfile
import unittest

import support

ACCELERATOR = pathlib.Path(support.SCRIPTS) / "accelerator"
sys.path.insert(0, str(ACCELERATOR))

from colcon_deb.packaging import elf  # noqa: E402

from accelerator import cross_compiler, dpkg, packages, programs  # noqa: E402

NAMES = programs.Names("arm64", "aarch64-linux-gnu", "14", "python3.13", "/usr/libexec/gcc/aarch64-linux-gnu/14",
                       "/usr/libexec/gcc-cross/aarch64-linux-gnu/14")
CC1 = NAMES.libexec + "/cc1"
CROSS_CC1 = NAMES.cross + "/cc1"


class Root:
    """A root file system with a few packages of dpkg."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.status = ""
        (self.path / "var/lib/dpkg/info").mkdir(parents=True)
        (self.path / "var/lib/dpkg/status").touch()

    def add(self, package, version, files, source=None, built_using=None, state="install ok installed", lists=None):
        fields = [("Package", package), ("Status", state), ("Version", version)]
        fields += [("Source", source)] if source else []
        fields += [("Built-Using", built_using)] if built_using else []
        self.status += "".join("%s: %s\n" % field for field in fields) + "\n"
        (self.path / "var/lib/dpkg/status").write_text(self.status)
        for file in files:
            place = self.path / file.lstrip("/")
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(package)
        listing = self.path / "var/lib/dpkg/info" / (package + ":arm64.list")
        listing.write_text("".join("%s\n" % file for file in lists or files))


class AcceleratorCase(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.base, self.tools = Root(place.name + "/base"), Root(place.name + "/tools")

    def choose(self, *rows):
        return programs.choose(list(rows), str(self.base.path), str(self.tools.path), "arm64")

    def add_compilers(self, native="14.2.0-19", made_of="14.2.0-19"):
        self.base.add("cpp-14-aarch64-linux-gnu", native, [CC1], source="gcc-14")
        self.tools.add("cpp-14-aarch64-linux-gnu", "14.2.0-19cross1", [CROSS_CC1], source="gcc-14-cross (9)",
                       built_using="gcc-14 (= %s), binutils (= 2.44-3)" % made_of)


class Packages(AcceleratorCase):
    def test_a_source_has_its_own_version(self):
        self.base.add("libx1", "2.0+b1", ["/usr/lib/x"], source="x (2.0)")
        self.base.add("y", "1-2", ["/usr/bin/y"])
        found = packages.Packages(str(self.base.path))
        self.assertEqual(str(found.owner("/usr/lib/x").source), "x 2.0")
        self.assertEqual(str(found.owner("/usr/bin/y").source), "y 1-2")
        self.assertIsNone(found.owner("/usr/bin/z"))

    def test_a_file_may_have_been_installed_before_usr_was_merged(self):
        self.base.add("dash", "0.5", ["/usr/bin/dash"], lists=["/bin/dash"])
        self.assertEqual(packages.Packages(str(self.base.path)).owner("/usr/bin/dash").name, "dash")

    def test_removed_packages_do_not_count(self):
        self.base.add("old", "1", ["/usr/bin/old"], state="deinstall ok config-files")
        self.assertIsNone(packages.Packages(str(self.base.path)).owner("/usr/bin/old"))


class Choice(AcceleratorCase):
    def test_a_cross_compiler_counts_as_what_it_was_built_from(self):
        self.add_compilers()
        choice = self.choose(("compiler", "wrapped", CC1, CROSS_CC1))
        self.assertEqual([(program.path, program.native) for program in choice.programs], [(CC1, CROSS_CC1)])
        self.assertEqual(str(choice.programs[0].source), "gcc-14 14.2.0-19")

    def test_a_compiler_that_differs_is_refused(self):
        """As in Debian bookworm, whose compilers for arm64 have a fix that its cross compilers lack."""
        self.add_compilers(native="14.2.0-19+deb13u1")
        with self.assertRaisesRegex(programs.Refused, r"cc1.*gcc-14 14\.2\.0-19\+deb13u1.*gcc-14 14\.2\.0-19$"):
            self.choose(("compiler", "wrapped", CC1, CROSS_CC1))

    def test_a_compiler_without_a_counterpart_is_refused(self):
        self.base.add("cpp", "1", [CC1])
        with self.assertRaisesRegex(programs.Refused, "there is no native one"):
            self.choose(("compiler", "wrapped", CC1, CROSS_CC1))

    def test_a_tool_that_differs_stays_emulated(self):
        self.base.add("sed", "4.9-2", ["/usr/bin/sed"])
        self.base.add("grep", "3.11-4", ["/usr/bin/grep"])
        self.base.add("m4", "1", ["/usr/bin/m4"])
        self.tools.add("sed", "4.9-3", ["/usr/bin/sed"])
        self.tools.add("grep", "3.11-4", ["/usr/bin/grep"])
        rows = [("tool", "direct", "/usr/bin/" + name, "/usr/bin/" + name) for name in ("sed", "grep", "m4", "ninja")]
        choice = self.choose(*rows)
        self.assertEqual([program.path for program in choice.programs], ["/usr/bin/grep"])
        self.assertEqual([(staying.path, staying.reason) for staying in choice.emulated],
                         [("/usr/bin/sed", "the image has sed 4.9-2, the native one is of sed 4.9-3"),
                          ("/usr/bin/m4", "there is no native one")])

    def test_a_dpkg_that_cannot_be_patched_stays_emulated(self):
        for root in self.base, self.tools:
            root.add("dpkg", "1.22", ["/usr/bin/dpkg"])
        choice = self.choose(("tool", "patched", "/usr/bin/dpkg", "/usr/bin/dpkg"))
        self.assertEqual(choice.programs, [])
        self.assertIn("does not name its architecture", choice.emulated[0].reason)

    def test_an_image_without_a_compiler_is_refused(self):
        with self.assertRaisesRegex(programs.Refused, "no gcc"):
            programs.find_names(str(self.base.path), str(self.tools.path), "arm64", "aarch64-linux-gnu")


class Table(unittest.TestCase):
    def test_programs_whose_answer_is_the_machine_are_not_in_it(self):
        table = programs.read_table((ACCELERATOR / "programs").read_text(), NAMES)
        paths = {row[2] for row in table}
        self.assertEqual(len(paths), len(table))
        for name in ("uname", "arch", "dpkg-architecture", "getconf", "ldconfig", "bash",
                     "pkg-config", "pkgconf", "stdbuf", "ldd"):
            self.assertNotIn("/usr/bin/" + name, paths)
            self.assertNotIn("/usr/sbin/" + name, paths)
        self.assertNotIn(NAMES.libexec + "/collect2", paths)
        self.assertNotIn("/usr/bin/" + elf.OF_THE_MACHINE, paths)
        self.assertIn(("compiler", "wrapped", CC1, CROSS_CC1), table)


class IncludeDirectories(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.file = pathlib.Path(place.name, "cc1")

    def content(self, texts):
        return b"ELF" + b"".join(b"\0%s\0" % text.encode() for text in texts) + b"rest"

    def test_they_become_the_native_ones_in_place(self):
        pairs = cross_compiler.directories(NAMES)
        before = self.content([old for old, _new in pairs])
        self.file.write_bytes(before)
        cross_compiler.use_native_directories(str(self.file), NAMES)
        after = self.file.read_bytes()
        self.assertEqual(len(after), len(before))
        for old, new in pairs:
            self.assertIn(b"\0%s\0" % new.encode(), after)
            self.assertNotIn(old.encode(), after)

    def test_a_compiler_that_searches_elsewhere_is_refused(self):
        self.file.write_bytes(self.content(["/usr/include"]))
        with self.assertRaisesRegex(programs.Refused, "does not search"):
            cross_compiler.use_native_directories(str(self.file), NAMES)


class Dpkg(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.file = pathlib.Path(place.name, "dpkg-query")

    def test_its_architecture_becomes_the_emulated_one(self):
        self.file.write_bytes(b"ELF\0amd64\0 1.22.22 (amd64)\0x86_64-linux-gnu\0")
        dpkg.use_architecture(str(self.file), "arm64")
        self.assertEqual(self.file.read_bytes(), b"ELF\0arm64\0 1.22.22 (arm64)\0x86_64-linux-gnu\0")

    def test_what_can_be_patched(self):
        for content, architecture, can in ((b"ELF\0amd64\0", "arm64", True), (b"ELF\0amd64\0", "riscv64", False),
                                           (b"ELF\0 1.22.22 (amd64)\0", "arm64", False)):
            self.file.write_bytes(content)
            self.assertEqual(dpkg.can_be_patched(str(self.file), architecture), can)


class PythonStartup(unittest.TestCase):
    """As the native Python of this machine starts."""

    ASK = "import importlib.machinery as m, sys; print(*m.EXTENSION_SUFFIXES, sys.implementation._multiarch); import _json"

    def answers(self, triplet):
        text = (ACCELERATOR / "python-startup.py").read_text().replace("@TRIPLET@", triplet)
        return subprocess.run(["/usr/bin/python3", "-c", text + self.ASK], capture_output=True, text=True, check=True).stdout.split()

    @unittest.skipUnless(platform.machine() == "x86_64", "an amd64 machine is needed")
    def test_it_answers_for_the_emulated_machine_and_finds_its_own_modules(self):
        first, *_others, multiarch = self.answers("aarch64-linux-gnu")
        self.assertRegex(first, r"^\.cpython-3\d+-aarch64-linux-gnu\.so$")
        self.assertEqual(multiarch, "aarch64-linux-gnu")


if __name__ == "__main__":
    unittest.main()
