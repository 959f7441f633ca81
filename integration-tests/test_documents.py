"""The documents in docs/ are true of this code."""

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
def test_a_document_is_what_the_code_says(document):
    made = subprocess.run([BINARIES / "pms", "docs", document], capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    kept = (REPOSITORY / "docs" / f"{document}.md").read_text()
    assert kept == made.stdout, f"docs/{document}.md is not what the code says: run ./dev docs"


ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| ([\w, ]*) ?\|")
SAMPLE = re.compile(r"^(\w+)(?:\{(.*)\})? \S+$")
LABEL = re.compile(r'(\w+)="(?:[^"\\]|\\.)*"')


def metrics_listed():
    """{name: (type, labels)} of docs/metrics.md."""
    rows = filter(None, map(ROW.match, (REPOSITORY / "docs/metrics.md").read_text().splitlines()))
    return {row[1]: (row[2], frozenset(filter(None, row[3].strip().split(", ")))) for row in rows}


def metrics_served(system):
    """The same of the management ports."""
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


def let_everything_be_counted(system, admin):
    """What is counted only once it has happened."""
    create(admin)
    own_password = {"currentPassword": PASSWORD, "newPassword": PASSWORD}
    assert admin.put("/auth/me/password", json=own_password).status_code == 400
    login = {"email": "admin@clinic.example", "password": PASSWORD}
    with system.anonymous() as client:
        tokens = client.post("/auth/login", json=login).json()
        assert client.post("/auth/login", json=login | {"password": "wrong"}).status_code == 401
        assert client.post("/auth/refresh", json={"refreshToken": tokens["refreshToken"]}).status_code == 200
        assert client.get("/api/patients", headers={"Authorization": "Bearer forged"}).status_code == 401
    with pytest.raises(grpc.RpcError):
        rpc.call(system.grpc_address, "/billing.v1.BillingService/GetBillingAccount", id="1")


def test_the_list_of_metrics_is_what_is_served(system, admin):
    let_everything_be_counted(system, admin)
    listed = metrics_listed()
    assert len(listed) > 20

    served = metrics_served(system)
    names = listed.keys() | served.keys()
    different = {name: (listed.get(name), served.get(name)) for name in names if listed.get(name) != served.get(name)}
    assert not different, f"docs/metrics.md against /metrics: {different}"
