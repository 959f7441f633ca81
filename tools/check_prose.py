#!/usr/bin/env python3
"""Checks the English of Markdown, comments, docstrings and messages, and the width of their lines.

    tools/check_prose.py [FOLDER]    FOLDER: where to look; by default the root of this repository

Prints one line for each finding, `file:line: what is wrong and what would be right`, and exits with
status 1 if there are any. A phrase in backticks in Markdown is code and is not checked.

To add a rule, add a row to RULES and an example to tools/check_prose_test.py.
"""

import bisect
import io
import os
import re
import sys
import tokenize
from dataclasses import dataclass
from pathlib import Path

WIDTH = 100  # columns of Markdown lines and of lines that contain only a comment

SKIPPED_FOLDERS = {".git", "build", "var", "node_modules", "__pycache__"}
SKIPPED_FILES = {
    "LICENSE",
    # Generated from the code, where their text is checked.
    "docs/configuration.md",
    "docs/permissions.md",
}
# String literals are checked in production code only: tests contain made-up input.
TEST_FOLDERS = {"tests", "benchmarks", "testkit"}

RULES = []


@dataclass(frozen=True)
class Rule:
    """A phrase and what to write instead. Every match contains `needle`, which is fast to find."""

    needle: str
    pattern: re.Pattern
    advice: str
    allowed: re.Pattern | None  # a match inside of a match of this one is fine


def rule(needle, pattern, advice, allowed=None):
    compiled = [p and re.compile(p, re.IGNORECASE) for p in (pattern, allowed)]
    RULES.append(Rule(needle, compiled[0], advice, compiled[1]))


# A rule sees each comment, paragraph or message as one line with single spaces. \x00 separates
# them, so use START and END for the beginning and the end of one, not ^ and $.
START = r"(?:(?<=\x00)|\A)"
END = r"(?=\x00|\Z)"

# The needle, the pattern, the advice, and optionally what is fine although it matches.
rule("can not", r"\bcan not\b(?! only)", "write cannot")
rule("anew", r"\banew\b", "write again, or name the action: re-create, rewrite, restart")
rule("whoever", r"\bwhoever\b", "name the actor: the caller, the client, a second process")
rule("nobody", r"(?<![=/@\"'])\bnobody\b(?!@)", "name the actor, or say it positively: no client, no caller")
rule("somebody", r"(?<![=/@\"'])\bsomebody\b(?!@)", "name the actor: the caller, the client, another user")
rule(
    "each ",
    r"\beach (?:few|two|three|four|five|six|seven|eight|nine|ten|twelve|\d+) "
    r"(?:milliseconds|seconds|minutes|hours|days|weeks)\b",
    "write every",
)
rule("of before", r"\bof before\b", "write previous or earlier: the previous tokens")
rule(
    " as ",
    r"[,(] as (?:"
    r"\\?[\"“][^\"”]*[\"”](?=[.,;:)]|\x00|\Z)"  # "log.level: info"
    r"|\d{4}-\d\d|\d+\.\d+"  # 1985-06-15, 127.0.0.1
    r"|[a-z]+:(?=[\w/])"  # sqlite:var/patient.db
    r"|[a-z]+(?:-[a-z]+)+(?=[.,;)]|\x00|\Z)"  # patient-service
    r"|[A-Z]\w+ or \w+/"  # UTC or Europe/Berlin
    r"|`[^`]*`(?=[.,;)]|\x00|\Z)"  # `zoe brien`
    r")",
    "write such as, or e.g. in a message",
)
rule(
    "behind",
    r"\bbehind\b",
    "for order write after or following",
    r"\bbehind (?:(?:a|an|the|one|its|any|this|such a)\b )?(?:\w+ )?"
    r"(?:back|firewall|gateway|interface|load balancer|port|prefix|proxy|proxies|scenes)\b|"
    r"\bbehind the gateway's|\b(?:hosts?|servers?|services?) behind (?:it|them)\b|"
    r"\b(?:fall|falls|fell|lag|lags|lagging|lagged) (?:\w+ ){0,3}behind\b|"
    r"\b(?:leave|leaves|left|leaving) (?:\w+ ){0,3}behind\b(?! (?:the|it|them)\b)",
)
rule("none", r"(?<!there )\b(?:is|are|was|were) (?-i:none)\b", "write is not a …, or is not one of …")
rule("unless told", r"\bunless told\b", "write by default, or unless configured")
rule("told", r"(?<!unless )\btold\b", "write reported, returned, logged or documented")
rule("but for", r"\bbut for\b", "write except for", r"\bnot\b[^.;:\x00]{1,80}\bbut for\b")
rule("good order", r"\bin good order\b", "write valid, or without errors")
rule("back", r"\b(?:give|gives|giving|gave|given) back\b", "write release, return or restore")
rule(
    "beside",
    r"\bbeside\b",
    "write besides, in addition to, or next to",
    r"\b(?:files?|tests?|suites?|fixtures?|fuzzers?|headers?|errors?|lies|lie|stands|is|are|added) "
    r"beside (?:it|them|its|the|each|one)\b|\bbeside the (?:code|sources?|implementation)\b|\bbeside the point\b",
)
rule("dear", r"\b(?:is|are|as|too|very|so|more) dear(?:er)?\b", "write expensive")
rule("away", r"\b(?:is|are|was|were) away\b", "write unavailable or down")
rule(
    "same",
    START + r"the same(?:[.,;:]| (?:as|by|for|from|in|of|to|when|with|without)\b)",
    "a comment is read alone: say what it is, not that it is the same",
)
rule(
    "",
    START + r"(?:nothing but|never more than|one more|as above|likewise|ditto)(?: \w+)?[.,;:]?" + END,
    "a comment is read alone: write a complete sentence",
)

