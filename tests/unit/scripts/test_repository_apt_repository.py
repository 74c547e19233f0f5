# SPDX-License-Identifier: Apache-2.0
import contextlib
import gzip
import hashlib
import lzma
import os
import re
import shutil
import subprocess
import sys
import time
import unittest

from support import HELPERS, PLANTS, InDirectory, make_deb

from colcon_deb.repository import apt_dists, apt_repository
from colcon_deb.repository.apt_dists import Target

DAY = 86400
AMD64, ARM64, TRIXIE = Target("bookworm", "amd64"), Target("bookworm", "arm64"), Target("trixie", "amd64")
A, B, ARM = "ros-x-a_1.0_amd64.deb", "ros-x-b_1.0_all.deb", "ros-x-a_1.0_arm64.deb"


@unittest.skipUnless(shutil.which("apt-ftparchive") and shutil.which("dpkg-deb"), "needs apt-utils")
class Case(InDirectory):
    def setUp(self):
        super().setUp()
        self.output = os.path.join(self.directory, "output")
        self.debs = os.path.join(self.output, "debs")
        os.makedirs(self.debs)

    def deb(self, name, version="1.0", architecture="amd64", epoch=DAY, **more):
        # A build replaces a package, and never writes into one: the repository may hold the same file.
        with contextlib.suppress(FileNotFoundError):
            os.unlink(os.path.join(self.debs, "%s_%s_%s.deb" % (name, version, architecture)))
        return os.path.basename(make_deb(self.debs, name, version, architecture=architecture, epoch=epoch, **more))

    def make(self, *names, target=AMD64, prune=False, workspace=("ros-x-a", "ros-x-b", "ros-x-c"), debs=None):
        """What became of the packages that it offered, by name and version."""
        made = apt_repository.make(self.output, debs or self.debs, names, workspace, target, prune)
        apt_repository.swap(self.output)
        self.assertEqual(made.count, len(names))
        self.staying, self.different = made.staying, made.different
        self.damaged = [os.path.relpath(path, self.output) for path in made.damaged]
        return {"%s %s" % (one.deb, one.version): one.reason for one in made.leaving}

    def path(self, *names):
        return os.path.join(self.output, "apt", *names)

    def read(self, *names):
        with open(self.path(*names), "rb") as stream:
            return stream.read().decode()

    def packages(self, target=AMD64):
        """["name version", ...] that apt would find."""
        text = self.read(target.place, "Packages")
        return ["%s %s" % pair for pair in zip(re.findall("(?m)^Package: (.*)$", text), re.findall("(?m)^Version: (.*)$", text))]

    def damage_content(self, package, name):
        """The footer of xz: apt-ftparchive does not read that far."""
        with open(self.path("pool/main/r", package, name), "r+b") as stream:
            stream.seek(stream.read().rindex(b"YZ"))
            stream.write(b"##")

    def release(self, suite="bookworm"):
        return self.read("dists", suite, "Release")

    def tree(self):
        """Every file of the repository and what is in it."""
        result = {}
        for path, _directories, names in os.walk(self.path()):
            for name in names:
                with open(os.path.join(path, name), "rb") as stream:
                    result[os.path.relpath(os.path.join(path, name), self.path())] = stream.read()
        return result


