# SPDX-License-Identifier: Apache-2.0
import unittest

from support import InDirectory, have, make_package

from colcon_deb.packaging import control
from colcon_deb.packaging.user_files import TreeFile

HAVE_YAML = have("yaml")
NEEDS_YAML = unittest.skipUnless(HAVE_YAML, "needs python3-yaml")
if HAVE_YAML:
    from colcon_deb.packaging import bloom_corrections
    from colcon_deb.packaging.overrides import Fields
RULES = """#!/usr/bin/make -f
export PKG_CONFIG_PATH=/opt/ros/rolling/lib/pkgconfig
export DEB_CXXFLAGS_MAINT_APPEND=-DNDEBUG
override_dh_auto_configure:
\tif [ -f "/opt/ros/rolling/setup.sh" ]; then . "/opt/ros/rolling/setup.sh"; fi && \\
\tdh_auto_configure -- \\
\t\t-DCMAKE_INSTALL_PREFIX="/opt/ros/rolling" \\
\t\t$(BUILD_TESTING_ARG)
override_dh_auto_test:
\tdh_auto_test || true
override_dh_shlibdeps:
\tdh_shlibdeps -l$(CURDIR)/debian/ros-rolling-a//opt/ros/rolling/lib/
"""
CONTROL = """Source: ros-rolling-a
Build-Depends: debhelper (>= 9.0.0), ament-cmake, libx-dev
Homepage:

Package: ros-rolling-a
Architecture: any
Depends: ${shlibs:Depends}, ${misc:Depends}, libx
Replaces: ros-rolling-old
Description: something
 long
"""


