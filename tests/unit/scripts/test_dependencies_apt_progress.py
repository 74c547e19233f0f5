# SPDX-License-Identifier: Apache-2.0
"""The status lines and the logs are those of apt 2.6 in Debian 12, while it installed three packages and what they need."""
import io
import os
import subprocess
import unittest
from unittest import mock

from support import FIXTURES, InDirectory

from colcon_deb.dependencies import apt
from colcon_deb.dependencies.apt_progress import AptProgress

RECORDED = os.path.join(FIXTURES, "apt")


def recorded(name):
    with open(os.path.join(RECORDED, name), encoding="utf-8") as stream:
        return stream.read()


class Recorded(InDirectory):
    def setUp(self):
        super().setUp()
        self.emitter, self.now, self.path = mock.Mock(), 0.0, self.write("log")
        self.progress = AptProgress(self.emitter, self.path, lambda: self.now)

    def events(self, log, status, seconds=1.0):
        """After that log and these status lines, so many seconds apart."""
        with open(self.path, "a", encoding="utf-8") as stream:
            stream.write(log)
        self.emitter.progress.reset_mock()
        for line in status.splitlines():
            self.now += seconds
            self.progress.on_status(line)
        calls = self.emitter.progress.call_args_list
        self.assertEqual({call.args for call in calls}, {("general",)} if calls else set())
        return [call.kwargs for call in calls]

    def test_package_lists(self):
        events = self.events(recorded("update.log"), recorded("update.status"))
        self.assertEqual(events[0], {"current": 1, "total": 3, "message": "fetching package lists (1 of 3)"})
        self.assertEqual(events[-1], {"current": 12, "total": 12, "message": "fetching package lists (12 of 12)"})

    def test_downloads_count_bytes(self):
        # The log as it is while the fourth package is fetched.
        log = recorded("install.log").partition("Get:5 ")[0]
        self.assertEqual(self.events(log, "dlstatus:4:44.9038:Retrieving file 4 of 7\n"), [
            {"current": 1059730, "total": 2360000, "unit": "bytes", "message": "downloading libpcre2-16-0 (4 of 7)"}])

    def test_packages_that_are_installed(self):
        events = self.events(recorded("install.log"), recorded("install.status"))
        installing = [event for event in events if event["message"].startswith("installing")]
        self.assertEqual(installing[0], {"current": 1, "total": 7, "message": "installing libtext-charwidth-perl (1 of 7)"})
        self.assertEqual(installing[-1], {"current": 7, "total": 7, "message": "installing libpcre2-dev (7 of 7)"})
        numbers = [event["current"] for event in installing]
        self.assertEqual((numbers, set(numbers)), (sorted(numbers), set(range(1, 8))))

    def test_at_most_four_events_a_second(self):
        status = "".join("dlstatus:1:%d.0:Retrieving file 1 of 7\n" % number for number in range(64))
        self.assertEqual(len(self.events(recorded("install.log"), status, 1 / 16)), 16)

    def test_only_what_is_new_is_reported(self):
        self.assertEqual(len(self.events(recorded("update.log"), "dlstatus:1:0.0000:Retrieving file 1 of 3\n" * 3)), 1)

    def test_another_command_begins_anew(self):
        self.events(recorded("install.log"), recorded("install.status"))
        self.assertEqual(self.events("$ apt-get satisfy\n", "dlstatus:1:5.0:Retrieving file 1 of 2\npmstatus:x:50.0:Unpacking x\n"),
                         [{"current": 1, "total": 2, "message": "downloading packages (1 of 2)"},
                          {"current": 1, "total": 1, "message": "installing x (1 of 1)"}])

    def test_sizes(self):
        for text, expected in (("985 B", 985), ("2360 kB/5000 kB", 2360000), ("1,234 kB", 1234000), ("12.3 MB", 12300000),
                               ("1.5 GB", 1500000000), ("1.2.3 kB", None)):
            [event] = self.events("$ apt-get satisfy\nNeed to get %s of archives.\n" % text,
                                  "dlstatus:1:100.0:Retrieving file 1 of 2\n")
            self.assertEqual(event["total"], expected or 2, text)

    def test_other_lines_are_left_out(self):
        for line in ("", "x", "dlstatus:", "dlstatus:1:2", "pmstatus:dpkg-exec:0.0000:Running dpkg", "pmstatus:x:" + "9" * 400 + ":y",
                     "pmerror:/x.deb:0.0:no", "pmconffile:/etc/x:0.0:'a' 'b' 1 0", "media-change:x:1:y"):
            self.assertEqual(self.events("", line + "\n"), [], line)

    def test_names_are_safe_to_show(self):
        [event] = self.events("", "pmstatus:\x1b[31m%s:0.0:x\n" % ("x" * 5000))
        self.assertEqual(event["message"], "installing %s… (1 of 1)" % ("x" * 100))


class AfterTheEnd(Recorded):
    def follow(self, blocks):
        """The blocks that were read although apt has ended; more are always there."""
        process, read = mock.Mock(**{"poll.return_value": 0}, returncode=0), iter(blocks)
        with open("/dev/zero", "rb") as stream, mock.patch("colcon_deb.dependencies.apt_progress.os.read",
                                                           lambda descriptor, size: next(read)):
            self.progress.follow(stream.fileno(), process)
        return len(blocks) - len(list(read))

    def test_what_the_pipe_holds_is_read(self):
        status = b"dlstatus:1:0.0:Retrieving file 1 of 2\n"
        self.assertEqual(self.follow([status, b""]), 2)
        self.emitter.progress.assert_called_once()

    def test_a_program_that_writes_without_end_is_left_alone(self):
        self.assertLess(self.follow([b"x\n"] * 1000), 100)


class Calls(InDirectory):
    # It says what it does, and leaves a program that keeps the pipe open.
    APT = """#!/bin/sh
case "$*" in *APT::Status-Fd=*) ;; *) exit 9 ;; esac
fd=${*##*APT::Status-Fd=}
fd=${fd%% *}
echo "dlstatus:1:0.0:Retrieving file 1 of 2" >/dev/fd/$fd
sleep 1000 >/dev/null 2>&1 &
echo $! >DIRECTORY/pid
exit CODE
"""

    def satisfy(self, code):
        self.write("bin/apt-get", self.APT.replace("DIRECTORY", self.directory).replace("CODE", str(code)), mode=0o755)
        self.emitter = mock.Mock()
        path = self.write("log")
        with mock.patch.dict(os.environ, PATH=self.directory + "/bin:" + os.environ["PATH"]), io.FileIO(path, "a") as log:
            return apt.satisfy(["x"], log, AptProgress(self.emitter, path), fresh=True)

    def test_apt_is_asked_for_its_status(self):
        for code in (0, 100):
            self.assertEqual(self.satisfy(code), code == 0)
            self.emitter.progress.assert_called_once_with("general", current=1, total=2, message="downloading packages (1 of 2)")
            with open(self.directory + "/pid", encoding="ascii") as stream:
                # It was still there: apt's end does not wait for the pipe.
                subprocess.run(["kill", stream.read().strip()], check=True)


if __name__ == "__main__":
    unittest.main()