class Layout(Case):
    def setUp(self):
        super().setUp()
        self.assertEqual(self.make(self.deb("ros-x-a"), self.deb("ros-x-b", architecture="all")), {})

    def test_every_file_is_where_apt_looks_for_it(self):
        place = "dists/bookworm/main/binary-amd64/"
        files = [name for name in self.tree() if "by-hash" not in name]
        self.assertEqual(sorted(files), [
            "dists/bookworm/Release", place + "Packages", place + "Packages.gz", place + "Packages.xz", place + "Release",
            "pool/main/r/ros-x-a/" + A, "pool/main/r/ros-x-b/" + B])
        self.assertEqual(self.packages(), ["ros-x-a 1.0", "ros-x-b 1.0"])
        self.assertIn("Filename: pool/main/r/ros-x-a/" + A, self.read(place + "Packages"))

    def test_the_indexes_agree_and_stand_under_their_hashes(self):
        tree, place = self.tree(), "dists/bookworm/main/binary-amd64/"
        self.assertEqual(gzip.decompress(tree[place + "Packages.gz"]), tree[place + "Packages"])
        self.assertEqual(lzma.decompress(tree[place + "Packages.xz"]), tree[place + "Packages"])
        for name in ("Packages", "Packages.gz", "Packages.xz", "Release"):
            content = tree[place + name]
            digest = hashlib.sha256(content).hexdigest()
            self.assertEqual(tree["%sby-hash/SHA256/%s" % (place, digest)], content)
            self.assertRegex(self.release(), r"(?m)^ %s +%d main/binary-amd64/%s$" % (digest, len(content), re.escape(name)))

    def test_the_release_says_what_it_is(self):
        for line in ("Suite: bookworm", "Codename: bookworm", "Architectures: amd64", "Components: main", "Acquire-By-Hash: yes",
                     "Date: Fri, 02 Jan 1970 00:00:00 UTC"):
            self.assertIn(line + "\n", self.release())
        self.assertNotIn("Valid-Until", self.release())

    def test_the_same_packages_give_the_same_files(self):
        before = self.tree()
        self.make(A, B)
        self.assertEqual(self.tree(), before)
        shutil.rmtree(self.path())
        self.make(B, A)
        self.assertEqual(self.tree(), before)

    def test_a_package_takes_space_once(self):
        self.assertTrue(os.path.samefile(os.path.join(self.debs, A), self.path("pool/main/r/ros-x-a", A)))

    def test_who_has_the_old_release_finds_its_indexes(self):
        old = hashlib.sha256(self.tree()["dists/bookworm/main/binary-amd64/Packages.xz"]).hexdigest()
        self.make(A)
        self.assertIn("dists/bookworm/main/binary-amd64/by-hash/SHA256/" + old, self.tree())


