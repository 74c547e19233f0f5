# SPDX-License-Identifier: Apache-2.0
import dataclasses
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import unittest

from support import HELPERS, InDirectory, make_deb

from colcon_deb.base import debname, files
from colcon_deb.base.machine import Machine
from colcon_deb.building import builder, environment, explain
from colcon_deb.building.channel import Channel, Stopped, TookTooLong
from colcon_deb.packaging import undeclared_libraries
from colcon_deb.supervisor import broker, handover
from colcon_deb.supervisor.install_requests import Requests
from colcon_deb.workspace import source_copy


@unittest.skipUnless(shutil.which("dpkg-deb"), "needs dpkg-deb")
class Broker(InDirectory):
    def setUp(self):
        super().setUp()
        self.debs = os.path.join(self.directory, "debs")
        os.mkdir(self.debs)
        self.private = os.path.join(self.directory, "private")
        self.broker = broker.Broker([self.debs], self.private, os.getuid(), ["ros-x-a", "ros-x-b"])

    def refused(self, request):
        with self.assertRaises(broker.Refused) as caught:
            self.broker.take(request)
        return str(caught.exception)

    def test_takes_a_private_copy(self):
        deb = make_deb(self.debs, "ros-x-a")
        copies = self.broker.take({"install": [deb]})
        self.assertEqual(copies, [os.path.join(self.private, "ros-x-a_1.0_all.deb")])
        self.assertEqual(os.stat(self.private).st_mode & 0o777, 0o700)
        self.assertFalse(os.path.samefile(copies[0], deb))

    def test_other_places(self):
        deb = make_deb(self.directory, "ros-x-a")
        os.mkdir(os.path.join(self.debs, "sub"))
        for path in (deb, self.debs + "/../ros-x-a_1.0_all.deb", self.debs + "/sub/ros-x-a_1.0_all.deb",
                     "ros-x-a_1.0_all.deb", "/etc/passwd", ""):
            with self.subTest(path):
                self.assertIn("not a package of this build's output", self.refused({"install": [path]}))

    def test_links_and_special_files(self):
        deb = make_deb(self.directory, "ros-x-a")
        link = os.path.join(self.debs, "ros-x-a_1.0_all.deb")
        os.symlink(deb, link)
        self.refused({"install": [link]})
        os.unlink(link)
        os.mkfifo(link)
        self.refused({"install": [link]})
        os.unlink(link)
        os.mkdir(link)
        self.refused({"install": [link]})

    def test_a_directory_swapped_for_a_link(self):
        deb = make_deb(self.debs, "ros-x-a")
        os.rename(self.debs, self.debs + "2")
        os.symlink(self.debs + "2", self.debs)
        self.refused({"install": [deb]})

    def test_names_that_were_not_planned(self):
        self.assertIn("not a package of this workspace", self.refused({"install": [make_deb(self.debs, "sudo")]}))

    def test_content_that_is_another_package(self):
        os.rename(make_deb(self.debs, "bash"), os.path.join(self.debs, "ros-x-a_1.0_all.deb"))
        self.assertIn("holds the package 'bash'", self.refused({"install": [self.debs + "/ros-x-a_1.0_all.deb"]}))
        self.write("debs/ros-x-a_2.0_all.deb", "no archive")
        self.assertIn("holds the package ''", self.refused({"install": [self.debs + "/ros-x-a_2.0_all.deb"]}))

    def test_files_of_another_user(self):
        other = broker.Broker([self.debs], self.private, os.getuid() + 1, ["ros-x-a"])
        deb = make_deb(self.debs, "ros-x-a")
        with self.assertRaises(broker.Refused):
            other.take({"install": [deb]})

    def test_what_is_no_request(self):
        for request in (None, [], {}, {"install": []}, {"install": "x"}, {"install": [1]}, {"install": ["x"] * 1000},
                        {"remove": ["x"]}):
            with self.subTest(request):
                self.assertEqual(self.refused(request), "not a request to install")


