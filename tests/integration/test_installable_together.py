# SPDX-License-Identifier: Apache-2.0
"""Packages contain what they install."""
import unittest

from support import (IMAGE, PREFIX, STRANGER, ProgramCase, add_package, copy_case, events_of, give_to, is_root)

# Root may write anywhere, so nothing stops these while they run.
WRITES_ELSEWHERE = """
    file(WRITE /etc/stray.conf "x")
    file(WRITE $ENV{HOME}/.leak "x")
    file(WRITE $ENV{TMPDIR}/leak "x")
"""
READS_ELSEWHERE = """
    foreach(path /etc/stray.conf $ENV{HOME}/.leak $ENV{TMPDIR}/leak %s/share/davit/CMakeLists.txt)
      if(EXISTS ${path})
        message(FATAL_ERROR "${path} leaked")
      endif()
    endforeach()
""" % PREFIX


class TogetherCase(ProgramCase):
    def build(self, *arguments, code=1, **options):
        outcome = self.run_program("build", self.workspace, "--image", IMAGE, "--ros-distro", "rolling", *arguments, **options)
        self.assert_ended(outcome, code)
        return outcome

    def ended(self):
        """Package -> why it failed, None if it was built."""
        return {event["name"]: event.get("error") for event in events_of(self.output, "package_complete")}


class TestPrefixWrite(TogetherCase):
    """The case prefix_write, beside packages that write to other places."""

    def prepare(self):
        copy_case("prefix_write", self.workspace)
        add_package(self.workspace, "elsewhere", cmake=WRITES_ELSEWHERE)
        # Needs nothing of them, and is built after them.
        add_package(self.workspace, "reader", cmake=READS_ELSEWHERE)

    def test_as_root(self):
        if not is_root():
            self.skipTest("not root")
        self.prepare()
        self.build("--jobs", "1")
        ended = self.ended()
        self.assertIn("wrote %s/share/davit/CMakeLists.txt" % PREFIX, ended["davit_vendor"])
        self.assertIn("ExternalProject", ended["davit_vendor"])
        self.assertIn("wrote /etc/stray.conf", ended["elsewhere"])
        self.assertIsNone(ended["reader"], "a package found what another one left")
        self.assertNotIn("davit_user", ended)

    def test_as_a_user_without_rights(self):
        self.prepare()
        give_to(self.workspace, STRANGER)
        self.build(user=STRANGER)
        self.assertIn("%s/share/davit" % PREFIX, self.ended()["davit_vendor"])
        self.assertIsNone(self.ended()["reader"])


if __name__ == "__main__":
    unittest.main()
