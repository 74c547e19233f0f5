# SPDX-License-Identifier: Apache-2.0
"""`colcon-deb clean`: what builds have left is removed, and nothing else."""
import json
import os
import secrets
import socket
import subprocess
import time
import unittest

from support import IMAGE, RUNTIME_IMAGE, ProgramCase, add_package, give_to, is_root, write
from test_remote import RemoteCase

USER, PROCESS, ROLE, WORKSPACE = "colcon-deb.user", "colcon-deb.process", "colcon-deb.role", "colcon-deb.workspace"
OTHER_USER = "4711@elsewhere"
ANOTHER_BOOT = "another-boot/pid:[1]/1/1"
# No process has this number: it is above the largest that Linux gives.
DEAD = 4194305


def make_dead():
    """The label of a process that has ended, on this boot and in this namespace."""
    with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
        return "%s/%s/%d/1" % (file.read().strip(), os.readlink("/proc/self/ns/pid"), DEAD)


@unittest.skipUnless(is_root(), "only root can clean as a user who has nothing else on the engine")
class CleanCase(ProgramCase):
    def setUp(self):
        super().setUp()
        add_package(self.workspace, "one")
        self.mark = secrets.token_hex(6)
        # A user who has nothing else on the engine: it may be a developer's, and other tests use it.
        self.uid = 100000 + secrets.randbelow(10 ** 8)
        self.me = "%d@%s" % (self.uid, socket.gethostname())

    def clean(self, *arguments, code=0):
        outcome = self.run_program("clean", *arguments, timeout=120, env=self.cleaner())
        self.assert_ended(outcome, code)
        return outcome

    def cleaner(self):
        """The environment of a user who calls sudo."""
        return {"SUDO_UID": str(self.uid), "SUDO_GID": str(self.uid), "XDG_CACHE_HOME": str(self.work / "cache")}

    def container(self, user=None, process=None, command=("true",), state="created", **options):
        labels = {USER: user or self.me, ROLE: "build", PROCESS: make_dead() if process is None else process}
        container = self.engine.create(RUNTIME_IMAGE, list(command), labels={**labels, **options.pop("labels", {})}, **options)
        self.addCleanup(self.engine.delete, container)
        if state != "created":
            self.engine.start(container)
        if state == "running":
            # Podman waits for the end of a container that it removes by force.
            self.addCleanup(self.engine.kill, container)
        if state == "exited":
            self.engine.wait(container)
        return container

    def volume(self, name, user=None, workspace=None, role="transfer"):
        name = "colcon-deb-%s-%s" % (self.mark, name)
        self.create_volume(name, {USER: user or self.me, ROLE: role, WORKSPACE: str(workspace or self.workspace)})
        return name

    def create_volume(self, name, labels):
        self.engine.request("POST", "/volumes/create", {"Name": name, "Labels": labels})
        self.addCleanup(self.engine.request, "DELETE", "/volumes/" + name, expect=(204, 404))

    def has_container(self, container):
        return any(one["Id"] == container for one in self.engine.request("GET", "/containers/json?all=1"))

    def has_volume(self, name):
        return any(one["Name"] == name for one in self.engine.request("GET", "/volumes")["Volumes"] or ())


class CleanContainers(CleanCase):
    def test_those_of_killed_runs_are_removed_and_all_others_stay(self):
        created, exited = self.container(), self.container(state="exited")
        running = self.container(command=("sleep", "300"), state="running")
        recent = self.container(process=ANOTHER_BOOT)
        others = self.container(user=OTHER_USER)
        # A person has made it from a dependency layer, whose labels it inherits.
        by_hand = self.container(state="exited", labels={ROLE: "dependencies"})

        listed = self.clean(self.workspace, "--dry-run")
        self.assert_says(listed, "would remove container %s: " % created[:12], "would remove container %s: " % exited[:12],
                         "would keep container %s: it is running" % running[:12], r"\nwould remove 2 containers\n$")
        self.assertTrue(self.has_container(created) and self.has_container(exited))

        outcome = self.clean(self.workspace)
        self.assert_says(outcome, r"removed container %s: \d+ \w+ old" % created[:12], "removed container %s" % exited[:12],
                         "kept container %s: it is running" % running[:12],
                         "kept container %s: it is created, and its run may not have ended" % recent[:12],
                         r"\nremoved 2 containers\n$")
        self.assertEqual([False, False], [self.has_container(one) for one in (created, exited)])
        self.assertEqual([True] * 4, [self.has_container(one) for one in (running, recent, others, by_hand)])
        self.assert_says(self.clean(self.workspace), r"\nnothing to remove\n$")

    def test_one_json_object_says_it_all(self):
        created = self.container()
        running = self.container(command=("sleep", "300"), state="running")
        report = json.loads(self.clean(self.workspace, "--json").stdout)
        self.assertEqual([created], [one["id"] for one in report["removed"]])
        self.assertEqual([(running, "container", "it is running")],
                         [(one["id"], one["kind"], one["reason"]) for one in report["kept"]])
        self.assertEqual((False, [], 0), (report["dry_run"], report["failed"], report["size"]))

    def test_a_quiet_command_prints_nothing(self):
        self.container()
        self.assertEqual("", self.clean(self.workspace, "-q").text)