class Reason(unittest.TestCase):
    """The words are those of dpkg and apt."""

    def test_the_telling_line_is_named(self):
        unpacking = "Preparing to unpack x_1_all.deb ...\n"
        failed = "dpkg: error processing archive x_1_all.deb (--install):\n"
        end = "Errors were encountered while processing:\n x_1_all.deb\nE: Sub-process /usr/bin/dpkg returned an error code (1)"
        for said in (" trying to overwrite '/opt/ros/x/setup.sh', which is also in package y 1-1", " x conflicts with y",
                     " x : Conflicts: y", " x : Depends: liby (>= 2) but it is not installable", "E: Broken packages"):
            with self.subTest(said):
                self.assertEqual(broker.reason(unpacking + failed + said + "\n" + end), said.strip())

    def test_of_two_the_more_telling_one(self):
        self.assertEqual(broker.reason("E: Unmet dependencies. Try this.\n a conflicts with b"), "a conflicts with b")
        self.assertEqual(broker.reason("E: x\n a : Depends: b"), "a : Depends: b")

    def test_when_none_tells(self):
        self.assertEqual(broker.reason("one\nan error: two\n"), "an error: two")
        self.assertEqual((broker.reason("\n one\ntwo"), broker.reason("")), ("one", "no reason given"))


class ChannelTest(unittest.TestCase):
    def setUp(self):
        self.root, theirs = socket.socketpair()
        self.addCleanup(self.root.close)
        self.channel = Channel(theirs.detach())
        self.addCleanup(self.channel.close)

    def test_question_and_answer(self):
        def serve():
            request = json.loads(self.root.recv(4096))
            self.root.sendall(json.dumps({"ok": True, "echo": request}).encode() + b"\n")
        thread = threading.Thread(target=serve)
        thread.start()
        self.assertEqual(self.channel.ask({"install": ["x"]}), {"ok": True, "echo": {"install": ["x"]}})
        thread.join()

    def test_exit_code(self):
        self.assertEqual(self.channel.run(["sh", "-c", "exit 7"]), 7)

    def test_it_ticks_meanwhile(self):
        ticks = []
        self.assertEqual(self.channel.run(["sleep", "0.7"], lambda: ticks.append(time.monotonic())), 0)
        self.assertTrue(3 <= len(ticks) <= 6, ticks)

    def test_end_of_the_line_ends_the_child_and_its_children(self):
        threading.Timer(0.3, self.root.close).start()
        started = time.monotonic()
        with self.assertRaises(Stopped):
            self.channel.run(["sh", "-c", "trap '' TERM; sleep 60 & wait; sleep 60"])
        self.assertLess(time.monotonic() - started, 10)

    def test_asking_a_dead_line(self):
        self.root.close()
        for _again in range(2):
            with self.assertRaises(Stopped):
                self.channel.ask({})

    def test_nothing_begins_after_the_end_of_the_line(self):
        self.root.close()
        with self.assertRaises(Stopped):
            self.channel.ask({})
        with self.assertRaises(Stopped):
            self.channel.run(["true"])

    def test_a_command_has_its_time(self):
        started = time.monotonic()
        with self.assertRaises(TookTooLong):
            self.channel.run(["sh", "-c", "sleep 60 & wait"], seconds=0.5)
        self.assertLess(time.monotonic() - started, 5)
        self.assertEqual(self.channel.run(["true"], seconds=30), 0)

    def test_several_threads_ask_and_run(self):
        def serve():
            stream = self.root.makefile("rb")
            for _question in range(8):
                self.root.sendall(b'{"echo": %s}\n' % json.dumps(json.loads(stream.readline())["install"]).encode())
        threading.Thread(target=serve, daemon=True).start()
        results = {}

        def work(number):
            results[number] = (self.channel.run(["sh", "-c", "sleep 0.1; exit %d" % number]),
                               self.channel.ask({"install": number})["echo"])
        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(results, {number: (number, number) for number in range(8)})


