"""Creates the JSON that a service serves from its document in openapi/:

    cmake/openapi_json.py openapi/patients.yaml OUT.json

Components of shared.yaml that the document refers to are copied into the document. Fails, naming
the place, on a reference without a target and on a component without a reference.
"""

import json
import sys
from pathlib import Path

import yaml


class Loader(yaml.SafeLoader):
    """YAML whose dates stay text, as JSON's are, and that refuses a key given twice."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def mapping(loader, node):
    keys = [key.value for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
    twice = {key for key in keys if keys.count(key) > 1}
    if twice:
        sys.exit(f"{node.start_mark.name}:{node.start_mark.line + 1}: given twice: {', '.join(sorted(twice))}")
    loader.flatten_mapping(node)
    return loader.construct_mapping(node, deep=True)


Loader.add_constructor("tag:yaml.org,2002:map", mapping)


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.loads(json.dumps(yaml.load(file, Loader)))  # so that what an anchor names is no longer one object


def everything(value, place=""):
    """(place, value) of a value and all that is in it."""
    yield place, value
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        yield from everything(member, f"{place}/{key}")


def references(document):
    """(place, object) of each object that is a reference."""
    return ((place, value) for place, value in everything(document) if isinstance(value, dict) and "$ref" in value)


def take_shared(document, shared):
    """Copies referenced components, and those that they refer to, into the document."""
    own = {kind: set(members) for kind, members in document["components"].items()}
    for place, each in references(document):
        file, path = each["$ref"].split("#")
        _, _, kind, name = path.split("/")
        if file and (file != "shared.yaml" or name in own.get(kind, ())):
            sys.exit(f"{place}: {each['$ref']} must be of shared.yaml, and of a name that this document does not have")
        each["$ref"] = "#" + path
    for scheme in {name for requirement in document["security"] for name in requirement}:
        document["components"].setdefault("securitySchemes", {})[scheme] = shared["securitySchemes"][scheme]
    copied = True
    while copied:
        copied = False
        for place, each in list(references(document)):
            _, _, kind, name = each["$ref"].split("/")
            members = document["components"].setdefault(kind, {})
            if name not in members:
                if name not in shared.get(kind, {}):
                    sys.exit(f"{place}: there is no {each['$ref']}")
                members[name] = shared[kind][name]
                copied = True


def check(document):
    used = {each["$ref"] for _, each in references(document)}
    for kind, members in document["components"].items():
        for name in members:
            if kind != "securitySchemes" and f"#/components/{kind}/{name}" not in used:
                sys.exit(f"/components/{kind}/{name}: nothing refers to it")
    for place, value in everything(document):
        if value is None:
            sys.exit(f"{place}: is nothing; a text with a comma or a colon needs quotes")
    # The one place that the service changes: see libs/pages/documents.hpp.
    if document["servers"] != [{"url": "/"}]:
        sys.exit("/servers: must be one, with the url /")


def main():
    source, out = map(Path, sys.argv[1:])
    document = load(source)
    document.pop("x-responses", None)  # anchors for the responses of several operations
    take_shared(document, load(source.parent / "shared.yaml")["components"])
    check(document)
    out.write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


if __name__ == "__main__":
    main()
