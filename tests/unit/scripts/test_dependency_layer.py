# SPDX-License-Identifier: Apache-2.0
import os
import unittest

from support import InDirectory

from colcon_deb.building import compiler_cache
from colcon_deb.supervisor import dependency_layer
from colcon_deb.supervisor.dialogue import Dialogue, DialogueError


class Host:
    """What ProcessOne and Emitter are to a dialogue: answers given beforehand, and what was asked."""

    def __init__(self, *lines):
        self._lines, self.said = list(lines), []

    def read_line(self):
        return self._lines.pop(0)

    def progress(self, type_, **fields):
        self.said.append((type_, fields))

    def log(self, level, message):
        self.said.append((level, message))


def dialogue(*lines):
    host = Host(*lines)
    return Dialogue(host, host), host


class Dialogues(unittest.TestCase):
    def test_the_environment_comes_first(self):
        talk, _host = dialogue('environment {"http_proxy": "http://me:secret@proxy", "A": ""}')
        self.assertEqual(talk.environment(), {"http_proxy": "http://me:secret@proxy", "A": ""})

    def test_what_is_no_environment_is_an_error(self):
        for line in ("", "install", "environment", "environment []", 'environment {"A": 1}', "environment {", "environ {}",
                     "environment " + "[" * 100000):
            with self.assertRaises(DialogueError) as caught:
                dialogue(line)[0].environment()
            self.assertIn("DEPENDENCY_LAYER", str(caught.exception))

    def test_an_answer_is_one_of_those_that_were_offered(self):
        talk, host = dialogue("leave", "later")
        self.assertEqual(talk.ask("dependencies", ("install", "leave"), key="k"), "leave")
        self.assertEqual(host.said, [("dependencies", {"key": "k"})])

    def test_other_answers_are_reported_and_waited_out(self):
        talk, host = dialogue("\x1b[2Jrubbish", "", "INSTALL", "install")
        self.assertEqual(talk.ask("dependencies", ("install", "leave")), "install")
        self.assertEqual([said[0] for said in host.said], ["dependencies", "warning", "warning", "warning"])
        self.assertNotIn("\x1b", host.said[1][1])


class Layer(InDirectory):
    def test_the_key_is_that_of_a_set(self):
        key = dependency_layer.key_of(["b (>= 1)", "a"])
        self.assertRegex(key, r"\A[0-9a-f]{64}\Z")
        self.assertEqual(key, dependency_layer.key_of(["a", "b (>= 1)"]))
        self.assertNotEqual(key, dependency_layer.key_of(["a", "b"]))

    def test_a_layer_may_hold_less_but_not_more(self):
        path = os.path.join(self.directory, "share", "dependencies.json")
        self.assertFalse(dependency_layer.is_foreign(["a"], path))
        dependency_layer.record(["b", "a"], path)
        self.assertFalse(dependency_layer.is_foreign(["a", "b"], path))
        self.assertFalse(dependency_layer.is_foreign(["c", "b", "a"], path))
        self.assertTrue(dependency_layer.is_foreign(["a"], path))

    def test_a_record_that_says_nothing_may_hold_anything(self):
        for text in ("", "[]", "{}", '{"relations": 1}', '{"relations": [[]]}', "[" * 100000):
            self.assertTrue(dependency_layer.is_foreign(["a"], self.write("record.json", text)), text[:20])

    def test_the_state_is_nowhere_while_an_image_is_made(self):
        state = os.path.join(self.directory, "state")
        self.write("state/plan.json", "{}")
        self.write("state/builder/left", "x")
        with dependency_layer.set_aside(state):
            self.assertFalse(os.path.exists(state))
        self.assertEqual(os.listdir(state), ["plan.json"])


class CompilerCache(InDirectory):
    def setUp(self):
        super().setUp()
        self.links = os.path.join(self.directory, "links")
        before, compiler_cache.LINKS = compiler_cache.LINKS, self.links
        self.addCleanup(setattr, compiler_cache, "LINKS", before)
        self.write("bin/ccache", "#!/bin/sh\n", mode=0o755)
        path, os.environ["PATH"] = os.environ["PATH"], os.path.join(self.directory, "bin")
        self.addCleanup(os.environ.__setitem__, "PATH", path)

    def test_the_links_come_before_the_compilers(self):
        os.mkdir(self.links)
        added = compiler_cache.environment(self.settings(COMPILER_CACHE="1"), {"PATH": "/usr/bin:/bin"})
        self.assertEqual(added["PATH"], self.links + ":/usr/bin:/bin")
        self.assertEqual(added["CCACHE_DIR"], "/var/cache/colcon-deb/ccache")
        self.assertEqual(added["CCACHE_BASEDIR"], os.path.join(self.directory, "build_root"))

    def test_nothing_changes_unless_it_is_wanted_and_there(self):
        self.assertEqual(compiler_cache.environment(self.settings(COMPILER_CACHE="1")), {})
        os.mkdir(self.links)
        self.assertEqual(compiler_cache.environment(self.settings()), {})

    def test_counts_are_read_and_rubbish_is_not(self):
        self.assertEqual(compiler_cache.counts(b"direct_cache_hit\t5\npreprocessed_cache_hit\t2\ncache_miss\t3\nx\ty\n"), (7, 3))
        self.assertEqual(compiler_cache.counts(b"\xff\n\ncache_miss\t-1\ndirect_cache_hit\t" + b"9" * 99), (0, 0))


if __name__ == "__main__":
    unittest.main()
