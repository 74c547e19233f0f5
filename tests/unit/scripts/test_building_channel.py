# SPDX-License-Identifier: Apache-2.0
import json
import socket
import threading
import time
import unittest

from support import ScriptCase

from colcon_deb.building.channel import Channel, Stopped, TookTooLong


class ChannelTest(ScriptCase):
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

    def test_a_pause_ends_with_the_line(self):
        self.channel.pause(0.01)
        threading.Timer(0.2, self.root.close).start()
        started = time.monotonic()
        with self.assertRaises(Stopped):
            self.channel.pause(60)
        self.assertLess(time.monotonic() - started, 5)

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


if __name__ == "__main__":
    unittest.main()
