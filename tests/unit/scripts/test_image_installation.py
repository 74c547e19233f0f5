# SPDX-License-Identifier: Apache-2.0
"""How the packages of a builder image are installed: by this machine's apt and dpkg, into a root of another architecture.

The root is empty and belongs to the caller, so the packages of these tests have no scripts.
"""
import hashlib
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[3] / "scripts/image/install-packages.sh"
TOOLS = ("apt-get", "dpkg", "dpkg-deb", "dpkg-divert", "dpkg-query")
# Not the one of any machine that runs the tests.
ARCHITECTURE = "s390x"

STATUS = "Package: %s\nStatus: %s\nPriority: optional\nSection: misc\nMaintainer: Tests <tests@example.org>\n" \
         "Architecture: all\nVersion: 1\nDescription: a package\n\n"


@unittest.skipUnless(all(map(shutil.which, TOOLS)), "needs apt and dpkg")
class Installation(unittest.TestCase):
    def setUp(self):
        self.work = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.work)
        self.root, self.mirror = self.work / "root", self.work / "mirror"
        for directory in ("etc/apt/apt.conf.d", "etc/apt/preferences.d", "var/lib/dpkg/info", "var/lib/dpkg/updates",
                          "var/lib/dpkg/triggers", "var/lib/apt/lists/partial", "var/cache/apt/archives/partial",
                          "var/log/apt", "usr/bin", "tmp"):
            (self.root / directory).mkdir(parents=True)
        self.mirror.mkdir()
        self.dpkg_as_the_caller()
        self.write("root/var/lib/dpkg/arch", ARCHITECTURE + "\n")
        self.write("root/var/lib/dpkg/status", "")
        self.write("root/etc/apt/sources.list", "deb [trusted=yes] copy:%s ./\n" % self.mirror)
        # What mmdebstrap writes.
        self.write("root/etc/apt/apt.conf.d/00mmdebstrap", "Acquire::Languages \"none\";\n")
        self.write("apt.conf", 'Apt::Architecture "%s";\nApt::Architectures "%s";\nDir "%s";\nAPT::Sandbox::User "root";\n'
                               'Dir::State::Status "%s/var/lib/dpkg/status";\nDPkg::Path "%s/bin:/usr/sbin:/usr/bin:/sbin:/bin";\n'
                   % (ARCHITECTURE, ARCHITECTURE, self.root, self.root, self.work))

    def write(self, name, text):
        path = self.work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def dpkg_as_the_caller(self):
        self.write("bin/dpkg", "#!/bin/sh\nexec %s --force-not-root \"$@\"\n" % shutil.which("dpkg")).chmod(0o755)

    def deb(self, name, architecture=ARCHITECTURE, files=(), links=None, **fields):
        """A package with a file of documentation, and others that name the package; its path on the mirror."""
        label = "%s_%s" % (name, architecture)
        tree = self.work / "trees" / label
        control = {"Package": name, "Version": fields.pop("Version", "1"), "Architecture": architecture, "Maintainer": "Tests <tests@example.org>",
                   "Description": "a package", **{key.replace("_", "-"): value for key, value in fields.items()}}
        text = "".join("%s: %s\n" % item for item in control.items())
        self.write("trees/%s/DEBIAN/control" % label, text)
        self.write("trees/%s/usr/share/doc/%s/copyright" % (label, name), "free\n")
        for file in files:
            self.write("trees/%s/%s" % (label, file), label + "\n")
        for link, place in (links or {}).items():
            (tree / link).parent.mkdir(parents=True)
            (tree / link).symlink_to(place)
        path = self.mirror / (label + ".deb")
        subprocess.run(["dpkg-deb", "--root-owner-group", "--build", tree, path], check=True, stdout=subprocess.DEVNULL)
        with open(self.mirror / "Packages", "a", encoding="utf-8") as index:
            index.write("%sFilename: ./%s\nSize: %d\nSHA256: %s\n\n" % (
                text, path.name, path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest()))
        return path

    def essential(self, *paths):
        for path in paths:
            shutil.copy(path, self.root / "var/cache/apt/archives")
        return " ".join("/var/cache/apt/archives/" + path.name for path in paths)

    def install(self, essential, *packages):
        environment = {**os.environ, "PATH": "%s:%s" % (self.work / "bin", os.environ["PATH"]), "HOME": str(self.work),
                       "APT_CONFIG": str(self.work / "apt.conf"), "LC_ALL": "C.UTF-8",
                       "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=environment, check=True)
        environment.update(MMDEBSTRAP_APT_CONFIG=environment.pop("APT_CONFIG"), MMDEBSTRAP_ESSENTIAL=essential)
        return subprocess.run(["sh", SCRIPT, self.root, *packages], env=environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)

    def states(self):
        lines = subprocess.run(["dpkg-query", "--admindir=%s/var/lib/dpkg" % self.root, "-W", "-f",
                                "${Package} ${Architecture} ${db:Status-Status}\n"],
                               check=True, text=True, stdout=subprocess.PIPE).stdout.splitlines()
        return sorted(line for line in lines)

    def configured(self):
        """Packages in the order in which dpkg has configured them."""
        log = (self.root / "var/log/dpkg.log").read_text().splitlines()
        return [line.split()[3].split(":")[0] for line in log if line.split()[2] == "configure"]

    def test_packages_for_all_and_for_another_architecture_depend_on_each_other(self):
        essential = self.essential(self.deb("base"), self.deb("words", "all", Depends="base"))
        self.deb("library", Depends="words")
        self.deb("scripts", "all", Depends="library")
        self.deb("program", Depends="scripts, library")

        outcome = self.install(essential, "program")

        self.assertEqual(0, outcome.returncode, outcome.stderr)
        self.assertEqual("", outcome.stdout)
        self.assertEqual(["base s390x installed", "library s390x installed", "program s390x installed",
                          "scripts all installed", "words all installed"], self.states())
        self.assertEqual(["base", "words", "library", "scripts", "program"], self.configured())
        marks = (self.root / "var/lib/apt/extended_states").read_text()
        self.assertIn("Package: library\nArchitecture: s390x\nAuto-Installed: 1", marks)
        self.assertNotIn("Package: program", marks)

    def test_nothing_of_the_machine_or_the_root_s_own_apt_decides(self):
        essential = self.essential(self.deb("base"))
        self.deb("program")
        self.write(".dpkg.cfg", "path-exclude=/usr/share/doc/*\n")
        self.write("root/etc/apt/apt.conf.d/70debconf", 'DPkg::Pre-Install-Pkgs {"touch %s/started";};\n' % self.work)

        outcome = self.install(essential, "program")

        self.assertEqual(0, outcome.returncode, outcome.stderr)
        self.assertFalse((self.work / "started").exists())
        for name in ("base", "program"):
            self.assertTrue((self.root / "usr/share/doc" / name / "copyright").exists())
        self.assertEqual([], os.listdir(self.root / "tmp"))

    def test_manual_pages_are_not_indexed(self):
        """The answer is there before the package that asks, and where debconf is."""
        essential = self.essential(self.deb("debconf", files=["usr/bin/debconf-set-selections"]))
        self.deb("man-db")
        self.write("bin/chroot", "#!/bin/sh\necho \"$@\" >%s/asked; cat >>%s/asked\n" % (self.work, self.work)).chmod(0o755)
        self.record("--configure man-db", "../asked")

        outcome = self.install(essential, "man-db")

        self.assertEqual(0, outcome.returncode, outcome.stderr)
        self.assertEqual("%s debconf-set-selections\nman-db man-db/auto-update boolean false\n" % self.root, self.seen("asked"))

    def essential_programs(self, version="1+b1"):
        """The packages of programs that are replaced, for both architectures. Those of this machine have that version."""
        programs = {"coreutils": ["usr/bin/cat", "usr/bin/uname"], "perl-base": ["usr/bin/perl"], "dash": [], "dpkg": [],
                    "findutils": [], "grep": [], "mawk": [], "sed": []}
        machine = subprocess.run(["dpkg", "--print-architecture"], check=True, text=True, stdout=subprocess.PIPE).stdout.strip()
        for name, files in programs.items():
            self.deb(name, machine, files=files, Version=version)
        self.deb("python3.99-minimal", files=["usr/bin/python3.99"])
        self.deb("python3.99-minimal", machine, files=["usr/bin/python3.99"], Depends="libc6")
        loader = "usr/lib/x-linux-gnu/ld-linux-x.so.2"
        self.deb("libc6", machine, files=[loader], links={"usr/lib64/ld-linux-x.so.2": "/" + loader})
        self.mine, self.other = "coreutils_%s\n" % machine, "coreutils_%s\n" % ARCHITECTURE
        return self.essential(*[self.deb(name, files=files) for name, files in programs.items()])

    def record(self, when, *files):
        """Keep these files of the root when dpkg is called so."""
        copies = "".join("cp %s/%s %s/seen.%s;" % (self.root, file, self.work, os.path.basename(file)) for file in files)
        script = self.work / "bin/dpkg"
        script.write_text(script.read_text().replace("exec", "case \"$*\" in *'%s'*) %s; esac\nexec" % (when, copies[:-1])))

    def seen(self, file):
        return (self.work / ("seen." + file)).read_text()

    def test_programs_of_this_machine_stand_in_the_place_of_the_root_s(self):
        essential = self.essential_programs()
        # In place of the root's: is it right when programs are tried?
        self.write("bin/chroot", "#!/bin/sh\necho \"$@\" >%s/tried; ls $1/lib64 >>%s/tried\n" % (self.work, self.work)).chmod(0o755)
        self.record("--configure python3.99", "usr/bin/cat", "usr/bin/uname", "usr/bin/perl", "usr/bin/python3.99",
                    "lib64/ld-linux-x.so.2")

        outcome = self.install(essential, "python3.99-minimal")

        self.assertEqual(0, outcome.returncode, outcome.stderr)
        self.assertEqual("%s /bin/sh -c cat </dev/null\nld-linux-x.so.2\n"
                         % self.root, (self.work / "tried").read_text())
        self.assertEqual((self.mine, self.other), (self.seen("cat"), self.seen("uname")))
        self.assertRegex(self.seen("perl"), r"\*' /usr/share/debconf/frontend '\* .*\) exec /tmp/colcon-deb-native/root/usr/bin/perl \"\$@\" ;;")
        self.assertIn('exec /tmp/colcon-deb-native/saved/usr/bin/perl "$@"', self.seen("perl"))
        self.check_python_wrapper(self.seen("python3.99"))
        self.assert_restored()

    def check_python_wrapper(self, text):
        """Compiling is native, and the questions about bytecode that come with it."""
        wrapper = self.write("wrapper", text.replace("exec /usr/bin/python3.99.", "echo ")).as_posix()
        for arguments, how in ((["-E", "-S", "/usr/bin/py3compile", "-p", "x"], "native"), (["-m", "py_compile", "-"], "native"),
                               (["-c", "import importlib.util; print(importlib.util.MAGIC_NUMBER)"], "native"),
                               (["-c", "import sys; print(sys.implementation.cache_tag)"], "native"),
                               (["-c", "import sysconfig; print(sysconfig.get_platform())"], "emulated"), (["x.py"], "emulated")):
            answer = subprocess.run(["sh", wrapper, *arguments], check=True, text=True, stdout=subprocess.PIPE).stdout
            self.assertEqual(how, answer.split()[0], arguments)

    def assert_restored(self):
        self.assertEqual(["cat", "perl", "python3.99", "uname"], sorted(os.listdir(self.root / "usr/bin")))
        for name in ("cat", "perl", "python3.99", "uname"):
            self.assertTrue((self.root / "usr/bin" / name).read_text().endswith("_%s\n" % ARCHITECTURE), name)
        self.assertEqual([], os.listdir(self.root / "tmp"))
        self.assertFalse((self.root / "lib64").exists())
        self.assertFalse((self.root / "usr/lib/x-linux-gnu").exists())
        if (self.root / "var/lib/dpkg/diversions").exists():
            self.assertEqual("", (self.root / "var/lib/dpkg/diversions").read_text())

    def test_programs_that_do_not_run_in_the_root_are_taken_back(self):
        essential = self.essential_programs()
        self.write("bin/chroot", "#!/bin/sh\nexit 1\n").chmod(0o755)
        self.record("--configure python3.99", "usr/bin/cat", "usr/bin/python3.99")

        outcome = self.install(essential, "python3.99-minimal")

        self.assertEqual(0, outcome.returncode, outcome.stderr)
        self.assertIn("W: there are no programs of the same versions for this machine", outcome.stderr)
        self.assertEqual(self.other, self.seen("cat"))
        self.assert_restored()

    def check_failing(self, tool, words):
        """All is emulated if the tool fails with such arguments, or such a file as standard output."""
        essential = self.essential_programs()
        self.write("bin/chroot", "#!/bin/sh\n").chmod(0o755)
        self.write("bin/" + tool, "#!/bin/sh\ncase \"$* $(readlink /proc/$$/fd/1)\" in %s) touch %s/failed; exit 1 ;; esac\nexec %s \"$@\"\n"
                   % (words, self.work, shutil.which(tool))).chmod(0o755)
        self.record("--configure python3.99", "usr/bin/cat", "usr/bin/python3.99")

        outcome = self.install(essential, "python3.99-minimal")

        self.assertEqual(0, outcome.returncode, outcome.stderr)
        self.assertTrue((self.work / "failed").exists())
        self.assertIn("W: there are no programs of the same versions for this machine", outcome.stderr)
        self.assertEqual(self.other, self.seen("cat"))
        self.assert_restored()

    def test_a_program_that_cannot_be_written(self):
        self.check_failing("cat", "*/root/usr/bin/cat")

    def test_libraries_that_cannot_be_copied(self):
        self.check_failing("cp", "*/usr/lib/x-linux-gnu\\ *")

    def test_a_program_of_another_version_is_not_used(self):
        essential = self.essential_programs(version="2")
        self.write("bin/chroot", "#!/bin/sh\n").chmod(0o755)
        self.record("--configure python3.99", "usr/bin/cat", "usr/bin/perl", "usr/bin/python3.99")

        outcome = self.install(essential, "python3.99-minimal")

        self.assertEqual(0, outcome.returncode, outcome.stderr)
        self.assertEqual(self.other, self.seen("cat"))
        self.assertEqual("perl-base_%s\n" % ARCHITECTURE, self.seen("perl"))
        self.assertIn("py_compile", self.seen("python3.99"))
        self.assert_restored()

    def test_without_such_packages_all_is_emulated(self):
        essential = self.essential(self.deb("base"))
        self.deb("python3.99-minimal")

        outcome = self.install(essential, "python3.99-minimal")

        self.assertEqual(0, outcome.returncode, outcome.stderr)
        self.assertIn("W: there are no programs of the same versions for this machine", outcome.stderr)
        self.assertFalse((self.root / "var/lib/dpkg/diversions").exists())

    def test_a_package_that_is_not_completely_installed_is_a_failure(self):
        essential = self.essential(self.deb("base"))
        self.deb("program")
        self.write("root/var/lib/dpkg/status", STATUS % ("half", "deinstall ok config-files"))

        outcome = self.install(essential, "program")

        self.assertEqual(1, outcome.returncode, outcome.stderr)
        self.assertIn("E: these packages are not completely installed:\nrc  half\n", outcome.stderr)

    def test_a_package_that_is_not_there_is_a_failure(self):
        outcome = self.install(self.essential(self.deb("base")), "none-such")

        self.assertEqual(100, outcome.returncode)
        self.assertIn("E: Unable to locate package none-such", outcome.stderr)


if __name__ == "__main__":
    unittest.main()
