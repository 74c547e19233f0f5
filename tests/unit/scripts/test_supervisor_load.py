# SPDX-License-Identifier: Apache-2.0
import threading
import unittest
from unittest import mock

from support import InDirectory

from colcon_deb.supervisor import load
from colcon_deb.supervisor.load import Sample


class Counted(InDirectory):
    def sample(self, membership="0::/\n"):
        found = load.sample(self.directory + "/cgroup", self.write("membership", membership))
        return found and (found.cpu, found.memory)

    def version_2(self, group=""):
        self.write("cgroup/%scpu.stat" % group, "usage_usec 2500000\nuser_usec 1\n")
        self.write("cgroup/%smemory.current" % group, "5000\n")
        self.write("cgroup/%smemory.stat" % group, "anon 1\ninactive_file 2000\n")

    def test_version_2_with_and_without_a_namespace(self):
        self.version_2()
        self.assertEqual(self.sample(), (2.5, 3000))
        self.assertIsNone(self.sample("0::/docker/x\n"))
        self.version_2("docker/x/")
        self.assertEqual(self.sample("0::/docker/x\n"), (2.5, 3000))

    def test_version_1(self):
        self.write("cgroup/cpuacct/cpuacct.usage", "1500000000\n")
        self.write("cgroup/memory/memory.usage_in_bytes", "5000\n")
        self.write("cgroup/memory/memory.stat", "cache 1\ntotal_inactive_file 6000\n")
        self.assertEqual(self.sample("2:cpuacct:/docker/x\n0::/docker/x\n"), (1.5, 0))

    def test_nothing_can_be_read(self):
        self.assertIsNone(self.sample())
        self.version_2()
        for text in ("", "x y z\n", "usage_usec many\n"):
            self.write("cgroup/cpu.stat", text)
            self.assertIsNone(self.sample(), text)

    def test_the_percentage_is_of_one_processor(self):
        self.assertEqual(Sample(12, 17, 0).percent_since(Sample(10, 10, 0)), 350)
        self.assertEqual(Sample(10, 9, 0).percent_since(Sample(10, 10, 0)), 0)


class Reported(InDirectory):
    def report(self, *samples):
        """The events while these are counted."""
        counted, left = threading.Event(), list(samples)

        def sample():
            if len(left) == 1:
                counted.set()
            return left.pop(0) if left else None
        emitter = mock.Mock()
        with mock.patch.object(load, "sample", sample), mock.patch.object(load, "_PERIOD", 0.001), load.reported(emitter):
            self.assertTrue(counted.wait(10))
        return [(call.args[0], call.kwargs) for call in emitter.progress.call_args_list]

    def test_each_sample_is_compared_with_the_one_before(self):
        self.assertEqual(self.report(Sample(0, 0, 1), Sample(2, 2, 2), Sample(4, 6, 3), None), [
            ("load", {"cpu": 100, "memory": 2}), ("load", {"cpu": 200, "memory": 3})])

    def test_a_count_that_fails_for_a_moment(self):
        self.assertEqual(self.report(None, Sample(0, 0, 1), Sample(2, 2, 2), None, Sample(6, 6, 3), None), [
            ("load", {"cpu": 100, "memory": 2}), ("load", {"cpu": 100, "memory": 3})])

    def test_without_a_count_there_is_no_event(self):
        self.assertEqual(self.report(None), [])

    def test_it_ends_with_the_stages(self):
        before = threading.active_count()
        with self.assertRaises(ZeroDivisionError), load.reported(mock.Mock()):
            raise ZeroDivisionError
        self.assertEqual(threading.active_count(), before)

    def test_a_host_that_is_gone_ends_it(self):
        emitter = mock.Mock()
        emitter.progress.side_effect = BrokenPipeError
        with mock.patch.object(load, "_PERIOD", 0.001), mock.patch.object(load, "sample", lambda: Sample(0, 0, 1)):
            load._report(emitter, threading.Event())
        emitter.progress.assert_called_once()


if __name__ == "__main__":
    unittest.main()
