"""The documents in docs/ agree with the code."""

import re
import subprocess

import grpc
import httpx
import pytest

import rpc
from deployment import BINARIES, PASSWORD, REPOSITORY
from patients import create
from ports import SERVICES


@pytest.mark.parametrize("document", ["permissions", "configuration"])
def test_a_generated_document_is_up_to_date(document):
    generated = subprocess.run([BINARIES / "pms", "docs", document], capture_output=True, text=True)
    assert generated.returncode == 0, generated.stderr
    committed = (REPOSITORY / "docs" / f"{document}.md").read_text()
    assert committed == generated.stdout, f"docs/{document}.md is out of date: run ./dev docs"


ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| ([\w, ]*) ?\|")
SAMPLE = re.compile(r"^(\w+)(?:\{(.*)\})? \S+$")
LABEL = re.compile(r'(\w+)="(?:[^"\\]|\\.)*"')


def metrics_listed():
    """Reads {name: (type, labels)} from docs/metrics.md."""
    rows = filter(None, map(ROW.match, (REPOSITORY / "docs/metrics.md").read_text().splitlines()))
    return {row[1]: (row[2], frozenset(filter(None, row[3].strip().split(", ")))) for row in rows}


def metrics_served(system):
    """Reads {name: (type, labels)} from the management ports."""
    kinds, labels = {}, {}
    for service in SERVICES:
        for line in httpx.get(system.management(service) + "/metrics").text.splitlines():
            if line.startswith("# TYPE "):
                _, _, name, kind = line.split()
                kinds[name] = kind
            elif sample := SAMPLE.match(line):
                name = re.sub("_(bucket|sum|count)$", "", sample[1]) if sample[1] not in kinds else sample[1]
                labels.setdefault(name, set()).update(set(LABEL.findall(sample[2] or "")) - {"le"})
    return {name: (kind, frozenset(labels[name])) for name, kind in kinds.items()}


def trigger_every_metric(system, admin):
    """Triggers the metrics that appear with their first event."""
    create(admin)
    own_password = {"currentPassword": PASSWORD, "newPassword": PASSWORD}
    assert admin.put("/auth/me/password", json=own_password).status_code == 400
    login = {"email": "admin@clinic.example", "password": PASSWORD}
    with system.anonymous() as client:
        tokens = client.post("/auth/login", json=login).json()
        assert client.post("/auth/login", json=login | {"password": "wrong"}).status_code == 401
        assert client.post("/auth/refresh", json={"refreshToken": tokens["refreshToken"]}).status_code == 200
        assert client.get("/api/patients", headers={"Authorization": "Bearer forged"}).status_code == 401
        # The body is larger than any that a service accepts.
        assert client.post("/auth/login", content=b" " * 2_000_000).status_code == 413
    with pytest.raises(grpc.RpcError):
        rpc.call(system.grpc_address, "/billing.v1.BillingService/GetBillingAccount", id="1")


def test_the_documented_metrics_are_those_that_are_served(system, admin):
    trigger_every_metric(system, admin)
    listed = metrics_listed()
    assert len(listed) > 20

    served = metrics_served(system)
    names = listed.keys() | served.keys()
    different = {name: (listed.get(name), served.get(name)) for name in names if listed.get(name) != served.get(name)}
    assert not different, f"docs/metrics.md and /metrics differ: {different}"
