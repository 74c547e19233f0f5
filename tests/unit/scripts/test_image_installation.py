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

    def deb(self, name, architecture=ARCHITECTURE, files=(), **fields):
        """A package with a file of documentation, and other empty files; its path on the mirror."""
        label = "%s_%s" % (name, architecture)
        tree = self.work / "trees" / label
        control = {"Package": name, "Version": fields.pop("Version", "1"), "Architecture": architecture, "Maintainer": "Tests <tests@example.org>",
                   "Description": "a package", **{key.replace("_", "-"): value for key, value in fields.items()}}
        text = "".join("%s: %s\n" % item for item in control.items())
        self.write("trees/%s/DEBIAN/control" % label, text)
        self.write("trees/%s/usr/share/doc/%s/copyright" % (label, name), "free\n")
        for file in files:
            self.write("trees/%s/%s" % (label, file), label + "\n")
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

    def machine(self):
        return subprocess.run(["dpkg", "--print-architecture"], check=True, text=True, stdout=subprocess.PIPE).stdout.strip()

    def test_python_of_this_machine_compiles_meanwhile(self):
        essential = self.essential(self.deb("base"))
        program = "usr/bin/python3.99"
        self.deb("python3.99-minimal", files=[program])
        self.deb("python3.99-minimal", self.machine(), files=[program, "usr/lib/x-linux-gnu/ld-linux-x.so.2"])
        # In place of the root's: what is started there, and what stands there when packages are configured.
        self.write("bin/chroot", "#!/bin/sh\nshift\necho \"$PYTHONHOME $*\" >>%s/started\n" % self.work).chmod(0o755)
        self.write("bin/dpkg", (self.work / "bin/dpkg").read_text().replace(
            "exec", "case \"$*\" in *--configure*) cat %s/%s >%s/standing;; esac\nexec" % (self.root, program, self.work)))

        outcome = self.install(essential, "python3.99-minimal")

        self.assertEqual(0, outcome.returncode, outcome.stderr)
        native = "/tmp/colcon-deb-native/root"
        command = "%s/usr/lib/x-linux-gnu/ld-linux-x.so.2 --library-path %s/lib/x-linux-gnu:%s/usr/lib/x-linux-gnu " \
                  "--argv0 /usr/bin/python3.99 %s/%s" % (native, native, native, native, program)
        self.assertEqual("%s/usr %s -S -c pass\n" % (native, command), (self.work / "started").read_text())
        standing = (self.work / "standing").read_text()
        self.assertIn("*py_compile* | */py3compile*) exec %s \"$@\" ;;" % command, standing)
        self.assertIn('exec /usr/bin/python3.99.emulated "$@"', standing)
        # At the end all is as it would be otherwise.
        self.assertEqual("python3.99-minimal_%s\n" % ARCHITECTURE, (self.root / program).read_text())
        self.assertEqual(["python3.99"], os.listdir(self.root / "usr/bin"))
        self.assertEqual("", (self.root / "var/lib/dpkg/diversions").read_text())
        self.assertEqual([], os.listdir(self.root / "tmp"))

    def test_another_version_of_python_compiles_nothing(self):
        essential = self.essential(self.deb("base"))
        self.deb("python3.99-minimal")
        self.deb("python3.99-minimal", self.machine(), Version="2")

        outcome = self.install(essential, "python3.99-minimal")

        self.assertEqual(0, outcome.returncode, outcome.stderr)
        self.assertIn("W: there is no python3.99 1 for this machine", outcome.stderr)
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
