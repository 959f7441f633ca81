#!/usr/bin/env python3
"""Gives each rule of check_prose.py a text that breaks it and one that does not."""

import tempfile
import unittest
from pathlib import Path

from check_prose import RULES, check, check_text

# Of each rule, by its needle: texts that it finds, and texts that it leaves alone.
EXAMPLES = {
    "can not": (
        ["The file can not be read.", "Messages that can\n// not be decoded."],
        ["The file cannot be read.", "It can not only read."],
    ),
    "anew": (["Starts it anew."], ["Starts it again. See renewed()."]),
    "whoever": (["Whoever waits is resumed."], ["Resumes the caller."]),
    "nobody": (["Nobody reads it."], ["GET /accounts?patientId=nobody", "Log in as nobody@clinic.example."]),
    "somebody": (["A token of somebody else."], ["A token of another user."]),
    "each ": (
        ["Polls each two seconds.", "Polls each 30 minutes."],
        ["Polls every two seconds.", "Each of two seconds counts.", "each second counts"],
    ),
    "of before": (["Revokes the tokens of before."], ["Revokes the tokens issued before."]),
    " as ": (
        [
            "must be a date that exists, as 1985-06-15",
            "an IP address, as 127.0.0.1 or ::1",
            "the path of a file, as sqlite:var/patient.db",
            "the name of a time zone, as UTC or Europe/Berlin",
            'must be a list of entity tags, as "3"',
            "Names the service, as patient-service.",
            "Two spaces before each word, as `zoe brien`.",
        ],
        [
            "must be a valid date, e.g. 1985-06-15",
            "a file, such as sqlite:var/patient.db",
            "One header field, as views into the buffer.",
            "base64url, as RFC 7515 uses it.",
            'The errors, as "field: message" lines.',
            "The patient, as GET returned it.",
            "The key, as `email_key()` returns it.",
        ],
    ),
    "behind": (
        ["The events behind it.", "The page begins behind the last one.", "One behind the other."],
        [
            "Five services behind one gateway.",
            "Two clocks behind an interface.",
            "Works behind the gateway's prefix.",
            "The service behind it does not answer.",
            "A test leaves no file behind.",
            "The reader lags far behind.",
        ],
    ),
    "none": (
        ["It is none of the common ones."],
        ["Empty when there is none.", "None is left.", "Fields that are None."],
    ),
    "unless told": (["ADMIN unless told."], ["ADMIN by default."]),
    "told": (["The client is told 504."], ["The client receives 504.", "untold"]),
    "but for": (["Thread-safe but for refresh()."], ["It is not for tests but for benchmarks."]),
    "good order": (["Closed by the peer in good order."], ["Closed by the peer in the right order."]),
    "back": (["The lease was not given back."], ["The lease was not released.", "He gave it back."]),
    "beside": (
        ["It needs nothing beside it.", "Work done beside the requests."],
        ["Besides the code.", "The suites beside it.", "The tests are beside the code."],
    ),
    "dear": (["Savepoints are dear."], ["Savepoints are expensive.", "Dear user"]),
    "away": (["While the database is away it waits."], ["While the database is unavailable it waits.", "Runs away."]),
    "same": (
        ["The same for a request with a body.", "The same, but faster."],
        ["The same suite runs against every engine.", "Returns the same for each."],
    ),
    "": (
        ["Nothing but those.", "One more.", "Never more than those.", "As above."],
        ["One more connection is opened."],
    ),
}


def complaints(name, text):
    return [complaint for _, complaint in check_text(Path(name), text)]


def lines(name, text):
    return [line for line, _ in check_text(Path(name), text)]


class Phrases(unittest.TestCase):
    def test_every_rule_has_examples(self):
        self.assertEqual([rule.needle for rule in RULES], list(EXAMPLES))

    def test_each_rule_finds_its_phrase_and_nothing_else(self):
        for rule in RULES:
            wrong, right = EXAMPLES[rule.needle]
            for text in wrong:
                with self.subTest(text):
                    [complaint] = complaints("a.cpp", f"// {text}\n")
                    self.assertTrue(complaint.endswith(rule.advice), complaint)
            for text in right:
                with self.subTest(text):
                    self.assertEqual(complaints("a.cpp", f"// {text}\n"), [])

    def test_a_finding_names_the_line_where_the_phrase_begins(self):
        self.assertEqual(lines("a.cpp", "int a;\n\n// It reads\n// and can\n// not write.\n"), [4])
        self.assertEqual(lines("a.md", "# Title\n\nIt reads and\ncan\nnot write.\n"), [4])

    def test_two_comments_are_not_one_sentence(self):
        self.assertEqual(complaints("a.cpp", "// Reads what it can\n\n// not written yet\n"), [])
        self.assertEqual(complaints("a.md", "- what it can\n- not written yet\n"), [])


