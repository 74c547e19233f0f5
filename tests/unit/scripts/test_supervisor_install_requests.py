# SPDX-License-Identifier: Apache-2.0
import socket
import unittest

from support import ScriptCase

from colcon_deb.supervisor.install_requests import Requests


class RequestsTest(ScriptCase):
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


if __name__ == "__main__":
    unittest.main()
