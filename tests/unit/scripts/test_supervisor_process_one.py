# SPDX-License-Identifier: Apache-2.0
import os
import subprocess
import sys
import threading
import unittest

from support import HELPERS


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

    def test_a_function_runs_in_a_copy(self):
        code = ("import os\np = ProcessOne()\ndef call():\n    print('hi', os.getsid(0) == os.getpid(), flush=True)\n    os._exit(3)\n"
                "print(p.run(call, capture=True))\nprint(p.run(lambda: 1 / 0, output=open(os.devnull, 'wb')))")
        self.assertEqual(self.run_code(code), "(3, b'hi True\\n')\n(2, b'')\n")

    def test_a_copy_holds_nothing_open(self):
        code = ("import os\np = ProcessOne()\nreading, writing = os.pipe()\n"
                "def call():\n    print(os.path.exists('/proc/self/fd/%d' % writing), os.read(0, 1), flush=True)\n"
                "print(p.run(call, capture=True)[1])")
        self.assertEqual(self.run_code(code), "b\"False b''\\n\"\n")

    def test_a_copy_is_ended_like_a_program(self):
        reading, writing = os.pipe()
        code = ("import time\np = ProcessOne()\ntry:\n    p.run(lambda: time.sleep(60))\nexcept Stopped as reason:\n"
                "    p.end_children()\n    print(p.why(reason))")
        threading.Timer(0.5, os.close, [writing]).start()
        self.assertEqual(self.run_code(code, stdin=reading), "the host has closed the input\n")
        os.close(reading)

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
                "    p.end_children()\n    print(p.why(reason))")
        threading.Timer(0.5, os.close, [writing]).start()
        self.assertEqual(self.run_code(code, stdin=reading), "the host has closed the input\n")
        os.close(reading)

    def test_a_host_that_stops_the_container_is_not_gone(self):
        reading, writing = os.pipe()
        code = ("import os, signal, threading\np = ProcessOne()\ntry:\n    p.run(['sleep', '60'])\n"
                "except Stopped as stopped:\n    threading.Timer(0.2, os.kill, [os.getpid(), signal.SIGTERM]).start()\n"
                "    p.end_children()\n    print(p.why(stopped))")
        os.close(writing)
        self.assertEqual(self.run_code(code, stdin=reading), "SIGTERM received\n")
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
                         "one two\nthe host has closed the input\n")

    def test_a_line_comes_through_while_a_command_runs(self):
        self.assertEqual(self.answer(b"early\n", ["p.run(['sleep', '0.3'])", "print(p.read_line())"]), "early\n")

    def test_a_line_is_waited_for_as_long_as_told(self):
        self.assertEqual(self.answer(b"half", ["p.read_line(0.2)"]), "the host sent nothing within 0 s\n")
        self.assertEqual(self.answer(b"one\n", ["print(p.read_line(0.2))"]), "one\n")

    def test_a_line_without_end_is_bounded(self):
        code = ["from colcon_deb.supervisor import process_one", "process_one.MAX_INPUT = 10", "p.read_line()"]
        self.assertEqual(self.answer(b"x" * 50, code), "the host sent a line of more than 10 bytes\n")

    def test_sigterm_stops(self):
        code = ("import os, signal\np = ProcessOne()\ntry:\n    p.run(['sh', '-c', 'sleep 0.2; kill -TERM $PPID; sleep 60'])\n"
                "except Stopped as reason:\n    p.end_children()\n    print(reason)")
        self.assertEqual(self.run_code(code), "SIGTERM received\n")


if __name__ == "__main__":
    unittest.main()
