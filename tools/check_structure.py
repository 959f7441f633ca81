#!/usr/bin/env python3
"""Checks that the code keeps to the structure that ARCHITECTURE.md draws.

    tools/check_structure.py [FOLDER]    (by default the repository that contains this file)

Prints one line for each breach, `file:line: what is wrong and what would be right`, and exits with
1; otherwise 0.
"""

import os
import re
import sys
from pathlib import Path

SERVICES = ("api-gateway", "auth-service", "patient-service", "billing-service", "analytics-service")

# A library includes itself and those of the layers before its own, so that there is no circle.
LAYERS = (
    ("core",),
    ("net", "json"),
    ("telemetry", "config"),
    ("resilience", "database", "clinic"),
    ("http", "security"),
    ("rest", "rpc", "messaging"),
    ("pages",),
    ("runtime",),
)
LAYER_OF = {library: number for number, layer in enumerate(LAYERS) for library in layer}
LAYER_OF["testkit"] = len(LAYERS)  # for tests only, so it may know everything

# What the inner folders of a service must not include: folders and libraries, by the first part of
# an include.
OUTER = ("routes", "grpc", "storage", "events", "clients", "http", "rest", "rpc", "messaging", "database")
ROOMS = {"domain": (*OUTER, "application"), "application": OUTER}
# The gateway's folders point one way: edge -> relay -> routing.
GATEWAY_ROOMS = {"routing": ("relay", "edge"), "relay": ("edge",)}
OUTER_SYSTEM_HEADERS = ("boost/json", "boost/beast", "grpcpp/", "google/protobuf", "sqlite3.h", "libpq", "librdkafka")

ENGINES = ("sqlite", "postgresql", "embedded", "kafka", "redis")
ENGINES_FILE = Path("libs/runtime/engines.cpp")
ENGINE_HEADERS = {"sqlite3.h": "sqlite", "libpq-fe.h": "postgresql", "librdkafka/": "kafka", "hiredis/": "redis"}

# The product's own words: only libs/clinic, the services and pms may use them.
PRODUCT_WORD = re.compile(r"(?<![A-Za-z])(patients?|billing|analytics|clinic|doctors?)(?![A-Za-z])", re.IGNORECASE)
CLINIC_LIBRARY = re.compile(r'#include "clinic/[^"]*"|\bclinic::|namespace pms::clinic')

SQL = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM)\b")
HTTP_STATUS = re.compile(r"\bstatus\w*\s*(=|==|\()\s*[1-5]\d\d\b")

# Sources that need no header of their own name: entry points, and Asio's implementation.
WITHOUT_HEADER = ("main.cpp", "asio.cpp")

# Names that say nothing, as the last word of a name: `common_passwords` says something,
# `string_utils` does not.
EMPTY_WORDS = ("util", "utils", "common", "helper", "helpers", "manager", "managers", "misc")

COMMENT_OR_TEXT = re.compile(r'R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*.*?\*/', re.S)
NOT_OURS = {".git", "build", "var", "node_modules", "__pycache__"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def walk(root):
    """Every file and folder of the repository, as paths relative to its root."""
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in NOT_OURS)
        for name in folders + sorted(files):
            yield Path(folder, name).relative_to(root)


def owner_of(path):
    """The service, library or top folder that a path belongs to."""
    return path.parts[1] if path.parts[0] == "libs" and len(path.parts) > 2 else path.parts[0]


class File:
    """A source file and where its includes lead."""

    def __init__(self, root, path):
        self.root = root
        self.path = path
        self.owner = owner_of(path)
        self.in_library = path.parts[0] == "libs"
        self.in_service = self.owner in SERVICES
        self.is_test = self.owner == "testkit" or any(part in ("tests", "benchmarks") for part in path.parts)

    def code(self):
        """The text with its comments blanked out; lines stay where they are."""
        text = (self.root / self.path).read_text(encoding="utf-8")

        def blank(match):
            return match[0] if match[0].startswith(('"', "R")) else re.sub(r"[^\n]", " ", match[0])

        return COMMENT_OR_TEXT.sub(blank, text)

    def texts(self):
        """(line number, text) of each string literal."""
        text = (self.root / self.path).read_text(encoding="utf-8")
        for match in COMMENT_OR_TEXT.finditer(text):
            if match[0].startswith(('"', "R")):
                yield text.count("\n", 0, match.start()) + 1, match[0]

    @property
    def room(self):
        """The folder of a service's src/ that the file is in, or None."""
        parts = self.path.parts
        return parts[2] if self.in_service and len(parts) > 3 and parts[1] == "src" else None

    def includes(self):
        """(line number, is it quoted, text) of each #include."""
        lines = (self.root / self.path).read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, start=1):
            if match := INCLUDE.match(line):
                yield number, match[1] == '"', match[2]

    def resolve(self, include):
        """The included file of the repository, or None if it is generated or not ours."""
        folders = [self.path.parent, Path("libs"), Path(".")]
        if self.in_service:
            folders.insert(1, Path(self.owner, "src"))
        for folder in folders:
            if (self.root / folder / include).is_file():
                return Path(os.path.normpath(folder / include))
        return None


