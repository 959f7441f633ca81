"""The management ports of the five services."""

import httpx
import pytest

from ports import SERVICES
from problems import assert_problem


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_is_live_and_ready(system, service):
    for path in ["/livez", "/readyz"]:
        assert httpx.get(system.management(service) + path).status_code == 200


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_metrics_that_count_its_requests(system, admin, service):
    paths = {
        "gateway": "/api/patients",
        "auth": "/auth/validate",
        "patient": "/api/patients",
        "billing": "/api/billing/accounts?patientId=x",
        "analytics": "/api/analytics/summary",
    }
    assert admin.get(paths[service]).status_code == 200
    answer = httpx.get(system.management(service) + "/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert "http_server_request_duration_seconds_count" in answer.text


@pytest.mark.parametrize("service", SERVICES)
def test_the_management_port_serves_nothing_else(system, service):
    assert httpx.get(system.management(service) + "/patients").status_code == 404


def test_metrics_contain_no_raw_paths(system, admin):
    admin.get("/api/patients/0190a1b2-0000-7000-8000-00000000c0de")
    for service in SERVICES:
        assert "c0de" not in httpx.get(system.management(service) + "/metrics").text


def test_a_service_whose_database_was_deleted_is_not_ready(deployments):
    system = deployments.create("all-in-one").start()
    (system.data / "patient.db").unlink()
    problem = assert_problem(httpx.get(system.management("patient") + "/readyz"), 503)
    assert "patient.db" in problem["detail"]
    assert httpx.get(system.management("billing") + "/readyz").status_code == 200