class Places(unittest.TestCase):
    """Which parts of a file are prose."""

    def finds(self, name, text, count=1):
        with self.subTest(name=name, text=text):
            self.assertEqual(len(complaints(name, text)), count)

    def test_cpp_comments(self):
        for comment in ("// told", "/// told", "int a;  ///< told", "/* told */", "/*\n * told\n */"):
            self.finds("a.hpp", comment + "\n")
        self.finds("a.cpp", "int told = 1'000'000;  // 'a' and \"b\"\n", 0)
        self.finds("a.cpp", 'auto url = "http://anew"; char c = \'"\'; // told\n', 2)

    def test_cpp_messages_of_production_code(self):
        self.finds("libs/core/a.cpp", 'fail("it can "\n     "not be read");\n')
        self.finds("libs/core/a.cpp", 'fail("it can"\n     " not be read");\n')
        self.finds("libs/core/a.cpp", 'fail("it can"\n     "not be read");\n', 0)
        self.finds("libs/core/a.cpp", 'fail("it can", "not be read");\n', 0)
        self.finds("libs/core/a.cpp", 'print("it can\\nnot");\n')
        self.finds("libs/core/a.cpp", 'print(R"(\nit can\nnot)");\n')
        self.finds("libs/core/tests/a.cpp", 'fail("it can not be read");\n', 0)
        self.finds("libs/testkit/a.cpp", 'fail("it can not be read");\n', 0)

    def test_python_comments_and_docstrings(self):
        self.finds("a.py", '"""Is told."""\n\nTEXT = "is told"\n\n\ndef f():\n    """Is told."""\n    # is told\n', 3)
        self.finds("a.py", 'def f():\n    return """\nis told"""  # is told\n')
        self.finds("a.py", "def f(:\n  x = '''\n")

    def test_marks_to_the_end_of_the_line(self):
        for name in ("a.cmake", "CMakeLists.txt", "a.sh", "a.yaml", "a.toml"):
            self.finds(name, "# told\n")
            self.finds(name, "x: 1 # told\n", 1)
            self.finds(name, "x: '# tol'\n", 0)
        for name in ("a.sql", "a.lua"):
            self.finds(name, "-- told\n")
        self.finds("a.proto", "// told\n")
        self.finds("run", "#!/usr/bin/env bash\n# told\n")
        self.finds("hook", "#!/bin/sh\n# told\n")
        self.finds("data.txt", "# told\n", 0)

    def test_yaml_descriptions(self):
        self.finds("a.yaml", "a:\n  description: It can\n    not be read.\n")
        self.finds("a.yaml", "a:\n  description: |\n    It can\n    not be read.\n")
        self.finds("a.yaml", "a:\n  - it can\n  - not be read\n", 0)

    def test_markdown_without_its_code(self):
        self.finds("a.md", "It is told.\n")
        self.finds("a.md", "| it | is told |\n|---|---|\n")
        self.finds("a.md", "`told` and [a link](told.md)\n\n```sh\necho told\n```\n", 0)


class Fragments(unittest.TestCase):
    def test_a_fragment_documents_nothing(self):
        for text in ("From any thread.", "One or none.", "The connection's own.", "What is read.", "By the user."):
            with self.subTest(text):
                self.assertEqual(len(complaints("a.hpp", f"/// {text}\nint a;\n")), 1)

    def test_sentences_noun_phrases_and_shapes_do(self):
        for text in (
            "Begins to accept.",
            "The machine's clocks.",
            "{email, password}",
            "Thread-safe.",
            "$1 is a name.",
        ):
            with self.subTest(text):
                self.assertEqual(complaints("a.hpp", f"/// {text}\nint a;\n"), [])

    def test_only_documentation_of_headers_counts(self):
        self.assertEqual(complaints("a.cpp", "/// From any thread.\n"), [])
        self.assertEqual(complaints("a.hpp", "// From any thread.\nint a;  ///< from any thread\n"), [])
        self.assertEqual(complaints("a.hpp", "/// From any thread\n/// that has a logger of its own.\n"), [])


class Widths(unittest.TestCase):
    LONG = "word " * 20 + "end"  # 103 columns

    def finds(self, name, text, *expected):
        with self.subTest(name=name, text=text):
            self.assertEqual(lines(name, text), list(expected))

    def test_markdown_wraps_at_100(self):
        self.finds("a.md", f"{'x ' * 49}xx\n")
        self.finds("a.md", f"short\n{self.LONG}\n", 2)
        self.finds("a.md", f"- {self.LONG}\n", 1)

    def test_tables_code_headings_with_links_and_addresses_may_be_wider(self):
        self.finds("a.md", f"| {self.LONG} |\n\n```\n{self.LONG}\n```\n")
        self.finds("a.md", f"## {self.LONG} [x](y)\n")
        self.finds("a.md", f"## {self.LONG}\n", 1)
        self.finds("a.md", f"- https://example.com/{'x' * 100}\n")
        self.finds("a.md", f"[name]: https://example.com/{'x' * 100}\n")

    def test_lines_that_are_comments_wrap_at_100(self):
        self.finds("a.cpp", f"// {self.LONG}\n", 1)
        self.finds("a.cpp", f"/*\n * {self.LONG}\n */\n", 2)
        self.finds("a.cpp", f"int a;  // {self.LONG}\n")
        self.finds("a.cpp", f"// https://example.com/{'x' * 100}\n")
        self.finds("a.py", f'"""Says.\n\n{self.LONG}\n"""\n# {self.LONG}\nx = 1  # {self.LONG}\n', 3, 5)
        self.finds("a.sh", f"# {self.LONG}\necho {self.LONG}\n", 1)
        self.finds("a.sql", f"-- {self.LONG}\n", 1)


class Tree(unittest.TestCase):
    def test_a_tree_is_walked_without_generated_and_foreign_files(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("a.md", "docs/b.md", "docs/permissions.md", "build/c.md", "var/d.md", "x/node_modules/e.md"):
                path = Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text("It is told.\n", encoding="utf-8")
            Path(folder, "docs/image.md").write_bytes(b"\xff\xfe told")
            Path(folder, "LICENSE").write_text("# told\n", encoding="utf-8")
            found = [breach.split(": ")[0] for breach in check(Path(folder))]
        self.assertEqual(found, ["a.md:1", "docs/b.md:1"])


if __name__ == "__main__":
    unittest.main()
