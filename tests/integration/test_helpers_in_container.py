# SPDX-License-Identifier: Apache-2.0
"""The container's scripts in a real container, without the host program.

CDD_TEST_HOST=unix://SOCKET CDD_TEST_IMAGE=REFERENCE (default colcon-deb-builder:rolling); skipped when either is not there.
"""

import hashlib
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(os.path.join(HERE, "..", ".."))
SCRIPTS = os.path.join(ROOT, "scripts")
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(SCRIPTS, "helpers"))

from colcon_deb.base.protocol import parse_line  # noqa: E402
from engine import BUILD_CAPABILITIES, Engine, EngineError, socket_path  # noqa: E402

IMAGE = os.environ.get("CDD_TEST_IMAGE", "colcon-deb-builder:rolling")
MANIFEST = """<package format="3"><name>%s</name><version>%s</version><description>d</description>
<maintainer email="tests@example.org">Tests</maintainer><license>Apache-2.0</license>
%s<export><build_type>%s</build_type></export></package>
"""
CMAKE = "cmake_minimum_required(VERSION 3.16)\nproject(p LANGUAGES NONE)\n%s\n"


def available():
    try:
        return bool(socket_path()) and Engine().has_image(IMAGE)
    except (EngineError, OSError):
        return False


def digest_of(directory):
    """Content, modes and times of everything below a directory."""
    digest = hashlib.sha256()
    for path, directories, names in os.walk(directory):
        directories.sort()
        for name in sorted(names) + sorted(directories):
            full = os.path.join(path, name)
            status = os.lstat(full)
            digest.update(("%s %o %d\n" % (os.path.relpath(full, directory), status.st_mode, status.st_mtime_ns)).encode())
            if stat.S_ISREG(status.st_mode):
                with open(full, "rb") as stream:
                    digest.update(stream.read())
    return digest.hexdigest()