# A comment of a header, which an editor shows alone, must say something by itself. A noun phrase
# does (`The clocks of the machine.`); one of up to four words that begins like these does not.
FRAGMENT_WORDS = 4
FRAGMENT = re.compile(
    r"(?:also|as|at|by|during|exactly|for|from|in|never|no|not|nothing|of|on|one or none|only|otherwise|such|to|"
    r"under|until|what|whatever|when|whose|with|within|without)\b[\w ,'-]*\.?|[\w ']+(?:'s| own)\.?",
    re.IGNORECASE,
)

# How each kind of file marks its comments.
SLASHES = (".cpp", ".hpp", ".proto")
HASHES = (".cmake", ".sh", ".yaml", ".yml", ".toml", ".ini", ".http", ".supp")
HASH_NAMES = ("CMakeLists.txt", "Dockerfile", ".clang-format", ".clang-tidy", ".clangd", ".editorconfig", ".gitignore")
DASHES = (".sql", ".lua")


@dataclass
class Block:
    """Lines that are read as one text: a paragraph, a comment, a message."""

    lines: list  # (line number, text)
    is_documentation: bool = False  # a /// comment
    is_literal: bool = False  # a string literal, whose pieces are joined without a space


class Source:
    """The text of a file and where its lines begin."""

    def __init__(self, text):
        self.text = text
        self.lines = text.split("\n")
        self._starts = [0]
        for line in self.lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def position(self, offset):
        """(line number, column) of an offset; columns begin with 0."""
        line = bisect.bisect_right(self._starts, offset) - 1
        return line + 1, offset - self._starts[line]


class Comments:
    """Joins comments on consecutive lines into blocks, and notes the lines without any code."""

    def __init__(self):
        self.blocks = []
        self.wide_lines = set()  # numbers of the lines whose width counts
        self._end = (0, 0)  # line and column of the last comment

    def add(self, line, column, text, alone, is_documentation=False):
        if alone:
            self.wide_lines.add(line)
        continues = alone and self.blocks and self._end == (line - 1, column)
        if continues and text.strip() and self.blocks[-1].is_documentation == is_documentation:
            self.blocks[-1].lines.append((line, text))
        elif text.strip():
            self.blocks.append(Block([(line, text)], is_documentation))
        self._end = (line, column) if text.strip() else (0, 0)


CPP_TOKEN = re.compile(
    r'R"(?P<delimiter>[^\s()\\]{0,16})\((?P<raw>.*?)\)(?P=delimiter)"'
    r'|"(?P<string>(?:[^"\\\n]|\\.)*)"'
    r"|(?<!\w)'(?:[^'\\\n]|\\.)+'"
    r"|//(?P<line>[^\n]*)"
    r"|/\*(?P<block>.*?)\*/",
    re.DOTALL,
)