class RequestsTest(unittest.TestCase):
    def setUp(self):
        self.ours, self.theirs = socket.socketpair()
        for end in (self.ours, self.theirs):
            self.addCleanup(end.close)

    def test_one_at_a_time_and_in_order(self):
        seen = []

        def answer(line):
            seen.append(b"begin " + line)
            if line == b"1":
                # The command that serves it is running: the line is readable again and again.
                self.theirs.sendall(b"2\n3")
                requests.receive()
                self.theirs.sendall(b"\n")
                requests.receive()
            seen.append(b"end " + line)
            return {"line": line.decode()}
        requests = Requests(self.ours, answer, self.fail)
        self.theirs.sendall(b"1\n")
        requests.receive()
        self.assertEqual(seen, [b"begin 1", b"end 1", b"begin 2", b"end 2", b"begin 3", b"end 3"])
        self.assertEqual(self.theirs.recv(4096), b'{"line": "1"}\n{"line": "2"}\n{"line": "3"}\n')

    def test_end_of_file_ends_it(self):
        ended = []
        self.theirs.shutdown(socket.SHUT_WR)
        Requests(self.ours, self.fail, ended.append).receive()
        self.assertEqual(ended, [self.ours.fileno()])

    def test_an_endless_line_ends_it(self):
        ended = []
        requests = Requests(self.ours, self.fail, ended.append)
        while not ended:
            self.theirs.sendall(b"x" * 65536)
            requests.receive()
        self.assertEqual(ended, [self.ours.fileno()])


class Source(InDirectory):
    def copy(self):
        target = os.path.join(self.directory, "copy")
        self.left_out = source_copy.copy_source(os.path.join(self.source, "a"), target, self.source)
        return target

    def test_links(self):
        self.write("src/common/data.txt", "shared")
        self.write("src/a/file.sh", "x", mode=0o555)
        self.write("src/a/.git/config")
        self.write("src/a/debian/control")
        self.write("src/a/nested/debian/kept")
        for name, target in (("inside", "file.sh"), ("outside", "../common/data.txt"), ("directory", "../common"),
                             ("dangling", "nowhere"), ("absolute", os.path.join(self.source, "common/data.txt"))):
            os.symlink(target, os.path.join(self.source, "a", name))
        copy = self.copy()
        self.assertEqual(sorted(os.listdir(copy)), ["absolute", "dangling", "directory", "file.sh", "inside", "nested", "outside"])
        self.assertEqual(os.readlink(os.path.join(copy, "inside")), "file.sh")
        self.assertEqual(os.readlink(os.path.join(copy, "dangling")), "nowhere")
        for name in ("outside", "absolute", "directory/data.txt"):
            self.assertFalse(os.path.islink(os.path.join(copy, name)))
            with open(os.path.join(copy, name), encoding="utf-8") as stream:
                self.assertEqual(stream.read(), "shared")
        self.assertEqual(os.stat(os.path.join(copy, "file.sh")).st_mode & 0o777, 0o755)

    def test_a_link_to_what_contains_it_is_named(self):
        for target in ("../..", "/", self.source + "/a", self.directory):
            with self.subTest(target):
                self.write("src/a/sub/file")
                os.symlink(target, os.path.join(self.source, "a", "sub", "up"))
                with self.assertRaises(source_copy.SourceError) as caught:
                    self.copy()
                self.assertIn("src/a/sub/up is a link to %s, a directory that contains it" % target, str(caught.exception))
                shutil.rmtree(os.path.join(self.source, "a"))
                shutil.rmtree(os.path.join(self.directory, "copy"))

    def test_a_link_in_a_linked_directory_does_not_lead_back(self):
        self.write("src/a/file")
        self.write("src/common/data.txt")
        os.symlink("../common", os.path.join(self.source, "a", "common"))
        os.symlink(".", os.path.join(self.source, "common", "again"))
        with self.assertRaises(source_copy.SourceError) as caught:
            self.copy()
        self.assertIn("src/common/again is a link to .,", str(caught.exception))

    def test_a_link_out_of_the_workspace_is_not_followed(self):
        self.write("elsewhere/secret/data")
        self.write("src/a/file")
        self.write("src/common/file")
        os.symlink("../../elsewhere", os.path.join(self.source, "a", "out"))
        os.symlink("/dev/zero", os.path.join(self.source, "a", "zero"))
        os.symlink("../common", os.path.join(self.source, "a", "common"))
        os.symlink("../../elsewhere/secret", os.path.join(self.source, "common", "out"))
        os.symlink("../a/file", os.path.join(self.source, "common", "back"))
        copy = self.copy()
        self.assertEqual(os.readlink(os.path.join(copy, "out")), os.path.join(self.directory, "elsewhere"))
        self.assertEqual(os.readlink(os.path.join(copy, "zero")), "/dev/zero")
        self.assertFalse(os.path.islink(os.path.join(copy, "common", "back")))
        self.assertEqual(os.readlink(os.path.join(copy, "common", "out")), os.path.join(self.directory, "elsewhere", "secret"))

    def test_special_files_are_left_out_and_named(self):
        self.write("src/a/file")
        os.mkfifo(os.path.join(self.source, "a", "pipe"))
        listening = socket.socket(socket.AF_UNIX)
        self.addCleanup(listening.close)
        listening.bind(os.path.join(self.source, "a", "socket"))
        self.assertEqual(os.listdir(self.copy()), ["file"])
        self.assertEqual(self.left_out, ["src/a/pipe is a named pipe", "src/a/socket is a socket"])

    def test_a_patch_that_does_not_apply(self):
        self.write("src/a/file", "one\n")
        self.write("prepared/debian/control")
        self.write("prepared/patches/000.patch", "--- a/file\n+++ b/file\n@@ -1 +1 @@\n-two\n+three\n")
        with self.assertRaises(source_copy.SourceError):
            source_copy.add_packaging(os.path.join(self.directory, "prepared"), self.copy())