class CleanVolumes(CleanCase):
    def fill(self, volume):
        result = self.engine.run(RUNTIME_IMAGE, ["dd", "if=/dev/zero", "of=/v/file", "bs=1M", "count=3"], binds=[volume + ":/v"])
        self.assertEqual(0, result.code, result.stderr)

    def test_those_of_the_workspace_are_removed(self):
        ours, elsewhere = self.volume("src"), self.volume("other", workspace="/elsewhere/ws")
        foreign, named = self.volume("foreign", user=OTHER_USER), self.volume("named", role="precious")
        self.fill(ours)
        outcome = self.clean(self.workspace)
        self.assert_says(outcome, "removed volume %s: 3.0 MiB" % ours, r"\nremoved 1 volume, 3.0 MiB\n$")
        self.assertEqual([False, True, True, True], [self.has_volume(one) for one in (ours, elsewhere, foreign, named)])

    def test_a_link_to_the_workspace_is_the_same(self):
        ours, link = self.volume("src"), self.work / "link"
        link.symlink_to(self.workspace)
        self.clean(link)
        self.assertFalse(self.has_volume(ours))

    def test_all_means_those_of_this_user(self):
        ours, elsewhere = self.volume("src"), self.volume("other", workspace="/elsewhere/ws")
        foreign = self.volume("foreign", user=OTHER_USER)
        cache, others_cache = ("colcon-deb-ccache-%s-amd64-%d" % (self.mark, uid) for uid in (self.uid, 1 + self.uid))
        self.create_volume(cache, {})
        self.create_volume(others_cache, {})
        self.clean(self.workspace)
        self.assertEqual([False, True, True], [self.has_volume(one) for one in (ours, elsewhere, cache)])
        self.assert_says(self.clean("--all"), r"\nremoved 2 volumes")
        self.assertEqual([False, False, True, True], [self.has_volume(one) for one in (elsewhere, cache, foreign, others_cache)])

    def test_what_a_container_mounts_is_kept_until_that_is_gone(self):
        used, freed = self.volume("used"), self.volume("freed")
        user = self.container(command=("sleep", "300"), state="running", user=OTHER_USER, binds=[used + ":/v"])
        left = self.container(binds=[freed + ":/v"])
        for verb in (("--dry-run",), ()):
            outcome = self.clean(self.workspace, *verb)
            self.assert_says(outcome, r"ke\w+ volume %s: the container %s \(running\) uses it" % (used, user[:12]),
                             "remove\\w* container %s" % left[:12], "remove\\w* volume %s" % freed)
        self.assertEqual([True, False], [self.has_volume(one) for one in (used, freed)])


class CleanCopies(RemoteCase):
    def test_the_copies_of_a_workspace_are_removed(self):
        uid = 100000 + secrets.randbelow(10 ** 8)
        env = {"SUDO_UID": str(uid), "SUDO_GID": str(uid)}
        self.add("one")
        give_to(self.inside, uid)
        self.assert_built(self.build(env=env))
        before, debs = set(self.volumes()), self.debs()
        outcome = self.run_program("clean", self.workspace, env=env)
        self.assert_ended(outcome, 0)
        for name in before:
            self.assert_says(outcome, "removed volume %s: " % name)
        self.assert_says(outcome, r"\nremoved %d volumes" % len(before))
        self.assertEqual((set(), debs), (set(self.volumes()), self.debs()))
        # Sends all again.
        self.assert_built(self.build("--force", env=env))
        self.assertEqual(before, set(self.volumes()))