class Changes(Case):
    def test_what_left_the_workspace_leaves_with_a_word(self):
        self.make(self.deb("ros-x-a"), self.deb("ros-x-b", architecture="all"))
        left = self.make(B, workspace=["ros-x-b"])
        self.assertEqual(left, {"ros-x-a 1.0": "it is not in the workspace"})
        self.assertEqual(self.packages(), ["ros-x-b 1.0"])
        self.assertFalse(os.path.exists(self.path("pool/main/r/ros-x-a")))

    def test_what_has_no_package_now_stays(self):
        """It failed, or its new version is held back: robots that have it still get it."""
        self.make(self.deb("ros-x-a"), self.deb("ros-x-b", architecture="all"))
        self.assertEqual(self.make(B), {})
        self.assertEqual(self.packages(), ["ros-x-a 1.0", "ros-x-b 1.0"])
        self.assertEqual(self.staying, [apt_repository.Staying("ros-x-a", "1.0", {})])

    def test_older_versions_stay_until_they_are_pruned(self):
        self.make(self.deb("ros-x-a"))
        second = self.deb("ros-x-a", "2.0")
        self.make(second)
        self.assertEqual(self.packages(), ["ros-x-a 1.0", "ros-x-a 2.0"])
        self.assertEqual(sorted(os.listdir(self.path("pool/main/r/ros-x-a"))), [A, second])
        self.assertEqual(self.make(second, prune=True), {"ros-x-a 1.0": apt_repository.PRUNED})
        self.assertEqual((self.packages(), os.listdir(self.path("pool/main/r/ros-x-a"))), (["ros-x-a 2.0"], [second]))

    def test_pruning_leaves_what_a_former_package_needs(self):
        old = [self.deb("ros-x-a", "0.9"), self.deb("ros-x-a"), self.deb("ros-x-b", fields="Depends: ros-x-a (= 1.0)\n"),
               self.deb("ros-x-c", fields="Depends: libc6, ros-x-b (= 1.0)\n")]
        self.make(old[0])
        self.make(*old[1:])
        left = self.make(self.deb("ros-x-a", "2.0"), self.deb("ros-x-b", "2.0"), prune=True)
        self.assertEqual(left, {"ros-x-a 0.9": apt_repository.PRUNED})
        self.assertEqual(self.staying, [apt_repository.Staying("ros-x-c", "1.0", {"ros-x-a": "1.0", "ros-x-b": "1.0"})])
        self.assertEqual(self.packages(), ["ros-x-a 1.0", "ros-x-a 2.0", "ros-x-b 1.0", "ros-x-b 2.0", "ros-x-c 1.0"])

    def test_a_newer_version_than_the_workspace_has_would_win_and_goes(self):
        self.make(self.deb("ros-x-a", "1.0-0bookworm.20200101.000000"))
        left = self.make(self.deb("ros-x-a", "1.0-0bookworm"))
        self.assertEqual(left, {"ros-x-a 1.0-0bookworm.20200101.000000": "the workspace has version 1.0-0bookworm"})
        self.assertEqual(self.packages(), ["ros-x-a 1.0-0bookworm"])
        self.assertEqual(len(os.listdir(self.path("pool/main/r/ros-x-a"))), 1)

    def test_debug_symbols_are_as_old_as_their_package(self):
        self.make(self.deb("ros-x-a"), self.deb("ros-x-a-dbgsym"))
        self.make(self.deb("ros-x-a", "2.0"))
        self.assertEqual(self.packages(), ["ros-x-a-dbgsym 1.0", "ros-x-a 1.0", "ros-x-a 2.0"])

    def test_a_rebuild_of_the_same_version_replaces_it(self):
        self.make(self.deb("ros-x-a"))
        before = self.release()
        self.make(self.deb("ros-x-a", content={"opt/x": "changed"}))
        self.assertEqual(self.packages(), ["ros-x-a 1.0"])
        self.assertNotEqual(self.release(), before)
        self.assertTrue(os.path.samefile(os.path.join(self.debs, A), self.path("pool/main/r/ros-x-a", A)))

    def test_time_never_runs_backwards_nor_ahead(self):
        """apt keeps what it has when the new Release is older, and refuses one of the future."""
        future = int(time.time()) + 10 * DAY
        self.make(self.deb("ros-x-a", epoch=2 * DAY), self.deb("ros-x-b", architecture="all"))
        self.assertIn("Date: Sat, 03 Jan 1970 00:00:00 UTC\n", self.release())
        self.make(B, workspace=["ros-x-b"])
        self.assertIn("Date: Sat, 03 Jan 1970 00:00:01 UTC\n", self.release())
        self.make(B, self.deb("ros-x-c", epoch=future))
        self.assertLess(apt_dists._time_of(self.release().encode()), future - 9 * DAY)

    def test_a_package_that_is_gone_or_broken_is_an_error_and_changes_nothing(self):
        self.make(self.deb("ros-x-a"))
        before = self.tree()
        self.write("output/debs/ros-x-b_1.0_all.deb", "no package")
        os.symlink("/etc/passwd", os.path.join(self.debs, "ros-x-c_1.0_all.deb"))
        for name in (B, "ros-x-c_1.0_all.deb", "ros-x-d_1.0_all.deb", "../x"):
            with self.assertRaises(apt_repository.RepositoryError):
                self.make(A, name)
        self.assertEqual(self.tree(), before)

    def test_a_current_package_that_is_not_whole_is_named_with_the_remedy(self):
        os.truncate(os.path.join(self.debs, self.deb("ros-x-a")), 100000)
        with self.assertRaises(apt_repository.RepositoryError) as caught:
            self.make(A)
        self.assertEqual(str(caught.exception).replace(self.directory + "/", ""),
                         "output/debs/%s is not a complete package. Remove the file and build again" % A)
        apt_repository.discard_unfinished(self.output)
        self.assertEqual(os.listdir(self.output), ["debs"])

    def test_a_damaged_former_package_is_left_out_and_reported(self):
        needed = self.deb("ros-x-a")
        self.make(needed, self.deb("ros-x-b", architecture="all", fields="Depends: ros-x-a (= 1.0)\n"))
        second = self.deb("ros-x-a", "2.0")
        os.truncate(self.path("pool/main/r/ros-x-a", A), 100000)
        self.make(second)
        self.assertEqual(self.damaged, ["apt/pool/main/r/ros-x-a/" + A])
        self.assertEqual(self.packages(), ["ros-x-a 2.0", "ros-x-b 1.0"])
        self.assertFalse(os.path.exists(self.path("pool/main/r/ros-x-a", A)))
        self.make(second)
        self.assertEqual(self.damaged, [])

    def test_a_former_package_whose_content_is_damaged_is_left_out(self):
        self.make(self.deb("ros-x-a"), self.deb("ros-x-b", architecture="all"))
        self.damage_content("ros-x-a", A)
        self.make(B)
        self.assertEqual(self.damaged, ["apt/pool/main/r/ros-x-a/" + A])
        self.assertEqual(self.packages(), ["ros-x-b 1.0"])
        self.assertFalse(os.path.exists(self.path("pool/main/r/ros-x-a")))

    def test_files_of_others_stay(self):
        self.make(self.deb("ros-x-a"))
        self.write("output/apt/index.html", "mine")
        self.write("output/apt/keys/other.asc", "mine")
        os.symlink("index.html", self.path("start.html"))
        self.make(A)
        self.assertEqual((self.read("index.html"), self.read("keys/other.asc"), self.read("start.html")), ("mine",) * 3)

    def test_a_flat_repository_of_before_is_replaced(self):
        self.write("output/apt/Packages", "Package: ros-x-a\nFilename: ./%s\n" % A)
        self.make(self.deb("ros-x-a"))
        self.assertEqual(sorted(os.listdir(self.path())), ["dists", "pool"])


