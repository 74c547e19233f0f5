# SPDX-License-Identifier: Apache-2.0
import hashlib
import os
import unittest

from support import InDirectory, make_package

from colcon_deb.workspace import source_list


def source_line(kind, path, content, mode="644", target=None):
    digest = hashlib.sha256(content.encode()).hexdigest()
    return "%s %s 1 2 3 4 %s %s%s\n" % (kind, mode, digest, path, " -> " + target if target else "")


class SourceList(InDirectory):
    def read(self, *lines, header=source_list.HEADER + " 1795577100994473000 " + 64 * "0"):
        return source_list.SourceList.read(self.write("sources", header + "\n" + "".join(lines)))

    def of(self, listed, path):
        return listed.of_package(make_package("a", path=path))

    def test_of_each_package_its_own(self):
        listed = self.read(source_line("f", "a/x", "1"), source_line("f", "a-b/x", "2"), source_line("f", "a/sub/y%20z", "3"))
        self.assertEqual([part for part in self.of(listed, "a")[::4]], ["sub/y z", "x"])
        self.assertEqual(len(self.of(listed, "a-b")), 4)
        self.assertEqual(len(self.of(listed, ".")), 12)
        self.assertIsNone(self.of(listed, "missing"), "nothing listed means that nothing is known")

    def test_where_the_package_stands_does_not_matter_but_all_else_does(self):
        same = self.of(self.read(source_line("f", "a/x", "1")), "a")
        self.assertEqual(self.of(self.read(source_line("f", "deep/a/x", "1")), "deep/a"), same)
        for line in (source_line("f", "a/y", "1"), source_line("f", "a/x", "2"), source_line("f", "a/x", "1", "755"),
                     source_line("l", "a/x", "1", target="y")):
            self.assertNotEqual(self.of(self.read(line), "a"), same, line)

    def test_a_link_out_of_the_package_counts_with_what_it_points_to(self):
        def parts(content):
            return self.of(self.read(source_line("l", "a/common", "l", target="../common"), source_line("f", "a/x", "1"),
                                     source_line("f", "common/data", content), source_line("l", "common/back", "l", target="../a")),
                           "a")
        self.assertNotEqual(parts("1"), parts("2"))
        self.assertEqual(parts("1"), parts("1"))

    def test_a_line_is_bounded(self):
        self.read(source_line("f", "%41" * 4096, "1"), source_line("l", "%41" * 4096, "1", target="%42" * 4096))
        for line in (source_line("f", "a" * 40000, "1"), source_line("f", "a/x", "1").rstrip("\n")):
            with self.assertRaisesRegex(source_list.SourceListError, "a line is cut off, or longer than 32768 bytes"):
                self.read(line)
        with self.assertRaises(source_list.SourceListError):
            self.read(header="x" * 40000)

    def test_links_on_the_way_are_followed_as_the_copy_follows_them(self):
        def parts(content, *links):
            return self.of(self.read(source_line("f", "a/x", "1"), source_line("f", "real/inc/x.h", content), *links), "a")
        through = source_line("l", "a/x.h", "l", target="../linked/inc/x.h"), source_line("l", "linked", "l", target="real")
        absolute = source_line("l", "a/x.h", "l", target="/workspace/src/real/inc/x.h")
        for links in (through, (absolute,)):
            self.assertNotEqual(parts("1", *links), parts("2", *links), links)
        self.assertEqual(parts("1", source_line("l", "a/y", "l", target="/etc/passwd")),
                         parts("2", source_line("l", "a/y", "l", target="/etc/passwd")))

    def test_a_package_behind_a_link_to_its_directory(self):
        def parts(content, target):
            return self.of(self.read(source_line("l", "group", "l", target=target), source_line("f", "zz/gp/data", content)), "group/gp")
        self.assertNotEqual(parts("1", "zz"), parts("2", "zz"))
        self.assertIsNone(parts("1", "group"), "a circle")
        self.assertIsNone(parts("1", "../elsewhere"))

    def test_what_is_touched_meanwhile(self):
        path = self.write("src/a/x", "1")
        status = os.stat(path)
        line = "f 644 %d %d 3 4 %s a/x\n" % (status.st_size, status.st_mtime_ns, "0" * 64)
        listed = self.read(line)
        self.assertTrue(listed.still_hold(make_package("a"), self.source))
        os.utime(path, ns=(0, status.st_mtime_ns + 1))
        self.assertFalse(listed.still_hold(make_package("a"), self.source))
        os.unlink(path)
        self.assertFalse(listed.still_hold(make_package("a"), self.source))

    def test_what_is_no_list(self):
        for lines, header in ((("nonsense\n",), source_list.HEADER), ((), "colcon-deb-sources 99"), (("f 1\n",), source_list.HEADER)):
            with self.assertRaises(source_list.SourceListError):
                self.read(*lines, header=header)
        with self.assertRaises(source_list.SourceListError):
            source_list.SourceList.read("/nowhere")


if __name__ == "__main__":
    unittest.main()
