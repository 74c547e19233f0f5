# SPDX-License-Identifier: Apache-2.0
import unittest

from support import ScriptCase

from colcon_deb.dependencies import underlay

POLICY = """\
cmake:
  Installed: 3.25.1-1
  Candidate: 3.25.1-1
  Version table:
 *** 3.25.1-1 100
        100 /var/lib/dpkg/status
mail-transport-agent:
  Installed: (none)
  Candidate: (none)
  Version table:
ros-rolling-beacon-core:
  Installed: (none)
  Candidate: 1.0.0-0bookworm
  Version table:
     1.0.0-0bookworm 500
        500 file:/underlay ./ Packages
"""


class Underlay(ScriptCase):
    def test_only_what_has_a_candidate_is_available(self):
        self.assertEqual(underlay.available(POLICY), {"cmake", "ros-rolling-beacon-core"})
        self.assertEqual(underlay.available(""), set())


if __name__ == "__main__":
    unittest.main()