class Targets(Case):
    def setUp(self):
        super().setUp()
        self.make(self.deb("ros-x-a"), self.deb("ros-x-b", architecture="all"))
        self.arm = self.deb("ros-x-a", architecture="arm64")

    def test_each_architecture_keeps_the_part_of_the_other(self):
        self.make(self.arm, B, target=ARM64)
        self.assertIn("Architectures: amd64 arm64\n", self.release())
        self.assertEqual((self.packages(), self.packages(ARM64)), (["ros-x-a 1.0", "ros-x-b 1.0"],) * 2)
        self.make(A, workspace=["ros-x-a"])
        self.assertEqual((self.packages(), self.packages(ARM64)), (["ros-x-a 1.0"], ["ros-x-a 1.0", "ros-x-b 1.0"]))

    def test_a_package_of_all_architectures_that_was_rebuilt_is_right_in_both(self):
        self.make(self.arm, B, target=ARM64)
        self.deb("ros-x-b", architecture="all", content={"opt/x": "other"})
        self.make(self.arm, B, target=ARM64)
        with open(os.path.join(self.debs, B), "rb") as stream:
            digest = hashlib.sha256(stream.read()).hexdigest()
        for architecture in ("amd64", "arm64"):
            self.assertIn(digest, self.read("dists/bookworm/main/binary-%s/Packages" % architecture))

    def test_another_suite_is_left_alone_with_its_signature(self):
        self.write("output/apt/dists/bookworm/InRelease", "signed")
        before = self.release()
        self.make(self.deb("ros-x-a", "1.0-0trixie"), target=TRIXIE)
        self.assertEqual((self.release(), self.read("dists/bookworm/InRelease")), (before, "signed"))
        self.assertIn("Suite: trixie\n", self.release("trixie"))
        self.assertEqual(self.packages(TRIXIE), ["ros-x-a 1.0-0trixie"])

    def test_a_signature_goes_with_what_it_signed(self):
        self.write("output/apt/dists/bookworm/InRelease", "signed")
        self.make(A, workspace=["ros-x-a"])
        self.assertFalse(os.path.exists(self.path("dists/bookworm/InRelease")))

    def test_two_packages_of_one_name_and_version_in_two_suites_are_refused(self):
        before = self.tree()
        self.deb("ros-x-a", content={"opt/x": "other"})
        with self.assertRaisesRegex(apt_repository.RepositoryError, "is in the repository already, .* for bookworm"):
            self.make(A, target=TRIXIE)
        self.assertEqual(self.tree(), before)

    def test_a_damaged_package_of_another_suite_is_replaced_or_left_out(self):
        for name in (A, B):
            os.truncate(self.path("pool/main/r", name.partition("_")[0], name), 100000)
        fresh = self.deb("ros-x-a", content={"opt/x": "other"})
        self.make(fresh, target=TRIXIE)
        self.assertEqual((self.packages(), self.packages(TRIXIE)), (["ros-x-a 1.0"], ["ros-x-a 1.0"]))
        self.assertEqual(self.damaged, ["apt/pool/main/r/ros-x-b/" + B])

    def test_a_package_of_another_suite_whose_content_is_damaged_is_replaced(self):
        self.damage_content("ros-x-a", A)
        fresh = self.deb("ros-x-a", content={"opt/x": "other"})
        self.make(fresh, target=TRIXIE)
        self.assertEqual((self.packages()[:1], self.packages(TRIXIE), self.damaged), (["ros-x-a 1.0"], ["ros-x-a 1.0"], []))

    def test_no_index_leads_out_of_the_repository(self):
        self.write("secret_1.0_amd64.deb", "secret")
        place = "output/apt/dists/evil/main/binary-amd64/Packages"
        self.write(place, "Package: x\nVersion: 1\nFilename: ../../secret_1.0_amd64.deb\n\n"
                          "Package: y\nVersion: 1\nFilename: pool/main/y/yy/yy_1_all.deb\n")
        os.makedirs(self.path("pool/main/y/yy"))
        os.symlink(os.path.join(self.directory, "secret_1.0_amd64.deb"), self.path("pool/main/y/yy/yy_1_all.deb"))
        self.make(A)
        self.assertEqual(os.listdir(self.path("dists")), ["bookworm"])