def lines_from(source, offset, text):
    first, _ = source.position(offset)
    return list(enumerate(text.split("\n"), start=first))


def read_cpp(source, with_literals):
    comments, literals, literal_end = Comments(), [], None
    for token in CPP_TOKEN.finditer(source.text):
        kind = token.lastgroup
        if kind == "line":
            line, column = source.position(token.start())
            alone = not source.lines[line - 1][:column].strip()
            text = token["line"]
            comments.add(line, column, text.lstrip("/!<"), alone, alone and text.startswith("/"))
        elif kind == "block":
            for number, text in lines_from(source, token.start("block"), token["block"]):
                code = source.lines[number - 1]
                comments.add(number, 0, text.strip().removeprefix("*"), code.lstrip().startswith(("/*", "*")))
        elif kind in ("string", "raw") and with_literals:
            lines = lines_from(source, token.start(kind), token[kind].replace("\\n", "  ").replace("\n", "\n "))
            if literal_end is not None and not source.text[literal_end : token.start()].strip():
                literals[-1].lines += lines
            else:
                literals.append(Block(lines, is_literal=True))
            literal_end = token.end()
    return comments.blocks + literals, comments.wide_lines


def read_marked(source, mark):
    """The comments from a mark to the end of the line. After code, the mark needs white space on
    both sides and no open quote before it."""
    comments = Comments()
    within = re.compile(rf"(?<=\s){re.escape(mark)}+\s")
    for number, line in enumerate(source.lines, start=1):
        column = len(line) - len(line.lstrip())
        if line.startswith("#!") and number == 1:
            continue
        if line.startswith(mark, column):
            comments.add(number, column, line[column:].lstrip(mark), alone=True)
        elif found := within.search(line):
            code = line[: found.start()]
            if code.count('"') % 2 == 0 and code.count("'") % 2 == 0:
                comments.add(number, found.start(), line[found.end() :], alone=False)
    return comments.blocks, comments.wide_lines


def read_python(source):
    comments, docstrings, docstring_lines = Comments(), [], set()
    at_statement = True
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        line, column = token.start
        if token.type == tokenize.COMMENT:
            if line > 1 or not token.string.startswith("#!"):
                comments.add(line, column, token.string.lstrip("#"), not token.line[:column].strip())
        elif token.type == tokenize.STRING and at_statement:
            lines = list(enumerate(token.string.strip("\"'").split("\n"), start=line))
            docstring_lines.update(number for number, _ in lines)
            docstrings += paragraphs(lines)
        if token.type not in (tokenize.COMMENT, tokenize.NL):
            at_statement = token.type in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
    return comments.blocks + docstrings, comments.wide_lines | docstring_lines


def paragraphs(lines):
    block = []
    for number, text in [*lines, (0, "")]:
        if text.strip():
            block.append((number, text))
        elif block:
            yield Block(block)
            block = []


MARKDOWN_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s|\s*#|\s*\||\s*>")
URL_ONLY = re.compile(r"[\s>*+-]*(?:\[[^\]]*\](?::\s*|\())?\S+$")


def read_markdown(source):
    blocks, wide, fence = [], set(), None
    is_open = False
    for number, line in enumerate(source.lines, start=1):
        text = line.strip()
        if text.startswith(("```", "~~~")):
            fence = None if fence and text.startswith(fence) else fence or text[:3]
            is_open = False
        elif fence is None:
            if not text.startswith("|") and not (text.startswith("#") and "](" in text):
                wide.add(number)
            if is_open and text and not MARKDOWN_ITEM.match(line):
                blocks[-1].lines.append((number, line))
            elif text:
                blocks.append(Block([(number, MARKDOWN_ITEM.sub("", line, count=1))]))
            is_open = bool(text)
    return blocks, wide


YAML_KEY = re.compile(r"\s*(?:- )?(?:[\w$./{}'\"-]+:(?:\s+|$)|- )(?:[|>][+-]?$)?")


