# SPDX-License-Identifier: Apache-2.0
import os
import shutil
import struct
import subprocess
import unittest
import unittest.mock

from support import InDirectory

from colcon_deb.packaging import elf, foreign_files

ARM = b"\x7fELF\1\1\1" + bytes(9) + struct.pack("<HH", 2, 40) + bytes(80)


class Machines(InDirectory):
    def write_bytes(self, path, data):
        full = self.write(path)
        with open(full, "wb") as stream:
            stream.write(data)
        return full

    def member(self, data, name=b"a.o/"):
        return b"%-16s%-12s%-6s%-6s%-8s%-10d`\n" % (name, b"0", b"0", b"0", b"100644", len(data)) + data + b"\n" * (len(data) % 2)

    def test_a_deep_tree(self):
        subprocess.run(["mkdir", "-p", "top/" + "d/" * 1100], cwd=self.directory, check=True)
        path = self.write("top/" + "d/" * 1100 + "file")
        self.assertEqual(elf.files_below(self.directory + "/top"), [path])

    def test_own_and_foreign_files(self):
        own = self.write("own")
        shutil.copy(shutil.which("true"), own)
        foreign = [self.write_bytes("arm.elf", ARM),
                   self.write_bytes("libarm.a", b"!<arch>\n" + self.member(b"symbols", b"/") + self.member(ARM))]
        other = [self.write_bytes("text", b"x"), self.write_bytes("short", b"\x7fELF"), self.write_bytes("empty.a", b"!<arch>\n"),
                 self.write_bytes("broken.a", b"!<arch>\n" + b"x" * 70)]
        os.symlink("arm.elf", os.path.join(self.directory, "link"))
        paths = [own, *foreign, *other, os.path.join(self.directory, "link"), "/nowhere"]
        self.assertEqual([own], elf.elf_files(paths))
        self.assertEqual(foreign, elf.foreign_files(paths))

    def test_python_may_be_of_another_machine(self):
        """In an accelerated image it is."""
        python = self.write_bytes("python3", ARM)
        elf._this_machine.cache_clear()
        self.addCleanup(elf._this_machine.cache_clear)
        with unittest.mock.patch.object(elf.sys, "executable", python):
            self.assertEqual(elf.elf_files([shutil.which("true"), python]), [shutil.which("true")])

    def test_foreign_files_come_back_untouched(self):
        path = self.write_bytes("stage/a/b/fw.elf", ARM)
        os.chmod(path, 0o750)
        os.utime(path, ns=(5, 5))
        before = os.stat(path)
        stage, aside = os.path.join(self.directory, "stage"), os.path.join(self.directory, "aside")
        foreign_files.set_aside(stage, aside)
        self.assertFalse(os.path.exists(path))
        foreign_files.put_back(stage, aside)
        after = os.stat(path)
        self.assertEqual((before.st_ino, before.st_mode, before.st_mtime_ns), (after.st_ino, after.st_mode, after.st_mtime_ns))
        self.assertFalse(os.path.exists(aside))

    @unittest.skipUnless(shutil.which("gcc") and shutil.which("readelf"), "needs a compiler")
    def test_what_the_loader_reads(self):
        source = self.write("main.c", "int main(void) { return 0; }")
        paths = [os.path.join(self.directory, name) for name in ("with", "without", "static")]
        subprocess.run(["gcc", "-o", paths[0], source, "-Wl,-rpath,/a:$ORIGIN/b"], check=True)
        subprocess.run(["gcc", "-o", paths[1], source], check=True)
        subprocess.run(["gcc", "-static", "-o", paths[2], source], check=True)
        read = elf.dynamic_sections(paths)
        self.assertEqual([["/a:$ORIGIN/b"], [], []], [read[path].runpaths for path in paths])
        self.assertEqual([["libc.so.6"], ["libc.so.6"], []], [read[path].needed for path in paths])
        self.assertEqual(["/a:$ORIGIN/b"], elf.dynamic_sections(paths[:1])[paths[0]].runpaths)


if __name__ == "__main__":
    unittest.main()
