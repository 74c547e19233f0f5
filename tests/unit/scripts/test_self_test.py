# SPDX-License-Identifier: Apache-2.0
"""The self-test of accelerated images, with commands of this machine: the script that puts emulated programs back leaves a
mark, by which a command of the second run knows that it is emulated."""
import contextlib
import importlib.util
import io
import json
import pathlib
import threading
import unittest

import support

SELF_TEST = pathlib.Path(support.SCRIPTS) / "accelerator/self-test.py"
DIFFERS = "if [ -e %s/restored ]; then echo emulated; else echo native; fi >answer"


class SelfTest(support.InDirectory):
    def setUp(self):
        super().setUp()
        spec = importlib.util.spec_from_file_location("self_test", SELF_TEST)
        self.module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.module)
        self.place = pathlib.Path(self.directory)
        self.kept = self.place / "kept"
        self.kept.mkdir()
        (self.place / "restore.sh").write_text("touch %s/restored\n" % self.place)
        for name in ("WORK", "NATIVE", "EMULATED"):
            setattr(self.module, name, self.place / name.lower())
        self.module.ACCELERATOR = self.place

    def end_groups(self):
        (self.place / "restored").unlink()
        for thread in threading.enumerate():
            if thread is not threading.current_thread():
                thread.join()

    def run_groups(self, *groups):
        """The exit code and the lines that it prints."""
        self.module.GROUPS = groups
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            code = self.module.main(str(self.kept))
        return code, [json.loads(line) for line in said.getvalue().splitlines()]

    def test_cases_that_are_the_same_leave_nothing(self):
        code, said = self.run_groups({"one": "echo 1 >one", "two": "cat one >two; wc -l <plain.c"}, {"three": "ls >three"})
        self.assertEqual((0, {"cases": 3, "differ": 0}), (code, said.pop()))
        self.assertEqual({"one": [], "two": [], "three": []}, {line["case"]: line["files"] for line in said})
        self.assertEqual([], list(self.kept.iterdir()))

    def test_the_first_difference_ends_it(self):
        differs = DIFFERS % self.place
        code, said = self.run_groups({"same": "echo 1", "an answer": differs, "after it": "touch %s/after; cat answer" % self.place})
        self.assertEqual(1, code)
        self.assertEqual([{"case": "same", "same": True, "files": []}, {"case": "an answer", "same": False, "files": ["answer"]},
                          {"cases": 2, "differ": 1}], said)
        self.assertEqual(["native\n", "emulated\n"],
                         [(self.kept / "an-answer" / run / "answer").read_text() for run in ("native", "emulated")])
        self.assertTrue((self.kept / "inputs/plain.c").is_file())
        self.assertFalse((self.kept / "after-it").exists())

    def test_no_group_is_awaited_after_a_difference(self):
        slow = "while [ -e %s/restored ]; do sleep 0.1; done" % self.place
        self.addCleanup(self.end_groups)
        code, said = self.run_groups({"slow": slow}, {"answer": DIFFERS % self.place})
        self.assertEqual((1, {"cases": 1, "differ": 1}), (code, said[-1]))
        self.assertEqual("answer", said[0]["case"])

    def test_a_command_that_fails_both_times_proves_nothing(self):
        code, said = self.run_groups({"fails": "false"})
        self.assertEqual((1, ["exit-code-and-output"]), (code, said[0]["files"]))

    def test_what_only_one_run_writes_differs(self):
        code, said = self.run_groups({"more": "[ ! -e %s/restored ] || touch more" % self.place})
        self.assertEqual((1, ["more"]), (code, said[0]["files"]))

    def test_no_two_cases_have_one_name(self):
        names = [name for cases in self.module.GROUPS for name in cases]
        self.assertEqual(len(set(names)), len(names))


if __name__ == "__main__":
    unittest.main()
