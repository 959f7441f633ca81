"""The shape of every error response: RFC 9457 problem+json."""

import re

# These statuses may reject a request before it was read completely: then there is no instance.
UNREAD = {413, 414, 431}


def assert_problem(answer, status, field=None):
    """Checks the complete shape. One of `errors` must name `field`. Returns the problem."""
    assert answer.status_code == status, f"{answer.status_code}: {answer.text}"
    assert answer.headers["content-type"].split(";")[0] == "application/problem+json"
    problem = answer.json()
    members = {"type", "title", "status", "detail", "traceId"} | (set() if status in UNREAD else {"instance"})
    assert members <= problem.keys(), problem
    assert problem["status"] == status
    if "instance" in problem:
        assert problem["instance"] == answer.request.url.raw_path.decode().split("?")[0], problem
    assert re.fullmatch("[0-9a-f]{32}", problem["traceId"]), problem
    assert problem["detail"], problem
    if field is not None:
        errors = problem.get("errors", [])
        assert field in [error["field"] for error in errors], problem
        assert all(error["message"] for error in errors), problem
    return problem