MACHINE = Machine("z80", "x-y", {"DEB_HOST_ARCH": "z80"})


class Environment(InDirectory):
    def environment(self, environ, **settings):
        settings = dataclasses.replace(self.settings(**settings), prefix=self.directory)
        return environment.build_environment(settings, MACHINE, "/slots", environ)

    def test_without_setup_sh(self):
        result = self.environment({"PATH": "/bin", "http_proxy": "p"}, PARALLEL_JOBS="3")
        self.assertEqual(result["PATH"], self.directory + "/bin:/bin")
        self.assertEqual(result["LD_LIBRARY_PATH"], "%s/lib:%s/lib/x-y" % (self.directory, self.directory))
        self.assertIn(self.directory + "/lib/python3/dist-packages", result["PYTHONPATH"].split(":"))
        self.assertIn("%s/lib/python3.%d/site-packages" % (self.directory, sys.version_info[1]), result["PYTHONPATH"])
        self.assertEqual(result["DEB_BUILD_OPTIONS"], "parallel=3 notrimdch nocheck noautodbgsym")
        self.assertEqual((result["DEB_BUILD_PROFILES"], result["http_proxy"]), ("nocheck", "p"))
        self.assertEqual((result["DEB_HOST_ARCH"], result["COLCON_DEB_SLOTS"]), ("z80", "/slots"))

    def test_with_setup_sh_and_tests(self):
        self.write("setup.sh")
        result = self.environment({"PATH": "/bin"}, RUN_TESTS="1", PARALLEL_JOBS="1")
        self.assertEqual((result["PATH"], result.get("PYTHONPATH")), ("/bin", None))
        self.assertEqual((result["DEB_BUILD_OPTIONS"], result["DEB_BUILD_PROFILES"]), ("parallel=1 notrimdch noautodbgsym", ""))

    def test_debug_information_is_made_only_when_it_is_kept(self):
        self.assertEqual(self.environment({})["DEB_CXXFLAGS_STRIP"], "-g")
        kept = self.environment({}, DEBUG_SYMBOLS="1")
        self.assertNotIn("DEB_CXXFLAGS_STRIP", kept)
        self.assertNotIn("noautodbgsym", kept["DEB_BUILD_OPTIONS"])