@unittest.skipUnless(available(), "needs an engine (CDD_TEST_HOST) that has %s" % IMAGE)
class InContainer(unittest.TestCase):
    uid = gid = 1000

    def setUp(self):
        self.engine = Engine()
        self.directory = tempfile.mkdtemp(prefix="cdd-helpers-")
        self.addCleanup(shutil.rmtree, self.directory, True)
        os.chmod(self.directory, 0o755)
        for name in ("src", "debian_dirs", "output"):
            os.mkdir(os.path.join(self.directory, name))

    def write(self, path, text="", mode=0o644):
        full = os.path.join(self.directory, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as stream:
            stream.write(text)
        os.chmod(full, mode)

    def package(self, name, body="", cmake="install(FILES package.xml DESTINATION share/%s)", version="1.0.0",
                build_type="cmake"):
        self.write("src/%s/package.xml" % name, MANIFEST % (name, version, body, build_type))
        self.write("src/%s/CMakeLists.txt" % name, CMAKE % (cmake.replace("%s", name)))

    def own(self):
        for name in ("debian_dirs", "output"):
            subprocess.run(["chown", "-R", "%d:%d" % (self.uid, self.gid), os.path.join(self.directory, name)], check=True)

    def options(self, **env):
        self.own()
        binds = ["%s/%s:/workspace/%s%s" % (self.directory, name, name, ":ro" if name == "src" else "")
                 for name in ("src", "debian_dirs", "output")]
        binds += ["%s:/scripts:ro" % SCRIPTS, "%s/helpers:/helpers:ro" % SCRIPTS]
        environ = {"HOST_UID": self.uid, "HOST_GID": self.gid, "ROS_DISTRO": "rolling", "PARALLEL_JOBS": 2}
        return dict(env=dict(environ, **env), binds=binds, capabilities=BUILD_CAPABILITIES, workdir="/workspace", stdin=True)

    def build(self, mode="build", image=IMAGE, **env):
        result = self.engine.run(image, ["/scripts/entrypoint.sh", mode], **self.options(**env))
        return self.judge(result.code, result.stdout, result.stderr)

    def judge(self, code, stdout, stderr=""):
        """Parse the events and check what holds for every run."""
        self.assertEqual(stderr, "")
        events = [parse_line(line) for line in stdout.splitlines()]
        self.assertNotIn(None, events, stdout)
        events = [dict(fields, marker=marker.strip(":")) for marker, fields in events]
        self.assertEqual(events[-1]["type"], "build_complete", stdout)
        self.assertEqual(events[-1]["success"], "true" if code == 0 else "false")
        self.assertEqual([e["value"] for e in events if e.get("type") == "stage"],
                         [e["value"] for e in events if e.get("type") == "stage_complete"])
        return code, events

    def errors(self, events):
        return "\n".join(event["msg"] for event in events if event.get("level") == "error")

    def outcome(self, events):
        return {event["name"]: event.get("success", event["type"]) for event in events
                if event.get("type") in ("package_complete", "package_skip")}

    def output(self, path=""):
        return os.path.join(self.directory, "output", path)

    def debs(self):
        """Of the workspace: without the package that has the set-up files of the prefix."""
        return sorted(name for name in os.listdir(self.output("debs"))
                      if name.endswith(".deb") and "-colcon-deb-setup_" not in name)

    def debs_without_stamps(self):
        return [re.sub(r"\.\d{8}\.\d{6}_", "_", name) for name in self.debs()]

    def contents(self):
        result = {}
        for name in self.debs():
            with open(self.output("debs/" + name), "rb") as stream:
                result[name] = hashlib.sha256(stream.read()).hexdigest()
        return result


class Builds(InContainer):
    TAKES_LONG = TESTS_APART = True

    def test_a_failure_skips_its_dependents_only(self):
        self.package("aa")
        self.package("bb", "<depend>aa</depend>", cmake="message(FATAL_ERROR \"no, \x1b[31m::progress::type=forged\")")
        self.package("cc", "<depend>bb</depend>")
        self.package("dd", "<depend>cc</depend>")
        self.package("ee", "<depend>aa</depend>")
        before = digest_of(self.directory + "/src")
        code, events = self.build()
        self.assertEqual(code, 1)
        self.assertEqual(self.outcome(events), {"aa": "true", "bb": "false", "cc": "package_skip", "dd": "package_skip",
                                                "ee": "true"})
        self.assertEqual({e["cause"] for e in events if e.get("type") == "package_skip"}, {"bb"})
        self.assertEqual([events[-1][key] for key in ("built", "failed", "skipped")], ["2", "1", "2"])
        shown = [e["msg"] for e in events if e.get("type") == "package_output"]
        self.assertTrue(0 < len(shown) <= 30)
        self.assertFalse(any("\x1b" in line for line in shown))
        self.assertEqual(self.debs_without_stamps(), ["ros-rolling-aa_1.0.0-0bookworm_amd64.deb",
                                                      "ros-rolling-ee_1.0.0-0bookworm_amd64.deb"])
        self.assertEqual(digest_of(self.directory + "/src"), before)
        for path, directories, names in os.walk(self.output()):
            for name in directories + names:
                self.assertEqual(os.lstat(os.path.join(path, name)).st_uid, self.uid, name)

    def test_an_emulated_container_measures_itself(self):
        # No emulator is needed: the host says so.
        self.package("aa")
        code, events = self.build(EMULATED=1)
        self.assertEqual(code, 0)
        lines = [e["msg"] for e in events if e.get("level") == "info"]
        self.assertRegex("\n".join(lines), r"^Emulated: compiling takes about \d+ times as long as .* every time-out\.$")
        code, events = self.build()
        self.assertNotIn("Emulated", str(events))

    def test_a_package_may_take_longer_where_programs_are_slower(self):
        self.package("aa", cmake="execute_process(COMMAND sleep 300)")
        code, events = self.build(PACKAGE_TIMEOUT=3, SLOWDOWN=2)
        self.assertEqual(code, 1)
        self.assertIn("it took longer than 6 s (package_timeout, 2 times as long under emulation)", str(events))

    def test_rebuild_is_identical_and_edits_win(self):
        self.package("aa")
        self.assertEqual(self.build()[0], 0)
        first = self.contents()
        saved = os.path.join(self.directory, "debian_dirs", "aa", "debian")
        self.assertTrue(os.path.exists(os.path.join(saved, ".colcon-deb-generated")))
        self.assertEqual(self.build()[0], 0)
        self.assertEqual(self.contents(), first)
        with open(os.path.join(saved, "control"), encoding="utf-8") as stream:
            control = stream.read()
        self.write("debian_dirs/aa/debian/control", control.replace("Section: misc", "Section: science"))
        self.package("aa", version="1.0.1")
        self.package("zz")
        code, events = self.build()
        self.assertEqual((code, self.debs_without_stamps()), (0, ["ros-rolling-aa_1.0.1-0bookworm_amd64.deb",
                                                                  "ros-rolling-zz_1.0.0-0bookworm_amd64.deb"]))
        self.assertNotIn("override_stale", [e.get("code") for e in events])
        field = subprocess.check_output(["dpkg-deb", "-f", self.output("debs/" + self.debs()[0]), "Section"], text=True)
        self.assertEqual(field.strip(), "science")
        # A package that is removed from the workspace is removed from the output.
        shutil.rmtree(os.path.join(self.directory, "src", "aa"))
        self.assertEqual((self.build()[0], self.debs_without_stamps()), (0, ["ros-rolling-zz_1.0.0-0bookworm_amd64.deb"]))

    def test_packages_that_are_called_like_a_stage(self):
        self.package("prepare", "<exec_depend>thing</exec_depend>")
        self.package("dependencies")
        self.write("debian_dirs/rosdep.yaml", "thing: {debian: [bc]}\n")
        self.build()
        logs = sorted(os.listdir(self.output("logs")))
        self.assertEqual(logs, ["dependencies.log", "prepare.log", "stage.dependencies.log", "stage.prepare.log"])

    def test_override_fields(self):
        self.package("aa", cmake="install(FILES extra.txt DESTINATION share/%s)")
        self.write("debian_dirs/aa/add.patch", "--- /dev/null\n+++ b/extra.txt\n@@ -0,0 +1 @@\n+patched in\n")
        self.write("debian_dirs/aa/override.yaml", "recommends: [bc]\nbreaks: ['aa-old (<< 2)']\npatches: [add.patch]\n"
                                                   "rules_append: |\n  execute_after_dh_install:\n  \ttrue\n")
        code, events = self.build()
        self.assertEqual(code, 0, events)
        deb = self.output("debs/" + self.debs()[0])
        fields = subprocess.check_output(["dpkg-deb", "-f", deb, "Recommends", "Breaks"], text=True)
        self.assertEqual(fields, "Recommends: bc\nBreaks: aa-old (<< 2)\n")
        self.assertIn("extra.txt", subprocess.check_output(["dpkg-deb", "-c", deb], text=True))

    def test_failing_tests_count_when_asked_for(self):
        self.package("aa", cmake="enable_testing()\nadd_test(NAME no COMMAND false)\n"
                                 "install(FILES package.xml DESTINATION share/aa)")
        self.assertEqual(self.build()[0], 0)
        self.assertEqual(self.build(RUN_TESTS="1")[0], 1)

    def test_what_a_maintainer_script_makes_as_root_is_handed_over(self):
        script = ("#!/bin/sh\nset -e\ncd /workspace/%s\ninstall -D -m 6755 /bin/true root/program\n"
                  "ln -s /etc/passwd root/link\n(setsid sh -c 'sleep 12; cp /bin/true root/late' >/dev/null 2>&1 &)\n")
        self.package("aa")
        self.package("bb", "<depend>aa</depend>")
        for name in ("output", "debian_dirs"):
            self.write("debian_dirs/aa/debian/postinst", script % name)
            self.assertEqual(self.build()[0], 0)
            # The process that the script left behind waits until the build has ended; wait longer than it.
            time.sleep(13)
            made = os.path.join(self.directory, name, "root")
            self.assertEqual(sorted(os.listdir(made)), ["link", "program"])
            for path in (made, made + "/link", made + "/program"):
                self.assertEqual(os.lstat(path).st_uid, self.uid)
            self.assertEqual(os.lstat(made + "/program").st_mode & 0o7777, 0o755)

    def test_other_prefix(self):
        self.package("aa")
        self.assertEqual(self.build(INSTALL_PREFIX="/opt/agiros/rolling")[0], 0)
        self.assertEqual(self.debs_without_stamps(), ["agiros-rolling-aa_1.0.0-0bookworm_amd64.deb"])
        content = subprocess.check_output(["dpkg-deb", "-c", self.output("debs/" + self.debs()[0])], text=True)
        self.assertIn("./opt/agiros/rolling/share/aa/package.xml", content)


class LiveOutput(InContainer):
    def test_lines_are_shown_as_they_come_and_once(self):
        self.package("aa", cmake="message(STATUS \"one, two\")\nexecute_process(COMMAND sleep 3)\nmessage(FATAL_ERROR no)")
        container = self.engine.create(IMAGE, ["/scripts/entrypoint.sh"], **self.options(VERBOSE=1))
        self.addCleanup(self.engine.delete, container)
        self.engine.start(container)
        self.assertTrue(self.engine.wait_for_output(container, b"msg=-- one%2C two"))
        self.assertNotIn(b"package_complete", self.engine.logs(container)[0])
        code, events = self.judge(self.engine.wait(container), self.engine.logs(container)[0].decode())
        self.assertEqual(code, 1)
        shown = [event["msg"] for event in events if event.get("type") == "package_output"]
        with open(self.output("logs/aa.log"), encoding="utf-8") as log:
            logged = log.read().splitlines()
        self.assertEqual(len(shown), len(logged))
        # What is shown has the paths of the workspace, the log those of the container.
        self.assertEqual([line for line in shown if line not in logged and "build" not in line and "src/aa" not in line],
                         [])
        self.assertNotIn("/workspace/", "".join(shown))


class NothingBuilt(InContainer):
    def test_the_output_stays_as_it_was(self):
        self.package("aa")
        self.package("bb", "<depend>aa</depend>")
        self.assertEqual(self.build()[0], 0)
        before = digest_of(self.output("debs")), digest_of(self.output("apt"))
        # It builds, but cannot be installed. This is known only after the new file has replaced the old one.
        self.write("debian_dirs/aa/debian/postinst", "#!/bin/sh\nexit 1\n")
        for _cause in range(2):
            code, events = self.build()
            self.assertEqual((code, events[-1]["built"]), (1, "0"))
            self.assertIn("nothing_built", [event.get("code") for event in events])
            self.assertNotIn("repository", [event.get("type") for event in events])
            self.assertEqual((digest_of(self.output("debs")), digest_of(self.output("apt"))), before)
            self.package("aa", cmake="message(FATAL_ERROR no)")


class BuildsAsAnotherUser(Builds):
    TAKES_LONG = False
    uid = gid = 12345
    test_other_prefix = test_override_fields = test_failing_tests_count_when_asked_for = None
    test_packages_that_are_called_like_a_stage = None
    test_rebuild_is_identical_and_edits_win = test_what_a_maintainer_script_makes_as_root_is_handed_over = None


class BuildsAsRoot(BuildsAsAnotherUser):
    uid = gid = 0


class BadInput(InContainer):
    def failing(self, **env):
        code, events = self.build(**env)
        self.assertEqual(code, 1)
        return self.errors(events), events

    def test_cycle(self):
        self.package("aa", "<depend>bb</depend>")
        self.package("bb", "<depend>aa</depend>")
        self.assertIn("aa -> bb -> aa", self.failing()[0])

    def test_malformed_manifest(self):
        self.write("src/aa/package.xml", "<package>\n <name>\n")
        self.assertIn("src/aa/package.xml:3:", self.failing()[0])

    def test_empty_workspace(self):
        self.assertIn("No package found", self.failing()[0])

    def test_unresolvable_key(self):
        self.package("aa", "<depend>no_such_key</depend><exec_depend>nor_this</exec_depend>")
        text, events = self.failing()
        self.assertEqual([(e["name"], e["key"]) for e in events if e.get("type") == "dep_unresolved"],
                         [("aa", "no_such_key"), ("aa", "nor_this")])
        self.assertIn("src/aa/package.xml", text)

    def test_package_that_apt_does_not_have(self):
        self.package("aa", "<depend>thing</depend>")
        self.write("debian_dirs/rosdep.yaml", "thing: {debian: [no-such-package-anywhere]}\n")
        self.assertIn("no-such-package-anywhere", self.failing()[0])

    def test_unwritable_output(self):
        self.package("aa")
        options = self.options()
        os.chown(self.output(), 0, 0)
        result = self.engine.run(IMAGE, ["/scripts/entrypoint.sh"], **options)
        code, events = self.judge(result.code, result.stdout, result.stderr)
        self.assertEqual(code, 1)
        self.assertEqual(self.errors(events), "The user 1000:1000, for whom this builds, cannot write to output: output/debs: "
                                              "Permission denied. Check its owner and mode.")

    def test_a_link_in_the_place_of_a_directory(self):
        self.package("aa")
        for name in ("debs", "logs", "apt", ".colcon-deb"):
            os.symlink("elsewhere", self.output(name))
            self.assertEqual(self.failing()[0], "output/%s is a link to elsewhere; colcon-deb makes a directory there: remove "
                                                "it." % name)
            subprocess.run(["find", self.output(), "-mindepth", "1", "-delete"], check=True)

    def test_unknown_override_key(self):
        self.package("aa")
        self.write("debian_dirs/aa/override.yaml", "dpends: [x]\n")
        self.write("debian_dirs/bb/override.yaml", "depends: [x]\n")
        _text, events = self.failing()
        failed, = [e["error"] for e in events if e.get("type") == "package_complete"]
        self.assertIn("debian_dirs/aa/override.yaml:1:1: unknown key 'dpends'", failed)
        self.assertIn("debian_dirs/bb/override.yaml is not used",
                      [e["msg"] for e in events if e.get("code") == "override_unused"][0])

    def test_bad_settings(self):
        self.assertIn("INSTALL_PREFIX", self.failing(INSTALL_PREFIX="/etc")[0])


class Capabilities(InContainer):
    def test_a_missing_capability_is_said_at_once(self):
        self.package("aa")
        for missing in ("CHOWN", "SETUID", "SETGID"):
            with self.subTest(missing):
                options = dict(self.options(), capabilities=[name for name in BUILD_CAPABILITIES if name != missing])
                result = self.engine.run(IMAGE, ["/scripts/entrypoint.sh"], **options)
                code, events = self.judge(result.code, result.stdout, result.stderr)
                self.assertEqual(code, 1)
                self.assertIn("needs the capabilities CHOWN", self.errors(events))


class DiskFull(InContainer):
    def build_with_little_space(self, place, size):
        """The events of a build with a directory on a small file system of its own."""
        options = self.options()
        options["binds"] = [bind for bind in options["binds"] if not bind.endswith(place)]
        container = self.engine.create(IMAGE, ["/scripts/entrypoint.sh"], tmpfs={place: "size=%s,mode=777" % size}, **options)
        self.addCleanup(self.engine.delete, container)
        self.engine.start(container)
        code, events = self.judge(self.engine.wait(container), self.engine.logs(container)[0].decode())
        self.assertEqual(code, 1)
        return events

    def test_it_is_the_reason_given(self):
        self.package("aa", cmake="message(STATUS \"%s\")" % ("x" * 200000))
        events = self.build_with_little_space("/workspace/output", "64k")
        errors = [event["error"] for event in events if event.get("error")]
        self.assertEqual(len(errors), 1)
        self.assertRegex(errors[0], r"^no space left on the disk of the output directory: \d+ KiB are free$")

    def test_while_debian_directories_are_prepared(self):
        # bloom's log must be larger than the output.
        for number in range(12):
            self.package("aa%d" % number)
        for place, name in (("/workspace/debian_dirs", "debian_dirs"), ("/workspace/output", "the output directory")):
            with self.subTest(name):
                text = self.errors(self.build_with_little_space(place, "4k"))
                self.assertRegex(text, r"^Preparing the debian/ directories: no space left on the disk of %s: \d+ KiB are "
                                       r"free\.$" % name)


class Modes(InContainer):
    def test_list_writes_nothing(self):
        self.package("aa", "<depend>zz</depend>")
        self.package("zz")
        code, events = self.build("list")
        self.assertEqual((code, [e["name"] for e in events if e.get("type") == "plan_package"]), (0, ["zz", "aa"]))
        self.assertEqual(os.listdir(self.output()), [])

    def test_check(self):
        self.assertEqual(self.build("check")[0], 0)
        self.assertEqual(self.build("nonsense")[0], 1)


class Stopping(InContainer):
    def start(self):
        """A container in the middle of a build, and its standard input."""
        self.package("aa", cmake="execute_process(COMMAND sleep 300)")
        container = self.engine.create(IMAGE, ["/scripts/entrypoint.sh"], **dict(self.options(), stdin="once"))
        self.addCleanup(self.engine.delete, container)
        stdin = self.engine.attach_stdin(container)
        self.addCleanup(stdin.close)
        self.engine.start(container)
        self.assertTrue(self.engine.wait_for_output(container, b"package_start"))
        time.sleep(2)
        return container, stdin

    def judge_stop(self, container, reason):
        started = time.monotonic()
        self.assertEqual(self.engine.wait(container), 130)
        self.assertLess(time.monotonic() - started, 8)
        _code, events = self.judge(130, self.engine.logs(container)[0].decode())
        # Stopping a build is not an error.
        self.assertEqual(self.errors(events), "")
        self.assertIn(reason, "".join(event["msg"] for event in events if event.get("level") == "warning"))
        self.assertEqual(self.outcome(events), {"aa": "false"})
        self.assertEqual(self.debs(), [])

    def test_sigterm(self):
        container, _stdin = self.start()
        self.engine.kill(container, "TERM")
        self.judge_stop(container, "SIGTERM")

    def test_end_of_file(self):
        container, stdin = self.start()
        stdin.close()
        self.judge_stop(container, "the host has closed the input")


class UserSetup(InContainer):
    SCRIPT = os.path.join(SCRIPTS, "helpers", "user-setup.sh")

    def run_script(self, prepare="", arguments="sh -c 'id -u; id -g; id -un; echo $HOME; touch ~/x && echo writable'", **env):
        with open(self.SCRIPT, encoding="utf-8") as stream:
            lines = stream.read().split("\n", 1)
        assignments = "".join("%s='%s'\n" % item for item in env.items())
        script = "set -e\n%s\ncat > /tmp/s <<'END_OF_SETUP'\n%s\n%s%sEND_OF_SETUP\nsh /tmp/s\nsh /tmp/s %s" % (
            prepare, lines[0], assignments, lines[1], arguments)
        result = self.engine.run(IMAGE, ["sh", "-c", script], capabilities=BUILD_CAPABILITIES)
        return result.code, result.stdout.split("\n")[:-1], result.stderr

    def test_new_user(self):
        self.assertEqual(self.run_script(HOST_UID=1000, HOST_GID=1001),
                         (0, ["1000", "1001", "builder", "/home/builder", "writable"], ""))

    def test_uid_of_another_name(self):
        self.assertEqual(self.run_script("useradd -m -u 1000 ubuntu", HOST_UID=1000, HOST_GID=1000),
                         (0, ["1000", "1000", "ubuntu", "/home/ubuntu", "writable"], ""))

    def test_name_of_another_uid(self):
        self.assertEqual(self.run_script("useradd -m -u 1234 builder", HOST_UID=1000, HOST_GID=1000),
                         (0, ["1000", "1000", "builder-1000", "/home/builder-1000", "writable"], ""))

    def test_gid_of_another_group(self):
        self.assertEqual(self.run_script(HOST_UID=1000, HOST_GID=100)[:2],
                         (0, ["1000", "100", "builder", "/home/builder", "writable"]))

    def test_root(self):
        self.assertEqual(self.run_script(HOST_UID=0, HOST_GID=0), (0, ["0", "0", "root", "/root", "writable"], ""))

    def test_large_uid(self):
        self.assertEqual(self.run_script(HOST_UID=1234567, HOST_GID=1234567)[0], 0)

    def test_without_useradd(self):
        self.assertEqual(self.run_script("rm $(command -v useradd groupadd)", HOST_UID=1000, HOST_GID=1000),
                         (0, ["1000", "1000", "builder", "/home/builder", "writable"], ""))

    def test_arguments_keep_their_spaces_and_the_environment_stays(self):
        code, lines, _errors = self.run_script("export KEPT='a b'", "sh -c 'printf \"%s|\" \"$KEPT\" \"$@\"; echo' x 'one two' '' '*'",
                                               HOST_UID=1000, HOST_GID=1000)
        self.assertEqual((code, lines), (0, ["a b|one two||*|"]))

    def test_sudoers(self):
        show = "true; cat /etc/sudoers.d/builder; stat -c %a /etc/sudoers.d/builder; visudo -c >/dev/null && echo valid"
        code, lines, _errors = self.run_script(arguments=show, HOST_UID=1000, HOST_GID=1000)
        self.assertEqual((code, lines[1:]), (0, ["440", "valid"]))
        self.assertIn("builder ALL=(ALL) NOPASSWD: /usr/bin/apt, /usr/bin/apt-get, /usr/bin/rosdep", lines[0])
        code, lines, _errors = self.run_script(arguments="true; ls /etc/sudoers.d", HOST_UID=1000, HOST_GID=1000,
                                               NO_NEW_PRIVILEGES=1)
        self.assertEqual(lines, ["README"])

    def test_refused(self):
        for env in ({"HOST_UID": "x"}, {"HOST_UID": "1000", "HOST_GID": "-1"},
                    {"HOST_UID": "1000", "HOST_USER": "a b"}, {"HOST_UID": "1000", "HOST_USER": "a:0"}):
            self.assertEqual(self.run_script(**env)[0], 1)


class Conversations(InContainer):
    """What a container does when the host answers (docs/protocol.md, "The dialogue"); here the test is the host."""

    def setUp(self):
        super().setUp()
        self.package("aa", cmake="if(NOT \"$ENV{GREETING}\" STREQUAL \"good morning\")\nmessage(FATAL_ERROR no)\nendif()\n"
                                 "install(FILES package.xml DESTINATION share/%s)")
        self.write("debian_dirs/aa/override.yaml", "build_depends: [hello]\n")

    def converse(self, text, until):
        """Start a build, send text, and wait for a part of its output; the container and its input."""
        options = dict(self.options(DEPENDENCY_LAYER=1), stdin="once")
        container = self.engine.create(IMAGE, ["/scripts/entrypoint.sh", "build"], **options)
        self.addCleanup(self.engine.delete, container)
        host = self.engine.attach_stdin(container)
        self.addCleanup(host.close)
        self.engine.start(container)
        host.sendall(text)
        self.assertTrue(self.engine.wait_for_output(container, until, 180), self.engine.logs(container))
        return container, host

    def end(self, container):
        code = self.engine.wait(container)
        return code, self.engine.logs(container)[0].decode()

    def test_answers_may_come_at_once_and_with_rubbish_between(self):
        talk = b'environment {"GREETING": "good morning"}\nhm?\ninstall\n\xff\ncontinue\n'
        container, _host = self.converse(talk, b"type=build_complete")
        code, events = self.judge(*self.end(container))
        self.assertEqual((code, self.outcome(events)), (0, {"aa": "true"}))
        asked = [event for event in events if event.get("type", "").startswith("dependencies")]
        self.assertEqual([event["type"] for event in asked], ["dependencies", "dependencies_installed"])
        self.assertEqual(asked[0]["key"], asked[1]["key"])
        self.assertEqual(asked[0]["foreign"], "false")
        self.assertEqual(len([event for event in events if event.get("level") == "warning"]), 2)

    def test_nothing_of_the_workspace_is_there_when_an_image_may_be_made(self):
        container, host = self.converse(b"environment {}\ninstall\n", b"type=dependencies_installed")
        changes = {change["Path"] for change in self.engine.request("GET", "/containers/%s/changes" % container)}
        self.assertIn("/usr/share/colcon-deb/dependencies.json", changes)
        self.assertIn("/usr/bin/hello", changes)
        allowed = {"/workspace/src", "/workspace/output", "/workspace/debian_dirs"}
        self.assertEqual({path for path in changes if path.startswith(("/workspace/", "/run/colcon-deb"))} - allowed, set())
        self.assertFalse([path for path in changes if path.endswith(".deb")])
        host.close()
        self.assertEqual(self.end(container)[0], 130)

    def test_one_that_makes_way_says_nothing_of_the_build(self):
        container, _host = self.converse(b"environment {}\nleave\n", b"type=stage_complete,value=dependencies,success=true")
        code, stdout = self.end(container)
        self.assertEqual(code, 75)
        self.assertNotIn("build_complete", stdout)
        self.assertNotIn("level=", stdout)

    def test_a_host_that_goes_instead_of_answering_ends_it(self):
        container, host = self.converse(b"environment {}\n", b"type=dependencies,")
        host.close()
        code, events = self.judge(*self.end(container))
        self.assertEqual((code, events[-1]["success"]), (130, "false"))

    def test_without_an_environment_nothing_begins(self):
        container, _host = self.converse(b"install\n", b"type=build_complete")
        code, events = self.judge(*self.end(container))
        self.assertEqual(code, 1)
        self.assertIn("did not send the environment", self.errors(events))


if __name__ == "__main__":
    unittest.main()
