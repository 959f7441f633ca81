"""Runs the requests of a .http file in order, with variables and named requests."""

import json
import re
from dataclasses import dataclass, field


@dataclass
class Request:
    title: str
    status: int  # after the arrow in the title
    variables: list = field(default_factory=list)  # (name, value), set before the request is sent
    name: str = ""
    method: str = ""
    url: str = ""
    headers: dict = field(default_factory=dict)
    body: str = ""


def parse(text):
    """Returns the variables of the file as (name, value) pairs, and its requests."""
    head, *parts = re.split(r"^###[ \t]*", text, flags=re.M)
    return re.findall(r"^@(\w+) = (.*)$", head, re.M), [_parse_request(part) for part in parts]


def _parse_request(part):
    title, _, rest = part.partition("\n")
    status = re.search(r"→ (\d{3})$", title)
    assert status, f"the title must end with an arrow and the expected status: {title}"
    request = Request(title, int(status[1]))
    head, _, request.body = rest.strip().partition("\n\n")
    for line in head.splitlines():
        if variable := re.fullmatch(r"@(\w+) = (.*)", line):
            request.variables.append(variable.groups())
        elif name := re.fullmatch(r"# @name (\w+)", line):
            request.name = name[1]
        elif not request.method:
            request.method, request.url = line.split(" ")
        else:
            name, value = line.split(": ", 1)
            request.headers[name] = value
    assert request.method, f"no request: {title}"
    return request


class Runner:
    """Sends requests and stores their responses, which later requests refer to."""

    def __init__(self, client, variables):
        self._client = client
        self._variables = dict(variables)
        self._answers = {}

    def run(self, request):
        for name, value in request.variables:
            self._variables[name] = self._fill_in(value)
        answer = self._client.request(
            request.method,
            self._fill_in(request.url),
            headers={name: self._fill_in(value) for name, value in request.headers.items()},
            content=self._fill_in(request.body).encode(),
        )
        if request.name:
            self._answers[request.name] = answer.json()
        return answer

    def _fill_in(self, text):
        return re.sub(r"\{\{(.*?)\}\}", lambda found: self._value(found[1]), text)

    def _value(self, expression):
        if expression in self._variables:
            return self._variables[expression]
        reference = re.fullmatch(r"(\w+)\.response\.body\.\$\.(.+)", expression)
        assert reference, f"undefined variable: {expression}"
        value = self._answers[reference[1]]
        for step in re.findall(r"\w+", reference[2]):
            value = value[int(step) if step.isdigit() else step]
        return value if isinstance(value, str) else json.dumps(value)
