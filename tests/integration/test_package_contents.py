# SPDX-License-Identifier: Apache-2.0
"""What is in the packages of unusual workspaces (tests/cases/), and that it runs on a bare machine."""
import hashlib
import pathlib
import re
import struct
import subprocess

from support import (IMAGE, PREFIX, ProgramCase, add_package, copy_case, deb_fields, deb_files, events_of,
                     run_in_clean_container, write)

CASES = ("multiarch_libdir", "runpath", "firmware_elf", "bundled_allow", "fetchcontent", "multiline_fields", "pyproject_only")
# A library where GNUInstallDirs is not asked, and a program that needs it.
HARD_CODED = """
    enable_language(C)
    file(WRITE ${CMAKE_BINARY_DIR}/anchor.c "int anchor_value(void) { return 42; }")
    add_library(anchor SHARED ${CMAKE_BINARY_DIR}/anchor.c)
    set_target_properties(anchor PROPERTIES SOVERSION 1)
    install(TARGETS anchor DESTINATION lib/${CMAKE_LIBRARY_ARCHITECTURE})
    """
USER = """
    enable_language(C)
    find_library(ANCHOR anchor REQUIRED)
    file(WRITE ${CMAKE_BINARY_DIR}/main.c "int anchor_value(void); int main(void) { return anchor_value() != 42; }")
    add_executable(anchor_user ${CMAKE_BINARY_DIR}/main.c)
    target_link_libraries(anchor_user ${ANCHOR})
    install(TARGETS anchor_user DESTINATION lib/anchor_user)
    """
# Only the robot has the driver; the prefix has a static library, which dh_strip changes.
DRIVER_USER = """
    enable_language(C)
    file(WRITE ${CMAKE_BINARY_DIR}/driver.c "int drive(void) { return 0; }")
    file(WRITE ${CMAKE_BINARY_DIR}/main.c "int drive(void); int main(void) { return drive(); }")
    add_library(driver SHARED ${CMAKE_BINARY_DIR}/driver.c)
    set_target_properties(driver PROPERTIES SOVERSION 9)
    add_executable(driver_user ${CMAKE_BINARY_DIR}/main.c)
    target_link_libraries(driver_user driver)
    install(TARGETS driver_user DESTINATION lib/driver_user)
    """
STATIC = """
    enable_language(C)
    file(WRITE ${CMAKE_BINARY_DIR}/ballast.c "int ballast(void) { return 1; }")
    add_library(ballast STATIC ${CMAKE_BINARY_DIR}/ballast.c)
    install(TARGETS ballast DESTINATION lib)
    """
# A debian/ directory of the user's, and a program that looks for libraries in the build directory.
OWN_DEBIAN = {
    "control": "Source: winch\nMaintainer: T <t@example.org>\nBuild-Depends: debhelper-compat (= 13), cmake\n"
               "Rules-Requires-Root: no\n\nPackage: winch\nArchitecture: any\nDepends: ${shlibs:Depends}\nDescription: w\n",
    "rules": "#!/usr/bin/make -f\n%:\n\tdh $@ --buildsystem=cmake\n",
}
BUILD_RUNPATH = """
    enable_language(C)
    file(WRITE ${CMAKE_BINARY_DIR}/main.c "int main(void) { return 0; }")
    add_executable(winch ${CMAKE_BINARY_DIR}/main.c)
    set_target_properties(winch PROPERTIES INSTALL_RPATH ${CMAKE_BINARY_DIR}/lib)
    install(TARGETS winch DESTINATION lib/winch)
    """
# The others have no kind of file that these have not.
OF_EACH_KIND = ("anchor_user", "ballast", "capstan_vendor", "driver_user", "heron_l", "kayak", "servo_fw", "wheelhouse")
ON_THE_ROBOT = """
prefix=%s
for program in gantry/gantry_tool anchor_user/anchor_user shackle/shackle; do
    env -i $prefix/lib/$program && echo "$program starts"
done
echo "gantry_user says $(env -i $prefix/lib/gantry_user/gantry_user)"
echo "kayak says $(env -i PYTHONPATH=$(echo $prefix/lib/python3*/site-packages) $prefix/bin/kayak_node)"
echo "not found: $(env -i ldd $prefix/opt/capstan_vendor/lib/libcapstan_plug.so | grep -c 'not found')"
""" % PREFIX


