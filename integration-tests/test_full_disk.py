"""A file-size limit, which writes meet in the same way as a full disk."""

import resource

import httpx
import pytest

from patients import create, new_patient
from waiting import wait_until

KINDS = ["all-in-one", "five-processes"]


def limit_file_size(process, size):
    _, hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size, hard))


def create_until_refused(client):
    """Creates patients until one is refused. Returns those that were created, and the response."""
    created = []
    for _ in range(2_000):
        response = client.post("/api/patients", json=new_patient())
        if response.status_code != 201:
            return created, response
        created.append(response.json())
    raise AssertionError("the limit was never reached")


@pytest.fixture(params=KINDS)
def limited(request, deployments):
    """A system that stores patients in files of at most 2 MB, and the process that does so."""
    system = deployments.create(request.param).start().settle()
    process = system.processes["pms" if request.param == "all-in-one" else "patient"]
    limit_file_size(process, 2_000_000)
    return system, process


def test_a_file_size_limit_refuses_changes_until_there_is_room(limited):
    system, process = limited
    with system.client() as client:
        created, refused = create_until_refused(client)
        assert refused.status_code == 507
        assert process.poll() is None
        assert client.get(f"/api/patients/{created[-1]['id']}").status_code == 200
        limit_file_size(process, resource.RLIM_INFINITY)
        created.append(create(client))
        for patient in created:
            assert client.get(f"/api/patients/{patient['id']}").status_code == 200


def readiness(system, service):
    return httpx.get(system.management(service) + "/readyz", timeout=5)


def test_a_service_is_not_ready_while_its_disk_is_full(limited):
    system, process = limited
    with system.client() as client:
        create_until_refused(client)
    for _ in range(3):
        response = readiness(system, "patient")
        assert response.status_code == 503
        assert "no space left" in response.json()["detail"]
    assert readiness(system, "gateway").status_code == 200
    limit_file_size(process, resource.RLIM_INFINITY)
    wait_until(lambda: readiness(system, "patient").status_code == 200, "the service is ready again", seconds=5)