@unittest.skipUnless(all(map(shutil.which, ("gcc", "readelf", "dpkg-query", "dpkg-deb"))), "needs a compiler and dpkg")
class Needed(InDirectory):
    def test_a_library_that_nothing_brings(self):
        staging = os.path.join(self.directory, "staging")
        libraries = os.path.join(self.directory, "lib")
        os.makedirs(staging)
        os.makedirs(libraries)
        self.write("lib.c", "int answer(void) { return 42; }")
        self.write("main.c", "int answer(void); int main(void) { return answer(); }")
        library, binary = os.path.join(libraries, "libanswer.so"), os.path.join(staging, "main")
        subprocess.run(["gcc", "-shared", "-o", library, self.directory + "/lib.c", "-Wl,-soname,libanswer.so"], check=True)
        subprocess.run(["gcc", "-o", binary, self.directory + "/main.c", library], check=True)
        deb = make_deb(self.directory, "ros-x-a", fields="Depends: libc6\n")
        self.assertEqual(undeclared_libraries.undeclared(deb, staging, [libraries]), [("libanswer.so", None)])
        without = make_deb(self.directory, "ros-x-b")
        self.assertEqual(undeclared_libraries.undeclared(without, staging, [libraries]), [("libanswer.so", None), ("libc.so.6", "libc6")])
        shutil.copy(library, staging)
        self.assertEqual(undeclared_libraries.undeclared(deb, staging, [libraries]), [])

    def test_nothing_to_look_at(self):
        self.assertEqual(undeclared_libraries.undeclared("/nowhere", self.source, []), [])


class DebNames(unittest.TestCase):
    def test_names(self):
        for name in ("a1", "ros-x-a", "lib++.so"):
            self.assertTrue(debname.is_name(name), name)
        for name in ("a", "A-b", "a_b", "-a", "a b", "ab\n", ""):
            self.assertFalse(debname.is_name(name), name)

    def test_files(self):
        self.assertEqual(debname.package_of("ros-x-a_1.0~rc1+b-0bookworm_amd64.deb"), "ros-x-a")
        for name in ("ros-x-a_1.0.deb", "a_b_c_amd64.deb", "ros-x-a_1.0_amd64.udeb", "ros-x-a_1 0_all.deb", "../ab_1_all.deb",
                     ".ab_1_all.deb.tmp", "ab_1_all.deb\n"):
            self.assertIsNone(debname.package_of(name), name)


class Misplaced(InDirectory):
    def test_what_lands_in_the_build_directory_is_named(self):
        for path in ("DEBIAN/control", "opt/ros/x/lib/y", "usr/share/doc/z", "workspace/build/home/b", "workspace/build/home/a"):
            self.write("stage/" + path)
        self.assertEqual(builder.misplaced(os.path.join(self.directory, "stage")), ["/workspace/build/home/a"])
        self.assertEqual(builder.misplaced(os.path.join(self.directory, "absent")), [])


CMAKE_FAILURE = """\
dh_auto_configure --
CMake Error at CMakeLists.txt:3 (message):
  flux capacitor is missing


-- Configuring incomplete, errors occurred!
\tcd .obj && tail -v -n \\+0 CMakeCache.txt
==> CMakeCache.txt <==
%s
dh_auto_configure: error: cd .obj && cmake .. returned exit code 1
make: *** [debian/rules:30: binary] Error 2
"""


class Explain(InDirectory):
    def test_the_dump_of_a_failed_configure_step_is_left_out(self):
        log = self.write("log", CMAKE_FAILURE % "\n".join("CACHE_%d:INTERNAL=error: 1" % n for n in range(3000)))
        shown = explain.last_lines(log)
        self.assertIn("  flux capacitor is missing", shown)
        self.assertNotIn("CACHE", "".join(shown))
        self.assertEqual(shown[-1], "make: *** [debian/rules:30: binary] Error 2")

    def test_the_reason_is_cmakes_whole_sentence(self):
        self.assertEqual(explain.reason(2, self.write("log", CMAKE_FAILURE % "cache")),
                         "debian/rules ended with exit code 2: CMake Error at CMakeLists.txt:3 (message): "
                         "flux capacitor is missing")

    def test_without_a_telling_line_there_is_the_code(self):
        self.assertEqual(explain.reason(-9, self.write("log", "quiet\n")), "debian/rules was killed by signal 9")

    def test_a_compiler_that_was_killed(self):
        log = self.write("log", "c++: fatal error: Killed signal terminated program cc1plus\ncompilation terminated.\n")
        self.assertTrue(explain.shows_killed_compiler(log))
        self.assertFalse(explain.shows_killed_compiler(self.write("log", "Killed the process group\nerror: x\n")))

    def test_the_kernel_counts_what_it_kills(self):
        counts = [self.write("memory.events", "low 0\noom 3\noom_kill 2\n"), self.write("oom_control", "under_oom 0\noom_kill 1\n")]
        self.assertEqual([explain.killed_for_memory([path]) for path in counts], [2, 1])
        self.assertEqual(explain.killed_for_memory(["/nowhere", counts[0]]), 2)
        self.assertEqual(explain.killed_for_memory([]), 0)

    def test_a_network_that_fails_is_not_the_packages_fault(self):
        for line in ("fatal: unable to access 'https://x/': Could not resolve host: x", "curl: (28) Connection timed out",
                     "fatal: unable to access 'x': The requested URL returned error: 503"):
            self.assertTrue(explain.shows_network_failure(self.write("log", line + "\nmake: *** Error 1\n")), line)
        for line in ("error: expected ';'", "The requested URL returned error: 404"):
            self.assertFalse(explain.shows_network_failure(self.write("log", line + "\n")), line)


