"""Access control: missing tokens, missing permissions, unknown paths and wrong methods."""

import uuid

import pytest

from patients import new_patient
from problems import assert_problem

ROUTES = {
    "list patients": ("GET", "/api/patients", {"ADMIN", "CLINICIAN", "RECEPTIONIST", "BILLING", "AUDITOR"}),
    "create a patient": ("POST", "/api/patients", {"ADMIN", "CLINICIAN", "RECEPTIONIST"}),
    "get a patient": (
        "GET",
        f"/api/patients/{uuid.uuid4()}",
        {"ADMIN", "CLINICIAN", "RECEPTIONIST", "BILLING", "AUDITOR"},
    ),
    "list accounts": (
        "GET",
        "/api/billing/accounts?patientId=nobody",
        {"ADMIN", "RECEPTIONIST", "BILLING", "AUDITOR"},
    ),
    "get an account": (
        "GET",
        f"/api/billing/accounts/{uuid.uuid4()}",
        {"ADMIN", "RECEPTIONIST", "BILLING", "AUDITOR"},
    ),
    "list users": ("GET", "/auth/users", {"ADMIN", "AUDITOR"}),
    "get a user": ("GET", f"/auth/users/{uuid.uuid4()}", {"ADMIN", "AUDITOR"}),
    "delete a user": ("DELETE", f"/auth/users/{uuid.uuid4()}", {"ADMIN"}),
    "get the summary": ("GET", "/api/analytics/summary", {"ADMIN", "ANALYST", "AUDITOR"}),
    "get the registrations": ("GET", "/api/analytics/registrations", {"ADMIN", "ANALYST", "AUDITOR"}),
}
ROLES = ["ADMIN", "CLINICIAN", "RECEPTIONIST", "BILLING", "ANALYST", "AUDITOR"]


@pytest.mark.parametrize("route", ROUTES)
def test_without_a_token_every_route_returns_401(system, route):
    method, path, _ = ROUTES[route]
    with system.anonymous() as client:
        answer = client.request(method, path)
    assert_problem(answer, 401)
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_what_the_contract_says_and_nothing_else(system, role):
    with system.client(role) as client:
        for name, (method, path, allowed) in ROUTES.items():
            answer = client.request(method, path, json=new_patient() if method == "POST" else None)
            if role in allowed:
                assert answer.status_code in (200, 201, 404), f"{name}: {answer.text}"
            else:
                assert_problem(answer, 403)


def test_the_services_check_the_permission_themselves(system):
    with system.client("ANALYST", service="patient") as client:
        assert_problem(client.get("/patients"), 403)
    with system.client("CLINICIAN", service="billing") as client:
        assert_problem(client.get("/accounts?patientId=nobody"), 403)
    with system.client("BILLING", service="analytics") as client:
        assert_problem(client.get("/summary"), 403)
    with system.client("CLINICIAN", service="auth") as client:
        assert_problem(client.get("/users"), 403)


@pytest.mark.parametrize("path", ["/", "/nothing", "/api", "/api/nothing", "/api/patients/1/2/3", "/livez", "/metrics"])
def test_an_unknown_path_returns_404(admin, path):
    assert_problem(admin.get(path), 404)


@pytest.mark.parametrize("service, path", [("patient", "/nothing"), ("auth", "/patients"), ("billing", "/metrics")])
def test_an_unknown_path_of_a_service_returns_404(system, service, path):
    with system.client(service=service) as client:
        assert_problem(client.get(path), 404)


@pytest.mark.parametrize(
    "method, path, allowed",
    [
        ("PUT", "/auth/login", {"POST"}),
        ("DELETE", "/api/patients", {"GET", "HEAD", "POST"}),
        ("POST", "/api/analytics/summary", {"GET", "HEAD"}),
        ("PATCH", "/api/billing/accounts", {"GET", "HEAD"}),
    ],
)
def test_a_wrong_method_returns_405_and_names_the_right_ones(admin, method, path, allowed):
    answer = admin.request(method, path)
    assert_problem(answer, 405)
    named = {method.strip() for method in answer.headers["allow"].split(",")}
    assert named - {"HEAD"} == allowed - {"HEAD"}
