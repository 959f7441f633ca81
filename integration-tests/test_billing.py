"""Billing accounts over HTTP, and over gRPC with both service names."""

import uuid

import grpc
import pytest

import rpc
from patients import create
from problems import assert_problem
from waiting import wait_until

CREATE = "/billing.v1.BillingService/CreateBillingAccount"
GET = "/billing.v1.BillingService/GetBillingAccount"
LIST = "/billing.v1.BillingService/ListBillingAccounts"
CLOSE = "/billing.v1.BillingService/CloseBillingAccount"
LEGACY = "/BillingService/CreateBillingAccount"


def accounts_of(client, patient_id):
    answer = client.get("/api/billing/accounts", params={"patientId": patient_id})
    assert answer.status_code == 200, answer.text
    assert answer.json().keys() == {"accounts"}
    return answer.json()["accounts"]


def rejected(*arguments, **fields):
    """Returns the status of a call that must fail."""
    with pytest.raises(grpc.RpcError) as failure:
        rpc.call(*arguments, **fields)
    return failure.value.code()


def test_a_new_patient_has_one_account(admin):
    patient = create(admin, name="Zoë")
    [account] = wait_until(lambda: accounts_of(admin, patient["id"]), "the account exists")
    assert account.keys() == {"id", "patientId", "name", "email", "status", "version", "createdAt", "updatedAt"}
    assert account["id"] == patient["billingAccount"]["id"]
    assert account["patientId"] == patient["id"]
    assert (account["name"], account["email"]) == ("Zoë", patient["email"])
    assert account["status"] == "ACTIVE"


def test_an_account_can_be_read_by_its_id(admin):
    patient = create(admin)
    [account] = wait_until(lambda: accounts_of(admin, patient["id"]), "the account exists")
    answer = admin.get(f"/api/billing/accounts/{account['id']}")
    assert answer.status_code == 200
    assert answer.json() == account


def test_a_patient_without_an_account_has_an_empty_list(admin):
    assert accounts_of(admin, str(uuid.uuid4())) == []


def test_an_unknown_account_returns_404(admin):
    assert_problem(admin.get(f"/api/billing/accounts/{uuid.uuid4()}"), 404)


def test_invalid_input_is_rejected_naming_the_field(admin):
    assert_problem(admin.get("/api/billing/accounts/not-a-uuid"), 400, "id")
    assert_problem(admin.get("/api/billing/accounts"), 400, "patientId")
    assert_problem(admin.get("/api/billing/accounts?patientId="), 400, "patientId")
    assert_problem(admin.get(f"/api/billing/accounts?patientId={'x' * 65}"), 400, "patientId")
    assert_problem(admin.get("/api/billing/accounts?patientId=x&colour=red"), 400, "colour")


def test_grpc_creates_an_account_once_and_never_changes_it(system, admin):
    token, patient_id = system.token(), f"visitor-{uuid.uuid4()}"
    first = rpc.call(system.grpc_address, CREATE, token, patient_id=patient_id, name="Ada", email="ada@example.com")
    again = rpc.call(system.grpc_address, CREATE, token, patient_id=patient_id, name="Eve", email="eve@example.com")
    assert again == first
    assert (first.account.patient_id, first.account.name) == (patient_id, "Ada")
    [account] = accounts_of(admin, patient_id)
    assert (account["id"], account["name"]) == (first.account.id, "Ada")
    assert rpc.call(system.grpc_address, GET, token, id=first.account.id).account == first.account
    assert list(rpc.call(system.grpc_address, LIST, token, patient_id=patient_id).accounts) == [first.account]


def test_grpc_returns_the_account_of_a_patient_created_over_http(system, admin):
    patient = create(admin)
    [account] = wait_until(lambda: accounts_of(admin, patient["id"]), "the account exists")
    answer = rpc.call(system.grpc_address, CREATE, system.token(), patient_id=patient["id"], name="x", email="x@y.z")
    assert (answer.account.id, answer.account.name) == (account["id"], patient["name"])


def test_grpc_closes_an_account(system, admin):
    token, patient_id = system.token(), f"visitor-{uuid.uuid4()}"
    created = rpc.call(system.grpc_address, CREATE, token, patient_id=patient_id, name="Ada", email="ada@example.com")
    rpc.call(system.grpc_address, CLOSE, token, id=created.account.id)
    [account] = accounts_of(admin, patient_id)
    assert account["status"] == "CLOSED"


def test_grpc_lists_every_account_page_by_page(system, admin):
    for _ in range(3):
        create(admin)
    accounts = rpc.every_account(system.grpc_address, system.token())
    ids = [account.id for account in accounts]
    assert len(ids) == len(set(ids)) >= 3


def test_grpc_checks_the_token_and_the_permission(system):
    fields = {"patient_id": "visitor", "name": "Ada", "email": "ada@example.com"}
    assert rejected(system.grpc_address, CREATE, **fields) == grpc.StatusCode.UNAUTHENTICATED
    assert rejected(system.grpc_address, CREATE, "forged", **fields) == grpc.StatusCode.UNAUTHENTICATED
    assert rejected(system.grpc_address, CREATE, system.token("AUDITOR"), **fields) == grpc.StatusCode.PERMISSION_DENIED
    assert rejected(system.grpc_address, GET, system.token("CLINICIAN"), id="x") == grpc.StatusCode.PERMISSION_DENIED


def test_grpc_rejects_invalid_input(system):
    token = system.token()
    invalid = grpc.StatusCode.INVALID_ARGUMENT
    assert rejected(system.grpc_address, CREATE, token, name="Ada", email="ada@example.com") == invalid
    assert rejected(system.grpc_address, CREATE, token, patient_id="x" * 65, name="A", email="a@b.example") == invalid
    assert rejected(system.grpc_address, LIST, token, page_size=-1) == invalid
    assert rejected(system.grpc_address, LIST, token, page_token="nonsense") == invalid
    assert rejected(system.grpc_address, GET, token, id="not-a-uuid") == invalid
    assert rejected(system.grpc_address, GET, token, id=str(uuid.uuid4())) == grpc.StatusCode.NOT_FOUND


def test_clients_of_the_earlier_system_create_accounts_without_a_token(system, admin):
    patient_id = str(uuid.uuid4())
    answer = rpc.call(system.grpc_address, LEGACY, patientId=patient_id, name="Ada", email="ada@example.com")
    assert answer.status == "ACTIVE"
    [account] = accounts_of(admin, patient_id)
    assert account["id"] == answer.accountId


def test_grpc_serves_health_and_reflection(system):
    for service in ["", "billing.v1.BillingService"]:
        assert rpc.call(system.grpc_address, "/grpc.health.v1.Health/Check", service=service).status == 1  # SERVING
    unknown = rejected(system.grpc_address, "/grpc.health.v1.Health/Check", service="nothing")
    assert unknown == grpc.StatusCode.NOT_FOUND
    listed = rpc.services(system.grpc_address)
    assert {"billing.v1.BillingService", "BillingService", "grpc.health.v1.Health"} <= listed