def read_yaml(source):
    """The comments, and the values: descriptions are what clients read."""
    comments, wide = read_marked(source, "#")
    values = []
    for number, line in enumerate(source.lines, start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            values.append(Block([]))
        elif key := YAML_KEY.match(line):
            values.append(Block([(number, line[key.end() :])]))
        elif values:
            values[-1].lines.append((number, line))
    return comments + [block for block in values if block.lines], wide


CODE_OR_LINK = re.compile(r"`[^`]*`|(?<=\]\()[^)\s]*")


def blank_code(text):
    """Inline code and the targets of links, replaced by as many dots."""
    return CODE_OR_LINK.sub(lambda found: "·" * len(found[0]), text)


WHITE_SPACE = re.compile(r"\s+")


def check_blocks(blocks, is_markup):
    """(line number, complaint) of every phrase that a rule names."""
    parts, starts, numbers, length = [], [], [], 0
    for block in blocks:
        for index, (number, text) in enumerate(block.lines):
            words = WHITE_SPACE.sub(" ", text) if block.is_literal else " " + " ".join(text.split())
            piece = words if index else "\x00" + words.lstrip()
            starts.append(length)
            numbers.append(number)
            parts.append(piece)
            length += len(piece)
    text = "".join(parts)
    if is_markup:
        text = blank_code(text)
    lower = text.lower()
    for each in RULES:
        if each.needle not in lower:
            continue
        allowed = [found.span() for found in each.allowed.finditer(text)] if each.allowed else []
        for found in each.pattern.finditer(text):
            if not any(begin <= found.start() and found.end() <= end for begin, end in allowed):
                phrase = found[0].strip("\x00 ")
                yield numbers[bisect.bisect_right(starts, found.start()) - 1], f'"{phrase}": {each.advice}'


def check_fragments(blocks):
    for block in blocks:
        text = " ".join(" ".join(text for _, text in block.lines).split())
        if block.is_documentation and len(text.split()) <= FRAGMENT_WORDS and FRAGMENT.fullmatch(text):
            yield block.lines[0][0], f'"{text}": a comment is read alone: write a complete sentence'


def check_widths(source, wide_lines):
    for number in wide_lines:
        line = source.lines[number - 1]
        if len(line) > WIDTH and not URL_ONLY.match(line.lstrip(" /#-")):
            yield number, f"has {len(line)} columns; Markdown and comments wrap at {WIDTH}"


def read(path, text):
    """(the source, its blocks, the lines whose width counts, whether it is markup), or None if such
    files are not checked."""
    source = Source(text)
    if path.suffix == ".md":
        return source, *read_markdown(source), True
    if path.suffix in SLASHES:
        is_production = path.suffix != ".proto" and not TEST_FOLDERS & set(path.parts)
        return source, *read_cpp(source, is_production), False
    if path.suffix == ".py":
        return source, *read_python(source), False
    if path.suffix in (".yaml", ".yml"):
        return source, *read_yaml(source), True
    if path.suffix in DASHES:
        return source, *read_marked(source, "--"), False
    if path.suffix in HASHES or path.name in HASH_NAMES or re.match(r"#!\S*(?:/| )(?:ba)?sh\b", text):
        return source, *read_marked(source, "#"), False
    return None


def check_text(path, text):
    """(line number, complaint) of everything wrong with a file, in the order of its lines."""
    try:
        what = read(path, text)
    except (SyntaxError, tokenize.TokenError) as error:
        return [(1, f"is not valid Python: {error}")]
    if what is None:
        return []
    source, blocks, wide_lines, is_markup = what
    breaches = [*check_blocks(blocks, is_markup), *check_widths(source, wide_lines)]
    if path.suffix == ".hpp":
        breaches += check_fragments(blocks)
    return sorted(set(breaches))


def files(root):
    """The files below a folder, as paths relative to it."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in SKIPPED_FOLDERS)
        for name in sorted(names):
            path = Path(folder, name).relative_to(root)
            if path.as_posix() not in SKIPPED_FILES:
                yield path


def check(root):
    """Every finding below a folder, in the form `file:line: complaint`."""
    for path in files(root):
        try:
            text = (root / path).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue  # not text, or a link that leads nowhere
        for line, complaint in check_text(path, text):
            yield f"{path}:{line}: {complaint}"


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent).resolve()
    if not root.is_dir():
        sys.exit(f"{root}: no such folder")
    breaches = list(check(root))
    for breach in breaches:
        print(breach)
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
