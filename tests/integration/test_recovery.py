# SPDX-License-Identifier: Apache-2.0
"""Builds in which something fails: what is built all the same, what is retried, what is reported."""
import unittest

from support import IMAGE, ProgramCase, add_package, events_of, workspace_debs

# Fails with a network error the first time. The build directory is new each time, the container is not.
SOMETIMES_AWAY = """
    if(NOT EXISTS /tmp/been-here)
      file(WRITE /tmp/been-here "")
      message(FATAL_ERROR "fatal: unable to access 'https://example.invalid/': Could not resolve host: example.invalid")
    endif()
"""


class Recovery(ProgramCase):
    TESTS_APART = True

    def build(self, *options, code):
        outcome = self.run_program("build", self.workspace, "--image", IMAGE, *options)
        self.assert_ended(outcome, code)
        return outcome

    def names(self, kind, **fields):
        return sorted(event["name"] for event in events_of(self.output, kind) if fields.items() <= event.items())

    def test_a_package_that_takes_too_long(self):
        add_package(self.workspace, "slow", cmake="execute_process(COMMAND sleep 120)")
        add_package(self.workspace, "user", depends=["slow"])
        add_package(self.workspace, "other")
        outcome = self.build("--package-timeout", "10", code=1)
        self.assertIn("it took longer than 10 s (package_timeout)", outcome.text)
        self.assertEqual((["other"], ["user"]), (self.names("package_complete", success=True), self.names("package_skip")))

    def test_the_first_failure_can_be_the_end(self):
        add_package(self.workspace, "broken", cmake='message(FATAL_ERROR "no")')
        add_package(self.workspace, "other")
        self.build("--no-continue-on-error", "-j", "1", code=1)
        self.assertEqual(["other"], self.names("package_skip", reason="given_up", cause="broken"))
        self.build("-j", "1", code=1)
        self.assertEqual(["other"], self.names("package_complete", success=True))
        # A failed package is built again, a built one is not.
        self.build("-j", "1", code=1)
        self.assertEqual((["broken"], ["other"]), (self.names("package_start"), self.names("package_skip", reason="cached")))

    def test_the_network_gets_another_chance(self):
        add_package(self.workspace, "fetches", cmake=SOMETIMES_AWAY)
        self.build("--retry", "1", code=0)
        self.assertEqual(["fetches"], self.names("package_retry", attempt=2))
        self.build("--force", code=1)

    def test_a_compiler_that_the_system_has_ended(self):
        killed = "c++: fatal error: Killed signal terminated program cc1plus"
        add_package(self.workspace, "huge", cmake='message(FATAL_ERROR "%s")' % killed)
        self.assertIn("out of memory: the kernel killed a compiler. Build with fewer jobs", self.build(code=1).text)

    def test_debug_symbols(self):
        add_package(self.workspace, "program", cmake="""
            enable_language(C)
            file(WRITE ${CMAKE_BINARY_DIR}/main.c "int main(void) { return 0; }")
            add_executable(main ${CMAKE_BINARY_DIR}/main.c)
            install(TARGETS main DESTINATION lib/program)""")
        self.build(code=0)
        self.assertEqual(["deb"], [event["kind"] for event in events_of(self.output, "artifact")])
        self.build("--debug-symbols", code=0)
        self.assertEqual(["dbgsym", "deb"], sorted(event["kind"] for event in events_of(self.output, "artifact")))
        self.assertEqual(2, len(workspace_debs(self.output)))


if __name__ == "__main__":
    unittest.main()
