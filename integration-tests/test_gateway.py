"""What the gateway adds to requests and responses, and which requests it rejects."""

import http.client
import time

import httpx
import pytest

from problems import assert_problem

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
TRACE_PARENT = f"00-{TRACE}-00f067aa0ba902b7-01"
LIMITS = ["address", "login", "user"]


@pytest.mark.parametrize("path", ["/api/patients/not-a-uuid", "/api/nothing", "/auth/validate?x=1"])
def test_a_problem_carries_the_trace_of_the_request(system, path):
    with system.client() as client:
        bad = {"Authorization": "Bearer forged"} if path.startswith("/auth") else {}
        problem = client.get(path, headers={"traceparent": TRACE_PARENT} | bad).json()
    assert problem["traceId"] == TRACE


def test_a_request_without_a_valid_traceparent_starts_a_new_trace(admin):
    traces = set()
    for headers in [{}, {"traceparent": "00-zz-zz-01"}, {"traceparent": f"00-{'0' * 32}-00f067aa0ba902b7-01"}]:
        traces.add(assert_problem(admin.get("/api/nothing", headers=headers), 404)["traceId"])
    assert len(traces) == 3
    assert "0" * 32 not in traces


def test_a_request_id_of_the_client_is_kept_and_a_missing_one_generated(admin):
    for path in ["/api/patients", "/api/nothing"]:
        assert admin.get(path, headers={"X-Request-Id": "front-desk-7"}).headers["x-request-id"] == "front-desk-7"
        generated = {admin.get(path).headers["x-request-id"] for _ in range(2)}
        assert len(generated) == 2


@pytest.mark.parametrize("request_id", ["x" * 1000, "a b", 'a"b', "<script>"])
def test_an_invalid_request_id_is_replaced(admin, request_id):
    assert admin.get("/api/patients", headers={"X-Request-Id": request_id}).headers["x-request-id"] != request_id


def test_responses_have_the_security_headers(admin):
    for path in ["/api/patients", "/api/billing/accounts?patientId=x", "/api/nothing"]:
        assert admin.get(path).headers["x-content-type-options"] == "nosniff"
    assert admin.get("/api/patients").headers["cache-control"] == "no-store"


def test_a_response_has_no_duplicate_headers(admin):
    for path in ["/api/patients", "/api/nothing"]:
        names = [name.lower() for name, _ in admin.get(path).headers.raw]
        assert len(names) == len(set(names)), names


def test_head_returns_what_get_does_without_a_body(admin):
    answer = admin.head("/api/patients")
    assert answer.status_code == 200
    assert answer.content == b""


def test_identity_headers_sent_by_clients_are_ignored(system):
    headers = {"X-User-Id": "1", "X-User-Roles": "ADMIN", "X-Forwarded-User": "admin"}
    assert_problem(httpx.get(system.url() + "/api/patients", headers=headers), 401)
    with system.client("ANALYST") as client:
        assert_problem(client.get("/api/patients", headers=headers), 403)


def test_headers_that_are_too_large_are_rejected(admin):
    assert_problem(admin.get("/api/patients", headers={"X-Large": "x" * 40_000}), 431)
    assert_problem(admin.get("/api/patients?" + "x" * 9_000), 414)


@pytest.fixture(scope="module")
def strict(module_deployments):
    """A system with the default limits."""
    limits = [f"gateway.limit.{whose}.{number}" for whose in LIMITS for number in ("per-second", "burst")]
    return module_deployments.create("all-in-one", dict.fromkeys(limits)).start().settle()


def assert_limited(answer):
    assert_problem(answer, 429)
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert answer.headers["ratelimit-policy"]
    assert answer.headers["ratelimit"]


def ask_until_limited(ask):
    """Returns all responses up to the first 429."""
    answers = [ask()]
    end = time.monotonic() + 60  # a busy machine may send slowly at first
    while answers[-1].status_code != 429 and time.monotonic() < end:
        answers.append(ask())
    assert_limited(answers[-1])
    return answers


@pytest.mark.xdist_group("strict")
def test_a_user_is_limited_after_a_burst_of_twenty(strict):
    with strict.client("CLINICIAN") as client:
        *allowed, _ = ask_until_limited(lambda: client.get("/api/patients"))
    assert len(allowed) >= 20
    assert {answer.status_code for answer in allowed} == {200}
    assert allowed[0].headers["ratelimit-policy"]


@pytest.mark.xdist_group("strict")
def test_login_attempts_are_limited_by_address(strict):
    with strict.anonymous() as client:
        *allowed, _ = ask_until_limited(lambda: client.post("/auth/login", json={}))
    assert {answer.status_code for answer in allowed} == {400}


@pytest.mark.xdist_group("strict")
def test_an_address_is_limited_before_its_token_is_verified(strict):
    with strict.anonymous() as client:
        *allowed, _ = ask_until_limited(lambda: client.get("/api/patients", headers={"Authorization": "Bearer forged"}))
    assert {answer.status_code for answer in allowed} == {401}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/auth/login/../users", 400),
        ("GET", "/api-docs/auth/%2e%2e/%2E./users", 400),
        ("GET", "/api/./patients", 400),
        ("GET", "/api//patients", 400),
        ("GET", "//api/patients", 400),
        ("GET", "/api/patients%2fx", 400),
        ("GET", "/api/patients\\x", 400),
        ("GET", "/api/patients%5Cx", 400),
        ("GET", "/api/patients/%00", 400),
        ("POST", "/auth/login/x", 401),
        ("GET", "/api-docs/auth/x", 404),
        ("TRACE", "/api/patients", 501),
        ("CONNECT", "example.com:443", 501),
        ("PROPFIND", "/api/patients", 501),
    ],
)
def test_the_gateway_refuses_ambiguous_paths_and_unknown_methods(system, method, path, status):
    connection = http.client.HTTPConnection("127.0.0.1", system.ports.http["gateway"], timeout=10)
    connection.request(method, path)
    response = connection.getresponse()
    response.read()
    connection.close()
    assert response.status == status