class CleanLayers(CleanCase):
    def setUp(self):
        super().setUp()
        self.addCleanup(self.remove_layers)

    def layers(self):
        images = self.engine.request("GET", "/images/json?filters=" + '{"label":["%s=dependencies"]}' % ROLE)
        return [image for image in images if image["Labels"].get(USER) == self.me]

    def remove_layers(self):
        for image in self.layers():
            self.engine.request("DELETE", "/images/%s?force=1" % image["Id"], expect=(200, 404, 409))

    def build(self, *packages):
        """No package has the second name. As an alternative it makes the set unique, and apt can still satisfy it."""
        lines = "".join("  - %s | cdd-test-%s\n" % (name, self.mark) for name in packages)
        write(self.workspace / "debian_dirs" / "one" / "override.yaml", "build_depends:\n" + lines)
        give_to(self.workspace, self.uid)
        outcome = self.run_program("build", self.workspace, "--image", IMAGE, env=self.cleaner())
        self.assert_ended(outcome, 0)

    def test_a_stack_of_layers_is_removed_with_all(self):
        self.build("hello")
        # Installed on top of the first layer.
        self.build("hello", "sl")
        before = {path: path.stat().st_mtime_ns for path in self.output.rglob("*")}
        self.assertEqual(2, len(self.layers()))
        self.assert_says(self.clean(self.workspace), r"nothing to remove\n$")
        listed = self.clean("--all", "--dry-run")
        self.assertEqual(2, len(self.layers()))
        self.assert_says(listed, r"would remove dependency layer colcon-deb-deps:\w+: [\d.]+ [KM]iB, ", "would remove 2 dependency layers")

        # A container of the newer one keeps the older one, too.
        newer = max(self.layers(), key=lambda image: image["Created"])
        name = newer["RepoTags"][0].replace("docker.io/library/", "")
        user = self.engine.create(newer["Id"], ["true"])
        self.addCleanup(self.engine.delete, user)
        for verb in (("--dry-run",), ()):
            outcome = self.clean("--all", *verb)
            self.assert_says(outcome, r"ke\w+ dependency layer %s: the container %s \(created\) uses it" % (name, user[:12]),
                             r"ke\w+ dependency layer \S+: the layer %s, which stays, stands on it" % name,
                             r"nothing to remove\n$")
        self.engine.delete(user)
        outcome = self.clean("--all")
        self.assertEqual([], self.layers(), outcome)
        self.assertEqual(before, {path: path.stat().st_mtime_ns for path in self.output.rglob("*")})
        self.assertTrue(self.engine.has_image(IMAGE))
        # The next build installs again.
        self.build("hello", "sl")


class CleanElsewhere(CleanCase):
    def test_temporary_directories_of_killed_commands(self):
        for parent in (self.temporary, self.work / "cache" / "colcon-deb"):
            place = parent / ".colcon-deb-image-killed"
            place.mkdir(parents=True)
            write(place / "file", "x")
            os.utime(place, (time.time() - 3600,) * 2)
        (self.temporary / ".colcon-deb-image-young").mkdir()
        listed = self.clean("-n")
        outcome = self.clean()
        for verb, said in (("would remove", listed), ("removed", outcome)):
            self.assert_says(said, "%s temporary directory %s/.colcon-deb-image-killed: 1 hour old" % (verb, self.temporary),
                             r"%s 2 temporary directories\n$" % verb)
        self.assertEqual([".colcon-deb-image-young"], os.listdir(self.temporary))
        (self.temporary / ".colcon-deb-image-young").rmdir()

    def test_what_cannot_be_removed_is_a_failure(self):
        place = self.temporary / ".colcon-deb-image-killed"
        (place / "mounted").mkdir(parents=True)
        subprocess.run(["mount", "-t", "tmpfs", "cdd-test", str(place / "mounted")], check=True)
        os.utime(place, (time.time() - 3600,) * 2)
        left = self.container()
        try:
            outcome = self.clean("--json", code=1)
            report = json.loads(outcome.stdout)
            self.assertEqual(([left], [str(place)]), ([one["id"] for one in report["removed"]],
                                                      [one["name"] for one in report["failed"]]))
            self.assertIn(str(place), report["failed"][0]["error"])
            self.assert_says(outcome, "1 of 2 leftovers could not be removed")
            self.assert_says(self.clean(code=1), "colcon-deb: .*%s" % place, "1 of 1 leftovers could not be removed")
        finally:
            subprocess.run(["umount", "-l", str(place / "mounted")], check=True)
        self.clean()

    def test_wrong_arguments(self):
        self.assert_says(self.clean("--al", code=2), "unknown option --al; did you mean --all")
        self.assert_says(self.clean("a", "b", code=2), 'clean: unexpected argument "b"')

    def test_an_engine_that_does_not_answer(self):
        address = "unix://%s/no.sock" % self.work
        outcome = self.clean("--host", address, code=1)
        self.assert_says(outcome, address)
        self.assertEqual("", outcome.stdout)


if __name__ == "__main__":
    unittest.main()