class Files(InDirectory):
    def test_log_does_not_follow_links(self):
        target = self.write("target", "precious")
        link = os.path.join(self.directory, "log")
        os.symlink(target, link)
        with files.open_log(link) as log:
            log.write(b"new")
        with open(target, encoding="utf-8") as stream:
            self.assertEqual(stream.read(), "precious")

    def test_tail_is_bounded_and_clean(self):
        path = self.write("log", "x" * 100000 + "\n" + "".join("line %d\x1b[1m\n" % n for n in range(50)))
        self.assertEqual(files.tail(path, 3), ["line 47", "line 48", "line 49"])
        self.assertEqual(files.tail(path + "missing", 3), [])

    def test_a_log_is_followed(self):
        shown = []
        path = os.path.join(self.directory, "log")
        follower = files.Follower(path, shown.append)
        follower.follow()
        with open(path, "ab", buffering=0) as log:
            log.write(b"one\r\ntw")
            follower.follow()
            self.assertEqual(shown, ["one"])
            log.write(b"o\x1b[31m\n" + b"x" * 500000)
            follower.follow()
            log.write(b"\nlast")
        follower.finish()
        follower.finish()
        self.assertEqual((shown[1], len(shown[2]), shown[3:]), ("two", 1001, ["last"]))

    def test_json_of_another_user(self):
        for name, text in (("deep", "[" * 100000), ("broken", "{")):
            with self.assertRaises(ValueError):
                files.read_json(self.write(name, text))
        os.symlink(self.write("good", "{}"), os.path.join(self.directory, "link"))
        with self.assertRaises(OSError):
            files.read_json(os.path.join(self.directory, "link"))


class HandOver(InDirectory):
    def setUp(self):
        super().setUp()
        self.outside = self.write("outside", mode=0o4755)
        self.program = self.write("output/deep/er/program", mode=0o6755)
        for name, target in (("link", self.outside), ("up", self.directory), ("dangling", "/nowhere")):
            os.symlink(target, os.path.join(self.directory, "output", name))
        self.output = os.path.join(self.directory, "output")

    def mode(self, path):
        return os.lstat(path).st_mode & 0o7777

    def test_set_id_bits_go_also_from_files_of_the_user(self):
        os.chmod(self.output + "/deep", 0o2755)
        handover.hand_over(self.output, os.getuid(), os.getgid())
        self.assertEqual(self.mode(self.program), 0o755)
        self.assertEqual((self.mode(self.outside), self.mode(self.output + "/deep")), (0o4755, 0o2755))

    @unittest.skipUnless(os.getuid() == 0, "only root can give files away")
    def test_everything_goes_to_the_user_and_links_are_not_followed(self):
        handover.hand_over(self.output, 1234, 2345)
        for path, directories, names in os.walk(self.output):
            for name in directories + names:
                status = os.lstat(os.path.join(path, name))
                self.assertEqual((status.st_uid, status.st_gid), (1234, 2345), name)
        self.assertEqual(self.mode(self.program), 0o755)
        self.assertEqual((os.stat(self.outside).st_uid, self.mode(self.outside)), (0, 0o4755))
        self.assertEqual(os.stat(self.directory).st_uid, 0)

    @unittest.skipUnless(os.getuid() == 0, "only root can give files away")
    def test_a_set_group_id_directory_keeps_its_group(self):
        os.chown(self.output + "/deep", 1234, 777)
        os.chown(self.output, 1234, 777)
        os.chmod(self.output, 0o2775)
        handover.hand_over(self.output, 1234, 2345)
        self.assertEqual(os.stat(self.output + "/deep").st_gid, 777)

    def test_for_root_nothing_changes_hands(self):
        handover.hand_over(self.output, 0, 0)
        self.assertEqual((os.stat(self.program).st_uid, self.mode(self.program)), (os.getuid(), 0o755))


