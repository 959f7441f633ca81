#!/usr/bin/env python3
"""Checks headers of a small tree."""

import tempfile
import unittest
from pathlib import Path

from check_headers import Cache, check, flags_of


class Headers(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = Path(self.folder.name).resolve()
        self.write("libs/core/time.cpp", "")

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def errors(self):
        source = self.root / "libs/core/time.cpp"
        command = f"ccache /usr/bin/g++ -I{self.root}/libs -include pch.hpp -o time.o -c {source}"
        return check(self.root, [{"file": str(source), "command": command}], Cache(self.root / "cache/headers.json"))

    def test_a_header_that_includes_what_it_uses_is_accepted(self):
        self.write("libs/core/time.hpp", "#include <string>\ninline std::string now() { return {}; }\n")
        self.assertEqual(self.errors(), [])

    def test_a_header_that_relies_on_its_includer_is_named(self):
        self.write("libs/core/time.hpp", "inline std::string now() { return {}; }\n")
        (error,) = self.errors()
        self.assertIn("libs/core/time.hpp: does not compile on its own", error)

    def test_a_changed_include_is_noticed(self):
        self.write("libs/core/clock.hpp", "#include <string>\n")
        self.write("libs/core/time.hpp", '#include "core/clock.hpp"\ninline std::string now() { return {}; }\n')
        self.assertEqual(self.errors(), [])
        self.write("libs/core/clock.hpp", "")
        self.assertEqual(len(self.errors()), 1)

    def test_flags_of_the_source_file_are_left_out(self):
        command = "cmake -E env A=b ccache /usr/bin/c++ -DX -O1 -Winvalid-pch -include p.hxx -o a.o -c a.cpp"
        self.assertEqual(flags_of(command), ["/usr/bin/c++", "-DX", "-O1"])


if __name__ == "__main__":
    unittest.main()
