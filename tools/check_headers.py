#!/usr/bin/env python3
"""Checks that every header of the project compiles on its own.

    tools/check_headers.py COMPILE_COMMANDS    (of a build without unity builds)

Each .hpp is compiled alone, without the precompiled header, with the flags of a source file of its
folder. A header that compiled is not compiled again until it, or a file that it includes, changes.
Prints the first error of each header that does not compile, and exits with 1; otherwise 0.
"""

import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Flags that belong to the compiled source file, and not to its headers.
WITH_VALUE = ("-o", "-c", "-include", "-MF", "-MT", "-MQ")
WITHOUT_VALUE = ("-Winvalid-pch", "-fpch-preprocess", "-MD", "-MMD")


def flags_of(command):
    """The compiler and its flags, without what names the source file or the precompiled header."""
    words = shlex.split(command)
    start = next(i for i, word in enumerate(words) if re.search(r"(^|/)(g\+\+|clang\+\+|c\+\+)[-0-9]*$", word))
    flags, skip = [], False
    for word in words[start:]:
        if skip:
            skip = False
        elif word in WITH_VALUE:
            skip = True
        elif word not in WITHOUT_VALUE:
            flags.append(word)
    return flags


def flags_by_folder(commands, root):
    """For each folder with a source file, the flags of one of them."""
    flags = {}
    for entry in commands:
        folder = Path(entry["file"]).resolve().parent
        if folder.is_relative_to(root):
            flags.setdefault(folder, flags_of(entry["command"]))
    return flags


def headers(root):
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in {".git", "build", "var"})
        yield from (Path(folder, name) for name in sorted(files) if name.endswith(".hpp"))


def flags_for(header, flags):
    """The flags of the nearest folder: the header's own, one above it, or one below it."""
    for folder in header.parents:
        if folder in flags:
            return flags[folder]
        for known in flags:
            if known.is_relative_to(folder) and folder != ROOT and "tests" not in known.relative_to(folder).parts:
                return flags[known]
    return None


def digest_of(files, flags):
    digest = hashlib.sha256(" ".join(flags).encode())
    for file in files:
        digest.update(str(file).encode())
        digest.update(Path(file).read_bytes())
    return digest.hexdigest()


class Cache:
    """Remembers, for each header that compiled, which files it included and what they contained."""

    def __init__(self, path):
        self.path = path
        try:
            self.known = json.loads(path.read_text())
        except (OSError, ValueError):
            self.known = {}

    def is_good(self, header, flags):
        entry = self.known.get(str(header))
        try:
            return entry is not None and digest_of(entry["files"], flags) == entry["digest"]
        except OSError:
            return False

    def add(self, header, files, flags):
        self.known[str(header)] = {"files": files, "digest": digest_of(files, flags)}

    def save(self):
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps(self.known))


def compile_alone(header, flags, root):
    """(the first error or None, the project's files that the header includes)."""
    # -w: g++ warns of `#pragma once` in a main file, and warnings are the build's business.
    command = [*flags, "-w", "-x", "c++", "-fsyntax-only", "-MMD", "-MF", "-", str(header)]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=root)
    if ran.returncode != 0:
        error = next((line for line in ran.stderr.splitlines() if "error" in line), ran.stderr.strip())
        return error, []
    names = ran.stdout.replace("\\\n", " ").split(":", 1)[-1].split()
    return None, [name for name in names if Path(name).is_file()]


def check(root, commands, cache):
    """The error of each header that does not compile alone."""
    flags = flags_by_folder(commands, root)
    todo, errors = [], []
    for header in headers(root):
        chosen = flags_for(header, flags)
        if chosen is None:
            errors.append(f"{header}: no source file in its folder is compiled")
        elif not cache.is_good(header, chosen):
            todo.append((header, chosen))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(lambda item: compile_alone(*item, root), todo)
        for (header, chosen), (error, files) in zip(todo, results, strict=True):
            if error:
                errors.append(f"{header.relative_to(root)}: does not compile on its own: {error}")
            else:
                cache.add(header, files, chosen)
    cache.save()
    return errors


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    path = Path(sys.argv[1])
    errors = check(ROOT, json.loads(path.read_text()), Cache(path.parent / "headers.json"))
    print("\n".join(errors), end="\n" if errors else "")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