def firmware():
    """An ELF file for a 32-bit ARM board, and an archive of one."""
    code = bytes(range(64))
    elf = struct.pack("<4s12sHHIIIIIHHHHHH", b"\x7fELF", b"\1\1\1", 2, 40, 1, 0x8000, 52, 0, 0x5000200, 52, 32, 1, 40, 0, 0)
    elf += struct.pack("<8I", 1, 0, 0x8000, 0x8000, 84 + len(code), 84 + len(code), 5, 4) + code
    member = b"board.o/        0           0     0     100644  %-10d`\n" % len(elf)
    return {"servo.elf": elf, "lib/libservo.so.2": elf, "lib/libservo.a": b"!<arch>\n" + member + elf}


def runpaths(tree):
    """file -> its RUNPATH, of all files below a directory that have one."""
    found = {}
    for path in pathlib.Path(tree).rglob("*"):
        if path.is_file() and not path.is_symlink():
            text = subprocess.run(["readelf", "-d", str(path)], capture_output=True, text=True, check=False).stdout
            match = re.search(r"\((?:RUNPATH|RPATH)\).*\[(.*)\]", text)
            if match:
                found["/" + str(path.relative_to(tree))] = match[1]
    return found


class PackageContents(ProgramCase):
    TAKES_LONG = TESTS_APART = True

    def build(self, *options):
        return self.run_program("build", self.workspace, "--image", IMAGE, "--ros-distro", "rolling", *options)

    def make_workspace(self):
        for name in CASES:
            copy_case(name, self.workspace)
        for name, data in firmware().items():
            path = self.workspace / "src/servo_fw/firmware" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        add_package(self.workspace, "anchor", cmake=HARD_CODED)
        add_package(self.workspace, "anchor_user", depends=["anchor"], cmake=USER)
        add_package(self.workspace, "ballast", cmake=STATIC)
        add_package(self.workspace, "driver_user", cmake=DRIVER_USER)
        write(self.workspace / "debian_dirs/driver_user/override.yaml", "shlibs_allow: [libdriver.so.9]\n")
        add_package(self.workspace, "asks_git", cmake="find_package(Git)")

    def deb(self, name, output=None):
        return next((output or self.output).glob("debs/ros-rolling-%s_*.deb" % name))

    def unpacked(self, name):
        tree = self.work / "unpacked" / name
        if not tree.exists():
            tree.parent.mkdir(exist_ok=True)
            subprocess.run(["dpkg-deb", "-x", str(self.deb(name)), str(tree)], check=True)
        return tree

    def test_packages(self):
        self.make_workspace()
        outcome = self.build()
        self.assert_ended(outcome, 0)
        self.check_libraries()
        self.check_data()
        self.check_texts()
        result = run_in_clean_container(self.output, ON_THE_ROBOT)
        self.assertEqual(0, result.code, result)
        for line in ("gantry/gantry_tool starts", "anchor_user/anchor_user starts", "shackle/shackle starts",
                     "gantry_user says 42", "kayak says hello from node", "not found: 0"):
            self.assertIn(line + "\n", result.stdout, result)
        self.check_the_way_of_dh()

    def check_libraries(self):
        self.assertIn(PREFIX + "/lib/libgantry.so.1", deb_files(self.deb("gantry")))
        self.assertIn("ros-rolling-gantry (= ", deb_fields(self.deb("gantry-user"))["Depends"])
        self.assertRegex(" ".join(deb_files(self.deb("anchor"))), PREFIX + "/lib/[a-z0-9_]+-linux-gnu[a-z]*/libanchor.so.1 ")
        self.assertIn("ros-rolling-anchor (= ", deb_fields(self.deb("anchor-user"))["Depends"])
        self.assertNotIn("driver", deb_fields(self.deb("driver-user"))["Depends"])
        # Programs find the prefix; nothing looks for libraries in the build directory.
        for name in ("gantry", "gantry-user", "anchor-user", "wheelhouse", "shackle"):
            for path, runpath in runpaths(self.unpacked(name)).items():
                self.assertRegex(runpath, r"\A%s/lib:%s/lib/[a-z0-9_]+-linux-gnu[a-z]*\Z" % (PREFIX, PREFIX), path)
        place = PREFIX + "/opt/capstan_vendor/lib/"
        self.assertEqual({place + "libcapstan_plug.so": "$ORIGIN"}, runpaths(self.unpacked("capstan-vendor")))
        warnings = [event["msg"] for event in events_of(self.output, "warning") if event["code"] == "build_runpath"]
        self.assertEqual(2, len(warnings))
        for text in warnings:
            self.assertRegex(text, "%slibcapstan.* led into the build directory \\(/.*/capstan_install/lib\\)" % place)

    def check_data(self):
        for name, data in firmware().items():
            path = self.unpacked("servo-fw") / PREFIX.strip("/") / "share/servo_fw/firmware" / name
            if not name.endswith(".a"):  # its times are set, as in every archive
                self.assertEqual(data, path.read_bytes())
            self.assertEqual(0o644, path.stat().st_mode & 0o777)

    def check_texts(self):
        self.assertEqual("Long Name <dev@example.org>", deb_fields(self.deb("heron-l"))["Maintainer"])
        self.assertEqual("https://example.org/x%20y", deb_fields(self.deb("heron-l"))["Homepage"])
        self.assertIn(PREFIX + "/bin/kayak_node", deb_files(self.deb("kayak")))
        git = [event for event in events_of(self.output, "warning") if event["code"] == "no_git"]
        self.assertEqual(["asks_git"], [event["name"] for event in git])

    def check_the_way_of_dh(self):
        """dh makes the same packages, byte for byte."""
        again = self.work / "again"
        self.assert_ended(self.build("--no-fast", "--output-dir", again, "--packages-up-to", *OF_EACH_KIND), 0)
        made = sorted(again.glob("debs/*.deb"))
        self.assertGreater(len(made), len(OF_EACH_KIND))
        for path in made:
            self.assertEqual(path.read_bytes(), (self.output / "debs" / path.name).read_bytes(), path.name)

    def test_failures_and_many_files(self):
        copy_case("bundled_libs", self.workspace)
        copy_case("many_files", self.workspace)  # is not refused; here no robot has to install it
        add_package(self.workspace, "winch", cmake=BUILD_RUNPATH)
        for name, text in OWN_DEBIAN.items():
            write(self.workspace / "debian_dirs/winch/debian" / name, text)
        add_package(self.workspace, "needs_git", cmake="find_package(Git REQUIRED)")
        self.assert_ended(self.build(), 1)
        reasons = {event["name"]: event.get("error", "") for event in events_of(self.output, "package_complete")}
        self.assertRegex(reasons["wheelhouse"], r"\A/opt/ros/rolling/share/.*/libblasp-r0\.so\.0\.3\.7 needs libfort-ed201abd"
                         r"\.so\.3\.0\.0\..* `shlibs_allow: \[libfort-ed201abd\.so\.3\.0\.0\]` to "
                         "debian_dirs/wheelhouse/override.yaml")
        self.assertRegex(reasons["winch"], "lib/winch/winch in the package has a RUNPATH into the build directory: src/winch/")
        self.assertRegex(reasons["needs_git"], "Could NOT find Git.*a build sees neither .git.*cmake_args")
        self.check_many_files()

    def check_many_files(self):
        files = [name for name in deb_files(self.deb("gravel")) if "/tile_number_" in name]
        self.assertEqual(40000, len(files))
        control = self.work / "control"
        subprocess.run(["dpkg-deb", "-e", str(self.deb("gravel")), str(control)], check=True)
        sums = dict(reversed(line.split("  ", 1)) for line in (control / "md5sums").read_text().splitlines())
        self.assertEqual({name.lstrip("/") for name in deb_files(self.deb("gravel"))}, set(sums))
        self.assertEqual(hashlib.md5(b"7\n").hexdigest(), next(sums[name] for name in sums if name.endswith("number_7.txt")))