@NEEDS_YAML
class Adapt(InDirectory):
    def adapt(self, fields=None, build_type="ament_cmake", control_text=CONTROL, rules_text=RULES, **environ):
        tree = {"control": TreeFile(control_text.encode()), "rules": TreeFile(rules_text.encode(), True),
                "compat": TreeFile(b"9\n")}
        package = make_package("a", build_type=build_type)
        tree = bloom_corrections.adapt(tree, self.settings(**environ), package, Fields(**fields or {}))
        return {name: file.data.decode() for name, file in tree.items()}

    def test_control(self):
        source, binary = control.parse(self.adapt()["control"])
        self.assertEqual(source["Build-Depends"], "debhelper (>= 13~), ament-cmake, libx-dev")
        self.assertNotIn("Homepage", source)
        self.assertTrue(binary["Depends"].endswith("${colcon-deb:Depends}"))
        self.assertEqual(binary["Breaks"], "ros-rolling-old")
        self.assertEqual((list(binary)[-1], binary["Description"]), ("Description", "something\n long"))

    def test_rules(self):
        rules = self.adapt()["rules"]
        self.assertIn('-DCMAKE_BUILD_TYPE="Release" \\\n', rules)
        self.assertIn("/opt/ros/rolling/share/pkgconfig", rules)
        self.assertIn("-DNDEBUG", rules)
        self.assertIn("dh_auto_test || true", rules)
        self.assertIn("dh_makeshlibs -X.cpython-", rules)
        self.assertEqual(self.adapt()["compat"], "13\n")

    def test_the_hooks_of_all_packages_are_read_once(self):
        self.assertIn('\tif [ -z "$$COLCON_DEB_SOURCED" ] && [ -f "/opt/ros/rolling/setup.sh" ]; then . '
                      '"/opt/ros/rolling/setup.sh"; fi && \\\n\tdh_auto_configure', self.adapt()["rules"])

    def test_what_dh_tells_its_steps(self):
        def options(line):
            return bloom_corrections.dh_options({"rules": TreeFile(("%:\n\t" + line + "\n").encode(), True)})
        self.assertEqual(options("dh $@ -v --buildsystem=pybuild --with python3 --builddirectory=.obj-$(X)"),
                         ["-v", "--buildsystem=pybuild", "--builddirectory=.obj-$(X)"])
        self.assertIsNone(options("dh_something"))

    def test_the_fast_target_tests_only_when_asked_to(self):
        self.assertIn("fast-binary: override_dh_auto_configure override_dh_auto_build override_dh_auto_install\n",
                      self.adapt()["rules"])
        self.assertIn(" override_dh_auto_test override_dh_auto_install\n", self.adapt(RUN_TESTS="1")["rules"])

    def test_the_machine_is_not_asked_again_and_again(self):
        rules = self.adapt()["rules"]
        self.assertIn("DEB_HOST_MULTIARCH ?= $(shell dpkg-architecture -qDEB_HOST_MULTIARCH)\n", rules)
        self.assertEqual(rules.count("dpkg-architecture -qDEB_HOST_MULTIARCH"), 1)

    def test_build_type_and_tests(self):
        self.assertNotIn("CMAKE_BUILD_TYPE", self.adapt(BUILD_TYPE="None")["rules"])
        self.assertNotIn("-DNDEBUG", self.adapt(BUILD_TYPE="Debug")["rules"])
        self.assertIn("\tdh_auto_test $${COLCON_DEB_TEST_RESULTS:+-- ARGS+=--output-junit "
                      "ARGS+=$$COLCON_DEB_TEST_RESULTS/ctest.xml}\n", self.adapt(RUN_TESTS="1")["rules"])
        self.assertIn("/ctest.xml} || { test -z \"$$COLCON_DEB_TEST_RESULTS\" || : > ",
                      self.adapt(RUN_TESTS="1", TEST_FAILURES="warn")["rules"])

    def test_fields(self):
        tree = self.adapt({"depends": ["libfoo (>= 2)"], "breaks": ["x"], "build_depends": ["y-dev"],
                           "remove_depends": ["libx"], "remove_build_depends": ["libx-dev"], "rules_exports": {"A": "b c"},
                           "rules_append": "x:\n\ttrue", "cmake_args": ["-DX=ON"], "shlibs_allow": ["libacados.so.1"]})
        source, binary = control.parse(tree["control"])
        self.assertEqual(source["Build-Depends"], "debhelper (>= 13~), ament-cmake, y-dev")
        self.assertIn("libfoo (>= 2)", binary["Depends"])
        self.assertNotIn("libx,", binary["Depends"])
        self.assertEqual(binary["Breaks"], "ros-rolling-old, x")
        self.assertTrue(tree["rules"].startswith("#!/usr/bin/make -f\nexport A=b c\n"))
        self.assertIn(" \\\n\t\t-DX=ON\noverride_dh_auto_test", tree["rules"])
        self.assertTrue(tree["rules"].endswith("x:\n\ttrue\n"))
        self.assertEqual(tree["shlibs.local"], "libacados 1\n")

    def test_where_cmake_puts_libraries_and_who_finds_them(self):
        rules = self.adapt()["rules"]
        for argument in ("-DCMAKE_INSTALL_LIBDIR=lib", "-DFETCHCONTENT_FULLY_DISCONNECTED=OFF",
                         '-DCMAKE_INSTALL_RPATH="/opt/ros/rolling/lib;/opt/ros/rolling/lib/$(DEB_HOST_MULTIARCH)"'):
            self.assertGreater(rules.index(argument), rules.index("$(BUILD_TESTING_ARG)"))
        self.assertIn("\n\tdh_shlibdeps -l$(CURDIR)/debian/ros-rolling-a/opt/ros/rolling/lib:$(CURDIR)/debian/ros-rolling-a/opt/"
                      "ros/rolling/lib/$(DEB_HOST_MULTIARCH):/opt/ros/rolling/lib:/opt/ros/rolling/lib/$(DEB_HOST_MULTIARCH)\n",
                      rules)
        allowed = self.adapt({"shlibs_allow": ["liba.so.1", "libb.so.2"]})["rules"]
        self.assertIn("staged-files.py library-directories ros-rolling-a liba.so.1 libb.so.2) && \\\n\tdh_shlibdeps -l", allowed)
        self.assertIn(":$$allowed\n", allowed)

    def test_the_system_prefix_keeps_debians_directories(self):
        rules = self.adapt(INSTALL_PREFIX="/usr")["rules"]
        self.assertNotIn("CMAKE_INSTALL_LIBDIR", rules)
        self.assertNotIn("RPATH", rules.split("# Added")[0])

    def test_hooks_bear_a_recipe_of_the_user_beside_them(self):
        rules = self.adapt({"rules_append": "execute_after_dh_fixperms:\n\ttrue\n"})["rules"]
        self.assertIn("\nexecute_after_dh_fixperms: colcon-deb-before-binaries\n", rules)
        self.assertRegex(rules, r"\.PHONY: .*execute_after_dh_fixperms")

    def test_substitution_variables_in_texts_stay_texts(self):
        source, binary = control.parse(self.adapt(control_text=CONTROL.replace("something", "costs ${x}"))["control"])
        self.assertEqual("costs ${}{x}", binary["Description"].split("\n")[0])

    def test_pyproject_alone(self):
        self.write("src/a/pyproject.toml", "[build-system]\nbuild-backend = 'hatchling.build'\n")
        tree = self.adapt(build_type="ament_python", rules_text="#!/usr/bin/make -f\noverride_dh_auto_configure:\n"
                          "\tdh_auto_configure\noverride_dh_auto_install:\n\tdh_auto_install\n")
        self.assertIn("pybuild-plugin-pyproject, python3-hatchling", control.parse(tree["control"])[0]["Build-Depends"])
        self.assertIn("#!/usr/bin/make -f\nexport PYBUILD_SYSTEM=pyproject\n", tree["rules"])
        self.assertIn("staged-files.py limit-discovery a\n", tree["rules"])
        self.assertIn("\tdh_auto_install\n\tpython3 -B $(COLCON_DEB_HELPERS)/staged-files.py relocate ros-rolling-a "
                      "/opt/ros/rolling\n", tree["rules"])

    def test_unknown_form_is_refused(self):
        with self.assertRaises(bloom_corrections.AdaptError):
            bloom_corrections.adapt({"control": TreeFile(CONTROL.encode()), "rules": TreeFile(b"#!/usr/bin/make -f\n", True)},
                                    self.settings(), make_package("a", build_type="cmake"), Fields())


if __name__ == "__main__":
    unittest.main()
