#!/usr/bin/env python3
"""./dev recognises the system by its os-release, and names packages as that system does."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

DEV = Path(__file__).parent.parent / "dev"


class System(unittest.TestCase):
    def packages(self, os_release):
        with tempfile.NamedTemporaryFile("w", suffix="os-release") as file:
            file.write(os_release)
            file.flush()
            environment = {**os.environ, "PMS_OS_RELEASE": file.name}
            return subprocess.run([DEV, "packages"], env=environment, capture_output=True, text=True, timeout=30)

    def boost(self, os_release):
        ran = self.packages(os_release)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        return [name for name in ran.stdout.split() if "boost" in name]

    def test_debian_12_has_boost_1_81_under_its_version(self):
        release = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n'
        self.assertEqual(self.boost(release), ["libboost1.81-dev", "libboost-url1.81-dev", "libboost-json1.81-dev"])

    def test_debian_13_has_boost_1_83_as_its_default(self):
        release = 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nVERSION_ID="13"\nID=debian\n'
        self.assertEqual(self.boost(release), ["libboost-dev", "libboost-url1.83-dev", "libboost-json1.83-dev"])

    def test_ubuntu_24_04_has_the_names_of_debian_13(self):
        release = 'PRETTY_NAME="Ubuntu 24.04.3 LTS"\nVERSION_ID="24.04"\nID=ubuntu\nID_LIKE=debian\n'
        self.assertEqual(self.boost(release), ["libboost-dev", "libboost-url1.83-dev", "libboost-json1.83-dev"])

    def test_any_other_system_gets_one_line_that_names_those_that_work(self):
        ran = self.packages("ID=fedora\nVERSION_ID=41\n")
        self.assertEqual(ran.returncode, 1)
        self.assertEqual(ran.stdout, "")
        self.assertEqual(ran.stderr, "./dev: fedora 41 is not supported: use Debian 12, Debian 13 or Ubuntu 24.04\n")


if __name__ == "__main__":
    unittest.main()