class SeveralTargets(Case):
    """Their packages lie in directories of their own."""

    def target(self, name, content="x", architecture="amd64"):
        """A directory of packages: one for all architectures, and one of its own."""
        place = os.path.join(self.output, "targets", name, "debs")
        os.makedirs(place)
        make_deb(place, "ros-x-a", "1.0", architecture=architecture, epoch=DAY)
        make_deb(place, "ros-x-b", "1.0", epoch=DAY, content={"opt/x": content})
        return place

    def test_each_adds_its_part(self):
        self.make(A, B, debs=self.target("one"))
        self.make(ARM, B, target=ARM64, debs=self.target("two", architecture="arm64"))
        self.assertEqual((self.packages(), self.packages(ARM64)), (["ros-x-a 1.0", "ros-x-b 1.0"],) * 2)
        self.assertEqual(self.different, [])
        self.assertEqual(os.stat(self.path("pool/main/r/ros-x-a", ARM)).st_nlink, 2)

    def test_a_package_for_all_that_differs_is_named(self):
        self.make(A, B, debs=self.target("one"))
        self.make(ARM, B, target=ARM64, debs=self.target("two", "y", "arm64"))
        self.assertEqual(self.different, [apt_repository.Different(B, AMD64)])
        self.make(ARM, B, target=ARM64, debs=os.path.join(self.output, "targets/two/debs"))
        self.assertEqual(self.different, [])

    def test_at_the_same_time(self):
        """Each makes the repository without a host that puts it in place: the second builds on what waits."""
        code = ("import sys; sys.path.insert(0, %r)\n"
                "from colcon_deb.repository import apt_dists, apt_repository\n"
                "_, output, debs, package, architecture = sys.argv\n"
                "for _ in range(3):\n"
                "    apt_repository.recover_at_once(output)\n"
                "    with apt_repository.lock(output, lambda: None):\n"
                "        apt_repository.recover(output)\n"
                "        apt_repository.make(output, debs, [package], ['ros-x-a'], apt_dists.Target('bookworm', architecture))\n"
                "    with apt_repository.lock(output, lambda: None):\n"
                "        if apt_repository.is_complete(output + '/.apt.new'):\n"
                "            apt_repository.swap(output)\n" % HELPERS)
        running = [subprocess.Popen([sys.executable, "-B", "-c", code, self.output, self.target(name, architecture=name),
                                     "ros-x-a_1.0_%s.deb" % name, name])
                   for name in ("amd64", "arm64", "armhf", "riscv64")]
        self.assertEqual([process.wait() for process in running], [0] * 4)
        for name in ("amd64", "arm64", "armhf", "riscv64"):
            self.assertEqual(self.packages(Target("bookworm", name)), ["ros-x-a 1.0"])

    def test_the_start_of_another_build_leaves_what_is_being_made(self):
        self.write("output/.apt.making/x")
        with apt_repository.lock(self.output, lambda: None):
            apt_repository.recover_at_once(self.output)
            self.assertIn(".apt.making", os.listdir(self.output))
        apt_repository.recover_at_once(self.output)
        self.assertNotIn(".apt.making", os.listdir(self.output))


