"""Creates what a binary needs in order to embed the pages of Swagger UI:

    cmake/swagger_ui_table.py OUT FILE…

OUT/files gets a copy of each FILE and a compressed version of it, from which the linker creates an
object file, and OUT/swagger_ui_files.cpp gets the table of them.
"""

import gzip
import hashlib
import re
import shutil
import sys
from pathlib import Path

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".png": "image/png",
    ".txt": "text/plain; charset=utf-8",
}


def view(name):
    """The bytes of a file, by the symbols that the linker gives it."""
    symbol = "_binary_" + re.sub("[^A-Za-z0-9]", "_", name)
    return f"{{{symbol}_start, static_cast<std::size_t>({symbol}_end - {symbol}_start)}}", symbol


def main():
    out, *sources = map(Path, sys.argv[1:])
    shutil.rmtree(out / "files", ignore_errors=True)
    (out / "files").mkdir(parents=True)
    declarations, entries = [], []
    for source in sources:
        content = source.read_bytes()
        (out / "files" / source.name).write_bytes(content)
        (out / "files" / f"{source.name}.gz").write_bytes(gzip.compress(content, mtime=0))
        plain, plain_symbol = view(source.name)
        packed, packed_symbol = view(f"{source.name}.gz")
        version = hashlib.sha256(content).hexdigest()[:16]
        for symbol in (plain_symbol, packed_symbol):
            declarations.append(f"extern const char {symbol}_start[];\nextern const char {symbol}_end[];\n")
        entries.append(
            f'      {{.name = "{source.name}", .content_type = "{TYPES[source.suffix]}", .version = "{version}",\n'
            f"       .plain = {plain},\n       .gzip = {packed}}},\n"
        )
    (out / "swagger_ui_files.cpp").write_text(
        '#include "pages/documents.hpp"\n\nextern "C" {\n' + "".join(declarations) + "}\n\n"
        "namespace pms::pages {\n\nstd::span<const StaticContent> swagger_ui_files() {\n"
        "  static const StaticContent files[] = {\n" + "".join(entries) + "  };\n  return files;\n}\n\n"
        "}  // namespace pms::pages\n"
    )


if __name__ == "__main__":
    main()
