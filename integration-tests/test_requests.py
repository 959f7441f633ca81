"""The sample requests in api-request/ and grpc-request/ work against the demo."""

import re
import subprocess
import sys

import httpx
import pytest

import rpc
from deployment import REPOSITORY, environment
from http_files import Runner, parse
from waiting import wait_until

pytestmark = pytest.mark.xdist_group("requests")  # they share one system
FILES = sorted((REPOSITORY / "api-request").glob("*.http"))
GATEWAY = "http://127.0.0.1:4004"


@pytest.fixture(scope="module")
def demo(module_deployments):
    """The demo with its patients, which are created shortly after the system is ready."""
    demo = module_deployments.create("demo").start().settle()
    with demo.client() as client:
        wait_until(lambda: client.get("/api/patients").json()["totalElements"] == 5, "the demo patients exist")
    return demo


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_request_gets_the_status_in_its_title(demo, file):
    variables, requests = parse(file.read_text())
    assert ("gateway", GATEWAY) in variables
    with httpx.Client(timeout=20) as client:
        runner = Runner(client, variables + [("gateway", demo.url())])
        for request in requests:
            answer = runner.run(request)
            assert answer.status_code == request.status, f"{request.title}: {answer.text}"


@pytest.mark.parametrize("name", ["auth", "patients", "billing", "analytics"])
def test_every_operation_of_the_document_has_a_request(demo, name):
    document = httpx.get(f"{demo.url()}/api-docs/{name}", timeout=20).json()
    [server] = document["servers"]
    documented = {
        (method.upper(), server["url"] + path)
        for path, item in document["paths"].items()
        for method in item.keys() & {"get", "post", "put", "patch", "delete"}
    }
    _, requests = parse((REPOSITORY / f"api-request/{name}.http").read_text())
    asked = {(request.method, path_of(request.url)) for request in requests}
    assert documented - asked == set()


def path_of(url):
    """Returns the path of a URL: /api/patients/{id} for {{gateway}}/api/patients/{{x}}?page=1."""
    path = re.sub(r"\{\{.+?\}\}", "{id}", url.removeprefix("{{gateway}}"))
    return path.split("?")[0]


def test_every_grpc_call_works(demo, tmp_path):
    script = (REPOSITORY / "grpc-request/billing.sh").read_text()
    assert f"GATEWAY={GATEWAY}\n" in script and "BILLING=127.0.0.1:9001\n" in script
    script = script.replace(GATEWAY, demo.url()).replace("127.0.0.1:9001", demo.grpc_address)
    stand_in = tmp_path / "grpcurl"
    stand_in.write_text(f'#!/bin/sh\nexec {sys.executable} {REPOSITORY}/integration-tests/grpcurl.py "$@"\n')
    stand_in.chmod(0o755)
    called = tmp_path / "called"
    ran = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env=environment(PMS_CALLED=str(called), PATH=f"{tmp_path}:/usr/bin:/bin"),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    assert "billing.v1.BillingService" in ran.stdout
    assert '"status": "STATUS_CLOSED"' in ran.stdout
    billing = {method for method in rpc.METHODS if "BillingService" in method}
    assert billing <= set(called.read_text().splitlines())