class ProcessOne(unittest.TestCase):
    """In a process of its own: it takes over signals and the reaping of children."""

    def run_code(self, code, stdin=subprocess.DEVNULL, **options):
        text = "import sys; sys.path.insert(0, %r)\nfrom colcon_deb.supervisor.process_one import ProcessOne, Stopped\n%s" % (HELPERS, code)
        return subprocess.run([sys.executable, "-B", "-c", text], stdin=stdin, stdout=subprocess.PIPE, text=True, timeout=30,
                              check=False, **options).stdout

    def test_runs_captures_and_reaps(self):
        code = ("p = ProcessOne()\nprint(p.run(['sh', '-c', 'echo hi; exit 3'], capture=True))\n"
                "print(p.run(['sh', '-c', 'kill -9 $$']))")
        self.assertEqual(self.run_code(code), "(3, b'hi\\n')\n(-9, b'')\n")

    def test_large_output_is_captured_whole(self):
        code = "print(len(ProcessOne().run(['sh', '-c', 'head -c 3000000 /dev/zero'], capture=True)[1]))"
        self.assertEqual(self.run_code(code), "3000000\n")

    def test_what_is_captured_is_bounded_by_its_size(self):
        code = ("from colcon_deb.supervisor import process_one\nprocess_one.MAX_CAPTURE = 100000\n"
                "print(len(ProcessOne().run(['sh', '-c', 'head -c 3000000 /dev/zero'], capture=True)[1]))")
        self.assertEqual(self.run_code(code), "100000\n")

    def test_end_of_input_stops(self):
        reading, writing = os.pipe()
        code = ("p = ProcessOne()\ntry:\n    p.run(['sleep', '60'])\nexcept Stopped as reason:\n"
                "    p.end_children()\n    print(reason)")
        threading.Timer(0.5, os.close, [writing]).start()
        self.assertEqual(self.run_code(code, stdin=reading), "the host has ended\n")
        os.close(reading)

    def answer(self, data, code):
        """What code prints while the host writes data (None: nothing), and then goes."""
        reading, writing = os.pipe()
        os.write(writing, data)
        threading.Timer(1, os.close, [writing]).start()
        try:
            return self.run_code("p = ProcessOne()\ntry:\n%s\nexcept Stopped as reason:\n    print(reason)"
                                 % "\n".join("    " + line for line in code), stdin=reading)
        finally:
            os.close(reading)

    def test_lines_of_the_host_are_read_one_by_one(self):
        self.assertEqual(self.answer(b"one\ntwo\nrest", ["print(p.read_line(), p.read_line())"] + ["p.read_line()"]),
                         "one two\nthe host has ended\n")

    def test_a_line_comes_through_while_a_command_runs(self):
        self.assertEqual(self.answer(b"early\n", ["p.run(['sleep', '0.3'])", "print(p.read_line())"]), "early\n")

    def test_a_line_without_end_is_bounded(self):
        code = ["from colcon_deb.supervisor import process_one", "process_one.MAX_INPUT = 10", "p.read_line()"]
        self.assertEqual(self.answer(b"x" * 50, code), "the host sent a line of more than 10 bytes\n")

    def test_sigterm_stops(self):
        code = ("import os, signal\np = ProcessOne()\ntry:\n    p.run(['sh', '-c', 'sleep 0.2; kill -TERM $PPID; sleep 60'])\n"
                "except Stopped as reason:\n    p.end_children()\n    print(reason)")
        self.assertEqual(self.run_code(code), "SIGTERM received\n")


if __name__ == "__main__":
    unittest.main()