def check_library(file, include, target):
    """Libraries include no service, and only libraries of earlier layers."""
    if target is None:
        owners = [service for service in SERVICES if (file.root / service / "src" / include).is_file()]
        if owners:
            yield f'a library must not include "{include}" of {owners[0]}'
        return
    owner = owner_of(target)
    if target.parts[0] != "libs":
        if owner != "proto":
            yield f'a library must not include "{include}" of {owner}; libraries know only libraries'
    elif file.owner not in LAYER_OF:
        yield f"libs/{file.owner} has no place in the layers; give it one in LAYERS of tools/check_structure.py"
    elif not file.is_test and owner != file.owner and LAYER_OF.get(owner, 0) >= LAYER_OF[file.owner]:
        yield f'libs/{file.owner} must not include "{include}": libs/{owner} is not of an earlier layer'


def check_service(file, include, target):
    """A service knows libraries and itself."""
    if target is None:
        return
    owner = owner_of(target)
    if owner in SERVICES and owner != file.owner or owner == "pms":
        yield f'{file.owner} must not include "{include}" of {owner}; services meet only in proto/'
    if owner == "testkit" and not file.is_test:
        yield f'only tests may include "{include}"'


def check_room(file, include, quoted):
    """The outer folders include application, which includes domain; never the other way round."""
    room = file.room
    if room in ROOMS and quoted and include.split("/")[0] in ROOMS[room]:
        yield f'{room}/ must not include "{include}": dependencies point inward'
    if room in ROOMS and not quoted and include.startswith(OUTER_SYSTEM_HEADERS):
        yield f"{room}/ must not include <{include}>: it knows no JSON, no SQL and no wire format"
    if file.owner == "api-gateway" and quoted and include.split("/")[0] in GATEWAY_ROOMS.get(room, ()):
        yield f'{room}/ must not include "{include}": edge includes relay, which includes routing'


def check_words(file):
    """Product words in libraries, SQL in events/, HTTP numbers in application/."""
    if file.in_library and file.owner not in ("clinic", "testkit") and not file.is_test:
        for number, line in enumerate(file.code().splitlines(), start=1):
            if word := PRODUCT_WORD.search(CLINIC_LIBRARY.sub("", line)):
                yield f'{number}: libs/{file.owner} must not know "{word[0]}"; the product\'s words are in libs/clinic'
    if file.room == "events":
        for number, text in file.texts():
            if SQL.search(text):
                yield f"{number}: events/ contains no SQL; it belongs in storage/"
    if file.room == "application":
        for number, line in enumerate(file.code().splitlines(), start=1):
            if HTTP_STATUS.search(line):
                yield f"{number}: application/ knows no HTTP status; routes/ decides it"


def check_header(file):
    """A source file has its header beside it, so that one finds the other."""
    is_source = file.path.suffix == ".cpp" and not file.is_test and (file.in_library or file.in_service)
    header = file.root / file.path.with_suffix(".hpp")
    if is_source and file.path.name not in WITHOUT_HEADER and not header.is_file():
        yield f"1: must have a header of its own name, {file.path.with_suffix('.hpp').name}"


def check_public_header(file, include, target):
    """pms includes these from outside, where the service's own src/ is not searched."""
    if not file.in_service or file.path.parts[1:] not in (("src", "app.hpp"), ("src", "config.hpp")):
        return
    if target is not None and target.parts[0] != "libs" and "/" in include:
        yield f'a public header of a service must include only libraries and what lies beside it, not "{include}"'


def check_engine(file, include, quoted, target):
    """Only libs/runtime/engines.cpp, drivers and a library's own tests name a driver."""
    if quoted and target is not None and target.parts[0] == "libs" and target.parts[2] in ENGINES:
        is_driver = file.in_library and file.path.parts[2] in ENGINES
        if file.path != ENGINES_FILE and not is_driver and not (file.is_test and file.in_library):
            yield f'only {ENGINES_FILE} may include "{include}"; everything else uses the port, libs/{target.parts[1]}'
    for header, engine in ENGINE_HEADERS.items():
        if not quoted and include.startswith(header) and not file.is_test and engine not in file.path.parts:
            yield f"<{include}> may be included only in libs/…/{engine}/"


def check_file(file):
    for line, quoted, include in file.includes():
        target = file.resolve(include) if quoted else None
        breaches = [*check_room(file, include, quoted), *check_engine(file, include, quoted, target)]
        if quoted:
            if ".." in Path(include).parts:
                breaches.append(f'"{include}" climbs out of its folder; include from the root of the sources')
            if file.in_library:
                breaches += check_library(file, include, target)
            if file.in_service:
                breaches += check_service(file, include, target)
            breaches += check_public_header(file, include, target)
        for breach in breaches:
            yield f"{file.path}:{line}: {breach}"
    for breach in (*check_words(file), *check_header(file)):
        yield f"{file.path}:{breach}"


def check_name(path):
    words = re.split(r"[^a-z0-9]+", path.name.split(".")[0].lower())
    if words[-1] in EMPTY_WORDS:
        yield f'{path}: "{words[-1]}" says nothing; name it for what it holds'


def check_folder(root, path):
    """A folder of a service named like a library would make includes ambiguous."""
    is_room = len(path.parts) == 3 and path.parts[0] in SERVICES and path.parts[1] == "src" and (root / path).is_dir()
    if is_room and path.name in LAYER_OF:
        yield f'{path}: a folder of a service must not be named like a library; "{path.name}/" is ambiguous'


def check(root):
    breaches = []
    for path in walk(root):
        breaches += check_name(path)
        breaches += check_folder(root, path)
        if path.suffix in (".hpp", ".cpp") and (root / path).is_file():
            breaches += check_file(File(root, path))
    return breaches


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent).resolve()
    if not (root / "libs").is_dir():
        sys.exit(f"{root}: not the root of the repository, it has no libs/")
    breaches = check(root)
    for breach in breaches:
        print(breach)
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