class Recovery(Case):
    def test_after_an_interruption(self):
        for path in ("output/.apt.making/x", "output/.apt.old/dists/x"):
            self.write(path, "old")
        apt_repository.recover(self.output)
        self.assertEqual(sorted(os.listdir(self.output)), ["apt", "debs"])
        self.assertEqual(self.read("dists/x"), "old")

    def test_entries_of_another_kind_at_its_own_names_go(self):
        self.make(self.deb("ros-x-a"), workspace=["ros-x-a"])
        before = self.tree()
        precious = self.write("precious", "precious")
        for plant in PLANTS:
            for _twice in range(2):
                for name in (".apt.making", ".apt.new", ".apt.old"):
                    plant(os.path.join(self.output, name), precious)
                apt_repository.recover(self.output)
                self.assertEqual(sorted(os.listdir(self.output)), ["apt", "debs"])
                for name in (".apt.making", ".apt.new", ".apt.old"):
                    plant(os.path.join(self.output, name), precious)
                self.make("ros-x-a_1.0_amd64.deb", workspace=["ros-x-a"])
                self.assertEqual(self.tree(), before)
        self.assertEqual(os.stat(precious).st_size, len("precious"))

    def test_the_users_own_link_stays(self):
        os.symlink("elsewhere", self.output + "/apt")
        with self.assertRaisesRegex(OSError, "apt is a link to elsewhere; colcon-deb makes a directory there: remove it"):
            apt_repository.recover(self.output)
        self.assertEqual(os.readlink(self.output + "/apt"), "elsewhere")

    def test_files_beside_the_packages_stay(self):
        self.make(self.deb("ros-x-a"), workspace=["ros-x-a"])
        deep = "www/" + "d/" * 1100
        subprocess.run(["mkdir", "-p", deep], cwd=self.output + "/apt", check=True)
        self.write("output/apt/www/page", "page")
        os.mkfifo(self.path("www/pipe"))
        self.make("ros-x-a_1.0_amd64.deb", workspace=["ros-x-a"])
        self.assertEqual(self.read("www/page"), "page")
        subprocess.run(["test", "-d", deep], cwd=self.output + "/apt", check=True)

    def test_what_waits_for_its_host_is_kept_and_built_upon(self):
        apt_repository.make(self.output, self.debs, [self.deb("ros-x-a")], ["ros-x-a"], AMD64)
        apt_repository.recover(self.output)
        self.assertEqual(sorted(os.listdir(self.output)), [".apt.new", "debs"])
        second = self.deb("ros-x-a", "2.0")
        self.make(second)
        self.assertEqual(self.packages(), ["ros-x-a 1.0", "ros-x-a 2.0"])
        self.assertEqual(sorted(os.listdir(self.output)), ["apt", "debs"])


if __name__ == "__main__":
    unittest.main()
